//! The cloud-neutral answer, and the patch that writes it back into the document. Pure.

use groundwork_model::ClusterKey;
use groundwork_provider::{Network as Answer, NetworkObject, NetworkSubnet, States};
use serde_json::{Map, Value, json};

use crate::object::{
    network::Network, router::Router, router_interface::RouterInterface,
    security_group::SecurityGroup, subnet::Subnet,
};

/// What a cluster's network consists of.
pub(crate) fn answer(cluster: ClusterKey, states: &States) -> Answer {
    let subnets: Vec<_> = ["subnet/ipv4", "subnet/ipv6"]
        .iter()
        .filter_map(|address| states.state::<Subnet>(address))
        .map(|state| NetworkSubnet {
            id: state.common.id,
            cidrs: vec![state.cidr],
            zone: None,
        })
        .collect();
    Answer {
        cluster,
        cidrs: Vec::new(),
        provider: "openstack".to_owned(),
        objects: objects(states),
        subnets,
        patch: json!({ "spec": { "cloud": { "openstack": patch(states) } } }),
    }
}

fn objects(states: &States) -> Vec<NetworkObject> {
    let mut names: Vec<(String, String)> = Vec::new();
    let mut name = |id: String, name: String| names.push((id, name));
    states
        .of::<Network>()
        .for_each(|(_, _, s)| name(s.common.id, s.common.name));
    states
        .of::<Subnet>()
        .for_each(|(_, _, s)| name(s.common.id, s.common.name));
    states
        .of::<Router>()
        .for_each(|(_, _, s)| name(s.common.id, s.common.name));
    states
        .of::<SecurityGroup>()
        .for_each(|(_, _, s)| name(s.common.id, s.common.name));
    states
        .of::<RouterInterface>()
        .for_each(|(_, known, s)| name(known.id.clone(), s.name));
    let object = |(address, known): (&groundwork_model::Address, &groundwork_provider::Known)| {
        let name = names.iter().find(|(id, _)| *id == known.id);
        NetworkObject {
            address: address.clone(),
            kind: known.kind.clone(),
            id: known.id.clone(),
            name: name.map(|(_, name)| name.clone()).unwrap_or_default(),
            managed: known.managed,
        }
    };
    states.iter().map(object).collect()
}

/// The reference system's fields: names where it has names, ids where it has ids.
fn patch(states: &States) -> Value {
    let mut patch = Map::new();
    let mut put = |field: &str, value: Option<String>| {
        if let Some(value) = value {
            patch.insert(field.to_owned(), value.into());
        }
    };
    put(
        "network",
        states.state::<Network>("network").map(|s| s.common.name),
    );
    put(
        "subnetID",
        states.state::<Subnet>("subnet/ipv4").map(|s| s.common.id),
    );
    put(
        "ipv6SubnetID",
        states.state::<Subnet>("subnet/ipv6").map(|s| s.common.id),
    );
    put(
        "routerID",
        states.state::<Router>("router").map(|s| s.common.id),
    );
    put(
        "securityGroups",
        states
            .state::<SecurityGroup>("security-group")
            .map(|s| s.common.name),
    );
    patch.into()
}
