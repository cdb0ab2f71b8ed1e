//! The operations that this driver uses, with the scopes of a token that allow them.

use groundwork_provider::{ApiOperation, Use};

/// Every one.
pub(crate) const OPERATIONS: &[ApiOperation] = &[
    of("GET /v2/vpcs", VPC, Use::List, "vpc:read"),
    of("GET /v2/vpcs/{id}", VPC, Use::Delete, "vpc:read"),
    of("POST /v2/vpcs", VPC, Use::Create, "vpc:create"),
    of("PATCH /v2/vpcs/{id}", VPC, Use::Update, "vpc:update"),
    of("DELETE /v2/vpcs/{id}", VPC, Use::Delete, "vpc:delete"),
    of("GET /v2/vpcs/{id}/subnets", SUBNET, Use::List, "vpc:read"),
    of(
        "GET /v2/vpcs/{id}/subnets/{id}",
        SUBNET,
        Use::Delete,
        "vpc:read",
    ),
    of(
        "POST /v2/vpcs/{id}/subnets",
        SUBNET,
        Use::Create,
        "vpc:create",
    ),
    of(
        "DELETE /v2/vpcs/{id}/subnets/{id}",
        SUBNET,
        Use::Delete,
        "vpc:delete",
    ),
    of(
        "GET /v2/vpcs/{id}/members",
        "digitalocean.vpc-member/1",
        Use::List,
        "vpc:read",
    ),
    of(
        "GET /v2/vpcs/{id}/peerings",
        "digitalocean.peering/1",
        Use::Delete,
        "vpc_peering:read",
    ),
    of(
        "GET /v2/vpc_peerings",
        "digitalocean.peering/1",
        Use::List,
        "vpc_peering:read",
    ),
    of(
        "GET /v2/vpc_nat_gateways",
        "digitalocean.nat-gateway/1",
        Use::List,
        "vpc_nat_gateway:read",
    ),
    of(
        "GET /v2/regions",
        "digitalocean.region/1",
        Use::List,
        "region:read",
    ),
    of(
        "GET /v2/droplets",
        "digitalocean.droplet/1",
        Use::List,
        "droplet:read",
    ),
    of("GET /v2/tags/{name}", FIREWALL, Use::Delete, "tag:read"),
    of("POST /v2/tags", FIREWALL, Use::Create, "tag:create"),
    of(
        "DELETE /v2/tags/{name}",
        FIREWALL,
        Use::Delete,
        "tag:delete",
    ),
    of("GET /v2/firewalls", FIREWALL, Use::List, "firewall:read"),
    of(
        "GET /v2/firewalls/{id}",
        FIREWALL,
        Use::Update,
        "firewall:read",
    ),
    of(
        "POST /v2/firewalls",
        FIREWALL,
        Use::Create,
        "firewall:create",
    ),
    of(
        "POST /v2/firewalls/{id}/rules",
        FIREWALL,
        Use::Update,
        "firewall:update",
    ),
    of(
        "DELETE /v2/firewalls/{id}/rules",
        FIREWALL,
        Use::Update,
        "firewall:update",
    ),
    of(
        "POST /v2/firewalls/{id}/tags",
        FIREWALL,
        Use::Update,
        "firewall:update",
    ),
    of(
        "DELETE /v2/firewalls/{id}",
        FIREWALL,
        Use::Delete,
        "firewall:delete",
    ),
];

const FIREWALL: &str = "digitalocean.firewall/1";
const SUBNET: &str = "digitalocean.subnet/1";
const VPC: &str = "digitalocean.vpc/1";

const fn of(
    name: &'static str,
    kind: &'static str,
    used_for: Use,
    permission: &'static str,
) -> ApiOperation {
    ApiOperation::new(name, kind, used_for, permission)
}
