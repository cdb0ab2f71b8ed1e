//! One cluster in its connected account: plan, teardown, run.

mod apply;

pub use apply::Applied;

use std::{sync::Arc, time::Duration};

use groundwork_model::{ClusterKey, Finding, RunId};
use groundwork_provider::{
    Account, Graph, LookCache, Network, Options, Owners, Plan, States, erased::AnyTarget,
};
use jiff::Timestamp;

use crate::{
    Engine, Observation, Recall, Trouble, Whose, codes,
    engine::Connection,
    observe::{observe, warm},
    plan::{Basis, plan, teardown},
    reading::patiently,
};

/// One cluster in its connected account.
pub struct Session {
    engine: Engine,
    connection: Connection,
    target: Option<AnyTarget>,
    cluster: ClusterKey,
    options: Options,
    findings: Vec<Finding>,
    /// A sweep's look, shared by the clusters of an account.
    shared: Option<Arc<LookCache>>,
}

/// A plan and what it was made from.
#[derive(Clone)]
pub struct Planned {
    /// What would be done, with everything that a person should know.
    pub plan: Plan,
    /// What is asked for. A teardown has none.
    pub graph: Option<Graph>,
    /// What exists of it.
    pub states: States,
    /// The network, as far as it exists.
    pub network: Option<Network>,
    look: Arc<LookCache>,
    at: Timestamp,
    last_run: Option<RunId>,
}

/// Whether to wait for what an interrupted run may have left under way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Patience {
    /// Look now.
    Now,
    /// Wait until a request that was under way has either taken effect or never will, and until
    /// what was just made has become visible. Before a run.
    Settle,
}

impl Session {
    pub(crate) fn new(
        engine: &Engine,
        connection: Connection,
        target: AnyTarget,
        findings: Vec<Finding>,
    ) -> Self {
        let (cluster, options) = (target.key(), target.options.clone());
        let engine = engine.clone();
        Self {
            engine,
            connection,
            target: Some(target),
            cluster,
            options,
            findings,
            shared: None,
        }
    }

    pub(crate) fn without_document(
        engine: &Engine,
        connection: Connection,
        cluster: ClusterKey,
        options: Options,
    ) -> Self {
        let (engine, findings) = (engine.clone(), Vec::new());
        Self {
            engine,
            connection,
            target: None,
            cluster,
            options,
            findings,
            shared: None,
        }
    }

    pub(crate) fn sharing(mut self, look: Arc<LookCache>) -> Self {
        self.shared = Some(look);
        self
    }

    /// Which account was reached.
    pub fn account(&self) -> &Account {
        self.connection.account.account()
    }

    /// Which cluster.
    pub fn cluster(&self) -> &ClusterKey {
        &self.cluster
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// What the journal remembers of this cluster.
    pub async fn recall(&self) -> Result<Recall, Trouble> {
        Ok(Recall::of(
            &self.engine.0.journal.load(&self.cluster).await?,
        ))
    }

    /// Looks, compiles, plans, judges. Reads only.
    ///
    /// # Errors
    /// [`Trouble::Unfit`] where the documents cannot be compiled for what is there.
    pub async fn plan(&self, patience: Patience) -> Result<Planned, Trouble> {
        let target = self.target.as_ref().ok_or_else(|| self.no_document())?;
        let mut recall = self.recall().await?;
        self.settle(patience, &mut recall).await?;
        loop {
            let look = self.look();
            let planned = self.planned(target, &look, &recall).await?;
            if patience == Patience::Now || !self.lags(&recall, &planned.1) {
                return Ok(planned.0);
            }
            self.engine
                .0
                .world
                .clock
                .sleep(self.engine.0.limits.look_pause)
                .await;
        }
    }

    async fn planned(
        &self,
        target: &AnyTarget,
        look: &Arc<LookCache>,
        recall: &Recall,
    ) -> Result<(Planned, Observation), Trouble> {
        let Connection { provider, account } = &self.connection;
        let kinds = provider.kinds();
        let warmed = warm(&**account, look, &kinds);
        let surveyed = self.patiently(|| account.survey(look, target));
        let (survey, ()) = futures::join!(surveyed, warmed);
        let survey = survey?;
        let graph = provider
            .compile(target, &survey)
            .map_err(|findings| self.unfit(findings))?;
        let observation = self.observed(look, recall, Some(&graph)).await?;
        let (mut plan, states) = plan(self.basis(recall, &observation), &graph);
        plan.findings
            .extend(provider.assess(target, &survey, &states));
        if self.shared.is_none() {
            plan.findings
                .extend(account.checks(look, target, &plan).await);
        }
        plan.findings = self.all_findings(std::mem::take(&mut plan.findings), recall);
        let network = provider.network(target, &states).ok();
        let (look, at) = (look.clone(), self.now());
        let last_run = recall.last_run.clone();
        let planned = Planned {
            plan,
            graph: Some(graph),
            states,
            network,
            look,
            at,
            last_run,
        };
        Ok((planned, observation))
    }

    /// Plans the removal of all that is ours. Reads only; needs no document.
    pub async fn teardown(&self, patience: Patience) -> Result<Planned, Trouble> {
        let mut recall = self.recall().await?;
        self.settle(patience, &mut recall).await?;
        loop {
            let look = self.look();
            let Connection { provider, account } = &self.connection;
            warm(&**account, &look, &provider.kinds()).await;
            let observation = self.observed(&look, &recall, None).await?;
            if patience == Patience::Settle && self.lags(&recall, &observation) {
                self.engine
                    .0
                    .world
                    .clock
                    .sleep(self.engine.0.limits.look_pause)
                    .await;
                continue;
            }
            let mut plan = teardown(self.basis(&recall, &observation));
            plan.findings = self.all_findings(std::mem::take(&mut plan.findings), &recall);
            let (at, last_run) = (self.now(), recall.last_run.clone());
            let (graph, states, network) = (None, States::default(), None);
            return Ok(Planned {
                plan,
                graph,
                states,
                network,
                look,
                at,
                last_run,
            });
        }
    }

    fn network(&self, states: &States) -> Option<Network> {
        let target = self.target.as_ref()?;
        self.connection.provider.network(target, states).ok()
    }

    /// Waits out what an interrupted run may have left under way.
    async fn settle(&self, patience: Patience, recall: &mut Recall) -> Result<(), Trouble> {
        if patience == Patience::Now {
            return Ok(());
        }
        let parts = &self.engine.0;
        let until = recall
            .intents
            .values()
            .map(|i| i.sent + parts.limits.quiet_window)
            .max();
        let wait = until.map(|until| until.duration_since(self.now()));
        if let Some(Ok(wait)) = wait.map(Duration::try_from)
            && !wait.is_zero()
        {
            tracing::info!(
                seconds = wait.as_secs(),
                "waiting for a request of an earlier run"
            );
            parts.world.clock.sleep(wait).await;
        }
        Ok(())
    }

    /// Whether a listing still leaves out what was just made.
    fn lags(&self, recall: &Recall, observation: &Observation) -> bool {
        let now = self.now();
        let settle = self.engine.0.limits.settle_window;
        recall.created.iter().any(|(id, made)| {
            let listed = observation
                .listing(&made.kind)
                .is_some_and(|listing| listing.by_id(id).is_some());
            !listed && now < made.at + settle
        })
    }

    fn look(&self) -> Arc<LookCache> {
        self.shared
            .clone()
            .unwrap_or_else(|| Arc::new(LookCache::new(Owners::Cluster(self.cluster.clone()))))
    }

    async fn observed(
        &self,
        look: &LookCache,
        recall: &Recall,
        graph: Option<&Graph>,
    ) -> Result<Observation, groundwork_provider::Error> {
        let Connection { provider, account } = &self.connection;
        let (kinds, whose) = (provider.kinds(), self.whose(recall));
        self.patiently(|| observe(&**account, look, &kinds, whose, graph))
            .await
    }

    async fn patiently<T, F: Future<Output = groundwork_provider::Result<T>>>(
        &self,
        read: impl FnMut() -> F,
    ) -> groundwork_provider::Result<T> {
        patiently(&self.engine.0.world, &self.engine.0.limits, read).await
    }

    fn whose<'a>(&'a self, recall: &'a Recall) -> Whose<'a> {
        Whose {
            installation: &self.engine.0.installation,
            cluster: &self.cluster,
            recall,
        }
    }

    fn basis<'a>(&'a self, recall: &'a Recall, observation: &'a Observation) -> Basis<'a> {
        let uid = self
            .target
            .as_ref()
            .and_then(|target| target.cluster.metadata.uid.as_deref());
        Basis {
            provider: &*self.connection.provider,
            account: self.account(),
            installation: &self.engine.0.installation,
            cluster: &self.cluster,
            has_uid: uid.is_some_and(|uid| !uid.is_empty()),
            observation,
            recall,
            options: &self.options,
        }
    }

    /// The document's findings, the plan's, and what the journal has to say; with their places.
    fn all_findings(&self, findings: Vec<Finding>, recall: &Recall) -> Vec<Finding> {
        let mut all = self.findings.clone();
        all.extend(findings);
        if !recall.finished && recall.is_known() {
            let finding = Finding::warning(
                codes::INTERRUPTED,
                format!(
                    "an earlier run was interrupted, with {} requests open",
                    recall.intents.len()
                ),
            );
            all.push(finding.remedy("`groundwork resume` finishes it; so does `apply`"));
        }
        if let Some(target) = &self.target {
            target.cluster.place(&mut all);
            target.datacenter.place(&mut all);
        }
        all.sort_by_key(|finding| finding.severity);
        all
    }

    fn unfit(&self, findings: Vec<Finding>) -> Trouble {
        Trouble::Unfit(self.all_findings(findings, &Recall::default()))
    }

    /// Plan and journal record the account; a mismatch is refused before the first call.
    pub(crate) fn check_account(&self, recall: &Recall) -> Result<(), Trouble> {
        match &recall.account {
            Some(before) if before != self.account() => {
                let message = format!(
                    "cluster {} was applied to {before}; these documents and credentials reach {}",
                    self.cluster,
                    self.account()
                );
                let finding = Finding::error(codes::ACCOUNT, message).remedy(
                    "use the credentials of that account, or destroy the cluster there first",
                );
                Err(Trouble::Unfit(vec![finding]))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn no_document(&self) -> Trouble {
        let message = format!("there is no document of cluster {}", self.cluster);
        Trouble::Unfit(vec![Finding::error(codes::NO_DRIVER, message)])
    }

    fn name(&self) -> String {
        let target = self.target.as_ref();
        target.map_or_else(
            || self.cluster.to_string(),
            |target| target.name().to_owned(),
        )
    }

    fn now(&self) -> Timestamp {
        self.engine.0.world.clock.now()
    }

    /// The driver's name.
    pub fn provider_name(&self) -> &'static str {
        self.connection.provider.name()
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }
}
