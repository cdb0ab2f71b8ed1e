//! The cloud-neutral answer, and the patch that writes it back into the document. Pure.

use groundwork_model::ClusterKey;
use groundwork_provider::{Network as Answer, States};

use crate::object::Folder;

/// What a cluster's network consists of. vSphere knows no subnets.
pub(crate) fn answer(cluster: ClusterKey, states: &States) -> Answer {
    let folder = states.state::<Folder>("folder").map(|state| state.path);
    Answer::of(cluster, "vsphere", states, [("folder", folder)])
}
