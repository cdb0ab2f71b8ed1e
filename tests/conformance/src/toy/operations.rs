//! The operations that this driver uses: policies, preflight and the mock come from this table.

use groundwork_provider::{ApiOperation, Use};

const fn operation(name: &'static str, kind: &'static str, used_for: Use) -> ApiOperation {
    ApiOperation::new(name, kind, used_for, name)
}

/// Every one.
pub(super) const OPERATIONS: &[ApiOperation] = &[
    operation("GET /limits", "toy.network/1", Use::Connect),
    operation("GET /zones", "toy.zone/1", Use::List),
    operation("GET /networks", "toy.network/1", Use::List),
    operation("GET /networks/{id}", "toy.network/1", Use::Create),
    operation("GET /operations/{id}", "toy.network/1", Use::Create),
    operation("POST /networks", "toy.network/1", Use::Create),
    operation("PATCH /networks/{id}", "toy.network/1", Use::Update),
    operation("DELETE /networks/{id}", "toy.network/1", Use::Delete),
    operation("GET /subnets", "toy.subnet/1", Use::List),
    operation(
        "PUT /networks/{id}/subnets/{name}",
        "toy.subnet/1",
        Use::Create,
    ),
    operation(
        "PATCH /networks/{id}/subnets/{name}",
        "toy.subnet/1",
        Use::Update,
    ),
    operation(
        "DELETE /networks/{id}/subnets/{name}",
        "toy.subnet/1",
        Use::Delete,
    ),
    operation("GET /gateways", "toy.gateway/1", Use::List),
    operation("POST /gateways", "toy.gateway/1", Use::Create),
    operation("PATCH /gateways/{id}", "toy.gateway/1", Use::Update),
    operation("DELETE /gateways/{id}", "toy.gateway/1", Use::Delete),
    operation("GET /attachments", "toy.attachment/1", Use::List),
    operation("POST /attachments", "toy.attachment/1", Use::Create),
    operation("DELETE /attachments/{id}", "toy.attachment/1", Use::Delete),
];
