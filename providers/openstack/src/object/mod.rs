//! What all of Neutron's objects have in common: label, tags, creation time, deletion.

pub(crate) mod network;
pub(crate) mod router;
pub(crate) mod router_interface;
pub(crate) mod rules;
pub(crate) mod security_group;
pub(crate) mod subnet;
mod whole;

use std::collections::BTreeSet;

use groundwork_kit::client::path_segment;
use groundwork_model::{ClusterKey, Label};
use groundwork_provider::{
    Change, Cx, Error, ErrorKind, Facts, Found, ObjectRef, Phase, Progress, Result, Scope,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use crate::api::Api;

/// The longest tag that every release of Neutron takes.
const TAG_LENGTH_MAX: usize = 60;

/// The fields that every object of Neutron's has.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Common {
    /// Its id.
    pub id: String,
    /// Its name: not unique.
    #[serde(default)]
    pub name: String,
    /// Free text: the label, where it is ours.
    #[serde(default)]
    pub description: Option<String>,
    /// The project that it belongs to.
    #[serde(default)]
    pub project_id: String,
    /// Its tags, where the cloud has tags.
    #[serde(default)]
    pub tags: Option<BTreeSet<String>>,
    /// When it was made.
    #[serde(default)]
    pub created_at: Option<String>,
}

impl Common {
    /// Its label. Only in our own project is one taken at its word: the owner of an object that
    /// others share with us could write anything.
    pub fn label(&self, project: &str) -> Option<Label> {
        let text = self.description.as_deref().unwrap_or_default();
        Label::parse(text).filter(|_| self.project_id == project)
    }

    /// Whether it carries the tag of a cluster: where somebody has overwritten its label, that says
    /// whose it is.
    pub(crate) fn is_tagged(&self, cluster: &ClusterKey) -> bool {
        let tags = self.tags.as_ref();
        tags.is_some_and(|tags| tags.contains(&cluster_tag(cluster)))
    }
}

/// A finding of a listing. Whose it is and since when is known of it then, and its state need not
/// hold it a second time.
pub(crate) fn found<S: Object>(
    api: &Api,
    joins: impl IntoIterator<Item = ObjectRef>,
    phase: Phase,
    mut state: S,
) -> Found<S> {
    let common = state.common_mut();
    let (id, label) = (common.id.clone(), common.label(api.project()));
    if label.is_some() {
        common.description = None;
    }
    let created = common.created_at.take();
    Found::labelled(id, label, state)
        .joining(joins)
        .in_phase(phase)
        .made_at(created.and_then(|text| text.parse::<Timestamp>().ok()))
}

/// A state of one of Neutron's objects.
pub(crate) trait Object: Clone + DeserializeOwned {
    /// Where the API has objects of its kind.
    const PATH: &'static str;
    /// The member that holds one of them in a body, and several.
    const MEMBER: (&'static str, &'static str);

    /// What it has in common with the others.
    fn common(&self) -> &Common;

    /// The same, to be changed.
    fn common_mut(&mut self) -> &mut Common;

    /// Where the API has it.
    fn path(&self) -> String {
        format!("{}/{}", Self::PATH, self.common().id)
    }

    /// As people are told of it.
    fn told(&self) -> String {
        let Common { id, name, .. } = self.common();
        format!("{} {name} ({id})", Self::MEMBER.0.replace('_', " "))
    }
}

/// A state with its field `common`, its path, and its members; it is read whole.
macro_rules! object {
    ($state:ty, $path:literal, $one:literal, $several:literal) => {
        impl crate::object::Object for $state {
            const PATH: &'static str = $path;
            const MEMBER: (&'static str, &'static str) = ($one, $several);

            fn common(&self) -> &crate::object::Common {
                &self.common
            }

            fn common_mut(&mut self) -> &mut crate::object::Common {
                &mut self.common
            }
        }

        crate::object::whole::whole!($state);
    };
}
pub(crate) use object;

/// The phase that Neutron's `status` means; most clouds say `ACTIVE` or `DOWN`, and either works.
pub(crate) fn phase(status: &str) -> Phase {
    match status {
        "BUILD" => Phase::Pending(None),
        "PENDING_DELETE" => Phase::Leaving,
        "ERROR" => Phase::Failed("Neutron says that its status is ERROR".to_owned()),
        _ => Phase::Ready,
    }
}

/// Everything of the project's own, or by id what a scope names.
pub(crate) async fn listed<S: Object>(api: &Api, scope: &Scope) -> Result<Vec<S>> {
    let (path, (_, key)) = (S::PATH, S::MEMBER);
    let mut found = Vec::new();
    if scope.owners != groundwork_provider::Owners::Nobody {
        found = api
            .list(path, key, &[("project_id", api.project())])
            .await?;
    }
    if !scope.ids.is_empty() {
        found.extend(api.list_ids(path, key, &scope.ids).await?);
    }
    Ok(found)
}

/// One object, at its own address: a listing that is empty by mistake says nothing of it.
pub(crate) async fn shown<S: Object>(api: &Api, id: &str) -> Result<Option<S>> {
    let path = format!("{}/{}", S::PATH, path_segment(id));
    api.find(&path, S::MEMBER.0).await
}

/// The tags of the objects of one cluster: for people and their tools; we go by the label.
pub(crate) fn tags(label: &Label) -> BTreeSet<String> {
    let tags = ["groundwork".to_owned(), cluster_tag(&label.cluster)];
    tags.into_iter()
        .filter(|tag| tag.len() <= TAG_LENGTH_MAX)
        .collect()
}

fn cluster_tag(cluster: &ClusterKey) -> String {
    format!("groundwork-cluster={cluster}")
}

/// The change that adds our tags to those that are there, if some are missing.
pub(crate) fn missing_tags(facts: &Facts<'_>, is: &Common) -> Option<Change> {
    let is = is.tags.as_ref()?;
    let both: BTreeSet<_> = is.union(&tags(facts.label())).cloned().collect();
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
async fn tag(api: &Api, path: &str, tags: &Change) -> Result<BTreeSet<String>> {
    let set = |value: &Value| BTreeSet::<String>::deserialize(value).unwrap_or_default();
    let (is, to) = (set(&tags.from), set(&tags.to));
    if is.is_empty() {
        let body = json!({ "tags": to });
        return api.put(&format!("{path}/tags"), "tags", body).await;
    }
    for tag in to.difference(&is) {
        let tag = path_segment(tag);
        api.set(&format!("{path}/tags/{tag}")).await?;
    }
    Ok(to)
}

/// Makes an object with these fields, and with its label.
pub(crate) async fn created<S: Object>(cx: &Cx<'_, Api>, mut fields: Value) -> Result<Progress<S>> {
    fields["description"] = cx.label().to_string().into();
    let (key, _) = S::MEMBER;
    let created = cx.api.post(S::PATH, key, json!({ key: fields })).await;
    created.map(Progress::Done)
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
        state = cx.api.put(&path, key, json!({ key: fields })).await?;
    }
    if let Some(tags) = changes.iter().find(|change| change.field == "tags") {
        let tags = match tag(cx.api, &path, tags).await {
            Ok(tags) => tags,
            Err(error) => return Err(or_gone(cx.api, &path, error).await),
        };
        state.common_mut().tags = Some(tags);
    }
    Ok(state)
}

/// Neutron since 2024 fails (500) over the tags of what is gone, where it said 404 before. Whether that
/// is why is asked, so that the run looks again instead of trying the same again.
async fn or_gone(api: &Api, path: &str, error: Error) -> Error {
    if error.kind != ErrorKind::Unavailable {
        return error;
    }
    match api.exists(path).await {
        Ok(false) => Error::new(ErrorKind::Conflict, error.operation, "the object is gone"),
        Ok(true) | Err(_) => error,
    }
}

/// Removes an object; one that is gone is gone.
pub(crate) async fn deleted<S: Object>(cx: &Cx<'_, Api>, state: &S) -> Result<Progress<S>> {
    cx.api.delete(&state.path()).await?;
    Ok(Progress::Gone)
}

/// Leaves an object to the others who use it: our tags go, then our label, which is what it would be
/// found by if this ended in the middle.
pub(crate) async fn released<S: Object>(cx: &Cx<'_, Api>, state: &S) -> Result<Progress<S>> {
    let (path, key, own) = (state.path(), S::MEMBER.0, tags(cx.label()));
    let tags = state.common().tags.iter().flatten();
    for tag in tags.filter(|tag| own.contains(*tag)) {
        let tag = path_segment(tag);
        cx.api.delete(&format!("{path}/tags/{tag}")).await?;
    }
    let body = json!({ key: { "description": "" } });
    let _: Value = cx.api.put(&path, key, body).await?;
    Ok(Progress::Gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABEL: &str =
        "groundwork/1 installation=groundwork cluster=b1f2 address=network incarnation=1";

    fn common(project: &str) -> Common {
        Common {
            description: Some(LABEL.to_owned()),
            project_id: project.to_owned(),
            ..Common::default()
        }
    }

    #[test]
    fn a_label_counts_in_our_own_project_only() {
        assert!(common("ours").label("ours").is_some());
        assert_eq!(common("theirs").label("ours"), None);
    }

    #[test]
    fn tags_that_were_there_stay() {
        let label = Label::parse(LABEL).unwrap();
        let states = groundwork_provider::States::default();
        let facts = Facts::new(&label, &states);
        let is = Common {
            tags: Some(["theirs".to_owned()].into()),
            ..common("ours")
        };
        let change = missing_tags(&facts, &is).unwrap();
        assert_eq!(
            change.to,
            json!(["groundwork", "groundwork-cluster=b1f2", "theirs"])
        );
        let is = Common {
            tags: serde_json::from_value(change.to).unwrap(),
            ..is
        };
        assert_eq!(missing_tags(&facts, &is), None);
    }

    #[test]
    fn a_cloud_without_tags_is_not_asked_for_any() {
        let label = Label::parse(LABEL).unwrap();
        let states = groundwork_provider::States::default();
        assert_eq!(
            missing_tags(&Facts::new(&label, &states), &common("ours")),
            None
        );
    }
}
