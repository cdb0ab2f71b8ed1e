//! What a listing finds.

use std::{borrow::Cow, collections::BTreeSet, fmt};

use groundwork_model::{Address, ClusterKey, InstallationId, Label};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{AnyFields, Listing};

/// One object of a cloud. Ids need be unique only within a kind: some clouds number each kind from
/// one.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct ObjectRef {
    /// Name and version of its kind: `openstack.subnet/1`.
    pub kind: Cow<'static, str>,
    /// The cloud's id.
    pub id: String,
}

impl ObjectRef {
    /// The object of a kind with that id.
    pub fn of<L: Listing>(id: impl Into<String>) -> Self {
        Self::new(L::KIND, id)
    }

    /// The same for a kind that is known by its name alone.
    pub fn new(kind: impl Into<Cow<'static, str>>, id: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            id: id.into(),
        }
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.id)
    }
}

/// Which objects a listing has to contain: the union of labelled, named, and children of.
///
/// A listing may contain more (a whole project); it never leaves one of these out.
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Scope {
    /// Objects that carry a label of theirs.
    pub owners: Owners,
    /// Objects with these ids, wherever they live. One that does not exist is left out.
    pub ids: BTreeSet<String>,
    /// Objects inside, or attached to, the ones with these ids, of any kind of
    /// [`Listing::PARENTS`].
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
pub struct Found<S: ?Sized> {
    /// The cloud's id: what a document would name.
    pub id: String,
    /// What a node would find it by.
    pub key: Key,
    /// Whose it is.
    pub owner: Owner,
    /// What it is inside of or attached to: its delete comes before theirs.
    pub joins: Vec<ObjectRef>,
    /// Whether it is usable.
    pub phase: Phase,
    /// When it was made, where the cloud says so.
    pub created: Option<Timestamp>,
    /// Who else uses it as their own, by the marks of a system that shares such objects. It is left to
    /// them: see [`Resource::delete`](crate::Resource::delete).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<String>,
    /// What the cloud says it is.
    pub state: S,
}

/// The same, its state without its type.
pub type AnyFound = Found<dyn AnyFields>;

/// Whose an object is.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Owner {
    /// It says so itself.
    Label(Label),
    /// It carries no label, and anybody could have made it: a subnet inside a network of ours, an
    /// interface of somebody's router in a subnet of ours. It is ours only if a node asks for it, if
    /// our journal made it, or if it connects several objects and all of them are ours. Anything
    /// else is never changed, and a destroy names it as in the way.
    Unlabelled,
    /// It carries no label, and cannot be anybody else's than the *first* object that it joins: the
    /// cloud allows one of its kind there (the route table of a subnet).
    Within,
    /// A part of the first object that it joins: it comes and goes with that (the attributes of a
    /// network, the routes of a route table), and has the same owner. It is in nobody's way. It is
    /// deleted by itself only where that stays, and only if our journal made it or all else that it
    /// joins is ours: a route to somebody else's gateway stays. Its id is that of its whole, a
    /// slash, and more.
    Part,
    /// Somebody else's.
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

impl<S: ?Sized> Found<S> {
    /// What it uses: what it joins, but for the whole that it is a part of.
    pub fn uses(&self) -> &[ObjectRef] {
        match self.owner {
            Owner::Part => self.joins.get(1..).unwrap_or_default(),
            Owner::Label(_) | Owner::Unlabelled | Owner::Within | Owner::Foreign => &self.joins,
        }
    }
}

impl<S> Found<S> {
    /// An object of a kind that carries labels: it is found by its label, and without one it is
    /// somebody else's. It joins nothing, is usable, and has no known age; the methods below say
    /// otherwise.
    pub fn labelled(id: impl Into<String>, label: Option<Label>, state: S) -> Self {
        let id = id.into();
        let (key, owner) = match label {
            Some(label) => (Key::from(&label), Owner::Label(label)),
            None => (Key::Id(id.clone()), Owner::Foreign),
        };
        Self::new(id, key, owner, state)
    }

    /// An object that is never ours.
    pub fn foreign(id: impl Into<String>, state: S) -> Self {
        Self::labelled(id, None, state)
    }

    /// An object of a kind that carries no labels: it is found by its natural key.
    pub fn natural(id: impl Into<String>, key: impl Into<String>, owner: Owner, state: S) -> Self {
        Self::new(id.into(), Key::Natural(key.into()), owner, state)
    }

    fn new(id: String, key: Key, owner: Owner, state: S) -> Self {
        Self {
            id,
            key,
            owner,
            joins: Vec::new(),
            phase: Phase::Ready,
            created: None,
            shared: None,
            state,
        }
    }

    /// The same object, inside of or attached to these.
    #[must_use]
    pub fn joining(self, joins: impl IntoIterator<Item = ObjectRef>) -> Self {
        let joins = joins.into_iter().collect();
        Self { joins, ..self }
    }

    /// The same object in a phase.
    #[must_use]
    pub fn in_phase(self, phase: Phase) -> Self {
        Self { phase, ..self }
    }

    /// The same object, made then.
    #[must_use]
    pub fn made_at(self, created: Option<Timestamp>) -> Self {
        Self { created, ..self }
    }

    /// The same object, which others use as their own.
    #[must_use]
    pub fn shared_with(self, shared: Option<String>) -> Self {
        Self { shared, ..self }
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
            shared,
            state,
        } = self;
        Found {
            id,
            key,
            owner,
            joins,
            phase,
            created,
            shared,
            state: form(state),
        }
    }
}
