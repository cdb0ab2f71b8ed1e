//! The answer: ids and ranges, and the patch that writes the ids back.

use groundwork_model::Address;
use groundwork_provider::{Known, Network as Answer, NetworkObject, NetworkSubnet, States, Target};
use serde_json::{Map, Value, json};

use crate::{
    object::Subnet,
    spec::{Datacenter, Spec},
};

/// The network as far as it exists.
pub(crate) fn answer(target: &Target<Spec, Datacenter>, states: &States) -> Answer {
    let object = |(address, known): (&Address, &Known)| NetworkObject {
        address: address.clone(),
        kind: known.kind.clone(),
        id: known.id.clone(),
        name: known.state.to_value()["name"].as_str().unwrap_or_default().to_owned(),
        managed: known.managed,
    };
    let subnets = states.of::<Subnet>().map(|(_, known, state)| NetworkSubnet {
        id: known.id.clone(),
        cidrs: [Some(state.range.into()), state.prefix.map(Into::into)]
            .into_iter()
            .flatten()
            .collect(),
        zone: None,
    });
    // The fields of the section have the names of the addresses.
    let ids: Map<String, Value> = states
        .iter()
        .map(|(address, known)| (address.to_string(), json!(known.id)))
        .collect();
    Answer {
        cluster: target.key(),
        provider: "acorn".to_owned(),
        cidrs: Vec::new(),
        objects: states.iter().map(object).collect(),
        subnets: subnets.collect(),
        patch: json!({ "spec": { "cloud": { "acorn": ids } } }),
    }
}
