//! What a listing finds.

use std::{collections::BTreeSet, fmt};

use groundwork_model::{Address, ClusterKey, InstallationId, Label};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Which objects a listing has to contain: the union of labelled, named, and children of.
///
/// A listing may contain more (a whole project); it never leaves one of these out.
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Scope {
    /// Objects that carry a label of theirs.
    pub owners: Owners,
    /// Objects with these ids, wherever they live. One that does not exist is left out.
    pub ids: BTreeSet<String>,
    /// Objects inside, or attached to, these ones.
    pub within: BTreeSet<String>,
}

/// Whose labelled objects a listing has to contain.
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub enum Owners {
    /// Those of one cluster.
    Cluster(ClusterKey),
    /// Those of every cluster of an installation: one listing for the whole account.
    Installation(InstallationId),
    /// Only what the scope names otherwise.
    #[default]
    Nobody,
}

impl Scope {
    /// Everything of an installation in the account's own project.
    pub fn installation(installation: &InstallationId) -> Self {
        Self {
            owners: Owners::Installation(installation.clone()),
            ..Self::default()
        }
    }

    /// Objects by id.
    pub fn ids(ids: impl IntoIterator<Item = String>) -> Self {
        Self {
            ids: ids.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Objects inside others.
    pub fn within(ids: impl IntoIterator<Item = String>) -> Self {
        Self {
            within: ids.into_iter().collect(),
            ..Self::default()
        }
    }
}

/// What an object is found by.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Key {
    /// The node that made it.
    Label {
        /// Of which cluster.
        cluster: ClusterKey,
        /// As which node.
        address: Address,
    },
    /// What the cloud allows only once: a router and a subnet that it joins. An object that is made
    /// anew there has the id of the one before it, so its state has to tell the two apart (the id of
    /// an association).
    Natural(String),
    /// Nothing but its id: a foreign object.
    Id(String),
}

impl From<&Label> for Key {
    fn from(label: &Label) -> Self {
        Self::Label {
            cluster: label.cluster.clone(),
            address: label.address.clone(),
        }
    }
}

/// One object that a listing found.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Found<S> {
    /// The cloud's id: what a document would name.
    pub id: String,
    /// What a node would find it by.
    pub key: Key,
    /// Whose it is.
    pub owner: Owner,
    /// Ids of what it is inside of or attached to: its delete comes before theirs.
    pub joins: Vec<String>,
    /// Whether it is usable.
    pub phase: Phase,
    /// When it was made, where the cloud says so.
    pub created: Option<Timestamp>,
    /// What the cloud says it is.
    pub state: S,
}

/// Whose an object is.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Owner {
    /// It says so itself.
    Label(Label),
    /// It has no label of its own: ours if the *first* thing that it joins is ours (a router
    /// interface joins its subnet first, then the router), if our journal says that we made it,
    /// or if a node of the document asks for it. So a stranger's subnet on our router stays his.
    Within,
    /// A part of the first thing that it joins: it comes with that and goes with that (the
    /// attributes of a network, the routes of a route table). Whose that is, it is. It is in
    /// nobody's way, and removed by itself only where that stays. Its id is that of its whole, a
    /// slash, and more.
    Part,
    /// Somebody else's, or nobody's.
    Foreign,
}

/// Whether an object is usable.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// Yes.
    Ready,
    /// Not yet. With the operation to ask about, where there is one: it stays in this process,
    /// because plans are printed and kept in files.
    Pending(#[serde(skip)] Option<Operation>),
    /// It is being deleted: as good as absent, once it is gone.
    Leaving,
    /// The cloud gave up on it: why.
    Failed(String),
}

/// A long operation at the cloud, to be asked about with `poll`. Journalled, never published.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Operation(pub Value);

impl fmt::Debug for Operation {
    /// Hidden: an operation's address may be a signed URL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Operation(..)")
    }
}

impl<S> Found<S> {
    /// Ids of what it uses: what it joins, but for the whole that it is a part of.
    pub fn uses(&self) -> &[String] {
        match self.owner {
            Owner::Part => self.joins.get(1..).unwrap_or_default(),
            Owner::Label(_) | Owner::Within | Owner::Foreign => &self.joins,
        }
    }

    /// The same object with another form of its state.
    pub fn map<T>(self, form: impl FnOnce(S) -> T) -> Found<T> {
        let Self {
            id,
            key,
            owner,
            joins,
            phase,
            created,
            state,
        } = self;
        Found {
            id,
            key,
            owner,
            joins,
            phase,
            created,
            state: form(state),
        }
    }
}
