//! The cloud-neutral answer, and the patch that writes it back into the document. Pure.

use groundwork_model::ClusterKey;
use groundwork_provider::{Network as Answer, NetworkObject, States};
use serde_json::json;

use crate::object::Folder;

/// What a cluster's network consists of. vSphere knows no subnets.
pub(crate) fn answer(cluster: ClusterKey, states: &States) -> Answer {
    let folder = states.state::<Folder>("folder").map(|state| state.path);
    Answer {
        cluster,
        provider: "vsphere".to_owned(),
        cidrs: Vec::new(),
        objects: NetworkObject::all(states),
        subnets: Vec::new(),
        patch: json!({ "spec": { "cloud": { "vsphere": { "folder": folder } } } }),
    }
}
