//! The cloud-neutral answer, and the patch that writes it back into the document. Pure.

use groundwork_model::ClusterKey;
use groundwork_provider::{Network as Answer, NetworkSubnet, States};

use crate::object::{Network, ResourceGroup, RouteTable, SecurityGroup, Subnet};

/// What a cluster's network consists of.
pub(crate) fn answer(cluster: ClusterKey, states: &States) -> Answer {
    let network = states.state::<Network>("network");
    let subnets = states.of::<Subnet>();
    let subnets = subnets.map(|(_, known, state)| NetworkSubnet {
        id: known.id.clone(),
        cidrs: state.ranges(),
        zone: None,
    });
    let group = states.state::<ResourceGroup>("resource-group");
    let other = states.state::<ResourceGroup>("network-group");
    let security = states.state::<SecurityGroup>("security-group");
    let table = states.state::<RouteTable>("route-table");
    let subnet = states.state::<Subnet>("subnet");
    // The document has names, not ids.
    let names = [
        ("resourceGroup", group.map(|state| state.common.name)),
        ("vnetResourceGroup", other.map(|state| state.common.name)),
        (
            "vnet",
            network.as_ref().map(|state| state.common.name.clone()),
        ),
        ("subnet", subnet.map(|state| state.name)),
        ("securityGroup", security.map(|state| state.common.name)),
        ("routeTable", table.map(|state| state.common.name)),
    ];
    Answer {
        cidrs: network.map(|state| state.ranges()).unwrap_or_default(),
        subnets: subnets.collect(),
        ..Answer::of(cluster, "azure", states, names)
    }
}
