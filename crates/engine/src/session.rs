//! One cluster in its connected account: plan, teardown, run.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use groundwork_model::{Address, ClusterKey, Finding, RunId};
use groundwork_provider::{
    Account, Goal, Graph, LookCache, Network, Operation, Options, Owners, Plan, States,
    erased::AnyTarget,
};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::{
    Engine, Entry, Event, Fact, Failure, Finish, Observation, Recall, Trouble, Verb, Whose,
    claims::JournalClaims,
    codes,
    engine::Connection,
    journal::condense,
    observe,
    plan::{Basis, plan, teardown},
    run::Run,
    shell::Shell,
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

/// How a run ended.
#[derive(Debug)]
pub struct Applied {
    /// How.
    pub finish: Finish,
    /// Which run: the journal has its entries.
    pub run: RunId,
    /// What failed.
    pub failures: Vec<(Address, Verb, Failure)>,
    /// What exists now.
    pub states: States,
    /// The network: its ids are to be written back.
    pub network: Option<Network>,
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

/// A plan older than this is made anew before it is run, and has to be the same.
const PLAN_AGE_MAX: Duration = Duration::from_secs(10);

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
        let survey = account.survey(look, target).await?;
        let graph = provider
            .compile(target, &survey)
            .map_err(|findings| self.unfit(findings))?;
        let kinds = provider.kinds();
        let whose = self.whose(recall);
        let observation = observe(&**account, look, &kinds, whose, Some(&graph)).await?;
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
            let kinds = provider.kinds();
            let whose = self.whose(&recall);
            let observation = observe(&**account, &look, &kinds, whose, None).await?;
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

    /// Carries a plan out: journalled, crash-safe, under the cluster's lease.
    ///
    /// # Guarantees
    /// Nothing is sent before its intent is journalled. What fails stops only what needs it.
    /// Cancelled or killed at any point, [`Session::plan`] with [`Patience::Settle`] and another
    /// run finish it.
    ///
    /// # Errors
    /// [`Trouble::Unfit`] for a plan with errors; [`Trouble::Stale`] where the cloud or the
    /// journal is no longer as planned; [`Trouble::Journal`] where another process has the
    /// cluster, or takes it over in the middle.
    pub async fn run(
        &self,
        planned: &Planned,
        publish: &mut (dyn FnMut(&Event) + Send),
        cancel: &CancellationToken,
    ) -> Result<Applied, Trouble> {
        self.refuse(&planned.plan)?;
        let parts = &self.engine.0;
        let fence =
            parts
                .journal
                .lease(&self.cluster, &parts.holder, self.now(), parts.limits.lease);
        let fence = fence.await?;
        let result = self.run_leased(planned, fence, publish, cancel).await;
        let released = parts.journal.release(&self.cluster, fence).await;
        let applied = result?;
        released?;
        Ok(applied)
    }

    async fn run_leased(
        &self,
        planned: &Planned,
        fence: crate::Fence,
        publish: &mut (dyn FnMut(&Event) + Send),
        cancel: &CancellationToken,
    ) -> Result<Applied, Trouble> {
        let mut current = self.refreshed(planned).await?;
        let mut rounds = 0;
        loop {
            let (applied, unsettled) = self.round(&current, fence, publish, cancel).await?;
            rounds += 1;
            let again = unsettled && applied.finish == Finish::Done && !cancel.is_cancelled();
            if !again || rounds >= self.engine.0.limits.rounds {
                self.condense(fence).await?;
                return Ok(applied);
            }
            // Something was sent or found twice: whatever a further look shows as a duplicate
            // that nothing uses is removed; anything else is left for a person to see.
            let next = match planned.plan.goal {
                Goal::Apply => self.plan(Patience::Settle).await?,
                Goal::Destroy => self.teardown(Patience::Settle).await?,
            };
            let only_duplicates = next
                .plan
                .mutating()
                .all(|item| item.action == groundwork_provider::Action::Discard);
            if next.plan.mutating().next().is_none() || !only_duplicates {
                self.condense(fence).await?;
                return Ok(applied);
            }
            current = next;
        }
    }

    /// The plan again, if it is old: it has to be the same.
    async fn refreshed(&self, planned: &Planned) -> Result<Planned, Trouble> {
        let recall = self.recall().await?;
        self.check_account(&recall)?;
        if recall.last_run != planned.last_run {
            return Err(Trouble::Stale("another run has come between".to_owned()));
        }
        let age = self.now().duration_since(planned.at);
        if Duration::try_from(age).is_ok_and(|age| age <= PLAN_AGE_MAX) {
            return Ok(planned.clone());
        }
        let fresh = match planned.plan.goal {
            Goal::Apply => self.plan(Patience::Settle).await?,
            Goal::Destroy => self.teardown(Patience::Settle).await?,
        };
        if fresh.plan.hash != planned.plan.hash {
            return Err(Trouble::Stale(
                "the cloud has changed since it was planned".to_owned(),
            ));
        }
        Ok(fresh)
    }

    async fn round(
        &self,
        planned: &Planned,
        fence: crate::Fence,
        publish: &mut (dyn FnMut(&Event) + Send),
        cancel: &CancellationToken,
    ) -> Result<(Applied, bool), Trouble> {
        let parts = &self.engine.0;
        let recall = self.recall().await?;
        let bits = parts.world.bits();
        let id = RunId::new(format!("{bits:032x}")).expect("hexadecimal digits are a run id");
        let shell = Shell {
            provider: &*self.connection.provider,
            account: &*self.connection.account,
            journal: &*parts.journal,
            world: &parts.world,
            limits: &parts.limits,
            whose: self.whose(&recall),
            look: &planned.look,
            holder: &parts.holder,
            fence,
            run: &id,
        };
        let run = Run::start(planned.plan.clone(), parts.limits.clone(), bits as u64);
        let mut run = run.resuming(&under_way(&recall));
        let start = shell.entry(Fact::RunStarted {
            goal: planned.plan.goal,
            name: self.name(),
            account: self.account().clone(),
            plan: planned.plan.hash.clone(),
            steps: planned.plan.mutating().count(),
        });
        self.append(fence, start.clone(), publish).await?;
        for fact in closed(&planned.plan, &recall) {
            self.append(fence, shell.entry(fact), publish).await?;
        }
        let journal = &*parts.journal;
        let clock = &*parts.world.clock;
        let claims = JournalClaims::new(journal, shell.whose, fence, start, clock, &recall);
        let mut states = planned.states.clone();
        shell
            .drive(&mut run, &mut states, &claims, publish, cancel)
            .await?;
        let finish = run.outcome();
        if finish != Finish::Cancelled {
            let end = shell.entry(Fact::RunFinished { outcome: finish });
            self.append(fence, end, publish).await?;
        }
        let network = self.network(&states);
        let failures = run.failures();
        Ok((
            Applied {
                finish,
                run: id,
                failures,
                states,
                network,
            },
            run.is_unsettled(),
        ))
    }

    async fn append(
        &self,
        fence: crate::Fence,
        entry: Entry,
        publish: &mut (dyn FnMut(&Event) + Send),
    ) -> Result<(), Trouble> {
        let journal = &self.engine.0.journal;
        journal
            .append(&self.cluster, fence, std::slice::from_ref(&entry))
            .await?;
        publish(&entry.published());
        Ok(())
    }

    async fn condense(&self, fence: crate::Fence) -> Result<(), Trouble> {
        let journal = &self.engine.0.journal;
        let entries = journal.load(&self.cluster).await?;
        if entries.len() > self.engine.0.limits.entries {
            journal
                .compact(&self.cluster, fence, &condense(&entries))
                .await?;
        }
        Ok(())
    }

    fn network(&self, states: &States) -> Option<Network> {
        let target = self.target.as_ref()?;
        self.connection.provider.network(target, states).ok()
    }

    /// What a run never does, whatever is asked.
    fn refuse(&self, plan: &Plan) -> Result<(), Trouble> {
        let refused = |finding: &Finding| {
            let lifecycle = [codes::PAUSED.id, codes::DELETING.id];
            finding.is_error() || plan.goal == Goal::Apply && lifecycle.contains(&&*finding.code)
        };
        let against: Vec<Finding> = plan
            .findings
            .iter()
            .filter(|finding| refused(finding))
            .cloned()
            .collect();
        if against.is_empty() && !plan.is_blocked() {
            return Ok(());
        }
        Err(Trouble::Unfit(against))
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

/// The creates that the cloud was still working on when an earlier run ended.
fn under_way(recall: &Recall) -> BTreeMap<Address, Operation> {
    let creates = recall
        .operations
        .iter()
        .filter(|(_, open)| open.what == Verb::Create);
    creates
        .map(|(address, open)| (address.clone(), open.operation.clone()))
        .collect()
}

/// What became of an earlier run's open creates, now that the quiet window has passed: each was
/// found, or is absent. One that the cloud still works on stays open.
fn closed(plan: &Plan, recall: &Recall) -> Vec<Fact> {
    let open = recall
        .intents
        .iter()
        .filter(|(address, _)| !recall.operations.contains_key(*address));
    let fact = |(address, intent): (&Address, &crate::Intent)| {
        let (address, incarnation) = (address.clone(), intent.incarnation);
        match plan
            .item(address.as_str())
            .and_then(|item| item.found.as_ref())
        {
            Some(found) => {
                let (kind, id) = (intent.kind.clone(), found.id.clone());
                Fact::Created {
                    address,
                    kind,
                    id,
                    incarnation,
                }
            }
            None => Fact::Absent {
                address,
                incarnation,
            },
        }
    };
    open.map(fact).collect()
}
