//! A kind of object without its types.

use std::{marker::PhantomData, sync::Arc};

use async_trait::async_trait;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::KindInfo;
use crate::{
    Action, Change, Cx, Diff, Error, ErrorKind, Facts, Found, Item, Key, Later, Listed, Listing,
    Look, Operation, Progress, Resource, Result, Scope, Told,
};

/// [`crate::Listing`] without its types.
#[async_trait]
pub(crate) trait AnyListing<A>: Send + Sync {
    fn info(&self) -> KindInfo;
    fn told(&self, state: &Value) -> Told;
    async fn list(&self, look: Look<'_, A>, scope: &Scope) -> Result<Arc<Listed<Value>>>;
    async fn get(&self, api: &A, id: &str) -> Result<Option<Found<Value>>>;
}

/// [`crate::Resource`] without its types.
#[async_trait]
pub(crate) trait AnyKind<A>: Send + Sync {
    fn id(&self, state: &Value) -> String;
    fn asks_for(&self, desired: &Value) -> Told;
    async fn act(&self, item: &Item, cx: Cx<'_, A>);
    fn key(&self, desired: &Value, facts: &Facts<'_>) -> Result<Key, Later>;
    fn adopts(&self, desired: &Value, facts: &Facts<'_>, found: &Found<Value>) -> bool;
    fn diff(&self, desired: &Value, facts: &Facts<'_>, state: &Value) -> Result<Diff, Later>;
    async fn create(&self, desired: &Value, cx: Cx<'_, A>) -> Result<Progress<Value>>;
    async fn update(
        &self,
        desired: &Value,
        cx: Cx<'_, A>,
        state: &Value,
        changes: &[Change],
    ) -> Result<Progress<Value>>;
    async fn delete(&self, cx: Cx<'_, A>, state: &Value) -> Result<Progress<Value>>;
    async fn poll(&self, cx: Cx<'_, A>, operation: &Operation) -> Result<Progress<Value>>;
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
    listing: PhantomData<fn() -> L>,
}

impl<L> ListingOf<L> {
    /// Of a kind that is made or verified.
    pub(crate) fn made<R: Resource>() -> Self {
        Self {
            watched: false,
            created: R::CREATED,
            turns: R::TURNS,
            listing: PhantomData,
        }
    }

    /// Of a kind that is only watched.
    pub(crate) fn watched() -> Self {
        Self {
            watched: true,
            created: false,
            turns: None,
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
        }
    }

    fn told(&self, state: &Value) -> Told {
        L::told(&read(state))
    }

    async fn list(&self, look: Look<'_, L::Api>, scope: &Scope) -> Result<Arc<Listed<Value>>> {
        look.values::<L>(scope).await
    }

    async fn get(&self, api: &L::Api, id: &str) -> Result<Option<Found<Value>>> {
        let form = |state| serde_json::to_value(state).expect("a state is plain data");
        Ok(L::get(api, id).await?.map(|found| found.map(form)))
    }
}

pub(super) fn read<T: DeserializeOwned>(value: &Value) -> T {
    T::deserialize(value)
        .expect("desired fields and states are read as what they were written from")
}

fn plain<S: serde::Serialize>(progress: Progress<S>) -> Progress<Value> {
    progress.map(|state| serde_json::to_value(state).expect("a state is plain data"))
}

async fn act<R: Resource>(item: &Item, cx: &Cx<'_, R::Api>) {
    // A plan's fields and states are written by this driver; what it cannot read it leaves alone.
    let desired = item.node.as_ref().map(|node| &node.desired);
    let desired: Option<R> = desired.and_then(|value| R::deserialize(value).ok());
    let state = item.found.as_ref().map(|found| &found.state);
    let state: Option<R::State> = state.and_then(|value| R::State::deserialize(value).ok());
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
    fn id(&self, state: &Value) -> String {
        R::id(&read(state))
    }

    fn asks_for(&self, desired: &Value) -> Told {
        read::<R>(desired).asks_for()
    }

    async fn act(&self, item: &Item, cx: Cx<'_, R::Api>) {
        act::<R>(item, &cx).await;
    }

    fn key(&self, desired: &Value, facts: &Facts<'_>) -> Result<Key, Later> {
        read::<R>(desired).key(facts)
    }

    fn adopts(&self, desired: &Value, facts: &Facts<'_>, found: &Found<Value>) -> bool {
        read::<R>(desired).adopts(facts, &found.clone().map(|state| read(&state)))
    }

    fn diff(&self, desired: &Value, facts: &Facts<'_>, state: &Value) -> Result<Diff, Later> {
        read::<R>(desired).diff(facts, &read(state))
    }

    async fn create(&self, desired: &Value, cx: Cx<'_, R::Api>) -> Result<Progress<Value>> {
        read::<R>(desired).create(&cx).await.map(plain)
    }

    async fn update(
        &self,
        desired: &Value,
        cx: Cx<'_, R::Api>,
        state: &Value,
        changes: &[Change],
    ) -> Result<Progress<Value>> {
        read::<R>(desired)
            .update(&cx, &read(state), changes)
            .await
            .map(plain)
    }

    async fn delete(&self, cx: Cx<'_, R::Api>, state: &Value) -> Result<Progress<Value>> {
        R::delete(&cx, &read(state)).await.map(plain)
    }

    async fn poll(&self, cx: Cx<'_, R::Api>, operation: &Operation) -> Result<Progress<Value>> {
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
