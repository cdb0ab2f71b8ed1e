//! The operations that this driver uses: the one table for policies, preflight and the mock.

use groundwork_provider::{ApiOperation, operations};

use crate::{
    object::{Network, Router, RouterInterface, SecurityGroup, Subnet},
    watched::SubnetPool,
};

/// By call, as Neutron names it; the permission as its policies spell it.
pub(crate) const OPERATIONS: &[ApiOperation] = operations! {
    Connect _ "POST /v3/auth/tokens" ""
    Connect _ "GET /v2.0/extensions" "get_extension"
    List _ "GET /v2.0/quotas/{project}/details.json" "get_quota"
    List _ "GET /v2.0/default-security-group-rules" "get_default_security_group_rule"
    List _ "GET /v2.0/floatingips" "get_floatingip"
    List SubnetPool "GET /v2.0/subnetpools" "get_subnetpool"
    List Network "GET /v2.0/networks" "get_network"
    Create Network "GET /v2.0/networks/{id}" "get_network"
    Create Network "POST /v2.0/networks" "create_network"
    Update Network "PUT /v2.0/networks/{id}" "update_network"
    Update Network "PUT /v2.0/networks/{id}/tags" "update_networks_tags"
    Update Network "PUT /v2.0/networks/{id}/tags/{tag}" "update_networks_tags"
    Delete Network "DELETE /v2.0/networks/{id}" "delete_network"
    List Subnet "GET /v2.0/subnets" "get_subnet"
    Create Subnet "GET /v2.0/subnets/{id}" "get_subnet"
    Create Subnet "POST /v2.0/subnets" "create_subnet"
    Update Subnet "PUT /v2.0/subnets/{id}" "update_subnet"
    Update Subnet "PUT /v2.0/subnets/{id}/tags" "update_subnets_tags"
    Update Subnet "PUT /v2.0/subnets/{id}/tags/{tag}" "update_subnets_tags"
    Delete Subnet "DELETE /v2.0/subnets/{id}" "delete_subnet"
    List Router "GET /v2.0/routers" "get_router"
    Create Router "GET /v2.0/routers/{id}" "get_router"
    Create Router "POST /v2.0/routers" "create_router"
    Update Router "PUT /v2.0/routers/{id}" "update_router"
    Update Router "PUT /v2.0/routers/{id}/tags" "update_routers_tags"
    Update Router "PUT /v2.0/routers/{id}/tags/{tag}" "update_routers_tags"
    Delete Router "DELETE /v2.0/routers/{id}/tags/{tag}" "delete_routers_tags"
    Delete Router "DELETE /v2.0/routers/{id}" "delete_router"
    List RouterInterface "GET /v2.0/ports" "get_port"
    Create RouterInterface "PUT /v2.0/routers/{id}/add_router_interface" "add_router_interface"
    Delete RouterInterface "PUT /v2.0/routers/{id}/remove_router_interface" "remove_router_interface"
    List SecurityGroup "GET /v2.0/security-groups" "get_security_group"
    Create SecurityGroup "GET /v2.0/security-groups/{id}" "get_security_group"
    Create SecurityGroup "POST /v2.0/security-groups" "create_security_group"
    Update SecurityGroup "PUT /v2.0/security-groups/{id}" "update_security_group"
    Update SecurityGroup "PUT /v2.0/security-groups/{id}/tags" "update_security_groups_tags"
    Update SecurityGroup "PUT /v2.0/security-groups/{id}/tags/{tag}" "update_security_groups_tags"
    Delete SecurityGroup "DELETE /v2.0/security-groups/{id}" "delete_security_group"
    Delete SecurityGroup "GET /v2.0/security-group-rules" "get_security_group_rule"
    Update SecurityGroup "POST /v2.0/security-group-rules" "create_security_group_rule"
    Update SecurityGroup "DELETE /v2.0/security-group-rules/{id}" "delete_security_group_rule"
};
