//! A mock, and the engine over it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use conformance::InProcess;
use groundwork_engine::{
    Engine, Finish, Limits, MemoryJournal, Parts, Patience, Planned, Request, SeededRandom,
    Session, SystemClock,
};
use groundwork_model::{Documents, InstallationId, Source};
use groundwork_provider::{Clock, Options, World};
use mock_cloud::Mock;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::subject::{Subject, name, uid};

/// A mock, and the engine over it.
pub(crate) struct Cloud<'a> {
    pub(crate) mock: Mock,
    subject: &'a dyn Subject,
    wire: InProcess,
    journal: Arc<MemoryJournal>,
}

impl<'a> Cloud<'a> {
    pub(crate) fn open(subject: &'a dyn Subject, latency: Duration) -> Self {
        let mock = subject.mock(latency);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let wire = InProcess::new(mock.clone(), &clock);
        Self {
            mock,
            subject,
            wire,
            journal: Arc::default(),
        }
    }

    /// An engine with random numbers of its own: tokens of two clusters have to differ.
    pub(crate) fn engine(&self, seed: usize) -> Engine {
        Engine::new(Parts {
            registry: self.subject.registry(),
            journal: self.journal.clone(),
            world: World::new(Arc::new(SystemClock), SeededRandom::new(seed as u64)),
            connector: Arc::new(self.wire.clone()),
            environment: self.subject.environment(),
            installation: InstallationId::default(),
            limits: Limits::default(),
            holder: "bench".to_owned(),
        })
    }

    pub(crate) async fn session(&self, number: usize) -> Session {
        let request = self.request(number);
        self.engine(number).session(&request).await.unwrap()
    }

    /// Makes that many clusters: two through the engine, the others as copies of the second.
    pub(crate) async fn populate(&self, clusters: usize) {
        self.apply(0).await;
        let before: BTreeSet<String> = self.subject.ids(&self.mock).into_iter().collect();
        if clusters > 1 {
            self.apply(1).await;
        }
        let is_new = |id: &str| !before.contains(id);
        self.subject.copy(&self.mock, &is_new, clusters);
    }

    async fn apply(&self, number: usize) {
        let session = self.session(number).await;
        let planned = plan(&session, false).await;
        run(&session, &planned).await;
    }

    pub(crate) fn request(&self, number: usize) -> Request {
        let mut section = self.subject.cluster();
        section["dc"] = json!("here");
        let cluster = json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Cluster",
            "metadata": { "name": name(number), "uid": uid(number) },
            "spec": {
                "version": "1.31.0",
                "cniPlugin": { "type": "cilium", "version": "1.16.6" },
                "clusterNetwork": { "ipFamily": "IPv4+IPv6" },
                "cloud": section,
            },
        });
        let seed = json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Seed",
            "metadata": { "name": "bench" },
            "spec": { "datacenters": { "here": { "spec": self.subject.datacenter() } } },
        });
        let source = |document: Value| Source {
            name: "bench".to_owned(),
            bytes: document.to_string().into_bytes(),
        };
        let mut sources = vec![source(cluster), source(seed)];
        sources.extend(self.subject.beside().map(|section| {
            source(json!({
                "apiVersion": "groundwork.dev/v1alpha1",
                "kind": "Network",
                "metadata": { "name": name(number) },
                "spec": { "cloud": section },
            }))
        }));
        let schemas = self.subject.registry().schemas();
        let (mut documents, findings) = Documents::parse(&sources, &schemas, true);
        assert!(findings.is_empty(), "{findings:#?}");
        let cluster = documents.clusters.remove(0);
        let datacenter = documents.datacenter_of(&cluster).unwrap().clone();
        Request {
            cluster,
            datacenter,
            secrets: BTreeMap::new(),
            options: Options::default(),
        }
    }
}

pub(crate) async fn plan(session: &Session, destroys: bool) -> Planned {
    let planned = match destroys {
        true => session.teardown(Patience::Settle).await,
        false => session.plan(Patience::Settle).await,
    };
    planned.unwrap()
}

pub(crate) async fn run(session: &Session, planned: &Planned) {
    let cancel = CancellationToken::new();
    let applied = session.run(planned, &mut |_| {}, &cancel).await.unwrap();
    assert_eq!(applied.finish, Finish::Done, "{:#?}", applied.failures);
}
