//! The operations of the API that this driver uses. A token reads, or reads and writes: there is
//! nothing finer to permit.

use groundwork_provider::{ApiOperation, operations};

use crate::object::{Firewall, FirewallSelector, Location, Network, Subnet};

const READ: &str = "read";
const WRITE: &str = "read & write";

/// Every one.
pub(crate) const OPERATIONS: &[ApiOperation] = operations! {
    List Location "GET /locations" READ
    Create Network "GET /actions" READ
    // Of a cluster that runs, the addresses of its servers.
    List _ "GET /servers" READ
    List Network "GET /networks" READ
    Create Network "GET /networks/{id}" READ
    Delete Network "GET /networks/{id}/members" READ
    Create Network "POST /networks" WRITE
    Update Network "PUT /networks/{id}" WRITE
    Update Network "POST /networks/{id}/actions/change_ip_range" WRITE
    Delete Network "DELETE /networks/{id}" WRITE
    Create Subnet "POST /networks/{id}/actions/add_subnet" WRITE
    Delete Subnet "POST /networks/{id}/actions/delete_subnet" WRITE
    List Firewall "GET /firewalls" READ
    Update Firewall "GET /firewalls/{id}" READ
    Create Firewall "POST /firewalls" WRITE
    Update Firewall "PUT /firewalls/{id}" WRITE
    Update Firewall "POST /firewalls/{id}/actions/set_rules" WRITE
    Delete Firewall "DELETE /firewalls/{id}" WRITE
    Create FirewallSelector "POST /firewalls/{id}/actions/apply_to_resources" WRITE
    Delete FirewallSelector "POST /firewalls/{id}/actions/remove_from_resources" WRITE
};
