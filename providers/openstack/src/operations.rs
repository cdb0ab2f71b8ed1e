//! The operations that this driver uses: the one table for policies, preflight and the mock.

use groundwork_provider::{ApiOperation, Use};

/// For what, of which kind, by which call, with which permission.
macro_rules! operations {
    ($($used_for:ident $kind:literal $call:literal $permission:literal)*) => {
        &[$(ApiOperation::new($call, $kind, Use::$used_for, $permission),)*]
    };
}

/// By call, as Neutron names it; the permission as its policies spell it.
pub(crate) const OPERATIONS: &[ApiOperation] = operations! {
    Connect "" "POST /v3/auth/tokens" ""
    Connect "" "GET /v2.0/extensions" "get_extension"
    List "" "GET /v2.0/quotas/{project}/details.json" "get_quota"
    List "" "GET /v2.0/default-security-group-rules" "get_default_security_group_rule"
    List "" "GET /v2.0/floatingips" "get_floatingip"
    List "openstack.subnet-pool/1" "GET /v2.0/subnetpools" "get_subnetpool"
    List "openstack.network/1" "GET /v2.0/networks" "get_network"
    Create "openstack.network/1" "GET /v2.0/networks/{id}" "get_network"
    Create "openstack.network/1" "POST /v2.0/networks" "create_network"
    Update "openstack.network/1" "PUT /v2.0/networks/{id}" "update_network"
    Update "openstack.network/1" "PUT /v2.0/networks/{id}/tags" "update_networks_tags"
    Update "openstack.network/1" "PUT /v2.0/networks/{id}/tags/{tag}" "update_networks_tags"
    Delete "openstack.network/1" "DELETE /v2.0/networks/{id}" "delete_network"
    List "openstack.subnet/1" "GET /v2.0/subnets" "get_subnet"
    Create "openstack.subnet/1" "GET /v2.0/subnets/{id}" "get_subnet"
    Create "openstack.subnet/1" "POST /v2.0/subnets" "create_subnet"
    Update "openstack.subnet/1" "PUT /v2.0/subnets/{id}" "update_subnet"
    Update "openstack.subnet/1" "PUT /v2.0/subnets/{id}/tags" "update_subnets_tags"
    Update "openstack.subnet/1" "PUT /v2.0/subnets/{id}/tags/{tag}" "update_subnets_tags"
    Delete "openstack.subnet/1" "DELETE /v2.0/subnets/{id}" "delete_subnet"
    List "openstack.router/1" "GET /v2.0/routers" "get_router"
    Create "openstack.router/1" "GET /v2.0/routers/{id}" "get_router"
    Create "openstack.router/1" "POST /v2.0/routers" "create_router"
    Update "openstack.router/1" "PUT /v2.0/routers/{id}" "update_router"
    Update "openstack.router/1" "PUT /v2.0/routers/{id}/tags" "update_routers_tags"
    Update "openstack.router/1" "PUT /v2.0/routers/{id}/tags/{tag}" "update_routers_tags"
    Delete "openstack.router/1" "DELETE /v2.0/routers/{id}/tags/{tag}" "delete_routers_tags"
    Delete "openstack.router/1" "DELETE /v2.0/routers/{id}" "delete_router"
    List "openstack.router-interface/1" "GET /v2.0/ports" "get_port"
    Create "openstack.router-interface/1" "PUT /v2.0/routers/{id}/add_router_interface" "add_router_interface"
    Delete "openstack.router-interface/1" "PUT /v2.0/routers/{id}/remove_router_interface" "remove_router_interface"
    List "openstack.security-group/1" "GET /v2.0/security-groups" "get_security_group"
    Create "openstack.security-group/1" "GET /v2.0/security-groups/{id}" "get_security_group"
    Create "openstack.security-group/1" "POST /v2.0/security-groups" "create_security_group"
    Update "openstack.security-group/1" "PUT /v2.0/security-groups/{id}" "update_security_group"
    Update "openstack.security-group/1" "PUT /v2.0/security-groups/{id}/tags" "update_security_groups_tags"
    Update "openstack.security-group/1" "PUT /v2.0/security-groups/{id}/tags/{tag}" "update_security_groups_tags"
    Delete "openstack.security-group/1" "DELETE /v2.0/security-groups/{id}" "delete_security_group"
    Delete "openstack.security-group/1" "GET /v2.0/security-group-rules" "get_security_group_rule"
    Update "openstack.security-group/1" "POST /v2.0/security-group-rules" "create_security_group_rule"
    Update "openstack.security-group/1" "DELETE /v2.0/security-group-rules/{id}" "delete_security_group_rule"
};
