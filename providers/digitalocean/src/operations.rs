//! The operations that this driver uses, with the scopes of a token that allow them.

use groundwork_provider::{ApiOperation, operations};

use crate::{
    object::{firewall::Firewall, subnet::Subnet, vpc::Vpc},
    watched::{
        droplet::Droplet, gateway::Gateway, member::Member, peering::Peering, region::Region,
    },
};

/// Every one.
pub(crate) const OPERATIONS: &[ApiOperation] = operations! {
    List Vpc "GET /v2/vpcs" "vpc:read"
    Delete Vpc "GET /v2/vpcs/{id}" "vpc:read"
    Create Vpc "POST /v2/vpcs" "vpc:create"
    Update Vpc "PATCH /v2/vpcs/{id}" "vpc:update"
    Delete Vpc "DELETE /v2/vpcs/{id}" "vpc:delete"
    List Subnet "GET /v2/vpcs/{id}/subnets" "vpc:read"
    Delete Subnet "GET /v2/vpcs/{id}/subnets/{id}" "vpc:read"
    Create Subnet "POST /v2/vpcs/{id}/subnets" "vpc:create"
    Delete Subnet "DELETE /v2/vpcs/{id}/subnets/{id}" "vpc:delete"
    List Member "GET /v2/vpcs/{id}/members" "vpc:read"
    Delete Peering "GET /v2/vpcs/{id}/peerings" "vpc_peering:read"
    List Peering "GET /v2/vpc_peerings" "vpc_peering:read"
    List Gateway "GET /v2/vpc_nat_gateways" "vpc_nat_gateway:read"
    List Region "GET /v2/regions" "region:read"
    List Droplet "GET /v2/droplets" "droplet:read"
    Delete Firewall "GET /v2/tags/{name}" "tag:read"
    Create Firewall "POST /v2/tags" "tag:create"
    Delete Firewall "DELETE /v2/tags/{name}" "tag:delete"
    List Firewall "GET /v2/firewalls" "firewall:read"
    Update Firewall "GET /v2/firewalls/{id}" "firewall:read"
    Create Firewall "POST /v2/firewalls" "firewall:create"
    Update Firewall "POST /v2/firewalls/{id}/rules" "firewall:update"
    Update Firewall "DELETE /v2/firewalls/{id}/rules" "firewall:update"
    Update Firewall "POST /v2/firewalls/{id}/tags" "firewall:update"
    Delete Firewall "DELETE /v2/firewalls/{id}" "firewall:delete"
};
