//! The operations that this driver uses: the one table for policies, preflight and the mock.

use groundwork_provider::{ApiOperation, Use};

const NETWORK: &str = "openstack.network/1";
const SUBNET: &str = "openstack.subnet/1";
const ROUTER: &str = "openstack.router/1";
const INTERFACE: &str = "openstack.router-interface/1";
const GROUP: &str = "openstack.security-group/1";

/// By call, as Neutron names it; the permission as its policies spell it.
pub(crate) const OPERATIONS: &[ApiOperation] = &[
    ApiOperation::new("POST /v3/auth/tokens", "", Use::Connect, ""),
    ApiOperation::new("GET /v2.0/extensions", "", Use::Connect, "get_extension"),
    ApiOperation::new(
        "GET /v2.0/quotas/{project}/details.json",
        "",
        Use::List,
        "get_quota",
    ),
    ApiOperation::new(
        "GET /v2.0/default-security-group-rules",
        "",
        Use::List,
        "get_default_security_group_rule",
    ),
    ApiOperation::new(
        "GET /v2.0/subnetpools",
        "openstack.subnet-pool/1",
        Use::List,
        "get_subnetpool",
    ),
    ApiOperation::new("GET /v2.0/networks", NETWORK, Use::List, "get_network"),
    ApiOperation::new(
        "GET /v2.0/networks/{id}",
        NETWORK,
        Use::Create,
        "get_network",
    ),
    ApiOperation::new(
        "POST /v2.0/networks",
        NETWORK,
        Use::Create,
        "create_network",
    ),
    ApiOperation::new(
        "PUT /v2.0/networks/{id}",
        NETWORK,
        Use::Update,
        "update_network",
    ),
    ApiOperation::new(
        "PUT /v2.0/networks/{id}/tags",
        NETWORK,
        Use::Update,
        "update_networks_tags",
    ),
    ApiOperation::new(
        "PUT /v2.0/networks/{id}/tags/{tag}",
        NETWORK,
        Use::Update,
        "update_networks_tags",
    ),
    ApiOperation::new(
        "DELETE /v2.0/networks/{id}",
        NETWORK,
        Use::Delete,
        "delete_network",
    ),
    ApiOperation::new("GET /v2.0/subnets", SUBNET, Use::List, "get_subnet"),
    ApiOperation::new("GET /v2.0/subnets/{id}", SUBNET, Use::Create, "get_subnet"),
    ApiOperation::new("POST /v2.0/subnets", SUBNET, Use::Create, "create_subnet"),
    ApiOperation::new(
        "PUT /v2.0/subnets/{id}",
        SUBNET,
        Use::Update,
        "update_subnet",
    ),
    ApiOperation::new(
        "PUT /v2.0/subnets/{id}/tags",
        SUBNET,
        Use::Update,
        "update_subnets_tags",
    ),
    ApiOperation::new(
        "PUT /v2.0/subnets/{id}/tags/{tag}",
        SUBNET,
        Use::Update,
        "update_subnets_tags",
    ),
    ApiOperation::new(
        "DELETE /v2.0/subnets/{id}",
        SUBNET,
        Use::Delete,
        "delete_subnet",
    ),
    ApiOperation::new("GET /v2.0/routers", ROUTER, Use::List, "get_router"),
    ApiOperation::new("GET /v2.0/routers/{id}", ROUTER, Use::Create, "get_router"),
    ApiOperation::new("POST /v2.0/routers", ROUTER, Use::Create, "create_router"),
    ApiOperation::new(
        "PUT /v2.0/routers/{id}",
        ROUTER,
        Use::Update,
        "update_router",
    ),
    ApiOperation::new(
        "PUT /v2.0/routers/{id}/tags",
        ROUTER,
        Use::Update,
        "update_routers_tags",
    ),
    ApiOperation::new(
        "PUT /v2.0/routers/{id}/tags/{tag}",
        ROUTER,
        Use::Update,
        "update_routers_tags",
    ),
    ApiOperation::new(
        "DELETE /v2.0/routers/{id}/tags/{tag}",
        ROUTER,
        Use::Delete,
        "delete_routers_tags",
    ),
    ApiOperation::new(
        "DELETE /v2.0/routers/{id}",
        ROUTER,
        Use::Delete,
        "delete_router",
    ),
    ApiOperation::new("GET /v2.0/ports", INTERFACE, Use::List, "get_port"),
    ApiOperation::new(
        "PUT /v2.0/routers/{id}/add_router_interface",
        INTERFACE,
        Use::Create,
        "add_router_interface",
    ),
    ApiOperation::new(
        "PUT /v2.0/routers/{id}/remove_router_interface",
        INTERFACE,
        Use::Delete,
        "remove_router_interface",
    ),
    ApiOperation::new(
        "GET /v2.0/security-groups",
        GROUP,
        Use::List,
        "get_security_group",
    ),
    ApiOperation::new(
        "GET /v2.0/security-groups/{id}",
        GROUP,
        Use::Create,
        "get_security_group",
    ),
    ApiOperation::new(
        "POST /v2.0/security-groups",
        GROUP,
        Use::Create,
        "create_security_group",
    ),
    ApiOperation::new(
        "PUT /v2.0/security-groups/{id}",
        GROUP,
        Use::Update,
        "update_security_group",
    ),
    ApiOperation::new(
        "PUT /v2.0/security-groups/{id}/tags",
        GROUP,
        Use::Update,
        "update_security_groups_tags",
    ),
    ApiOperation::new(
        "PUT /v2.0/security-groups/{id}/tags/{tag}",
        GROUP,
        Use::Update,
        "update_security_groups_tags",
    ),
    ApiOperation::new(
        "DELETE /v2.0/security-groups/{id}",
        GROUP,
        Use::Delete,
        "delete_security_group",
    ),
    ApiOperation::new(
        "POST /v2.0/security-group-rules",
        GROUP,
        Use::Update,
        "create_security_group_rule",
    ),
    ApiOperation::new(
        "DELETE /v2.0/security-group-rules/{id}",
        GROUP,
        Use::Update,
        "delete_security_group_rule",
    ),
];
