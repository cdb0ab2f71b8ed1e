//! The answer: ids and ranges, and the patch that writes the ids back.

use groundwork_provider::{Network as Answer, NetworkObject, NetworkSubnet, States, Target};
use serde_json::{Map, Value, json};

use crate::{
    object::Subnet,
    spec::{Datacenter, Spec},
};

/// The network as far as it exists.
pub(crate) fn answer(target: &Target<Spec, Datacenter>, states: &States) -> Answer {
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
        objects: NetworkObject::all(states),
        subnets: subnets.collect(),
        patch: json!({ "spec": { "cloud": { "acorn": ids } } }),
    }
}
