//! A provider without its types.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use groundwork_model::{Finding, Label, Secret};
use serde_json::Value;

use super::{
    AnyAccess, AnyAccount, AnyProvider, AnyTarget, KindInfo,
    account::Connected,
    documents::{open, typed, unreadable, unreadable_fields},
};
use crate::{
    AnyFields, AnyFound, ApiOperation, Capabilities, Diff, Facts, Fields, Graph, Key, Later,
    Network, Provider, Result, States, Told, Topology,
};

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

#[async_trait]
impl<P: Provider> AnyProvider for Erased<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn quiet_window(&self) -> Duration {
        P::QUIET_WINDOW
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
        let listed = self.kinds.listed.iter();
        listed.map(|listing| listing.info()).collect()
    }

    fn carries(&self, label: &Label) -> std::result::Result<(), String> {
        self.provider.carries(label)
    }

    fn identity(&self, access: &AnyAccess) -> Result<Option<Secret>> {
        Ok(self.provider.identity(&open::<P>(access)?))
    }

    fn check(&self, target: &AnyTarget) -> Vec<Finding> {
        match typed::<P>(target) {
            Ok(target) => self.provider.check(target),
            Err(_) => unreadable_fields::<P>(target),
        }
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

    fn compile(&self, target: &AnyTarget, survey: &Fields) -> Result<Graph, Vec<Finding>> {
        let target = typed::<P>(target).map_err(|error| vec![unreadable(&error)])?;
        self.provider.compile(target, &survey.typed())
    }

    fn assess(&self, target: &AnyTarget, survey: &Fields, states: &States) -> Vec<Finding> {
        match typed::<P>(target) {
            Ok(target) => self.provider.assess(target, &survey.typed(), states),
            Err(error) => vec![unreadable(&error)],
        }
    }

    fn topology(
        &self,
        target: &AnyTarget,
        survey: &Fields,
        graph: &Graph,
        states: &States,
    ) -> Topology {
        let target = typed::<P>(target);
        let of = |target| {
            let provider = &self.provider;
            provider.topology(target, &survey.typed(), graph, states)
        };
        target.map(of).unwrap_or_default()
    }

    fn network(&self, target: &AnyTarget, states: &States) -> Result<Network> {
        self.provider.network(typed::<P>(target)?, states)
    }

    fn told(
        &self,
        kind: &str,
        desired: Option<&dyn AnyFields>,
        state: Option<&dyn AnyFields>,
    ) -> Told {
        let listing = self.kinds.listing(kind).ok();
        let found = state.and_then(|state| Some(listing?.told(state)));
        let made = self.kinds.of(kind).ok();
        let asked = desired.and_then(|desired| Some(made?.asks_for(desired)));
        found.unwrap_or_default().or(asked.unwrap_or_default())
    }

    fn id(&self, kind: &str, state: &dyn AnyFields) -> String {
        self.kinds.known(kind).id(state)
    }

    fn key(&self, kind: &str, desired: &dyn AnyFields, facts: &Facts<'_>) -> Result<Key, Later> {
        self.kinds.known(kind).key(desired, facts)
    }

    fn adopts(
        &self,
        kind: &str,
        desired: &dyn AnyFields,
        facts: &Facts<'_>,
        found: &AnyFound,
    ) -> bool {
        self.kinds.known(kind).adopts(desired, facts, found)
    }

    fn diff(
        &self,
        kind: &str,
        desired: &dyn AnyFields,
        facts: &Facts<'_>,
        state: &dyn AnyFields,
    ) -> Result<Diff, Later> {
        self.kinds.known(kind).diff(desired, facts, state)
    }
}
