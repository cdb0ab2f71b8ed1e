//! The operations of the API that this driver uses. A token reads, or reads and writes: there is
//! nothing finer to permit.

use groundwork_provider::{ApiOperation, Listing, Use};

use crate::object::{Firewall, FirewallSelector, Location, Network, Subnet};

const READ: &str = "read";
const WRITE: &str = "read & write";

const fn reads(name: &'static str, kind: &'static str, used_for: Use) -> ApiOperation {
    ApiOperation::new(name, kind, used_for, READ)
}

const fn writes(name: &'static str, kind: &'static str, used_for: Use) -> ApiOperation {
    ApiOperation::new(name, kind, used_for, WRITE)
}

/// Every one.
pub(crate) const OPERATIONS: &[ApiOperation] = &[
    reads("GET /locations", Location::KIND, Use::List),
    reads("GET /actions", Network::KIND, Use::Create),
    // Of a cluster that runs, the addresses of its servers.
    reads("GET /servers", "", Use::List),
    reads("GET /networks", Network::KIND, Use::List),
    reads("GET /networks/{id}", Network::KIND, Use::Create),
    reads("GET /networks/{id}/members", Network::KIND, Use::Delete),
    writes("POST /networks", Network::KIND, Use::Create),
    writes("PUT /networks/{id}", Network::KIND, Use::Update),
    writes(
        "POST /networks/{id}/actions/change_ip_range",
        Network::KIND,
        Use::Update,
    ),
    writes("DELETE /networks/{id}", Network::KIND, Use::Delete),
    writes(
        "POST /networks/{id}/actions/add_subnet",
        Subnet::KIND,
        Use::Create,
    ),
    writes(
        "POST /networks/{id}/actions/delete_subnet",
        Subnet::KIND,
        Use::Delete,
    ),
    reads("GET /firewalls", Firewall::KIND, Use::List),
    reads("GET /firewalls/{id}", Firewall::KIND, Use::Update),
    writes("POST /firewalls", Firewall::KIND, Use::Create),
    writes("PUT /firewalls/{id}", Firewall::KIND, Use::Update),
    writes(
        "POST /firewalls/{id}/actions/set_rules",
        Firewall::KIND,
        Use::Update,
    ),
    writes("DELETE /firewalls/{id}", Firewall::KIND, Use::Delete),
    writes(
        "POST /firewalls/{id}/actions/apply_to_resources",
        FirewallSelector::KIND,
        Use::Create,
    ),
    writes(
        "POST /firewalls/{id}/actions/remove_from_resources",
        FirewallSelector::KIND,
        Use::Delete,
    ),
];
