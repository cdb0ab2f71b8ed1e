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
    /// Every object of the account's own project, foreign ones too. Parents add nothing.
    Account,
    /// The objects that carry a label (a cloud that filters by tag), and those within the given
    /// parents.
    Parents,
    /// One object: the cloud has no listing of the kind. A sweep of all clusters of an account leaves
    /// the kind out, and says so. No kind may be listed within it.
    Object,
}

/// A kind of objects that a cloud can list: objects that we create, or ones that we only read.
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
    /// The object as the cloud describes it. It has the object's id: a delete gets nothing else.
    type State: Clone + Debug + DeserializeOwned + Send + Serialize + Sync + 'static;

    /// Pure. What people see of such an object: its name, its ranges, and whatever else distinguishes
    /// it from others of its kind.
    fn told(state: &Self::State) -> Told {
        let _ = state;
        Told::default()
    }

    /// Every object of this kind in scope, paged to the end. It may contain more than the scope: one
    /// listing serves one cluster or a whole account. It lists the account's own project; objects
    /// that a document names elsewhere are listed by id.
    async fn list(api: &Self::Api, scope: &Scope) -> Result<Vec<Found<Self::State>>>;

    /// The same through a look. A kind that a cloud shows only as a part of another (the routes of
    /// a route table) reads the other's listing from the look, so that it is made once for both.
    async fn derive(look: &Look<'_, Self::Api>, scope: &Scope) -> Result<Vec<Found<Self::State>>> {
        Self::list(look.api(), scope).await
    }

    /// One object by its id; `None` where it does not exist. The engine asks before it makes another
    /// at the address of one that it has made: a listing may be wrong, and empty. By itself this asks
    /// the listing for that id. A cloud where each object has an address of its own is asked there.
    async fn get(api: &Self::Api, id: &str) -> Result<Option<Found<Self::State>>> {
        let found = Self::list(api, &Scope::ids([id.to_owned()])).await?;
        Ok(found.into_iter().find(|found| found.id == id))
    }
}

/// An object that a driver only verifies: a document names it, or a survey found it, and nothing
/// creates, changes or deletes it. The struct holds what it has to be.
///
/// Whatever differs becomes a finding for its owner. A node of such a kind is added with
/// [`Graph::add_named`](crate::Graph::add_named).
pub trait External: Debug + DeserializeOwned + Listing + Serialize {
    /// As [`Resource::id`].
    fn id(state: &Self::State) -> String;

    /// As [`Resource::asks_for`].
    fn asks_for(&self) -> Told {
        Told::default()
    }

    /// As [`Resource::diff`].
    fn diff(&self, facts: &Facts<'_>, state: &Self::State) -> Result<Diff, Later>;
}

/// One object of one cloud. The struct holds the desired fields.
///
/// A driver never decides order, parallelism, retries, waiting or journalling: each of these
/// methods makes one step, and the engine does the rest.
#[async_trait]
pub trait Resource: Debug + DeserializeOwned + Listing + Serialize {
    /// The kind at whose objects the writers of this kind take turns, because the cloud cannot handle
    /// two at once: subnets of one virtual network.
    const TURNS: Option<&'static str> = None;
    /// The kind whose objects take those of this kind with them: a network takes its subnets. Where both
    /// go, one call deletes them all. The delete of the whole finds in [`Cx::along`] what it may take.
    const GOES_WITH: Option<&'static str> = None;
    /// Whether the driver creates such objects, or only verifies them: see [`External`].
    const CREATED: bool = true;

    /// The cloud's id of an object: documents name it, and other objects join it.
    fn id(state: &Self::State) -> String;

    /// The key by which this node finds its object: the label, or for a kind without labels (a router
    /// interface) the objects that it joins.
    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        Ok(facts.label_key())
    }

    /// Pure. Whether an object without a label is the one that the reference system made for this
    /// node, so that `--adopt` may take it over: by the names that system gives.
    fn adopts(&self, facts: &Facts<'_>, found: &Found<Self::State>) -> bool {
        let _ = (facts, found);
        false
    }

    /// Pure. What people see of the object that this node asks for, before it exists.
    fn asks_for(&self) -> Told {
        Told::default()
    }

    /// Pure. Compares the fields that the user asked for. A default of ours is never compared.
    fn diff(&self, facts: &Facts<'_>, state: &Self::State) -> Result<Diff, Later>;

    /// Creates the object with exactly one request, which carries the label. `diff` reports what else
    /// the object needs, and `update` does it.
    async fn create(&self, cx: &Cx<'_, Self::Api>) -> Result<Progress<Self::State>>;

    /// Makes the changes that `diff` reported; a [`Change::LABEL`] writes the label. A kind of which
    /// nothing changes in place needs none.
    async fn update(
        &self,
        cx: &Cx<'_, Self::Api>,
        state: &Self::State,
        changes: &[Change],
    ) -> Result<Progress<Self::State>> {
        let _ = (cx, state, changes);
        Err(crate::Error::new(
            crate::ErrorKind::Unexpected,
            Self::KIND,
            "has nothing that could be changed",
        ))
    }

    /// Deletes the object. It gets the state alone, because no document may want the object any more.
    /// An object that does not exist is `Gone`. An object that is [shared](Found::shared) is left to the others: only our
    /// label and our tags are removed from it, and then it is `Gone`, too.
    async fn delete(cx: &Cx<'_, Self::Api>, state: &Self::State) -> Result<Progress<Self::State>>;

    /// Asks once for the status of a pending operation. An operation that the cloud has forgotten is
    /// an error of kind `Conflict`: the engine lists the objects again.
    async fn poll(cx: &Cx<'_, Self::Api>, operation: &Operation) -> Result<Progress<Self::State>> {
        let _ = (cx, operation);
        Err(crate::Error::new(
            crate::ErrorKind::Unexpected,
            Self::KIND,
            "has no long operations",
        ))
    }
}

/// What asks the impossible of an external object is an error, and sends nothing.
#[async_trait]
impl<E: External> Resource for E {
    const CREATED: bool = false;

    fn id(state: &Self::State) -> String {
        E::id(state)
    }

    fn asks_for(&self) -> Told {
        E::asks_for(self)
    }

    fn diff(&self, facts: &Facts<'_>, state: &Self::State) -> Result<Diff, Later> {
        E::diff(self, facts, state)
    }

    async fn create(&self, _cx: &Cx<'_, Self::Api>) -> Result<Progress<Self::State>> {
        Err(only_verified(Self::KIND))
    }

    async fn update(
        &self,
        _cx: &Cx<'_, Self::Api>,
        _state: &Self::State,
        _changes: &[Change],
    ) -> Result<Progress<Self::State>> {
        Err(only_verified(Self::KIND))
    }

    async fn delete(
        _cx: &Cx<'_, Self::Api>,
        _state: &Self::State,
    ) -> Result<Progress<Self::State>> {
        Err(only_verified(Self::KIND))
    }
}

fn only_verified(kind: &str) -> crate::Error {
    let message = "is only verified: nothing creates, changes or deletes it";
    crate::Error::new(crate::ErrorKind::Unsupported, kind, message)
}
