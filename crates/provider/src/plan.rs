//! The plan: what would be done to each object, decided before anything is done.

use std::{collections::BTreeSet, fmt, sync::Arc};

use groundwork_model::{Address, ClusterKey, Finding, InstallationId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Account, AnyFound, Change, Found, Node, ObjectRef, Told};

/// What is to be done to one object.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Two used objects carry one label: reported with both ids, nothing is touched.
    Ambiguous,
    /// It does not exist: create it.
    Create,
    /// It is ours and no node wants it: delete it.
    Delete,
    /// A duplicate of ours that nothing joins: delete it.
    Discard,
    /// It is ours and as asked for.
    Keep,
    /// It differs in a way that needs a new object: delete it and create another one.
    Replace,
    /// It differs in a way that can be changed in place.
    Update,
    /// It is external and as it has to be.
    Verified,
    /// It is external and not as it has to be: the owner has to act.
    Violated,
}

impl Action {
    /// Whether it changes the cloud.
    pub fn is_mutating(self) -> bool {
        match self {
            Self::Create | Self::Delete | Self::Discard | Self::Replace | Self::Update => true,
            Self::Ambiguous | Self::Keep | Self::Verified | Self::Violated => false,
        }
    }

    /// Whether it deletes an object, with or without a new one in its place.
    pub fn deletes(self) -> bool {
        match self {
            Self::Delete | Self::Discard | Self::Replace => true,
            Self::Ambiguous
            | Self::Create
            | Self::Keep
            | Self::Update
            | Self::Verified
            | Self::Violated => false,
        }
    }

    /// Whether it creates an object, with or without an old one in its place.
    pub fn creates(self) -> bool {
        match self {
            Self::Create | Self::Replace => true,
            Self::Ambiguous
            | Self::Delete
            | Self::Discard
            | Self::Keep
            | Self::Update
            | Self::Verified
            | Self::Violated => false,
        }
    }

    /// One character for a list: `+ ~ ± - = !`.
    pub fn glyph(self) -> char {
        match self {
            Self::Create => '+',
            Self::Update => '~',
            Self::Replace => '±',
            Self::Delete | Self::Discard => '-',
            Self::Keep | Self::Verified => '=',
            Self::Violated | Self::Ambiguous => '!',
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ambiguous => "ambiguous",
            Self::Create => "create",
            Self::Delete => "delete",
            Self::Discard => "discard",
            Self::Keep => "keep",
            Self::Replace => "replace",
            Self::Update => "update",
            Self::Verified => "verified",
            Self::Violated => "violated",
        })
    }
}

/// One object and what is to be done to it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// Its name in the graph.
    pub address: Address,
    /// Its kind.
    pub kind: String,
    /// What is to be done.
    pub action: Action,
    /// What differs. Empty for a create whose fields are all known from the node.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// Why, where the action alone does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Fields that are known only once a dependency exists: compared then.
    #[serde(default)]
    pub late: bool,
    /// The node, if one wants the object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<Node>,
    /// The object, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "shared")]
    pub found: Option<Arc<AnyFound>>,
    /// What people are told of it: of what exists, else of what is asked for.
    #[serde(default, skip_serializing_if = "Told::is_empty")]
    pub told: Told,
    /// The incarnation that a create gives its label.
    #[serde(default)]
    pub incarnation: u32,
    /// Writers with the same text here take turns.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub turns: BTreeSet<String>,
    /// The object whose delete takes this one with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goes_with: Option<ObjectRef>,
}

/// What was found, as plan files have it.
mod shared {
    use serde::{Deserializer, Serializer};

    use super::*;

    pub(super) fn serialize<S: Serializer>(
        found: &Option<Arc<AnyFound>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        found.as_deref().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Arc<AnyFound>>, D::Error> {
        let found = Option::<Found<Value>>::deserialize(from)?;
        Ok(found.map(|found| Arc::new(found) as Arc<AnyFound>))
    }
}

impl Item {
    /// The object, if there is one.
    pub fn object(&self) -> Option<ObjectRef> {
        let found = self.found.as_ref()?;
        Some(ObjectRef::new(self.kind.clone(), found.id.clone()))
    }
}

/// Which way a plan goes.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Goal {
    /// To what the document asks for.
    Apply,
    /// To nothing.
    Destroy,
}

/// What would be done to one cluster's network.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The format: 1.
    pub version: u32,
    /// Which way.
    pub goal: Goal,
    /// Whose cloud.
    pub account: Account,
    /// Whose label.
    pub installation: InstallationId,
    /// Which cluster.
    pub cluster: ClusterKey,
    /// Every object, in an order in which they could be done one by one.
    pub items: Vec<Item>,
    /// What a person should know before saying yes.
    pub findings: Vec<Finding>,
    /// A digest of all that decides what would be done. Two plans with one hash do the same.
    pub hash: String,
}

impl Plan {
    /// The format that this release writes.
    pub const VERSION: u32 = 1;

    /// The items that would change the cloud.
    pub fn mutating(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.action.is_mutating())
    }

    /// Whether it changes nothing and nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.items
            .iter()
            .all(|item| matches!(item.action, Action::Keep | Action::Verified))
    }

    /// Whether something is so wrong that it must not be applied.
    pub fn is_blocked(&self) -> bool {
        self.findings.iter().any(Finding::is_error)
            || self
                .items
                .iter()
                .any(|i| matches!(i.action, Action::Ambiguous | Action::Violated))
    }

    /// The item at an address; a discarded duplicate beside it is not it.
    pub fn item(&self, address: &str) -> Option<&Item> {
        self.items
            .iter()
            .find(|i| i.address.as_str() == address && i.action != Action::Discard)
    }
}
