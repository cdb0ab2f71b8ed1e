//! What all of Neutron's objects have in common: how they are listed, created, tagged, deleted.

pub(crate) mod network;
pub(crate) mod router;
pub(crate) mod router_interface;
pub(crate) mod rules;
pub(crate) mod security_group;
mod state;
pub(crate) mod subnet;
mod tags;
mod word;

use groundwork_kit::client::{Call, path_segment};
use groundwork_model::Label;
use groundwork_provider::{Change, Cx, Facts, Found, Owners, Progress, Result, Scope};
use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::api::Api;
pub(crate) use state::{Object, found, listing, phase, state};
pub(crate) use tags::{TAG, Tags};
pub(crate) use word::Word;

/// Everything of the project's own, or by id what a scope names.
pub(crate) async fn listed<S: Object>(api: &Api, scope: &Scope) -> Result<Vec<Found<S>>> {
    let mut states: Vec<S> = Vec::new();
    if scope.owners != Owners::Nobody {
        let own = [("project_id", api.project())];
        states = api.list(S::PATH, S::MEMBER.1, &own).await?;
    }
    states.extend(api.list_ids(S::PATH, S::MEMBER.1, &scope.ids).await?);
    Ok(states.into_iter().map(|state| state.found(api)).collect())
}

/// One object, at its own address: a listing that is empty by mistake says nothing of it.
pub(crate) async fn one<S: Object>(api: &Api, id: &str) -> Result<Option<Found<S>>> {
    let path = format!("{}/{}", S::PATH, path_segment(id));
    let call = Call::get(path).under(S::MEMBER.0);
    let state: Option<S> = api.client.read_if_any(&call).await?;
    Ok(state.map(|state| state.found(api)))
}

/// The change that adds our tags to those that are there, if some are missing.
pub(crate) fn missing_tags(facts: &Facts<'_>, is: &impl Object) -> Option<Change> {
    let is = is.tags()?;
    let both = is.with(&Tags::of(facts.label()));
    Change::between("tags", is, &both)
}

/// The fields of a PUT that make the changes: each is a field of Neutron's, except the label and
/// the tags.
pub(crate) fn fields(label: &Label, changes: &[Change]) -> Map<String, Value> {
    let mut fields = Map::new();
    for change in changes {
        match change.field.as_str() {
            Change::LABEL => {
                fields.insert("description".to_owned(), label.to_string().into());
            }
            "tags" => {}
            field => {
                fields.insert(field.to_owned(), change.to.clone());
            }
        }
    }
    fields
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
        let path = format!("{path}/tags/{}", path_segment(tag));
        api.client.done(&Call::new(Method::PUT, path)).await?;
    }
    Ok(to)
}

/// Makes an object with these fields, and with its label.
pub(crate) async fn created<S: Object>(cx: &Cx<'_, Api>, mut fields: Value) -> Result<Progress<S>> {
    fields["description"] = cx.label().to_string().into();
    let (key, _) = S::MEMBER;
    let call = Call::post(S::PATH, json!({ key: fields })).under(key);
    cx.api.client.read(&call).await.map(Progress::Done)
}

/// Makes the changes: one PUT for the fields, and the tags.
pub(crate) async fn changed<S: Object>(
    cx: &Cx<'_, Api>,
    state: &S,
    changes: &[Change],
) -> Result<S> {
    let (path, (key, _)) = (state.path(), S::MEMBER);
    let fields = fields(cx.label(), changes);
    let mut state = state.clone();
    if !fields.is_empty() {
        let call = Call::put(&path, json!({ key: fields })).under(key);
        state = cx.api.client.read(&call).await?;
    }
    if let Some(tags) = changes.iter().find(|change| change.field == "tags") {
        let tags = tag(cx.api, &path, tags).await?;
        state = state.with_tags(tags);
    }
    Ok(state)
}

/// Removes an object; one that is gone is gone.
pub(crate) async fn deleted<S: Object>(cx: &Cx<'_, Api>, state: &S) -> Result<Progress<S>> {
    cx.api.client.delete(&state.path()).await?;
    Ok(Progress::Gone)
}

/// Leaves an object to the others who use it: our tags go, then our label, which is what it would be
/// found by if this ended in the middle.
pub(crate) async fn released<S: Object>(cx: &Cx<'_, Api>, state: &S) -> Result<Progress<S>> {
    let (path, key, own) = (state.path(), S::MEMBER.0, Tags::of(cx.label()));
    let is = state.tags().into_iter().flat_map(Tags::iter);
    for tag in is.filter(|tag| own.has(tag)) {
        let path = format!("{path}/tags/{}", path_segment(tag));
        cx.api.client.delete(&path).await?;
    }
    let body = json!({ key: { "description": "" } });
    cx.api.client.done(&Call::put(path, body)).await?;
    Ok(Progress::Gone)
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
