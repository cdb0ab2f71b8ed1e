//! The cloud-neutral answer. Pure.

use groundwork_model::Address;
use groundwork_provider::{Network as Answer, NetworkObject, NetworkSubnet, States, Target};
use serde_json::json;

use crate::{
    compile,
    object::{firewall::Firewall, subnet::Subnet, vpc::Vpc},
    spec::{Datacenter, Spec},
};

/// What a cluster's network consists of. The tag among its objects is what its droplets have to carry.
pub(crate) fn answer(target: &Target<Spec, Datacenter>, states: &States) -> Answer {
    let objects = NetworkObject::all(states).into_iter();
    let tag = states
        .of::<Firewall>()
        .next()
        .map(|(_, known, _)| NetworkObject {
            address: Address::new("firewall/tag").expect("it is an address"),
            kind: "digitalocean.tag/1".to_owned(),
            id: compile::tag(target),
            name: compile::tag(target),
            managed: known.managed,
        });
    let vpcs = states.of::<Vpc>().map(|(_, known, state)| NetworkSubnet {
        id: known.id.clone(),
        cidrs: vec![state.ip_range.into()],
        zone: Some(state.region),
    });
    let subnets = states
        .of::<Subnet>()
        .map(|(_, known, state)| NetworkSubnet {
            id: known.id.clone(),
            cidrs: vec![state.ip_range.into()],
            zone: None,
        });
    Answer {
        cluster: target.key(),
        cidrs: Vec::new(),
        provider: "digitalocean".to_owned(),
        objects: objects.chain(tag).collect(),
        subnets: vpcs.chain(subnets).collect(),
        // The reference system has no field for a network of this cloud.
        patch: json!({}),
    }
}
