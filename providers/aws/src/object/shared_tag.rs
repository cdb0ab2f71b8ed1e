//! The cluster tag on an object that is not ours: a node of its own, so that it alone goes again.

use std::collections::BTreeMap;

use async_trait::async_trait;
use groundwork_model::Label;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Later, Listing, Owners, Progress, Resource, Result, Scope,
};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{Filter, Tags},
};

/// What the cloud controller looks for: this, and the cluster's name.
pub(crate) const CLUSTER_TAG: &str = "kubernetes.io/cluster/";
/// Our mark beside it: this, and the cluster's name. Its value is the label in one line.
pub(crate) const MARK: &str = "groundwork.io/cluster-tag/";

/// Tags that an object of EC2's may have, besides AWS's own.
pub(crate) const TAGS_MAX: usize = 50;

/// Tags that count towards the limit.
pub(crate) fn count(tags: &Tags) -> usize {
    tags.keys().filter(|key| !key.starts_with("aws:")).count()
}

/// How many tags an object would get, if it has room for less: the cluster's tag, and our mark
/// beside it. What somebody else has tagged gets none.
pub(crate) fn no_room(tags: &Tags, cluster: &str) -> Option<usize> {
    let tag = tags.contains_key(&format!("{CLUSTER_TAG}{cluster}"));
    let mark = tags.contains_key(&format!("{MARK}{cluster}"));
    let more = match (tag, mark) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    };
    (more > 0 && count(tags) + more > TAGS_MAX).then_some(more)
}

/// The cluster tag on one shared object.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SharedTag {
    /// The object's id.
    pub resource: String,
    /// The cluster's name.
    pub cluster: String,
    /// Whether somebody has taken the cluster tag from beside our mark.
    #[serde(default, skip_serializing_if = "is_false")]
    pub lost: bool,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// One tag of whichever object.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ResourceTag {
    /// The object.
    pub resource: String,
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
    /// Whether the cluster tag has just been written beside it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub written: bool,
}

impl ResourceTag {
    /// The cluster's name.
    fn cluster(&self) -> &str {
        self.key.strip_prefix(MARK).unwrap_or_default()
    }

    fn both(&self) -> Tags {
        BTreeMap::from([
            (self.key.clone(), self.value.clone()),
            (
                format!("{CLUSTER_TAG}{}", self.cluster()),
                SHARED.to_owned(),
            ),
        ])
    }
}

/// The tag's value: somebody else's object, as the cloud controller's conventions have it.
const SHARED: &str = "shared";

fn id(tag: &ResourceTag) -> String {
    format!("{}/{}", tag.resource, tag.key)
}

#[async_trait]
impl Listing for SharedTag {
    const KIND: &'static str = "aws.shared-tag/1";
    type Api = Api;
    type State = ResourceTag;

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<ResourceTag>>> {
        if scope.owners == Owners::Nobody {
            return Ok(Vec::new());
        }
        let filter = Filter {
            name: "key",
            values: vec![format!("{MARK}*")],
        };
        let mut tags = api.tags(&filter).await?;
        tags.retain(|tag| tag.key.starts_with(MARK));
        Ok(tags.into_iter().map(seen).collect())
    }
}

fn seen(tag: ResourceTag) -> Found<ResourceTag> {
    // What it is on is not ours, and does not go: it joins nothing.
    Found::labelled(id(&tag), Label::parse(&tag.value), tag)
}

#[async_trait]
impl Resource for SharedTag {
    fn id(state: &ResourceTag) -> String {
        id(state)
    }

    fn diff(&self, _: &Facts<'_>, state: &ResourceTag) -> Result<Diff, Later> {
        let replacing = Change::between("resource_id", &state.resource, &self.resource);
        let lost = (self.lost && !state.written).then(|| {
            let key = format!("{CLUSTER_TAG}{}", self.cluster);
            Change::new(key, serde_json::Value::Null, SHARED)
        });
        Ok(Diff::of(lost, replacing))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<ResourceTag>> {
        let tag = ResourceTag {
            resource: self.resource.clone(),
            key: format!("{MARK}{}", self.cluster),
            value: cx.label().to_string(),
            written: true,
        };
        cx.api.create_tags(&tag.resource, &tag.both()).await?;
        Ok(Progress::Done(tag))
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &ResourceTag,
        _: &[Change],
    ) -> Result<Progress<ResourceTag>> {
        cx.api.create_tags(&state.resource, &state.both()).await?;
        let state = state.clone();
        Ok(Progress::Done(ResourceTag {
            written: true,
            ..state
        }))
    }

    /// With their values: what somebody has changed since is theirs, and stays.
    async fn delete(cx: &Cx<'_, Api>, state: &ResourceTag) -> Result<Progress<ResourceTag>> {
        cx.api.delete_tags(&state.resource, &state.both()).await?;
        Ok(Progress::Gone)
    }
}
