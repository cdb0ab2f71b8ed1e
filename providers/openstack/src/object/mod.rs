//! What all of Neutron's objects have in common: how they are listed, created, tagged, deleted.

mod desired;
mod id;
mod network;
mod router;
mod router_interface;
pub(crate) mod rules;
mod security_group;
mod state;
mod subnet;
mod tags;
mod word;

use groundwork_kit::client::{Call, path_segment};
use groundwork_model::Label;
use groundwork_provider::{Change, Cx, Facts, Found, Owners, Progress, Result, Scope};
use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::api::Api;
use desired::{Desired, InUse, resource};
use id::Id;
pub(crate) use network::{ExternalNetwork, Network, NetworkState, SharedNetwork};
pub(crate) use router::{FixedIp, Router, RouterState};
pub(crate) use router_interface::{Interface, RouterInterface};
use rules::Alike;
pub(crate) use security_group::{SecurityGroup, SecurityGroupState};
pub(crate) use state::{Object, found, phase, state};
pub(crate) use subnet::{AllocationPool, PREFIX_DELEGATION, Range, Subnet, SubnetState};
pub(crate) use tags::{TAG, Tags};
pub(crate) use word::Word;

/// Everything of the project's own, or by id what a scope names.
async fn listed<S: Object>(api: &Api, scope: &Scope) -> Result<Vec<Found<S>>> {
    let mut alike = Alike::default();
    let mut form = |mut state: S| {
        state.share(&mut alike);
        state.found(api)
    };
    let mut all = Vec::new();
    if scope.owners != Owners::Nobody {
        let mut own = vec![("project_id", api.project())];
        own.extend(S::PAGE_ENTRIES.map(|entries| ("limit", entries)));
        all = api.list_as(S::PATH, S::MEMBER.1, &own, &mut form).await?;
    }
    let named = api.list_ids(S::PATH, S::MEMBER.1, &scope.ids).await?;
    all.extend(named.into_iter().map(form));
    Ok(all)
}

/// One object, at its own address: a listing that is empty by mistake says nothing of it.
async fn one<S: Object>(api: &Api, id: &str) -> Result<Option<Found<S>>> {
    let path = format!("{}/{}", S::PATH, path_segment(id));
    let call = Call::get(path).under(S::MEMBER.0);
    let state: Option<S> = api.client.read_if_any(&call).await?;
    Ok(state.map(|state| state.found(api)))
}

/// The change of this name adds tags.
const TAGS: &str = "tags";

/// The change that adds our tags to those that are there, if some are missing.
fn missing_tags(facts: &Facts<'_>, is: &impl Object) -> Option<Change> {
    let (is, label) = (is.tags()?, facts.label());
    if is.has(TAG) && is.has_cluster(&label.cluster) {
        return None;
    }
    let both = is.with(&Tags::of(label));
    Change::between(TAGS, is, &both)
}

/// The fields of a PUT that make the changes: each is a field of Neutron's, except the label and
/// the tags.
fn fields(label: &Label, changes: &[Change]) -> Map<String, Value> {
    let field = |change: &Change| match change.is_label() {
        true => ("description".to_owned(), label.to_string().into()),
        false => (change.field.clone(), change.to.clone()),
    };
    let fields = changes.iter().filter(|change| change.field != TAGS);
    fields.map(field).collect()
}

/// The path of one tag of an object.
fn tag_path(path: &str, tag: &str) -> String {
    format!("{path}/tags/{}", path_segment(tag))
}

/// Adds the tags that are missing. Only where there are none is the set written as a whole: one
/// that somebody adds at the same time is not taken away.
async fn tag(api: &Api, path: &str, tags: &Change) -> Result<Tags> {
    let read = |value: &Value| Tags::deserialize(value).unwrap_or_default();
    let (is, to) = (read(&tags.from), read(&tags.to));
    if is.is_empty() {
        let call = Call::put(format!("{path}/tags"), json!({ "tags": to }));
        return api.client.read(&call.under("tags")).await;
    }
    for tag in is.lacks(&to) {
        let call = Call::new(Method::PUT, tag_path(path, tag));
        api.client.done(&call).await?;
    }
    Ok(to)
}

/// Makes an object with these fields, and with its label.
async fn created<S: Object>(
    cx: &Cx<'_, Api>,
    name: &str,
    mut fields: Value,
) -> Result<Progress<S>> {
    fields["name"] = name.into();
    fields["description"] = cx.label().to_string().into();
    let (key, _) = S::MEMBER;
    let call = Call::post(S::PATH, json!({ key: fields })).under(key);
    cx.api.client.read(&call).await.map(Progress::Done)
}

/// Makes the changes: one PUT for the fields, and the tags.
async fn changed<S: Object>(cx: &Cx<'_, Api>, state: &S, changes: &[Change]) -> Result<S> {
    let (path, (key, _)) = (state.path(), S::MEMBER);
    let fields = fields(cx.label(), changes);
    let mut state = state.clone();
    if !fields.is_empty() {
        let call = Call::put(&path, json!({ key: fields })).under(key);
        state = cx.api.client.read(&call).await?;
    }
    if let Some(tags) = changes.iter().find(|change| change.field == TAGS) {
        let tags = tag(cx.api, &path, tags).await?;
        state = state.with_tags(tags);
    }
    Ok(state)
}

/// Leaves an object to the others who use it: our tags go, then our label, which is what it would be
/// found by if this ended in the middle.
async fn released<S: Object>(cx: &Cx<'_, Api>, state: &S) -> Result<()> {
    let (path, key, own) = (state.path(), S::MEMBER.0, Tags::of(cx.label()));
    let is = state.tags().into_iter().flat_map(Tags::iter);
    for tag in is.filter(|tag| own.has(tag)) {
        cx.api.client.delete(&tag_path(&path, tag)).await?;
    }
    let body = json!({ key: { "description": "" } });
    cx.api.client.done(&Call::put(path, body)).await
}

#[cfg(test)]
mod tests {
    use groundwork_provider::States;

    use super::{network::NetworkState, *};

    const LABEL: &str =
        "groundwork/1 installation=groundwork cluster=b1f2 address=network incarnation=1";

    fn network(fields: Value) -> NetworkState {
        let mut all = json!({
            "id": "n", "admin_state_up": true, "description": LABEL, "project_id": "ours"
        });
        for (name, value) in fields.as_object().unwrap() {
            all[name] = value.clone();
        }
        serde_json::from_value(all).unwrap()
    }

    fn missing(is: &NetworkState) -> Option<Change> {
        let label = Label::parse(LABEL).unwrap();
        missing_tags(&Facts::new(&label, &States::default()), is)
    }

    #[test]
    fn a_label_counts_in_our_own_project_only() {
        assert!(network(json!({})).label("ours").is_some());
        let theirs = network(json!({ "project_id": "theirs" }));
        assert_eq!(theirs.label("ours"), None);
    }

    #[test]
    fn tags_that_were_there_stay() {
        let change = missing(&network(json!({ "tags": ["theirs"] }))).unwrap();
        let both = json!(["groundwork", "groundwork-cluster=b1f2", "theirs"]);
        assert_eq!(change.to, both);
        assert_eq!(missing(&network(json!({ "tags": both }))), None);
    }

    #[test]
    fn a_cloud_without_tags_is_not_asked_for_any() {
        assert_eq!(missing(&network(json!({}))), None);
    }

    #[test]
    fn a_state_is_read_as_it_is_written() {
        let state = network(json!({ "router:external": true, "unknown": [1], "mtu": 1442 }));
        assert!(state.external);
        let written = serde_json::to_value(&state).unwrap();
        assert_eq!(
            serde_json::from_value::<NetworkState>(written).unwrap(),
            state
        );
    }
}
