//! What the tests share: the documents of `docs/examples`, and an engine over a mock cloud.

use std::{collections::BTreeSet, sync::Arc};

use conformance::{InProcess, VirtualClock};
use groundwork_engine::{
    Applied, Engine, Finish, Limits, MemoryJournal, Parts, Patience, Planned, Registry, Request,
    SeededRandom, Session, Trouble,
};
use groundwork_model::{Documents, Finding, InstallationId, Source};
use groundwork_openstack::OpenStack;
use groundwork_provider::{Clock, Environment, Known, Network, Options, World};
use mock_cloud::Mock;
use mock_openstack::Config;
use tokio_util::sync::CancellationToken;

pub(crate) const SEED: &str = include_str!("../../../../docs/examples/openstack/seed.yaml");
pub(crate) const DUAL: &str = include_str!("../../../../docs/examples/openstack/cluster.yaml");
pub(crate) const IPV4: &str = include_str!("../../../../docs/examples/openstack/ipv4.yaml");
pub(crate) const POOL: &str = include_str!("../../../../docs/examples/openstack/pool.yaml");

/// Where the mock is, as its environment says it.
pub(crate) const ENDPOINT: &str = "http://openstack.test";

/// What is asked about the first cluster of a document.
pub(crate) fn request(seed: &str, cluster: &str, options: Options) -> Request {
    let source = |name: &str, text: &str| Source {
        name: name.into(),
        bytes: text.into(),
    };
    let sources = [source("seed.yaml", seed), source("cluster.yaml", cluster)];
    let (mut documents, findings) = Documents::parse(&sources, &registry().schemas(), true);
    assert!(!findings.iter().any(Finding::is_error), "{findings:#?}");
    let cluster = documents.clusters.remove(0);
    let datacenter = documents.datacenter_of(&cluster).unwrap().clone();
    Request {
        cluster,
        datacenter,
        secrets: [].into(),
        options,
    }
}

fn registry() -> Registry {
    Registry::new().with(OpenStack)
}

/// A document with more lines in its OpenStack section.
pub(crate) fn with(cluster: &str, lines: &str) -> String {
    let lines: String = lines
        .lines()
        .map(|line| format!("      {}\n", line.trim_start_matches('|')))
        .collect();
    cluster.replacen("    openstack:\n", &format!("    openstack:\n{lines}"), 1)
}

/// The codes of findings that are errors.
pub(crate) fn errors(findings: &[Finding]) -> Vec<&str> {
    let errors = findings.iter().filter(|finding| finding.is_error());
    errors.map(|finding| finding.code.as_ref()).collect()
}

/// A mock cloud, and an engine that is connected to it.
pub(crate) struct Rig {
    pub(crate) mock: Mock,
    engine: Engine,
}

pub(crate) fn rig(config: Config) -> Rig {
    let cloud = Box::new(mock_openstack::OpenStack::new(config));
    let mock = Mock::new(cloud, mock_cloud::Options::default());
    let clock: Arc<dyn Clock> = Arc::new(VirtualClock::start());
    let engine = Engine::new(Parts {
        registry: registry(),
        journal: Arc::new(MemoryJournal::default()),
        world: World::new(clock.clone(), SeededRandom::new(7)),
        connector: Arc::new(InProcess::new(mock.clone(), &clock)),
        environment: Environment::new(mock.environment(ENDPOINT)),
        installation: InstallationId::default(),
        limits: Limits::default(),
        holder: "test".to_owned(),
    });
    Rig { mock, engine }
}

/// What was planned, and how it ended where there was anything to do.
pub(crate) struct Pass {
    pub(crate) planned: Planned,
    applied: Option<Applied>,
}

impl Pass {
    /// What was to be done: a glyph, the address, and the fields that change.
    pub(crate) fn done(&self) -> Vec<String> {
        let items = self.planned.plan.mutating();
        let line = items.map(|item| {
            let fields: Vec<_> = item.changes.iter().map(|c| c.field.as_str()).collect();
            let line = format!(
                "{} {} {}",
                item.action.glyph(),
                item.address,
                fields.join(",")
            );
            line.trim_end().to_owned()
        });
        line.collect()
    }

    /// What was created, sorted.
    pub(crate) fn made(&self) -> Vec<String> {
        let mut done = self.done();
        done.retain(|line| line.starts_with('+'));
        done.sort();
        done
    }

    pub(crate) fn findings(&self) -> &[Finding] {
        &self.planned.plan.findings
    }

    pub(crate) fn codes(&self) -> BTreeSet<&str> {
        let findings = self.findings().iter();
        findings.map(|finding| finding.code.as_ref()).collect()
    }

    pub(crate) fn network(&self) -> &Network {
        let applied = self.applied.as_ref().map(|applied| &applied.network);
        applied.unwrap_or(&self.planned.network).as_ref().unwrap()
    }

    pub(crate) fn known(&self, address: &str) -> Known {
        let states = match &self.applied {
            Some(applied) => &applied.states,
            None => &self.planned.states,
        };
        let mut all = states.iter();
        all.find(|(at, _)| at.as_str() == address)
            .unwrap()
            .1
            .clone()
    }
}

impl Rig {
    async fn session(&self, request: &Request) -> Result<Session, Trouble> {
        self.engine.session(request).await
    }

    pub(crate) async fn plan(&self, cluster: &str) -> Pass {
        let session = self
            .session(&request(SEED, cluster, Options::default()))
            .await;
        let planned = session.unwrap().plan(Patience::Now).await.unwrap();
        let applied = None;
        Pass { planned, applied }
    }

    /// Plans, and does it where there is anything to do.
    pub(crate) async fn run(&self, request: &Request) -> Result<Pass, Trouble> {
        let session = self.session(request).await?;
        let planned = session.plan(Patience::Settle).await?;
        let mut applied = None;
        if planned.plan.mutating().next().is_some() {
            let cancel = CancellationToken::new();
            applied = Some(session.run(&planned, &mut |_| {}, &cancel).await?);
        }
        Ok(Pass { planned, applied })
    }

    /// An apply that does all that it was to do.
    pub(crate) async fn apply_with(&self, cluster: &str, options: Options) -> Pass {
        let pass = self.run(&request(SEED, cluster, options)).await;
        let pass = pass.unwrap_or_else(|why| panic!("{why:#?}"));
        if let Some(applied) = &pass.applied {
            assert_eq!(applied.finish, Finish::Done, "{:#?}", applied.failures);
        }
        pass
    }

    pub(crate) async fn apply(&self, cluster: &str) -> Pass {
        self.apply_with(cluster, Options::default()).await
    }

    /// The remedy of what fails when a cluster is applied.
    pub(crate) async fn remedy(&self, cluster: &str) -> String {
        let pass = self.run(&request(SEED, cluster, Options::default())).await;
        let mut failures = pass.unwrap().applied.unwrap().failures;
        failures.remove(0).2.remedy.unwrap()
    }

    /// What stops a cluster from being made.
    pub(crate) async fn findings(&self, cluster: &str) -> Vec<Finding> {
        self.findings_in(SEED, cluster).await
    }

    /// The same in another datacenter.
    pub(crate) async fn findings_in(&self, seed: &str, cluster: &str) -> Vec<Finding> {
        match self.run(&request(seed, cluster, Options::default())).await {
            Err(Trouble::Unfit(findings)) => findings,
            Err(trouble) => panic!("{trouble:#?}"),
            Ok(pass) => panic!("it was not stopped: {:#?}", pass.done()),
        }
    }

    /// Destroys; what was to be done.
    pub(crate) async fn destroy(&self, cluster: &str) -> Vec<String> {
        let session = self
            .session(&request(SEED, cluster, Options::default()))
            .await;
        let session = session.unwrap();
        let planned = session.teardown(Patience::Settle).await.unwrap();
        let cancel = CancellationToken::new();
        let applied = session.run(&planned, &mut |_| {}, &cancel).await.unwrap();
        assert_eq!(applied.finish, Finish::Done, "{:#?}", applied.failures);
        let applied = None;
        Pass { planned, applied }.done()
    }

    /// The calls since the last look at them, without the login.
    pub(crate) fn calls(&self) -> Vec<String> {
        let calls = self.mock.calls().into_iter();
        let calls = calls.filter(|call| !call.path.ends_with("/auth/tokens"));
        calls
            .map(|call| format!("{} {}", call.method, call.path))
            .collect()
    }

    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut mock_openstack::OpenStack) -> T) -> T {
        self.mock.with(work)
    }
}
