//! The boxed twins of the two traits: what makes a registry of nine providers `dyn`. A driver
//! author never needs them; the engine sees nothing else.

mod account;
mod documents;
mod kind;
mod provider;

pub use documents::{AnyAccess, AnyTarget, UNREADABLE, target};
pub use provider::Erased;

pub(crate) use kind::{AnyKind, AnyListing, KindOf, ListingOf};

/// What the twins themselves have to say.
pub mod codes {
    pub use super::documents::ALL;
}

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use groundwork_model::{Finding, Label, Secret};
use serde_json::Value;

use crate::{
    Account, AnyFields, AnyFound, ApiOperation, Capabilities, Change, ClaimBook, Diff, Facts,
    Fields, Graph, IdempotencyToken, Key, Later, Listed, LookCache, Machines, Network, ObjectRef,
    Operation, Plan, Progress, Reach, Result, Scope, States, Told, Topology,
};

/// What a kind is, besides code.
#[derive(Clone, Copy, Debug)]
pub struct KindInfo {
    /// Name and version.
    pub name: &'static str,
    /// Kinds whose ids its listing takes.
    pub parents: &'static [&'static str],
    /// How much one call of its listing shows.
    pub reach: Reach,
    /// Whether its objects are never made, and only in the way of what goes.
    pub watched: bool,
    /// Whether the driver creates such objects, or only verifies them.
    pub created: bool,
    /// The kind at whose objects its writers take turns.
    pub turns: Option<&'static str>,
    /// The kind whose objects take those of this kind with them.
    pub goes_with: Option<&'static str>,
}

/// A call on one object.
pub struct Call<'a> {
    /// The label of the object.
    pub label: &'a Label,
    /// What exists of its cluster.
    pub states: &'a States,
    /// The listings of this look.
    pub look: &'a LookCache,
    /// The token of this incarnation.
    pub token: &'a IdempotencyToken,
    /// Where claims are kept.
    pub claims: &'a dyn ClaimBook,
    /// What a delete may take with the object.
    pub along: &'a [ObjectRef],
}

/// [`crate::Provider`] without its types.
#[async_trait]
pub trait AnyProvider: Send + Sync {
    /// The key under `spec.cloud`.
    fn name(&self) -> &'static str;
    /// See [`crate::Provider::QUIET_WINDOW`].
    fn quiet_window(&self) -> Duration;
    /// What this cloud can do.
    fn capabilities(&self) -> &'static Capabilities;
    /// The operations that the driver uses.
    fn operations(&self) -> &'static [ApiOperation];
    /// The JSON schemas of the cluster's and the datacenter's section.
    fn schemas(&self) -> (Value, Value);
    /// The kinds, parents before children.
    fn kinds(&self) -> Vec<KindInfo>;
    /// See [`crate::Provider::carries`].
    fn carries(&self, label: &Label) -> std::result::Result<(), String>;
    /// See [`crate::Provider::identity`]. Equal texts share a connection.
    fn identity(&self, access: &AnyAccess) -> Result<Option<Secret>>;
    /// See [`crate::Provider::check`].
    fn check(&self, target: &AnyTarget) -> Vec<Finding>;
    /// See [`crate::Provider::connect`].
    async fn connect(&self, access: &AnyAccess) -> Result<Arc<dyn AnyAccount>>;
    /// See [`crate::Provider::compile`].
    fn compile(&self, target: &AnyTarget, survey: &Fields) -> Result<Graph, Vec<Finding>>;
    /// See [`crate::Provider::assess`].
    fn assess(&self, target: &AnyTarget, survey: &Fields, states: &States) -> Vec<Finding>;
    /// See [`crate::Provider::topology`].
    fn topology(
        &self,
        target: &AnyTarget,
        survey: &Fields,
        graph: &Graph,
        states: &States,
    ) -> Topology;
    /// See [`crate::Provider::network`].
    fn network(&self, target: &AnyTarget, states: &States) -> Result<Network>;
    /// What people are told of an object of a kind: of its state, else of what is asked for. Nothing
    /// of a kind that this driver does not have.
    fn told(
        &self,
        kind: &str,
        desired: Option<&dyn AnyFields>,
        state: Option<&dyn AnyFields>,
    ) -> Told;
    /// See [`crate::Resource::id`].
    fn id(&self, kind: &str, state: &dyn AnyFields) -> String;
    /// See [`crate::Resource::key`].
    fn key(&self, kind: &str, desired: &dyn AnyFields, facts: &Facts<'_>) -> Result<Key, Later>;
    /// See [`crate::Resource::adopts`].
    fn adopts(
        &self,
        kind: &str,
        desired: &dyn AnyFields,
        facts: &Facts<'_>,
        found: &AnyFound,
    ) -> bool;
    /// See [`crate::Resource::diff`].
    fn diff(
        &self,
        kind: &str,
        desired: &dyn AnyFields,
        facts: &Facts<'_>,
        state: &dyn AnyFields,
    ) -> Result<Diff, Later>;
}

/// A connected account of some provider.
#[async_trait]
pub trait AnyAccount: Send + Sync {
    /// Which account.
    fn account(&self) -> &Account;
    /// See [`crate::Provider::leave`].
    async fn leave(&self) -> Result<()>;
    /// See [`crate::Provider::survey`].
    async fn survey(&self, look: &LookCache, target: &AnyTarget) -> Result<Fields>;
    /// See [`crate::Provider::checks`].
    async fn checks(&self, look: &LookCache, plan: &Plan) -> Vec<Finding>;
    /// See [`crate::Provider::machines`].
    async fn machines(&self) -> Result<Option<Machines>>;
    /// The objects of a kind, through the look.
    async fn list(
        &self,
        look: &LookCache,
        kind: &str,
        scope: &Scope,
    ) -> Result<Arc<Listed<dyn AnyFields>>>;
    /// See [`crate::Listing::get`].
    async fn get(&self, object: &ObjectRef) -> Result<Option<Arc<AnyFound>>>;
    /// See [`crate::Resource::create`].
    async fn create(
        &self,
        kind: &str,
        desired: &dyn AnyFields,
        call: Call<'_>,
    ) -> Result<Progress<Fields>>;
    /// See [`crate::Resource::update`].
    async fn update(
        &self,
        kind: &str,
        desired: &dyn AnyFields,
        call: Call<'_>,
        state: &dyn AnyFields,
        changes: &[Change],
    ) -> Result<Progress<Fields>>;
    /// See [`crate::Resource::delete`].
    async fn delete(
        &self,
        kind: &str,
        call: Call<'_>,
        state: &dyn AnyFields,
    ) -> Result<Progress<Fields>>;
    /// See [`crate::Resource::poll`].
    async fn poll(
        &self,
        kind: &str,
        call: Call<'_>,
        operation: &Operation,
    ) -> Result<Progress<Fields>>;
}
