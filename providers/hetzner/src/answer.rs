//! The cloud-neutral answer, and the patch that writes it back into the document. Pure.

use groundwork_model::ClusterKey;
use groundwork_provider::{Network as Answer, NetworkObject, NetworkSubnet, States};
use serde_json::Value;

use crate::object::{Network, Subnet};

/// What a cluster's network consists of.
pub(crate) fn answer(cluster: ClusterKey, states: &States) -> Answer {
    let network = states.state::<Network>("network");
    let name = network.as_ref().map(|state| state.name.clone());
    let objects = states.iter().map(|(address, known)| NetworkObject {
        address: address.clone(),
        kind: known.kind.clone(),
        id: known.id.clone(),
        name: name_of(&known.state.to_value()),
        managed: known.managed,
    });
    let own = states
        .of::<Subnet>()
        .map(|(_, known, state)| NetworkSubnet {
            id: known.id.clone(),
            cidrs: vec![state.part.ip_range.into()],
            zone: Some(state.part.network_zone),
        });
    Answer {
        cidrs: network.iter().map(|state| state.ip_range.into()).collect(),
        objects: objects.collect(),
        subnets: own.collect(),
        ..Answer::of(cluster, "hetzner", states, [("network", name)])
    }
}

/// Its name; of a subnet, which has none, the range.
fn name_of(state: &Value) -> String {
    let mut names = ["name", "ip_range"].iter();
    let name = names.find_map(|field| state[field].as_str());
    name.unwrap_or_default().to_owned()
}
