//! The tag that the droplets of a cluster carry: by it the firewall applies to them. A tag is a word,
//! and has no room for a label: it comes with the firewall, and goes with it.

use groundwork_kit::client::{Call, path_segment};
use groundwork_provider::Result;
use serde::Deserialize;
use serde_json::json;

use super::firewall::FirewallState;
use crate::api::{self, Api};

/// What the tag of a cluster begins with; the reference system's machines carry it.
pub(crate) const PREFIX: &str = "kubernetes-cluster-";

const PATH: &str = "/v2/tags";
const KEY: &str = "tag";

/// What DigitalOcean says of a tag.
#[derive(Deserialize)]
struct TagState {
    #[serde(default)]
    resources: Resources,
}

/// What carries a tag.
#[derive(Default, Deserialize)]
struct Resources {
    #[serde(default)]
    count: u64,
}

/// Makes sure that firewalls can name the tag. A tag that exists is made again without a word.
pub(crate) async fn known(api: &Api, name: &str) -> Result<()> {
    let call = Call::post(PATH, json!({ "name": name }));
    api.done(&call).await
}

/// Deletes the tag of a firewall that is about to be deleted, unless something else has it:
/// DigitalOcean would take it off everything without a word.
pub(crate) async fn forgotten(api: &Api, name: &str, firewall: &str) -> Result<()> {
    let path = format!("{PATH}/{}", path_segment(name));
    let tag: Option<TagState> = api.read_if_any(&Call::get(&*path).under(KEY)).await?;
    let is_carried = tag.as_ref().is_none_or(|tag| tag.resources.count > 0);
    if is_carried {
        return Ok(());
    }
    let firewalls: Vec<FirewallState> = api::all(api, "/v2/firewalls", "firewalls").await?;
    let mut others = firewalls.iter().filter(|other| other.id != firewall);
    match others.any(|other| other.names_tag(name)) {
        true => Ok(()),
        false => api.delete(&path).await,
    }
}
