//! One cluster in its connected account: plan, teardown, run.

mod again;
mod apply;
mod known;
mod planning;
mod settle;

pub use apply::Applied;

use std::{collections::BTreeSet, sync::Arc};

use groundwork_model::{Address, ClusterKey, Finding, RunId};
use groundwork_provider::{
    Account, Feature, Graph, LookCache, Machines, Network, Options, Owners, Plan, States, Support,
    Topology, erased::AnyTarget,
};
use jiff::Timestamp;

use crate::{
    Engine, Limits, Observation, Purpose, Recall, Trouble, Whose, codes,
    engine::{Connection, several},
    namesakes::{Names, namesakes},
    observe::observe,
    plan::Basis,
    reading::patiently,
    swept_account::Shared,
};

/// One cluster in its connected account.
pub struct Session {
    engine: Engine,
    connection: Connection,
    target: Option<AnyTarget>,
    cluster: ClusterKey,
    options: Options,
    findings: Vec<Finding>,
    usage: Usage,
}

/// What comes of a session.
enum Usage {
    /// A plan that may be carried out.
    Run,
    /// Nothing that changes anything.
    Look,
    /// The same, over the look that all clusters of an account share.
    Sweep(Arc<Shared>),
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
    /// The network as packets see it, once the plan is carried out. A teardown has none.
    pub topology: Topology,
    look: Arc<LookCache>,
    moment: Moment,
    /// Creates of earlier runs that were asked about, and have ended.
    ended: BTreeSet<Address>,
}

/// When a plan was made, and how far the journal was then: whether somebody has written since.
#[derive(Clone, Debug)]
struct Moment {
    at: Timestamp,
    patience: Patience,
    last_run: Option<RunId>,
    entries: usize,
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
            usage: Usage::Run,
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
            usage: Usage::Run,
        }
    }

    /// For a verb that will change nothing: nobody is asked whether it might.
    #[must_use]
    pub fn only_looking(mut self) -> Self {
        self.usage = Usage::Look;
        self
    }

    pub(crate) fn sharing(mut self, shared: Arc<Shared>) -> Self {
        self.usage = Usage::Sweep(shared);
        self
    }

    /// Takes the key that the cluster's label has. Without a state, only a name is known, and
    /// the label has the uid of a cluster that has one: it is found by the names of its objects.
    pub(crate) async fn take_its_label(&mut self) -> Result<(), Trouble> {
        let recall = Recall::default();
        let look = self.look(&recall);
        let observation = self
            .observed(&look, &recall, None, Purpose::Compare)
            .await?;
        if !observation.mine().is_empty() {
            return Ok(());
        }
        let name = self.cluster.to_string();
        let (provider, installation) = (&*self.connection.provider, &self.engine.0.installation);
        let names = Names::of(provider, &observation, installation);
        let whose = (installation, &self.cluster, name.as_str());
        let mut found = namesakes((provider, &observation), &names, whose);
        if found.len() > 1 {
            let keys: Vec<&str> = found.keys().map(ClusterKey::as_str).collect();
            return Err(Trouble::Unfit(vec![several(&name, &keys)]));
        }
        if let Some((key, _)) = found.pop_first() {
            self.cluster = key;
        }
        Ok(())
    }

    /// Ends it: leaves the account, where the cloud counts sessions. A session that is dropped without
    /// it is ended when the engine connects the next time, or [leaves](Engine::leave).
    pub async fn leave(self) {
        self.engine.leave_one(&self.connection.account).await;
    }

    /// Ends it because of a trouble.
    pub(crate) async fn left_with(self, trouble: Trouble) -> Trouble {
        self.leave().await;
        trouble
    }

    /// The machines of the account, where its driver can ask for them.
    ///
    /// # Errors
    /// What the cloud answered, after it was asked with patience.
    pub async fn machines(&self) -> Result<Option<Machines>, Trouble> {
        let account = &self.connection.account;
        Ok(self.patiently(|| account.machines()).await?)
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
        Ok(self.read(Patience::Now).await?.0)
    }

    async fn read(&self, patience: Patience) -> Result<(Recall, Moment), Trouble> {
        let journal = self.engine.0.journal.load(&self.cluster).await?;
        let recall = Recall::of(&journal);
        let moment = Moment {
            at: self.now(),
            patience,
            last_run: recall.last_run.clone(),
            entries: journal.len(),
        };
        Ok((recall, moment))
    }

    fn network(&self, states: &States) -> Option<Network> {
        let target = self.target.as_ref()?;
        self.connection.provider.network(target, states).ok()
    }

    fn look(&self, recall: &Recall) -> Arc<LookCache> {
        match &self.usage {
            Usage::Sweep(shared) => shared.look.clone(),
            Usage::Run | Usage::Look => {
                let look = LookCache::new(Owners::Cluster(self.cluster.clone()));
                Arc::new(match recall.is_known() && !recall.destroyed {
                    true => look,
                    false => look.first(),
                })
            }
        }
    }

    /// What its plans look for, as long as nothing goes.
    fn purpose(&self) -> Purpose {
        match &self.usage {
            Usage::Sweep(_) => Purpose::Sweep,
            Usage::Run | Usage::Look => Purpose::Compare,
        }
    }

    async fn observed(
        &self,
        look: &LookCache,
        recall: &Recall,
        graph: Option<&Graph>,
        purpose: Purpose,
    ) -> Result<Observation, groundwork_provider::Error> {
        let (account, whose) = (&self.connection.account, self.whose(recall));
        let kinds = self.connection.provider.kinds();
        self.patiently(|| observe(&**account, look, (&kinds, purpose), whose, graph))
            .await
    }

    pub(crate) async fn patiently<T, F: Future<Output = groundwork_provider::Result<T>>>(
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
            still_since: self.now() - self.engine.0.limits.settle_window,
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

    /// Refuses another account than the journal's.
    pub(crate) async fn its_account(&self) -> Result<(), Trouble> {
        self.check_account(&self.recall().await?)
    }

    /// Plan and journal record the account; a mismatch is refused before the first call.
    pub(crate) fn check_account(&self, recall: &Recall) -> Result<(), Trouble> {
        match &recall.account {
            Some(before) if before != self.account() && !recall.destroyed => {
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

    /// The cluster's name: its document's, or what it was when there was a document.
    fn name(&self, recall: &Recall) -> String {
        match (&self.target, &recall.name) {
            (Some(target), _) => target.name().to_owned(),
            (None, Some(name)) => name.clone(),
            (None, None) => self.cluster.to_string(),
        }
    }

    /// The limits of this process, with the time that this cloud may take.
    fn limits(&self) -> Limits {
        let limits = &self.engine.0.limits;
        let of_cloud = self.connection.provider.quiet_window();
        Limits {
            quiet_window: limits.quiet_window.max(of_cloud),
            ..limits.clone()
        }
    }

    fn now(&self) -> Timestamp {
        self.engine.0.world.clock.now()
    }

    /// Whether its driver creates networks, or only verifies those that exist.
    pub fn creates(&self) -> bool {
        let capabilities = self.connection.provider.capabilities();
        capabilities.support(Feature::Create) == Support::Native
    }

    /// The driver's name.
    pub fn provider_name(&self) -> &'static str {
        self.connection.provider.name()
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }
}
