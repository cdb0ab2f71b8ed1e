//! A cluster, a cloud in the same process, and the smallest thing that carries a graph out.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test binary uses a part of it"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_model::{
    Addressing, Cluster, Datacenter, Documents, Finding, InstallationId, Label, Schemas, Source,
};
use groundwork_openstack::OpenStack;
use groundwork_provider::{
    ClaimBook, Claims, Clock, Diff, Environment, Error, Facts, Fields, Graph, IdempotencyToken,
    Key, Known, LookCache, Node, Options, Owners, Progress, Random, Result, Scope, States, World,
    erased::{AnyAccess, AnyAccount, AnyProvider, AnyTarget, Call, Erased, target},
};
use groundwork_transport::{Cause, Connector, Failure, Sent, Settings, Transport};
use jiff::Timestamp;
use mock_cloud::{Mock, Outcome};
use mock_openstack::Config;

pub const SEED: &str = include_str!("../../../../../docs/examples/openstack/seed.yaml");
pub const DUAL: &str = include_str!("../../../../../docs/examples/openstack/cluster.yaml");
pub const IPV4: &str = include_str!("../../../../../docs/examples/openstack/ipv4.yaml");
pub const POOL: &str = include_str!("../../../../../docs/examples/openstack/pool.yaml");

/// Time that a test sets.
#[derive(Debug, Default)]
pub struct StillClock(pub Mutex<Duration>);

#[async_trait]
impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH + *self.0.lock().unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        *self.0.lock().unwrap() += duration;
    }
}

#[derive(Debug)]
struct Count(u128);

impl Random for Count {
    fn bits(&mut self) -> u128 {
        self.0 += 1;
        self.0
    }
}

#[derive(Clone)]
pub struct InProcess(pub Mock, pub Arc<StillClock>);

impl Connector for InProcess {
    fn connect(&self, _: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Failure> {
        let now = *self.1.0.lock().unwrap();
        match self.0.serve_once(now, request).outcome {
            Outcome::Respond(response) => Ok(response),
            Outcome::Refuse => Err(Failure::new(Cause::Connect, Sent::No, "refused")),
            Outcome::Drop | Outcome::Truncate(_) => {
                Err(Failure::new(Cause::Broken, Sent::Maybe, "broken"))
            }
        }
    }
}

/// The first cluster and its datacenter.
pub fn documents(seed: &str, cluster: &str) -> (Arc<Cluster>, Arc<Datacenter>) {
    let provider = Erased::new(OpenStack);
    let (cloud, datacenter) = provider.schemas();
    let schemas = Schemas {
        cloud: [("openstack".to_owned(), cloud)].into(),
        datacenter: [("openstack".to_owned(), datacenter)].into(),
    };
    let source = |name: &str, text: &str| Source {
        name: name.into(),
        bytes: text.into(),
    };
    let sources = [source("seed.yaml", seed), source("cluster.yaml", cluster)];
    let (documents, findings) = Documents::parse(&sources, &schemas, true);
    assert!(!findings.iter().any(Finding::is_error), "{findings:#?}");
    let cluster = documents.clusters.into_iter().next().expect("a cluster");
    let datacenter = documents.datacenters[&cluster.spec.cloud.dc].clone();
    (cluster, datacenter)
}

pub fn any_target(seed: &str, cluster: &str, options: Options) -> AnyTarget {
    let (cluster, datacenter) = documents(seed, cluster);
    let (addressing, findings) = Addressing::resolve(&cluster);
    let addressing = addressing.unwrap_or_else(|| panic!("{findings:#?}"));
    target(
        InstallationId::default(),
        cluster,
        Arc::new(addressing),
        datacenter,
        options,
    )
}

pub fn access(connector: Arc<dyn Connector>, variables: Vec<(String, String)>) -> AnyAccess {
    AnyAccess {
        cluster: None,
        datacenter: None,
        secrets: BTreeMap::new(),
        account: None,
        environment: Environment::new(variables),
        connector,
        world: World::new(Arc::new(StillClock::default()), Count(0)),
    }
}

/// One connected account and its driver.
pub struct Cloud {
    pub provider: Erased<OpenStack>,
    pub account: Arc<dyn AnyAccount>,
}

struct NoClaims;

#[async_trait]
impl ClaimBook for NoClaims {
    async fn claim(
        &self,
        _: &str,
        _: &groundwork_model::Address,
        pick: &mut (dyn for<'c> FnMut(&'c Claims) -> Result<String> + Send),
    ) -> Result<String> {
        pick(&Claims::default())
    }
}

/// What a pass over a graph did.
#[derive(Debug, Default)]
pub struct Pass {
    pub done: Vec<String>,
    pub states: States,
    pub notes: Vec<Finding>,
    pub assessed: Vec<Finding>,
    pub network: Option<groundwork_provider::Network>,
}

impl Pass {
    pub fn codes(&self) -> BTreeSet<&str> {
        self.notes
            .iter()
            .chain(&self.assessed)
            .map(|finding| finding.code.as_ref())
            .collect()
    }
}

/// Why a graph could not be carried out.
#[derive(Debug)]
pub enum Stop {
    Findings(Vec<Finding>),
    Failed(Error),
    Refused(String),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Cloud {
    pub async fn connect(access: &AnyAccess) -> Result<Self> {
        let provider = Erased::new(OpenStack);
        let account = provider.connect(access).await?;
        Ok(Self { provider, account })
    }

    /// Checks the documents, and then what they mean in this cloud.
    pub async fn compile(&self, target: &AnyTarget) -> Result<(Graph, Fields, LookCache), Stop> {
        let mut checked = self.provider.check(target);
        if checked.iter().any(Finding::is_error) {
            return Err(Stop::Findings(checked));
        }
        let look = LookCache::new(Owners::Cluster(target.key()));
        let survey = self.account.survey(&look, target).await?;
        let mut graph = self
            .provider
            .compile(target, &survey)
            .map_err(Stop::Findings)?;
        checked.append(&mut graph.findings);
        graph.findings = checked;
        Ok((graph, survey, look))
    }

    /// Brings everything to what the document asks for, node by node.
    pub async fn apply(&self, target: &AnyTarget) -> Result<Pass, Stop> {
        let (graph, survey, look) = self.compile(target).await?;
        let mut pass = Pass {
            notes: graph.findings.clone(),
            ..Pass::default()
        };
        for address in order(&graph) {
            let node = &graph.nodes()[&address];
            let label = label(target, address.as_str());
            self.node(&mut pass, &look, &label, node).await?;
        }
        pass.assessed = self.provider.assess(target, &survey, &pass.states);
        pass.network = Some(self.provider.network(target, &pass.states)?);
        Ok(pass)
    }

    async fn node(
        &self,
        pass: &mut Pass,
        look: &LookCache,
        label: &Label,
        node: &Node,
    ) -> Result<(), Stop> {
        let (kind, desired) = (&node.kind, &node.desired);
        let key = self
            .provider
            .key(kind, desired, &Facts::new(label, &pass.states))
            .map_err(|later| Stop::Refused(later.to_string()))?;
        let ids = node.named.clone().into_iter().collect();
        let scope = Scope {
            ids,
            owners: Owners::Cluster(label.cluster.clone()),
            ..Scope::default()
        };
        let listed = self.account.list(look, kind, &scope).await?;
        let by_key = listed.iter().find(|found| found.key == key);
        let named = node.named.as_ref().and_then(|id| listed.by_id(id));
        let token = IdempotencyToken::from_bits(1);
        let states = pass.states.clone();
        let call = || Call {
            label,
            states: &states,
            look,
            token: &token,
            claims: &NoClaims,
        };
        let (managed, mut state) = match (named, by_key) {
            (Some(found), _) => (found.key == key, Fields::from(found.clone())),
            (None, Some(found)) => (true, found.clone().into()),
            (None, None) => {
                pass.done.push(format!("+ {}", label.address));
                (
                    true,
                    done(self.account.create(kind, desired, call()).await?),
                )
            }
        };
        let facts = Facts::new(label, &states);
        for _ in 0..2 {
            match self
                .provider
                .diff(kind, desired, &facts, &state)
                .expect("dependencies exist")
            {
                Diff::Same => break,
                Diff::Update(changes) if managed => {
                    let fields: Vec<_> = changes.iter().map(|c| c.field.as_str()).collect();
                    pass.done
                        .push(format!("~ {} {}", label.address, fields.join(",")));
                    let changed = self.account.update(kind, desired, call(), &state, &changes);
                    state = done(changed.await?);
                }
                other @ (Diff::Update(_) | Diff::Replace(_)) => {
                    return Err(Stop::Refused(format!("{}: {other:?}", label.address)));
                }
            }
        }
        let diff = self
            .provider
            .diff(kind, desired, &facts, &state)
            .expect("dependencies exist");
        assert_eq!(
            diff,
            Diff::Same,
            "an update leaves nothing to do: {}",
            label.address
        );
        let id = self.provider.id(kind, &state);
        let known = Known {
            kind: kind.clone(),
            id,
            managed,
            state,
        };
        pass.states.insert(label.address.clone(), known);
        Ok(())
    }

    /// Removes everything of the cluster that no graph wants, children before parents.
    pub async fn destroy(&self, target: &AnyTarget) -> Result<Vec<String>> {
        let look = LookCache::new(Owners::Cluster(target.key()));
        let key = target.key();
        let scope = Scope {
            owners: Owners::Cluster(key.clone()),
            ..Scope::default()
        };
        let mut mine = Vec::new();
        let mut ids = BTreeSet::new();
        for kind in self.provider.kinds() {
            let listed = self.account.list(&look, kind.name, &scope).await?;
            for found in listed.iter() {
                let ours = matches!(&found.key, Key::Label { cluster, .. } if *cluster == key)
                    || found.owner == groundwork_provider::Owner::Unlabelled
                        && found
                            .joins
                            .first()
                            .is_some_and(|join| ids.contains(&join.id));
                if ours {
                    ids.insert(found.id.clone());
                    mine.push((kind.name, found.clone()));
                }
            }
        }
        // Interfaces before subnets and routers, those before networks.
        let rank = |kind: &str| match kind {
            "openstack.router-interface/1" => 0,
            "openstack.network/1" => 2,
            _ => 1,
        };
        mine.sort_by_key(|(kind, _)| rank(kind));
        let (states, token) = (States::default(), IdempotencyToken::from_bits(1));
        let label = label(target, "any");
        let mut done = Vec::new();
        for (kind, found) in mine {
            let call = Call {
                label: &label,
                states: &states,
                look: &look,
                token: &token,
                claims: &NoClaims,
            };
            self.account.delete(kind, call, &found.state).await?;
            done.push(format!("- {kind}"));
        }
        Ok(done)
    }
}

fn done(progress: Progress<Fields>) -> Fields {
    match progress {
        Progress::Done(state) => state,
        Progress::Gone | Progress::Pending { .. } => panic!("Neutron has no long operations"),
    }
}

pub fn label(target: &AnyTarget, address: &str) -> Label {
    Label {
        installation: target.installation.clone(),
        cluster: target.key(),
        address: address.parse().unwrap(),
        incarnation: 1,
    }
}

fn order(graph: &Graph) -> Vec<groundwork_model::Address> {
    let mut done: Vec<groundwork_model::Address> = Vec::new();
    while done.len() < graph.nodes().len() {
        let ready = graph.nodes().iter().find(|(address, node)| {
            !done.contains(address) && node.after.iter().all(|of| done.contains(of))
        });
        done.push(ready.expect("a graph has no circles").0.clone());
    }
    done
}

/// A mock cloud, and the driver connected to it.
pub struct Rig {
    pub mock: Mock,
    pub cloud: Cloud,
}

pub async fn rig(config: Config) -> Rig {
    let mock = Mock::new(
        Box::new(mock_openstack::OpenStack::new(config)),
        mock_cloud::Options::default(),
    );
    let connector = InProcess(mock.clone(), Arc::new(StillClock::default()));
    let variables = mock.environment("http://openstack.test");
    let cloud = Cloud::connect(&access(Arc::new(connector), variables))
        .await
        .unwrap();
    mock.clear_calls();
    Rig { mock, cloud }
}

impl Rig {
    pub async fn apply(&self, cluster: &str) -> Pass {
        self.cloud
            .apply(&any_target(SEED, cluster, Options::default()))
            .await
            .unwrap()
    }

    /// What stops a cluster from being made.
    pub async fn findings(&self, cluster: &str) -> Vec<Finding> {
        self.findings_with(cluster, Options::default()).await
    }

    pub async fn findings_with(&self, cluster: &str, options: Options) -> Vec<Finding> {
        match self.cloud.apply(&any_target(SEED, cluster, options)).await {
            Err(Stop::Findings(findings)) => findings,
            other => panic!("it was not stopped: {other:?}"),
        }
    }

    pub fn with<T>(&self, work: impl FnOnce(&mut mock_openstack::OpenStack) -> T) -> T {
        self.mock.with(work)
    }

    pub fn calls(&self) -> Vec<String> {
        self.mock
            .calls()
            .iter()
            .map(|call| format!("{} {}", call.method, call.path))
            .collect()
    }
}

/// A document with more lines in its OpenStack section.
pub fn with(cluster: &str, lines: &str) -> String {
    let lines: String = lines
        .lines()
        .map(|line| format!("      {}\n", line.trim_start_matches('|')))
        .collect();
    cluster.replacen("    openstack:\n", &format!("    openstack:\n{lines}"), 1)
}

/// The codes of findings that are errors.
pub fn errors(findings: &[Finding]) -> Vec<&str> {
    findings
        .iter()
        .filter(|finding| finding.is_error())
        .map(|f| f.code.as_ref())
        .collect()
}
