//! The operations of the APIs that this driver uses, with the permissions that each needs: the one
//! table for the custom roles and the preflight.

use groundwork_provider::{ApiOperation, Listing, Use};

use crate::object::{Address, Firewall, Instance, Network, Region, Route, Router, Subnetwork};

const fn needs(
    name: &'static str,
    kind: &'static str,
    used_for: Use,
    permission: &'static str,
) -> ApiOperation {
    ApiOperation::new(name, kind, used_for, permission)
}

/// Every one. A call that needs two permissions stands here twice: whatever is made in a network, or
/// taken out of it, changes the network as well.
pub(crate) const OPERATIONS: &[ApiOperation] = &[
    needs("POST /token", "", Use::Connect, ""),
    needs(
        "POST /projects/{project}:testIamPermissions",
        "",
        Use::List,
        "",
    ),
    needs(
        "GET /projects/{project}",
        "",
        Use::List,
        "compute.projects.get",
    ),
    needs(
        "GET /projects/{project}/regions",
        Region::KIND,
        Use::List,
        "compute.regions.list",
    ),
    needs(
        "GET /projects/{project}/global/networks",
        Network::KIND,
        Use::List,
        "compute.networks.list",
    ),
    needs(
        "GET /projects/{project}/global/networks/{network}",
        Network::KIND,
        Use::List,
        "compute.networks.get",
    ),
    needs(
        "GET /projects/{project}/regions/{region}/firewallPolicies/getEffectiveFirewalls",
        Network::KIND,
        Use::List,
        "compute.networks.getRegionEffectiveFirewalls",
    ),
    needs(
        "GET /projects/{project}/global/networkProfiles/{profile}",
        Network::KIND,
        Use::List,
        "compute.networkProfiles.get",
    ),
    needs(
        "POST /projects/{project}/global/networks",
        Network::KIND,
        Use::Create,
        "compute.networks.create",
    ),
    needs(
        "PATCH /projects/{project}/global/networks/{network}",
        Network::KIND,
        Use::Update,
        "compute.networks.update",
    ),
    needs(
        "DELETE /projects/{project}/global/networks/{network}",
        Network::KIND,
        Use::Delete,
        "compute.networks.delete",
    ),
    needs(
        "POST /projects/{project}/global/operations/{operation}/wait",
        "",
        Use::Connect,
        "compute.globalOperations.get",
    ),
    needs(
        "POST /projects/{project}/regions/{region}/operations/{operation}/wait",
        "",
        Use::Connect,
        "compute.regionOperations.get",
    ),
    needs(
        "GET /projects/{project}/aggregated/subnetworks",
        Subnetwork::KIND,
        Use::List,
        "compute.subnetworks.list",
    ),
    needs(
        "GET /projects/{project}/regions/{region}/subnetworks/{subnetwork}",
        Subnetwork::KIND,
        Use::List,
        "compute.subnetworks.get",
    ),
    needs(
        "GET /projects/{project}/regions/{region}/publicDelegatedPrefixes/{prefix}",
        Subnetwork::KIND,
        Use::List,
        "compute.publicDelegatedPrefixes.get",
    ),
    needs(
        "POST /projects/{project}/regions/{region}/subnetworks",
        Subnetwork::KIND,
        Use::Create,
        "compute.subnetworks.create",
    ),
    needs(
        "POST /projects/{project}/regions/{region}/subnetworks",
        Subnetwork::KIND,
        Use::Create,
        "compute.networks.updatePolicy",
    ),
    needs(
        "PATCH /projects/{project}/regions/{region}/subnetworks/{subnetwork}",
        Subnetwork::KIND,
        Use::Update,
        "compute.subnetworks.update",
    ),
    needs(
        "POST /projects/{project}/regions/{region}/subnetworks/{subnetwork}/expandIpCidrRange",
        Subnetwork::KIND,
        Use::Update,
        "compute.subnetworks.expandIpCidrRange",
    ),
    needs(
        "DELETE /projects/{project}/regions/{region}/subnetworks/{subnetwork}",
        Subnetwork::KIND,
        Use::Delete,
        "compute.subnetworks.delete",
    ),
    needs(
        "DELETE /projects/{project}/regions/{region}/subnetworks/{subnetwork}",
        Subnetwork::KIND,
        Use::Delete,
        "compute.networks.updatePolicy",
    ),
    needs(
        "GET /projects/{project}/aggregated/routers",
        Router::KIND,
        Use::List,
        "compute.routers.list",
    ),
    needs(
        "GET /projects/{project}/regions/{region}/routers/{router}",
        Router::KIND,
        Use::List,
        "compute.routers.get",
    ),
    needs(
        "POST /projects/{project}/regions/{region}/routers",
        Router::KIND,
        Use::Create,
        "compute.routers.create",
    ),
    needs(
        "POST /projects/{project}/regions/{region}/routers",
        Router::KIND,
        Use::Create,
        "compute.networks.updatePolicy",
    ),
    needs(
        "PATCH /projects/{project}/regions/{region}/routers/{router}",
        Router::KIND,
        Use::Update,
        "compute.routers.update",
    ),
    needs(
        "DELETE /projects/{project}/regions/{region}/routers/{router}",
        Router::KIND,
        Use::Delete,
        "compute.routers.delete",
    ),
    needs(
        "DELETE /projects/{project}/regions/{region}/routers/{router}",
        Router::KIND,
        Use::Delete,
        "compute.networks.updatePolicy",
    ),
    needs(
        "GET /projects/{project}/global/firewalls",
        Firewall::KIND,
        Use::List,
        "compute.firewalls.list",
    ),
    needs(
        "GET /projects/{project}/global/firewalls/{firewall}",
        Firewall::KIND,
        Use::List,
        "compute.firewalls.get",
    ),
    needs(
        "POST /projects/{project}/global/firewalls",
        Firewall::KIND,
        Use::Create,
        "compute.firewalls.create",
    ),
    needs(
        "POST /projects/{project}/global/firewalls",
        Firewall::KIND,
        Use::Create,
        "compute.networks.updatePolicy",
    ),
    needs(
        "PATCH /projects/{project}/global/firewalls/{firewall}",
        Firewall::KIND,
        Use::Update,
        "compute.firewalls.update",
    ),
    needs(
        "PATCH /projects/{project}/global/firewalls/{firewall}",
        Firewall::KIND,
        Use::Update,
        "compute.networks.updatePolicy",
    ),
    needs(
        "DELETE /projects/{project}/global/firewalls/{firewall}",
        Firewall::KIND,
        Use::Delete,
        "compute.firewalls.delete",
    ),
    needs(
        "DELETE /projects/{project}/global/firewalls/{firewall}",
        Firewall::KIND,
        Use::Delete,
        "compute.networks.updatePolicy",
    ),
    needs(
        "GET /projects/{project}/global/routes",
        Route::KIND,
        Use::List,
        "compute.routes.list",
    ),
    needs(
        "GET /projects/{project}/aggregated/instances",
        Instance::KIND,
        Use::List,
        "compute.instances.list",
    ),
    needs(
        "GET /projects/{project}/aggregated/addresses",
        Address::KIND,
        Use::List,
        "compute.addresses.list",
    ),
];
