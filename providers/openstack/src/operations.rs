//! The operations that this driver uses: the one table for policies, preflight and the mock.

use groundwork_provider::{ApiOperation, Use};

const fn operation(
    name: &'static str,
    kind: &'static str,
    used_for: Use,
    permission: &'static str,
) -> ApiOperation {
    ApiOperation {
        name,
        kind,
        used_for,
        permission,
    }
}

const NETWORK: &str = "openstack.network/1";
const SUBNET: &str = "openstack.subnet/1";
const ROUTER: &str = "openstack.router/1";
const INTERFACE: &str = "openstack.router-interface/1";
const GROUP: &str = "openstack.security-group/1";

/// By call, as Neutron names it; the permission as its policies spell it.
pub(crate) const OPERATIONS: &[ApiOperation] = &[
    operation("POST /v3/auth/tokens", "", Use::Connect, ""),
    operation("GET /v2.0/extensions", "", Use::Connect, "get_extension"),
    operation(
        "GET /v2.0/quotas/{project}/details.json",
        "",
        Use::List,
        "get_quota",
    ),
    operation(
        "GET /v2.0/subnetpools",
        "openstack.subnet-pool/1",
        Use::List,
        "get_subnetpool",
    ),
    operation("GET /v2.0/networks", NETWORK, Use::List, "get_network"),
    operation(
        "POST /v2.0/networks",
        NETWORK,
        Use::Create,
        "create_network",
    ),
    operation(
        "PUT /v2.0/networks/{id}",
        NETWORK,
        Use::Update,
        "update_network",
    ),
    operation(
        "PUT /v2.0/networks/{id}/tags",
        NETWORK,
        Use::Update,
        "update_networks_tags",
    ),
    operation(
        "PUT /v2.0/networks/{id}/tags/{tag}",
        NETWORK,
        Use::Update,
        "update_networks_tags",
    ),
    operation(
        "DELETE /v2.0/networks/{id}",
        NETWORK,
        Use::Delete,
        "delete_network",
    ),
    operation("GET /v2.0/subnets", SUBNET, Use::List, "get_subnet"),
    operation("POST /v2.0/subnets", SUBNET, Use::Create, "create_subnet"),
    operation(
        "PUT /v2.0/subnets/{id}",
        SUBNET,
        Use::Update,
        "update_subnet",
    ),
    operation(
        "PUT /v2.0/subnets/{id}/tags",
        SUBNET,
        Use::Update,
        "update_subnets_tags",
    ),
    operation(
        "PUT /v2.0/subnets/{id}/tags/{tag}",
        SUBNET,
        Use::Update,
        "update_subnets_tags",
    ),
    operation(
        "DELETE /v2.0/subnets/{id}",
        SUBNET,
        Use::Delete,
        "delete_subnet",
    ),
    operation("GET /v2.0/routers", ROUTER, Use::List, "get_router"),
    operation("POST /v2.0/routers", ROUTER, Use::Create, "create_router"),
    operation(
        "PUT /v2.0/routers/{id}",
        ROUTER,
        Use::Update,
        "update_router",
    ),
    operation(
        "PUT /v2.0/routers/{id}/tags",
        ROUTER,
        Use::Update,
        "update_routers_tags",
    ),
    operation(
        "PUT /v2.0/routers/{id}/tags/{tag}",
        ROUTER,
        Use::Update,
        "update_routers_tags",
    ),
    operation(
        "DELETE /v2.0/routers/{id}",
        ROUTER,
        Use::Delete,
        "delete_router",
    ),
    operation("GET /v2.0/ports", INTERFACE, Use::List, "get_port"),
    operation(
        "PUT /v2.0/routers/{id}/add_router_interface",
        INTERFACE,
        Use::Create,
        "add_router_interface",
    ),
    operation(
        "PUT /v2.0/routers/{id}/remove_router_interface",
        INTERFACE,
        Use::Delete,
        "remove_router_interface",
    ),
    operation(
        "GET /v2.0/security-groups",
        GROUP,
        Use::List,
        "get_security_group",
    ),
    operation(
        "POST /v2.0/security-groups",
        GROUP,
        Use::Create,
        "create_security_group",
    ),
    operation(
        "PUT /v2.0/security-groups/{id}",
        GROUP,
        Use::Update,
        "update_security_group",
    ),
    operation(
        "PUT /v2.0/security-groups/{id}/tags",
        GROUP,
        Use::Update,
        "update_security_groups_tags",
    ),
    operation(
        "PUT /v2.0/security-groups/{id}/tags/{tag}",
        GROUP,
        Use::Update,
        "update_security_groups_tags",
    ),
    operation(
        "DELETE /v2.0/security-groups/{id}",
        GROUP,
        Use::Delete,
        "delete_security_group",
    ),
    operation(
        "POST /v2.0/security-group-rules",
        GROUP,
        Use::Update,
        "create_security_group_rule",
    ),
    operation(
        "DELETE /v2.0/security-group-rules/{id}",
        GROUP,
        Use::Update,
        "delete_security_group_rule",
    ),
];
