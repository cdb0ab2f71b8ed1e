//! The cloud-neutral answer, and the patch that writes it back into the document. Pure.

use groundwork_model::ClusterKey;
use groundwork_provider::{Network as Answer, NetworkSubnet, States};

use crate::{
    object::{Network, SecurityGroup, Subnet},
    spec::SUBNETS,
};

/// What a cluster's network consists of. The reference system has names for some fields, ids for others.
pub(crate) fn answer(cluster: ClusterKey, states: &States) -> Answer {
    let subnets = SUBNETS.iter();
    let subnets = subnets.filter_map(|place| states.state::<Subnet>(place.address));
    let subnets = subnets.map(|state| NetworkSubnet {
        id: state.id,
        cidrs: vec![state.cidr],
        zone: None,
    });
    let id = |address: &str| states.named(address).map(|known| known.id.clone());
    let network = states.state::<Network>("network");
    let group = states.state::<SecurityGroup>("security-group");
    let ids = [
        ("network", network.map(|state| state.name)),
        ("subnetID", id("subnet/ipv4")),
        ("ipv6SubnetID", id("subnet/ipv6")),
        ("routerID", id("router")),
        ("securityGroups", group.map(|state| state.name)),
    ];
    Answer {
        subnets: subnets.collect(),
        ..Answer::of(cluster, "openstack", states, ids)
    }
}
