//! The facade: what a controller, a service and the command line call.

use std::{collections::BTreeMap, sync::Arc};

use groundwork_model::{
    Addressing, Cluster, ClusterKey, Datacenter, Finding, InstallationId, Secret,
};
use groundwork_provider::{
    Environment, Options, World,
    erased::{AnyAccess, AnyAccount, AnyProvider, AnyTarget, target},
};
use groundwork_transport::Connector;

use crate::{
    Journal, Limits, Recall, Registry, Session, Trouble, codes, reached::Reached,
    reading::patiently, turns::Turns,
};

/// What is asked about one cluster.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its document.
    pub cluster: Arc<Cluster>,
    /// The datacenter that it names.
    pub datacenter: Arc<Datacenter>,
    /// What its `credentialsReference` refers to: the keys of a Secret.
    pub secrets: BTreeMap<String, Secret>,
    /// What the caller allows.
    pub options: Options,
}

/// Drivers, a journal, and the world around: everything but the documents. Cheap to clone.
#[derive(Clone)]
pub struct Engine(pub(crate) Arc<Parts>, pub(crate) Turns, pub(crate) Reached);

/// What an engine is made of.
pub struct Parts {
    /// The drivers.
    pub registry: Registry,
    /// Where runs are journalled.
    pub journal: Arc<dyn Journal>,
    /// Clock and randomness.
    pub world: World,
    /// Opens connections.
    pub connector: Arc<dyn Connector>,
    /// Environment variables and files.
    pub environment: Environment,
    /// Whose label objects carry.
    pub installation: InstallationId,
    /// A limit on everything.
    pub limits: Limits,
    /// Who holds leases: one name a process.
    pub holder: String,
}

/// A connected account and whose it is.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) provider: Arc<dyn AnyProvider>,
    pub(crate) account: Arc<dyn AnyAccount>,
}

impl Engine {
    /// An engine of these parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts), Turns::default(), Reached::default())
    }

    /// What it is made of.
    pub fn parts(&self) -> &Parts {
        &self.0
    }

    /// Checks the documents alone, without a cloud: addresses, versions, the driver's own sections.
    /// Everything that is wrong at once, errors or not.
    pub fn check(&self, request: &Request) -> Vec<Finding> {
        self.target(request).1
    }

    /// Connects to the cluster's account, after [`Engine::check`]. A cluster that is being deleted
    /// is reached whatever its document says of the network to be: what is there has to go.
    ///
    /// # Errors
    /// [`Trouble::Unfit`] with every finding where one is an error, or where the cluster was
    /// applied to another account before; [`Trouble::Cloud`] where the account cannot be reached.
    pub async fn session(&self, request: &Request) -> Result<Session, Trouble> {
        let (target, findings) = self.target(request);
        let leaving = request.cluster.metadata.deletion_timestamp.is_some();
        let fit = leaving || !findings.iter().any(Finding::is_error);
        let Some(target) = target.filter(|_| fit) else {
            return Err(Trouble::Unfit(findings));
        };
        let connection = self.connection(request).await?;
        let session = Session::new(self, connection, target, findings);
        match session.its_account().await {
            Ok(()) => Ok(session),
            Err(trouble) => Err(session.left_with(trouble).await),
        }
    }

    /// Leaves every account that was reached and is not left yet: sessions end that a cloud counts.
    /// Before a process ends, whatever it came to. Waits for a few seconds at most.
    pub async fn leave(&self) {
        self.2.leave_all(&self.0.world).await;
    }

    /// Reaches the account of a cluster.
    pub(crate) async fn connection(&self, request: &Request) -> Result<Connection, Trouble> {
        let provider = self.provider(&request.cluster)?;
        let account = self.reach(&*provider, &self.access(request)).await?;
        Ok(Connection { provider, account })
    }

    /// Connects for a destroy without a document: the account is the journal's, the credentials
    /// the environment's.
    ///
    /// # Errors
    /// [`Trouble::Unfit`] where neither the journal nor `provider` says which driver it is.
    pub async fn session_without_document(
        &self,
        cluster: &str,
        provider: Option<&str>,
        options: Options,
    ) -> Result<Session, Trouble> {
        let (key, recall) = self.find(cluster).await?;
        let name = provider
            .or_else(|| {
                recall
                    .account
                    .as_ref()
                    .map(|account| account.provider.as_str())
            })
            .or_else(|| self.only_provider());
        let provider = name.and_then(|name| self.0.registry.of(name)).cloned();
        let provider = provider.ok_or_else(|| {
            let finding = Finding::error(
                codes::NO_DRIVER,
                format!("nothing says in which cloud cluster {cluster} is"),
            );
            Trouble::Unfit(vec![finding.remedy(
                "give the cluster's document or its state file, or name the driver (`--provider`)",
            )])
        })?;
        let access = AnyAccess {
            account: recall.account.clone(),
            ..self.bare_access()
        };
        let account = self.reach(&*provider, &access).await?;
        let connection = Connection { provider, account };
        let mut session = Session::without_document(self, connection, key, options);
        let found = match session.check_account(&recall) {
            Ok(()) if !recall.is_known() => session.take_its_label().await,
            checked => checked,
        };
        match found {
            Ok(()) => Ok(session),
            Err(trouble) => Err(session.left_with(trouble).await),
        }
    }

    /// Authenticates; an account that is unavailable is asked again. Accounts of sessions that were
    /// dropped are left on the way.
    pub(crate) async fn reach(
        &self,
        provider: &dyn AnyProvider,
        access: &AnyAccess,
    ) -> groundwork_provider::Result<Arc<dyn AnyAccount>> {
        let reach = patiently(&self.0.world, &self.0.limits, || provider.connect(access));
        let leave = self.2.leave_unused(&self.0.world);
        let (reached, ()) = futures::join!(reach, leave);
        reached.inspect(|account| self.2.put(account))
    }

    /// Leaves an account that was reached.
    pub(crate) async fn leave_one(&self, account: &Arc<dyn AnyAccount>) {
        self.2.leave(&self.0.world, account).await;
    }

    fn only_provider(&self) -> Option<&'static str> {
        let mut all = self.0.registry.iter();
        all.next()
            .filter(|_| all.next().is_none())
            .map(|provider| provider.name())
    }

    /// A cluster of the journal by key, else by name; else the text as a key. Of several clusters
    /// with one name none is meant, unless all but one are destroyed.
    async fn find(&self, cluster: &str) -> Result<(ClusterKey, Recall), Trouble> {
        let keys = self.0.journal.clusters().await?;
        if let Some(key) = keys.iter().find(|key| key.as_str() == cluster) {
            let recall = Recall::of(&self.0.journal.load(key).await?);
            return Ok((key.clone(), recall));
        }
        let mut named = Vec::new();
        for key in keys {
            let recall = Recall::of(&self.0.journal.load(&key).await?);
            if recall.name.as_deref() == Some(cluster) {
                named.push((key, recall));
            }
        }
        if named.len() > 1 {
            named.retain(|(_, recall)| !recall.destroyed);
        }
        match (named.pop(), named.as_slice()) {
            (Some(one), []) => return Ok(one),
            (Some((last, _)), others) => {
                let others = others.iter().map(|(key, _)| key.as_str());
                let keys: Vec<&str> = others.chain([last.as_str()]).collect();
                return Err(Trouble::Unfit(vec![several(cluster, &keys)]));
            }
            (None, _) => {}
        }
        let key = ClusterKey::new(cluster).map_err(|why| {
            let finding = Finding::error(codes::UNKNOWN_OBJECTS, why.to_string());
            Trouble::Unfit(vec![finding.remedy("name a cluster as its document does")])
        })?;
        Ok((key, Recall::default()))
    }

    pub(crate) fn provider(&self, cluster: &Cluster) -> Result<Arc<dyn AnyProvider>, Trouble> {
        let name = cluster
            .provider()
            .map_err(|finding| Trouble::Unfit(vec![finding]))?;
        let provider = self.0.registry.of(name).cloned();
        provider.ok_or_else(|| Trouble::Unfit(vec![self.no_driver(name)]))
    }

    fn no_driver(&self, name: &str) -> Finding {
        let known: Vec<&str> = self
            .0
            .registry
            .iter()
            .map(|provider| provider.name())
            .collect();
        Finding::error(codes::NO_DRIVER, format!("there is no driver for {name}"))
            .at(format!("spec.cloud.{name}"))
            .remedy(format!("this binary has drivers for: {}", known.join(", ")))
    }

    /// The target, as far as the documents give one, and everything to say about them.
    pub(crate) fn target(&self, request: &Request) -> (Option<AnyTarget>, Vec<Finding>) {
        let Request {
            cluster,
            datacenter,
            options,
            secrets: _,
        } = request;
        let (addressing, mut findings) = Addressing::resolve(cluster);
        match cluster.provider() {
            Ok(name) if self.0.registry.of(name).is_none() => findings.push(self.no_driver(name)),
            Ok(name) => findings.extend(no_section(datacenter, name)),
            Err(finding) => findings.push(finding),
        }
        findings.extend(lifecycle(cluster));
        let fit = addressing.is_some();
        let target = target(
            self.0.installation.clone(),
            cluster.clone(),
            Arc::new(addressing.unwrap_or_else(|| Addressing::readable(cluster))),
            datacenter.clone(),
            options.clone(),
        );
        if let Ok(provider) = self.provider(cluster) {
            findings.extend(provider.check(&target));
        }
        cluster.place(&mut findings);
        datacenter.place(&mut findings);
        (Some(target).filter(|_| fit), findings)
    }

    pub(crate) fn access(&self, request: &Request) -> AnyAccess {
        let Request {
            cluster,
            datacenter,
            secrets,
            options: _,
        } = request;
        AnyAccess {
            cluster: Some(cluster.clone()),
            datacenter: Some(datacenter.clone()),
            secrets: secrets.clone(),
            ..self.bare_access()
        }
    }

    fn bare_access(&self) -> AnyAccess {
        AnyAccess {
            cluster: None,
            datacenter: None,
            secrets: BTreeMap::new(),
            account: None,
            environment: self.0.environment.clone(),
            connector: self.0.connector.clone(),
            world: self.0.world.clone(),
        }
    }
}

pub(crate) fn several(name: &str, keys: &[&str]) -> Finding {
    let message = format!(
        "{} clusters have the name {name}: {}",
        keys.len(),
        keys.join(", ")
    );
    Finding::error(codes::SEVERAL, message).remedy("give one of these keys instead of the name")
}

fn no_section(datacenter: &Datacenter, name: &str) -> Option<Finding> {
    let there: Vec<&str> = datacenter.spec.clouds.names().collect();
    if there.contains(&name) || there.is_empty() {
        return None;
    }
    let message = format!(
        "the cluster is for {name}, but datacenter {} is for {}",
        datacenter.name,
        there.join(", ")
    );
    let finding = Finding::error(codes::DATACENTER, message).at("spec.cloud.dc");
    Some(finding.remedy(format!("name a datacenter of {name}")))
}

/// What the document says about its own life. A run refuses both; looking is always allowed.
fn lifecycle(cluster: &Cluster) -> Vec<Finding> {
    let mut findings = Vec::new();
    if cluster.spec.pause {
        let finding = Finding::warning(codes::PAUSED, "the cluster is paused: nothing is changed");
        findings.push(
            finding
                .at("spec.pause")
                .remedy("set spec.pause to false, then apply"),
        );
    }
    if cluster.metadata.deletion_timestamp.is_some() {
        let finding = Finding::warning(codes::DELETING, "the cluster is being deleted");
        findings.push(
            finding
                .at("metadata.deletionTimestamp")
                .remedy("delete its network: `groundwork destroy`"),
        );
    }
    findings
}
