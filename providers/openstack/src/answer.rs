//! The cloud-neutral answer, and the patch that writes it back into the document. Pure.

use groundwork_model::ClusterKey;
use groundwork_provider::{Network as Answer, NetworkObject, NetworkSubnet, Resource, States};
use serde_json::{Map, Value, json};

use crate::object::{
    Object, network::Network, router::Router, security_group::SecurityGroup, subnet::Subnet,
};

/// What a cluster's network consists of.
pub(crate) fn answer(cluster: ClusterKey, states: &States) -> Answer {
    let subnets = ["subnet/ipv4", "subnet/ipv6"].iter();
    let subnets = subnets.filter_map(|address| states.state::<Subnet>(address));
    let subnets = subnets.map(|state| NetworkSubnet {
        id: state.id,
        cidrs: vec![state.cidr],
        zone: None,
    });
    Answer {
        cluster,
        cidrs: Vec::new(),
        provider: "openstack".to_owned(),
        objects: NetworkObject::all(states),
        subnets: subnets.collect(),
        patch: json!({ "spec": { "cloud": { "openstack": patch(states) } } }),
    }
}

/// The reference system's fields: names where it has names, ids where it has ids.
fn patch(states: &States) -> Value {
    let fields = [
        ("network", name::<Network>(states, "network")),
        ("subnetID", id::<Subnet>(states, "subnet/ipv4")),
        ("ipv6SubnetID", id::<Subnet>(states, "subnet/ipv6")),
        ("routerID", id::<Router>(states, "router")),
        (
            "securityGroups",
            name::<SecurityGroup>(states, "security-group"),
        ),
    ];
    let given = fields.into_iter();
    let given = given.filter_map(|(field, value)| Some((field.to_owned(), value?.into())));
    Value::Object(given.collect::<Map<_, _>>())
}

fn id<R: Resource<State: Object>>(states: &States, address: &str) -> Option<String> {
    states
        .state::<R>(address)
        .map(|state| state.id().to_owned())
}

fn name<R: Resource<State: Object>>(states: &States, address: &str) -> Option<String> {
    states
        .state::<R>(address)
        .map(|state| state.name().to_owned())
}
