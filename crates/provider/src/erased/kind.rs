//! A kind of object without its types.

use std::{marker::PhantomData, sync::Arc};

use async_trait::async_trait;

use super::KindInfo;
use crate::{
    Action, AnyFields, AnyFound, Change, Cx, Diff, Error, ErrorKind, Facts, Fields, Found, Item,
    Key, Later, Listed, Listing, Look, Operation, Progress, Resource, Result, Scope, Told,
};

/// [`crate::Listing`] without its types.
#[async_trait]
pub(crate) trait AnyListing<A>: Send + Sync {
    fn info(&self) -> KindInfo;
    fn told(&self, state: &dyn AnyFields) -> Told;
    async fn list(&self, look: Look<'_, A>, scope: &Scope) -> Result<Arc<Listed<dyn AnyFields>>>;
    async fn get(&self, api: &A, id: &str) -> Result<Option<Arc<AnyFound>>>;
}

/// [`crate::Resource`] without its types.
#[async_trait]
pub(crate) trait AnyKind<A>: Send + Sync {
    fn id(&self, state: &dyn AnyFields) -> String;
    fn asks_for(&self, desired: &dyn AnyFields) -> Told;
    async fn act(&self, item: &Item, cx: Cx<'_, A>);
    fn key(&self, desired: &dyn AnyFields, facts: &Facts<'_>) -> Result<Key, Later>;
    fn adopts(&self, desired: &dyn AnyFields, facts: &Facts<'_>, found: &AnyFound) -> bool;
    fn diff(
        &self,
        desired: &dyn AnyFields,
        facts: &Facts<'_>,
        state: &dyn AnyFields,
    ) -> Result<Diff, Later>;
    async fn create(&self, desired: &dyn AnyFields, cx: Cx<'_, A>) -> Result<Progress<Fields>>;
    async fn update(
        &self,
        desired: &dyn AnyFields,
        cx: Cx<'_, A>,
        state: &dyn AnyFields,
        changes: &[Change],
    ) -> Result<Progress<Fields>>;
    async fn delete(&self, cx: Cx<'_, A>, state: &dyn AnyFields) -> Result<Progress<Fields>>;
    async fn poll(&self, cx: Cx<'_, A>, operation: &Operation) -> Result<Progress<Fields>>;
}

pub(crate) struct KindOf<R>(PhantomData<fn() -> R>);

impl<R> Default for KindOf<R> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

/// A kind as it is listed: one that is made, or one that is only watched.
pub(crate) struct ListingOf<L> {
    watched: bool,
    created: bool,
    turns: Option<&'static str>,
    goes_with: Option<&'static str>,
    listing: PhantomData<fn() -> L>,
}

impl<L> ListingOf<L> {
    /// Of a kind that is made or verified.
    pub(crate) fn made<R: Resource>() -> Self {
        Self {
            watched: false,
            created: R::CREATED,
            turns: R::TURNS,
            goes_with: R::GOES_WITH,
            listing: PhantomData,
        }
    }

    /// Of a kind that is only watched.
    pub(crate) fn watched() -> Self {
        Self {
            watched: true,
            created: false,
            turns: None,
            goes_with: None,
            listing: PhantomData,
        }
    }
}

#[async_trait]
impl<L: Listing> AnyListing<L::Api> for ListingOf<L> {
    fn info(&self) -> KindInfo {
        KindInfo {
            name: L::KIND,
            parents: L::PARENTS,
            reach: L::REACH,
            watched: self.watched,
            created: self.created,
            turns: self.turns,
            goes_with: self.goes_with,
        }
    }

    fn told(&self, state: &dyn AnyFields) -> Told {
        L::told(&state.typed())
    }

    async fn list(
        &self,
        look: Look<'_, L::Api>,
        scope: &Scope,
    ) -> Result<Arc<Listed<dyn AnyFields>>> {
        look.untyped::<L>(scope).await
    }

    async fn get(&self, api: &L::Api, id: &str) -> Result<Option<Arc<AnyFound>>> {
        let found = L::get(api, id).await?;
        Ok(found.map(|found| Arc::new(found) as Arc<AnyFound>))
    }
}

fn plain<S: AnyFields>(progress: Progress<S>) -> Progress<Fields> {
    progress.map(Fields::new)
}

/// A copy with the type of its state.
fn typed<R: Resource>(found: &AnyFound) -> Found<R::State> {
    let Found {
        id,
        key,
        owner,
        joins,
        phase,
        created,
        shared,
        state,
    } = found;
    Found {
        id: id.clone(),
        key: key.clone(),
        owner: owner.clone(),
        joins: joins.clone(),
        phase: phase.clone(),
        created: *created,
        shared: shared.clone(),
        state: state.typed::<R::State>().into_owned(),
    }
}

async fn act<R: Resource>(item: &Item, cx: &Cx<'_, R::Api>) {
    // A plan's fields and states are written by this driver; what it cannot read it leaves alone.
    let desired = item.node.as_ref().map(|node| &node.desired);
    let desired = desired.and_then(|fields| fields.read::<R>().ok());
    let state = item.found.as_ref().map(|found| &found.state);
    let state = state.and_then(|fields| fields.read::<R::State>().ok());
    if let Some(state) = state.as_ref().filter(|_| item.action.deletes()) {
        drop(R::delete(cx, state).await);
    }
    if let Some(desired) = desired.as_ref().filter(|_| item.action.creates()) {
        drop(desired.create(cx).await);
    }
    if let (Action::Update, Some(desired), Some(state)) = (item.action, desired, state) {
        for change in &item.changes {
            let one = std::slice::from_ref(change);
            drop(desired.update(cx, &state, one).await);
        }
    }
}

#[async_trait]
impl<R: Resource> AnyKind<R::Api> for KindOf<R> {
    fn id(&self, state: &dyn AnyFields) -> String {
        R::id(&state.typed())
    }

    fn asks_for(&self, desired: &dyn AnyFields) -> Told {
        desired.typed::<R>().asks_for()
    }

    async fn act(&self, item: &Item, cx: Cx<'_, R::Api>) {
        act::<R>(item, &cx).await;
    }

    fn key(&self, desired: &dyn AnyFields, facts: &Facts<'_>) -> Result<Key, Later> {
        desired.typed::<R>().key(facts)
    }

    fn adopts(&self, desired: &dyn AnyFields, facts: &Facts<'_>, found: &AnyFound) -> bool {
        desired.typed::<R>().adopts(facts, &typed::<R>(found))
    }

    fn diff(
        &self,
        desired: &dyn AnyFields,
        facts: &Facts<'_>,
        state: &dyn AnyFields,
    ) -> Result<Diff, Later> {
        desired.typed::<R>().diff(facts, &state.typed())
    }

    async fn create(
        &self,
        desired: &dyn AnyFields,
        cx: Cx<'_, R::Api>,
    ) -> Result<Progress<Fields>> {
        desired.typed::<R>().create(&cx).await.map(plain)
    }

    async fn update(
        &self,
        desired: &dyn AnyFields,
        cx: Cx<'_, R::Api>,
        state: &dyn AnyFields,
        changes: &[Change],
    ) -> Result<Progress<Fields>> {
        desired
            .typed::<R>()
            .update(&cx, &state.typed(), changes)
            .await
            .map(plain)
    }

    async fn delete(&self, cx: Cx<'_, R::Api>, state: &dyn AnyFields) -> Result<Progress<Fields>> {
        R::delete(&cx, &state.typed()).await.map(plain)
    }

    async fn poll(&self, cx: Cx<'_, R::Api>, operation: &Operation) -> Result<Progress<Fields>> {
        R::poll(&cx, operation).await.map(plain)
    }
}

impl<A> crate::Kinds<A> {
    /// Makes the calls that an item asks for, one after the other, each change by itself, whatever
    /// comes of the one before: for a driver that acts a plan out where nothing comes of it. A kind
    /// that is only watched is never changed.
    pub async fn act(&self, item: &Item, cx: Cx<'_, A>) {
        if let Ok(kind) = self.of(&item.kind) {
            kind.act(item, cx).await;
        }
    }

    /// The code of a kind that is made.
    pub(super) fn of(&self, kind: &str) -> Result<&dyn AnyKind<A>> {
        let made = self.made.get(kind).map(|kind| &**kind);
        made.ok_or_else(|| unknown(kind))
    }

    pub(super) fn known(&self, kind: &str) -> &dyn AnyKind<A> {
        self.of(kind)
            .unwrap_or_else(|_| panic!("{kind} is a kind of this graph's provider"))
    }

    /// The listing of a kind that is made or watched.
    pub(super) fn listing(&self, kind: &str) -> Result<&dyn AnyListing<A>> {
        let mut listed = self.listed.iter();
        let listing = listed.find(|listing| listing.info().name == kind);
        listing
            .map(|listing| &**listing)
            .ok_or_else(|| unknown(kind))
    }
}

fn unknown(kind: &str) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        kind,
        "this release has no such kind of object",
    )
    .remedy("use the release that wrote it, or a newer one")
}
