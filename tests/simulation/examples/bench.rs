//! Calls and wall time of one cluster's life, beside what its graph allows; and what a sweep of
//! many clusters costs each. `cargo xtask bench` runs it.
//!
//! The mock answers in this process, after a fixed time on the real clock. Authentication and the
//! discovery of extensions happen once a process and are counted apart.

#![allow(clippy::unwrap_used, reason = "a benchmark may")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use conformance::InProcess;
use groundwork_engine::{
    Engine, Finish, Limits, MemoryJournal, Parts, Patience, Planned, Registry, Request,
    SeededRandom, Session, SystemClock,
};
use groundwork_model::{Documents, InstallationId, Source};
use groundwork_openstack::OpenStack;
use groundwork_provider::{Action, Clock, Environment, Options, Plan, World};
use mock_cloud::{Cloud as _, Mock, Object, Options as MockOptions};
use mock_openstack::{Config, OpenStack as MockOpenStack};
use serde_json::json;
use tokio_util::sync::CancellationToken;

const LATENCY: Duration = Duration::from_millis(50);
const SWEEPS: [usize; 3] = [1, 100, 1_000];

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!(
        "OpenStack, dual-stack, everything made; {} ms a call",
        LATENCY.as_millis()
    );
    life().await;
    println!();
    println!("Sweep: drift of every cluster of one account");
    println!("{:>9} {:>9} {:>15}", "clusters", "calls", "calls/cluster");
    for clusters in SWEEPS {
        let cloud = Cloud::open(Duration::ZERO);
        cloud.populate(clusters).await;
        sweep(&cloud, clusters).await;
    }
}

/// Create, no-op, destroy.
async fn life() {
    let cloud = Cloud::open(LATENCY);
    let session = cloud.session(0).await;
    println!(
        "connect: {} calls, once a process",
        cloud.mock.calls().len()
    );
    println!(
        "{:<9} {:>6} {:>7} {:>10} {:>22} {:>11}",
        "", "calls", "writes", "wall", "bound", "wall/bound"
    );
    for (name, destroys) in [("create", false), ("no-op", false), ("destroy", true)] {
        cloud.mock.clear_calls();
        let began = SystemClock.now();
        let planned = plan(&session, destroys).await;
        let chain = chain(&planned.plan);
        run(&session, &planned).await;
        let wall = Duration::try_from(SystemClock.now().duration_since(began)).unwrap();
        report(&cloud.mock, name, wall, chain);
    }
}

/// The bound: the look (every listing at once), for a create the quotas, then the chain.
fn report(mock: &Mock, name: &str, wall: Duration, chain: u32) {
    let checks = u32::from(
        mock.calls()
            .iter()
            .any(|call| call.path.contains("/quotas")),
    );
    let bound = LATENCY * (1 + checks + chain);
    println!(
        "{name:<9} {:>6} {:>7} {:>7} ms {:>12} = {:>4} ms {:>11.2}",
        mock.calls().len(),
        mock.mutating_calls().len(),
        wall.as_millis(),
        format!("{} + {chain}", 1 + checks),
        bound.as_millis(),
        wall.as_secs_f64() / bound.as_secs_f64(),
    );
}

/// The longest chain of calls that must come one after another: what a node refers to comes
/// first, and writers that take turns come one by one. An object's finishing touches (tags, rules)
/// hold nobody up.
fn chain(plan: &Plan) -> u32 {
    let mut ends: BTreeMap<&str, u32> = BTreeMap::new();
    let mut turns: BTreeMap<&str, u32> = BTreeMap::new();
    for item in &plan.items {
        if !item.action.is_mutating() {
            continue;
        }
        let id = item
            .found
            .as_ref()
            .map_or(item.address.as_str(), |found| found.id.as_str());
        let needs: Vec<&str> = match (item.action, &item.node) {
            (Action::Create, Some(node)) => node.after.iter().map(|a| a.as_str()).collect(),
            _ => children(plan, id),
        };
        let ready = needs
            .iter()
            .filter_map(|need| ends.get(need))
            .max()
            .copied()
            .unwrap_or(0);
        let turn = item
            .turns
            .iter()
            .filter_map(|turn| turns.get(turn.as_str()))
            .max()
            .copied();
        let end = ready.max(turn.unwrap_or(0)) + 1;
        ends.insert(
            if item.action == Action::Create {
                item.address.as_str()
            } else {
                id
            },
            end,
        );
        turns.extend(item.turns.iter().map(|turn| (turn.as_str(), end)));
    }
    ends.into_values().max().unwrap_or(0)
}

/// What is deleted before an object: whatever joins it.
fn children<'a>(plan: &'a Plan, id: &str) -> Vec<&'a str> {
    let found = plan.items.iter().filter_map(|item| item.found.as_ref());
    found
        .filter(|f| f.joins.iter().any(|join| join == id))
        .map(|f| f.id.as_str())
        .collect()
}

async fn sweep(cloud: &Cloud, clusters: usize) {
    let requests: Vec<Request> = (0..clusters).map(request).collect();
    cloud.mock.clear_calls();
    let mut drifted = 0;
    cloud
        .engine()
        .sweep(&requests, &mut |swept| {
            drifted += usize::from(!swept.plan.is_ok_and(|plan| plan.is_empty()));
        })
        .await;
    assert_eq!(drifted, 0, "every cluster is as it was made");
    assert!(
        cloud
            .mock
            .mutating_calls()
            .iter()
            .all(|call| call.path.contains("/auth/tokens"))
    );
    let calls = cloud.mock.calls().len();
    println!(
        "{clusters:>9} {calls:>9} {:>15.3}",
        calls as f64 / clusters as f64
    );
}

struct Cloud {
    mock: Mock,
    wire: InProcess,
    journal: Arc<MemoryJournal>,
}

impl Cloud {
    fn open(latency: Duration) -> Self {
        let mut config = Config::default().without_quotas().with_default_v6_pool();
        config.external_networks.clear();
        let config = config.with_external_network("public", &["198.18.0.0/15", "2001:db8:f::/64"]);
        let cloud = MockOpenStack::new(config);
        let options = MockOptions {
            latency,
            ..MockOptions::default()
        };
        let mock = Mock::new(Box::new(cloud), options);
        let wire = InProcess::new(mock.clone(), Arc::new(SystemClock));
        Self {
            mock,
            wire,
            journal: Arc::default(),
        }
    }

    fn engine(&self) -> Engine {
        Engine::new(Parts {
            registry: Registry::new().with(OpenStack),
            journal: self.journal.clone(),
            world: World::new(Arc::new(SystemClock), SeededRandom::new(1)),
            connector: Arc::new(self.wire.clone()),
            environment: Environment::default(),
            installation: InstallationId::default(),
            limits: Limits::default(),
            holder: "bench".to_owned(),
        })
    }

    async fn session(&self, number: usize) -> Session {
        self.engine().session(&request(number)).await.unwrap()
    }

    /// Makes that many clusters: two through the engine, the others as copies of the second, since
    /// what a sweep costs does not depend on who made them.
    async fn populate(&self, clusters: usize) {
        self.apply(0).await;
        let before = self.ids();
        if clusters > 1 {
            self.apply(1).await;
        }
        self.mock.with(|cloud: &mut MockOpenStack| {
            let new = |object: &&Arc<Object>| !before.contains(&object.id);
            let template: Vec<Arc<Object>> = cloud.store().all().filter(new).cloned().collect();
            for number in 2..clusters {
                for object in &template {
                    copy(cloud, &template, object, number);
                }
            }
        });
    }

    fn ids(&self) -> BTreeSet<String> {
        self.mock.with(|cloud: &mut MockOpenStack| {
            cloud
                .store()
                .all()
                .map(|object| object.id.clone())
                .collect()
        })
    }

    async fn apply(&self, number: usize) {
        let session = self.session(number).await;
        let planned = plan(&session, false).await;
        run(&session, &planned).await;
    }
}

/// Puts a copy of an object of cluster 1 into the cloud, as cluster `number` would have it.
fn copy(cloud: &mut MockOpenStack, template: &[Arc<Object>], object: &Object, number: usize) {
    let id = |id: &str| format!("{number:08x}{}", &id[8..]);
    let mut body = serde_json::to_string(&object.body).unwrap();
    for other in template {
        body = body.replace(&other.id, &id(&other.id));
    }
    body = body
        .replace(&name(1), &name(number))
        .replace(&uid(1), &uid(number));
    let body = serde_json::from_str(&body).unwrap();
    cloud
        .store_mut()
        .insert_as(object.author, &object.kind, &id(&object.id), body);
}

fn name(number: usize) -> String {
    format!("c{number:04}")
}

fn uid(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

async fn plan(session: &Session, destroys: bool) -> Planned {
    let planned = match destroys {
        true => session.teardown(Patience::Settle).await,
        false => session.plan(Patience::Settle).await,
    };
    planned.unwrap()
}

async fn run(session: &Session, planned: &Planned) {
    let cancel = CancellationToken::new();
    let applied = session.run(planned, &mut |_| {}, &cancel).await.unwrap();
    assert_eq!(applied.finish, Finish::Done, "{:#?}", applied.failures);
}

fn request(number: usize) -> Request {
    let cluster = json!({
        "apiVersion": "kubermatic.k8c.io/v1",
        "kind": "Cluster",
        "metadata": {
            "name": name(number),
            "uid": uid(number),
        },
        "spec": {
            "version": "1.31.0",
            "cniPlugin": { "type": "cilium", "version": "1.16.6" },
            "clusterNetwork": { "ipFamily": "IPv4+IPv6" },
            "cloud": {
                "dc": "here",
                "openstack": { "username": "demo", "password": "secret", "project": "demo", "domain": "Default" },
            },
        },
    });
    let seed = json!({
        "apiVersion": "kubermatic.k8c.io/v1",
        "kind": "Seed",
        "metadata": { "name": "bench" },
        "spec": { "datacenters": { "here": { "spec": { "openstack": {
            "authURL": "http://openstack.test/identity/v3", "region": "RegionOne", "ipv6Enabled": true,
        } } } } },
    });
    let source = |document: serde_json::Value| Source {
        name: "bench".to_owned(),
        bytes: document.to_string().into_bytes(),
    };
    let schemas = Registry::new().with(OpenStack).schemas();
    let (mut documents, findings) =
        Documents::parse(&[source(cluster), source(seed)], &schemas, true);
    assert!(findings.is_empty(), "{findings:#?}");
    let cluster = documents.clusters.remove(0);
    let datacenter = documents.datacenter_of(&cluster).unwrap().clone();
    Request {
        cluster: Arc::new(cluster),
        datacenter: Arc::new(datacenter),
        secrets: BTreeMap::new(),
        options: Options::default(),
    }
}
