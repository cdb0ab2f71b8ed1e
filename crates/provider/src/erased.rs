//! The boxed twins of the two traits: what makes a registry of nine providers `dyn`. A driver
//! author never needs them; the engine sees nothing else.

use std::{collections::BTreeMap, marker::PhantomData, sync::Arc};

use async_trait::async_trait;
use groundwork_model::{Addressing, Cluster, Datacenter, Finding, InstallationId, Label, Secret};
use groundwork_transport::Connector;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    Access, Account, ApiOperation, Capabilities, Change, ClaimBook, Cx, Diff, Environment, Error,
    ErrorKind, Facts, Found, Graph, IdempotencyToken, Key, Later, Listed, Look, LookCache, Network,
    Operation, Options, Plan, Progress, Provider, Resource, Result, Scope, States, Target, World,
};

/// A [`Target`] before a driver has read its sections.
pub type AnyTarget = Target<(), ()>;

/// An [`Access`] before a driver has read its sections.
#[derive(Clone)]
pub struct AnyAccess {
    /// The cluster's document; a destroy without one has none.
    pub cluster: Option<Arc<Cluster>>,
    /// The datacenter's document.
    pub datacenter: Option<Arc<Datacenter>>,
    /// What `credentialsReference` refers to.
    pub secrets: BTreeMap<String, Secret>,
    /// Environment variables and files.
    pub environment: Environment,
    /// Opens connections.
    pub connector: Arc<dyn Connector>,
    /// Clock and randomness.
    pub world: World,
}

/// What a kind is, besides code.
#[derive(Clone, Copy, Debug)]
pub struct KindInfo {
    /// Name and version.
    pub name: &'static str,
    /// Kinds whose ids its listing takes.
    pub parents: &'static [&'static str],
    /// The kind at whose objects its writers take turns.
    pub turns: Option<&'static str>,
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
}

/// [`Provider`] without its types.
#[async_trait]
pub trait AnyProvider: Send + Sync {
    /// The key under `spec.cloud`.
    fn name(&self) -> &'static str;
    /// What this cloud can do.
    fn capabilities(&self) -> &'static Capabilities;
    /// The operations that the driver uses.
    fn operations(&self) -> &'static [ApiOperation];
    /// The JSON schemas of the cluster's and the datacenter's section.
    fn schemas(&self) -> (Value, Value);
    /// The kinds, parents before children.
    fn kinds(&self) -> Vec<KindInfo>;
    /// See [`Provider::identity`]. Equal texts share a connection.
    fn identity(&self, access: &AnyAccess) -> Result<Option<Secret>>;
    /// See [`Provider::connect`].
    async fn connect(&self, access: &AnyAccess) -> Result<Arc<dyn AnyAccount>>;
    /// See [`Provider::compile`].
    fn compile(&self, target: &AnyTarget, survey: &Value) -> Result<Graph, Vec<Finding>>;
    /// See [`Provider::assess`].
    fn assess(&self, target: &AnyTarget, survey: &Value, states: &States) -> Vec<Finding>;
    /// See [`Provider::network`].
    fn network(&self, target: &AnyTarget, states: &States) -> Result<Network>;
    /// See [`Resource::id`].
    fn id(&self, kind: &str, state: &Value) -> String;
    /// See [`Resource::key`].
    fn key(&self, kind: &str, desired: &Value, facts: &Facts<'_>) -> Result<Key, Later>;
    /// See [`Resource::adopts`].
    fn adopts(&self, kind: &str, desired: &Value, facts: &Facts<'_>, found: &Found<Value>) -> bool;
    /// See [`Resource::diff`].
    fn diff(
        &self,
        kind: &str,
        desired: &Value,
        facts: &Facts<'_>,
        state: &Value,
    ) -> Result<Diff, Later>;
}

/// A connected account of some provider.
#[async_trait]
pub trait AnyAccount: Send + Sync {
    /// Which account.
    fn account(&self) -> &Account;
    /// See [`Provider::survey`].
    async fn survey(&self, look: &LookCache, target: &AnyTarget) -> Result<Value>;
    /// See [`Provider::checks`].
    async fn checks(&self, look: &LookCache, target: &AnyTarget, plan: &Plan) -> Vec<Finding>;
    /// The objects of a kind, through the look.
    async fn list(&self, look: &LookCache, kind: &str, scope: &Scope)
    -> Result<Arc<Listed<Value>>>;
    /// See [`Resource::create`].
    async fn create(&self, kind: &str, desired: &Value, call: Call<'_>) -> Result<Progress<Value>>;
    /// See [`Resource::update`].
    async fn update(
        &self,
        kind: &str,
        desired: &Value,
        call: Call<'_>,
        state: &Value,
        changes: &[Change],
    ) -> Result<Progress<Value>>;
    /// See [`Resource::delete`].
    async fn delete(&self, kind: &str, call: Call<'_>, state: &Value) -> Result<Progress<Value>>;
    /// See [`Resource::poll`].
    async fn poll(
        &self,
        kind: &str,
        call: Call<'_>,
        operation: &Operation,
    ) -> Result<Progress<Value>>;
}

/// [`Resource`] without its types.
#[async_trait]
pub(crate) trait AnyKind<A>: Send + Sync {
    fn info(&self) -> KindInfo;
    fn id(&self, state: &Value) -> String;
    fn key(&self, desired: &Value, facts: &Facts<'_>) -> Result<Key, Later>;
    fn adopts(&self, desired: &Value, facts: &Facts<'_>, found: &Found<Value>) -> bool;
    fn diff(&self, desired: &Value, facts: &Facts<'_>, state: &Value) -> Result<Diff, Later>;
    async fn list(&self, look: Look<'_, A>, scope: &Scope) -> Result<Arc<Listed<Value>>>;
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

fn read<T: DeserializeOwned>(value: &Value) -> T {
    T::deserialize(value)
        .expect("desired fields and states are read as what they were written from")
}

fn plain<S: serde::Serialize>(progress: Progress<S>) -> Progress<Value> {
    progress.map(|state| serde_json::to_value(state).expect("a state is plain data"))
}

#[async_trait]
impl<R: Resource> AnyKind<R::Api> for KindOf<R> {
    fn info(&self) -> KindInfo {
        KindInfo {
            name: R::KIND,
            parents: R::PARENTS,
            turns: R::TURNS,
        }
    }

    fn id(&self, state: &Value) -> String {
        R::id(&read(state))
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

    async fn list(&self, look: Look<'_, R::Api>, scope: &Scope) -> Result<Arc<Listed<Value>>> {
        look.values::<R>(scope).await
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

/// Wraps a provider for a registry.
pub struct Erased<P: Provider> {
    provider: Arc<P>,
    kinds: Arc<crate::Kinds<P::Api>>,
}

impl<P: Provider> Erased<P> {
    /// Wraps a provider.
    pub fn new(provider: P) -> Self {
        let kinds = Arc::new(provider.kinds());
        Self {
            provider: Arc::new(provider),
            kinds,
        }
    }
}

struct Connected<P: Provider> {
    account: Account,
    api: P::Api,
    provider: Arc<P>,
    kinds: Arc<crate::Kinds<P::Api>>,
}

impl<A> crate::Kinds<A> {
    fn of(&self, kind: &str) -> Result<&dyn AnyKind<A>> {
        self.by_name.get(kind).map(|kind| &**kind).ok_or_else(|| {
            Error::new(
                ErrorKind::Unsupported,
                kind,
                "this release has no such kind of object",
            )
            .remedy("use the release that wrote it, or a newer one")
        })
    }

    fn known(&self, kind: &str) -> &dyn AnyKind<A> {
        self.of(kind)
            .unwrap_or_else(|_| panic!("{kind} is a kind of this graph's provider"))
    }
}

/// The typed target: sections that cannot be read are findings of the document's own check, which
/// comes first, so that here they are an error for whoever skipped it.
fn typed<P: Provider>(target: &AnyTarget) -> Result<Target<P::Spec, P::Datacenter>> {
    let spec = section::<P::Spec>(
        target
            .cluster
            .spec
            .cloud
            .clouds
            .get(P::NAME)
            .map(|s| s.value()),
    )?
    .ok_or_else(|| {
        Error::new(
            ErrorKind::Invalid,
            "read the cluster",
            format!("no spec.cloud.{}", P::NAME),
        )
    })?;
    let cloud = section(
        target
            .datacenter
            .spec
            .clouds
            .get(P::NAME)
            .map(|s| s.value()),
    )?;
    let Target {
        installation,
        cluster,
        addressing,
        datacenter,
        spec: (),
        cloud: (),
        options,
    } = target.clone();
    let cloud = cloud.unwrap_or_default();
    Ok(Target {
        installation,
        cluster,
        addressing,
        datacenter,
        spec,
        cloud,
        options,
    })
}

/// The typed access.
fn open<P: Provider>(access: &AnyAccess) -> Result<Access<P::Spec, P::Datacenter>> {
    let AnyAccess {
        cluster,
        datacenter,
        secrets,
        environment,
        connector,
        world,
    } = access.clone();
    let spec = cluster
        .as_ref()
        .and_then(|c| c.spec.cloud.clouds.get(P::NAME));
    let cloud = datacenter.as_ref().and_then(|d| d.spec.clouds.get(P::NAME));
    let (spec, cloud) = (
        section(spec.map(|s| s.value()))?,
        section(cloud.map(|s| s.value()))?,
    );
    Ok(Access {
        spec,
        cloud,
        secrets,
        environment,
        connector,
        world,
    })
}

fn section<T: DeserializeOwned>(value: Option<&Value>) -> Result<Option<T>> {
    let read = |value| {
        T::deserialize(value).map_err(|why: serde_json::Error| {
            Error::new(ErrorKind::Invalid, "read the documents", why.to_string())
        })
    };
    value.map(read).transpose()
}

#[async_trait]
impl<P: Provider> AnyProvider for Erased<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn capabilities(&self) -> &'static Capabilities {
        self.provider.capabilities()
    }

    fn operations(&self) -> &'static [ApiOperation] {
        self.provider.operations()
    }

    fn schemas(&self) -> (Value, Value) {
        (
            schemars::schema_for!(P::Spec).into(),
            schemars::schema_for!(P::Datacenter).into(),
        )
    }

    fn kinds(&self) -> Vec<KindInfo> {
        self.kinds
            .order
            .iter()
            .map(|kind| self.kinds.known(kind).info())
            .collect()
    }

    fn identity(&self, access: &AnyAccess) -> Result<Option<Secret>> {
        Ok(self.provider.identity(&open::<P>(access)?))
    }

    async fn connect(&self, access: &AnyAccess) -> Result<Arc<dyn AnyAccount>> {
        let access = open::<P>(access)?;
        let (account, api) = self.provider.connect(&access).await?;
        let (provider, kinds) = (self.provider.clone(), self.kinds.clone());
        Ok(Arc::new(Connected {
            account,
            api,
            provider,
            kinds,
        }))
    }

    fn compile(&self, target: &AnyTarget, survey: &Value) -> Result<Graph, Vec<Finding>> {
        let target = typed::<P>(target).map_err(|error| vec![unreadable(&error)])?;
        self.provider.compile(&target, &read(survey))
    }

    fn assess(&self, target: &AnyTarget, survey: &Value, states: &States) -> Vec<Finding> {
        match typed::<P>(target) {
            Ok(target) => self.provider.assess(&target, &read(survey), states),
            Err(error) => vec![unreadable(&error)],
        }
    }

    fn network(&self, target: &AnyTarget, states: &States) -> Result<Network> {
        self.provider.network(&typed::<P>(target)?, states)
    }

    fn id(&self, kind: &str, state: &Value) -> String {
        self.kinds.known(kind).id(state)
    }

    fn key(&self, kind: &str, desired: &Value, facts: &Facts<'_>) -> Result<Key, Later> {
        self.kinds.known(kind).key(desired, facts)
    }

    fn adopts(&self, kind: &str, desired: &Value, facts: &Facts<'_>, found: &Found<Value>) -> bool {
        self.kinds.known(kind).adopts(desired, facts, found)
    }

    fn diff(
        &self,
        kind: &str,
        desired: &Value,
        facts: &Facts<'_>,
        state: &Value,
    ) -> Result<Diff, Later> {
        self.kinds.known(kind).diff(desired, facts, state)
    }
}

groundwork_model::codes! {
    /// The section of this cloud cannot be read.
    pub UNREADABLE = "PROVIDER-SECTION-UNREADABLE", "The cloud's section of a document cannot be read", "";
}

fn unreadable(error: &Error) -> Finding {
    Finding::error(UNREADABLE, error.message.clone())
        .at("spec.cloud")
        .remedy("correct the field; `groundwork schema` prints what is allowed")
}

impl<P: Provider> Connected<P> {
    fn cx<'a>(&'a self, call: &Call<'a>) -> Cx<'a, P::Api> {
        let Call {
            label,
            states,
            look,
            token,
            claims,
        } = *call;
        Cx::new(
            Facts::new(label, states),
            &self.api,
            Look::new(&self.api, look),
            token,
            claims,
        )
    }
}

#[async_trait]
impl<P: Provider> AnyAccount for Connected<P> {
    fn account(&self) -> &Account {
        &self.account
    }

    async fn survey(&self, look: &LookCache, target: &AnyTarget) -> Result<Value> {
        let target = typed::<P>(target)?;
        let survey = self
            .provider
            .survey(&Look::new(&self.api, look), &target)
            .await?;
        Ok(serde_json::to_value(survey).expect("a survey is plain data"))
    }

    async fn checks(&self, look: &LookCache, target: &AnyTarget, plan: &Plan) -> Vec<Finding> {
        match typed::<P>(target) {
            Ok(target) => {
                self.provider
                    .checks(&Look::new(&self.api, look), &target, plan)
                    .await
            }
            Err(error) => vec![unreadable(&error)],
        }
    }

    async fn list(
        &self,
        look: &LookCache,
        kind: &str,
        scope: &Scope,
    ) -> Result<Arc<Listed<Value>>> {
        self.kinds
            .of(kind)?
            .list(Look::new(&self.api, look), scope)
            .await
    }

    async fn create(&self, kind: &str, desired: &Value, call: Call<'_>) -> Result<Progress<Value>> {
        self.kinds.of(kind)?.create(desired, self.cx(&call)).await
    }

    async fn update(
        &self,
        kind: &str,
        desired: &Value,
        call: Call<'_>,
        state: &Value,
        changes: &[Change],
    ) -> Result<Progress<Value>> {
        self.kinds
            .of(kind)?
            .update(desired, self.cx(&call), state, changes)
            .await
    }

    async fn delete(&self, kind: &str, call: Call<'_>, state: &Value) -> Result<Progress<Value>> {
        self.kinds.of(kind)?.delete(self.cx(&call), state).await
    }

    async fn poll(
        &self,
        kind: &str,
        call: Call<'_>,
        operation: &Operation,
    ) -> Result<Progress<Value>> {
        self.kinds.of(kind)?.poll(self.cx(&call), operation).await
    }
}

/// Makes the untyped target of a cluster.
pub fn target(
    installation: InstallationId,
    cluster: Arc<Cluster>,
    addressing: Arc<Addressing>,
    datacenter: Arc<Datacenter>,
    options: Options,
) -> AnyTarget {
    Target {
        installation,
        cluster,
        addressing,
        datacenter,
        spec: (),
        cloud: (),
        options,
    }
}
