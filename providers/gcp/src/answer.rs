//! The cloud-neutral answer, and the patch that writes it back into the document. Pure.

use groundwork_model::ClusterKey;
use groundwork_provider::{Network as Answer, NetworkSubnet, States};
use ipnet::IpNet;

use crate::object::{Network, Subnetwork};

/// What a cluster's network consists of.
pub(crate) fn answer(cluster: ClusterKey, states: &States) -> Answer {
    let network = states.state::<Network>("network");
    let id = |address: &str| states.named(address).map(|known| known.id.clone());
    let subnets = states.of::<Subnetwork>();
    let subnets = subnets.map(|(_, known, state)| NetworkSubnet {
        id: known.id.clone(),
        cidrs: state.ranges(),
        zone: None,
    });
    let own = network.and_then(|state| state.internal_ipv6_range);
    let ids = ["network", "subnetwork"].map(|address| (address, id(address)));
    Answer {
        cidrs: own.map(IpNet::V6).into_iter().collect(),
        subnets: subnets.collect(),
        ..Answer::of(cluster, "gcp", states, ids)
    }
}
