//! One object of one cloud.

use std::fmt::Debug;

use async_trait::async_trait;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Change, Cx, Diff, Facts, Found, Key, Later, Look, Operation, Progress, Result, Scope, Told,
};

/// How much of a kind one call of its listing shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reach {
    /// Everything of the account's own project, foreign objects too: parents add nothing.
    Account,
    /// What carries a label (a cloud that filters by tag), or is within the given parents.
    Parents,
    /// One object, since the cloud has no listing of the kind: a sweep of all clusters of an account
    /// leaves it out, and says so. Nothing may be listed within such a kind.
    Object,
}

/// Something of a cloud that can be listed: an object that we make, or one that we only read.
#[async_trait]
pub trait Listing: Send + Sync + 'static {
    /// Name and version of the kind: `openstack.subnet/1`.
    const KIND: &'static str;
    /// How much one call shows.
    const REACH: Reach = Reach::Account;
    /// The kinds whose ids a listing of this kind takes as [`Scope::within`]: a router interface
    /// is found within routers. They are listed first.
    const PARENTS: &'static [&'static str] = &[];
    /// The connected account.
    type Api: Send + Sync + 'static;
    /// What the cloud says an object is. It names the object: a delete has nothing else.
    type State: Clone + Debug + DeserializeOwned + Send + Serialize + Sync + 'static;

    /// Pure. What people are told of such an object: its name and ranges, and what else tells it
    /// apart from others of its kind.
    fn told(state: &Self::State) -> Told {
        let _ = state;
        Told::default()
    }

    /// Everything of this kind in scope, paged to the end. May contain more than the scope; one
    /// listing serves one cluster or a whole account. Looks at the account's own project, and by
    /// id at what a document names elsewhere.
    async fn list(api: &Self::Api, scope: &Scope) -> Result<Vec<Found<Self::State>>>;

    /// The same through a look. A kind that a cloud shows only as a part of another (the routes of
    /// a route table) reads the other's listing from the look, so that it is made once for both.
    async fn derive(look: &Look<'_, Self::Api>, scope: &Scope) -> Result<Vec<Found<Self::State>>> {
        Self::list(look.api(), scope).await
    }
}

/// One object of one cloud. The struct holds the desired fields.
///
/// A driver never decides order, parallelism, retries, waiting or journalling: each of these
/// methods makes one step, and the engine does the rest.
#[async_trait]
pub trait Resource: Debug + DeserializeOwned + Listing + Serialize {
    /// The kind whose objects this kind's writers take turns at, because they would trample each
    /// other: interfaces of one router, subnets of one virtual network.
    const TURNS: Option<&'static str> = None;

    /// The cloud's id of an object: what a document would name, what others join.
    fn id(state: &Self::State) -> String;

    /// What this node is looked up by: its label, unless the kind carries none (a router
    /// interface): then what it joins.
    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        Ok(facts.label_key())
    }

    /// Pure. Whether an object without a label is the one that the reference system made for this
    /// node, so that `--adopt` may take it over: by the names that system gives.
    fn adopts(&self, facts: &Facts<'_>, found: &Found<Self::State>) -> bool {
        let _ = (facts, found);
        false
    }

    /// Pure. What people are told of the object that this node asks for, before it exists.
    fn asks_for(&self) -> Told {
        Told::default()
    }

    /// Pure. Compares only what was asked for; a default of ours is never compared.
    fn diff(&self, facts: &Facts<'_>, state: &Self::State) -> Result<Diff, Later>;

    /// Exactly one mutating request, which carries the label. Whatever else the object needs,
    /// `diff` reports and `update` does.
    async fn create(&self, cx: &Cx<'_, Self::Api>) -> Result<Progress<Self::State>>;

    /// Makes the changes that `diff` reported; a [`Change::LABEL`] writes the label.
    async fn update(
        &self,
        cx: &Cx<'_, Self::Api>,
        state: &Self::State,
        changes: &[Change],
    ) -> Result<Progress<Self::State>>;

    /// Removes it. From the state alone, so that an object which no document wants any more can
    /// go too. Deleting what is gone is `Gone`.
    async fn delete(cx: &Cx<'_, Self::Api>, state: &Self::State) -> Result<Progress<Self::State>>;

    /// Asks once how a pending operation is doing. One that the cloud has forgotten is an error
    /// of kind `Conflict`: the engine looks again.
    async fn poll(cx: &Cx<'_, Self::Api>, operation: &Operation) -> Result<Progress<Self::State>> {
        let _ = (cx, operation);
        Err(crate::Error::new(
            crate::ErrorKind::Unexpected,
            Self::KIND,
            "has no long operations",
        ))
    }
}
