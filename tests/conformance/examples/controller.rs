//! A controller's life with Groundwork: what `docs/controller.md` walks through.
//!
//! The controller owns documents; Groundwork owns none. It prepares the network, writes the ids
//! back, looks again now and then, is paused, changes with its document, and goes before the
//! finalizer does. The cloud is the mock, in this process, on the real clock.

#![allow(clippy::unwrap_used, reason = "an example may")]

use std::{collections::BTreeMap, sync::Arc};

use conformance::{InProcess, merged};
use groundwork_engine::{
    Applied, Engine, Event, Fact, Finish, Journal, Limits, MemoryJournal, Parts, Patience,
    Registry, Request, SeededRandom, SystemClock, Trouble,
};
use groundwork_model::{Documents, InstallationId, Source};
use groundwork_openstack::OpenStack;
use groundwork_provider::{Clock, Environment, Options, World};
use mock_cloud::{Mock, Options as MockOptions};
use mock_openstack::{Config, OpenStack as MockOpenStack};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    live(Arc::new(SystemClock)).await;
}

/// The whole life of one cluster.
pub async fn live(clock: Arc<dyn Clock>) {
    let cloud = MockOpenStack::new(Config::default().with_default_v6_pool());
    let mock = Mock::new(Box::new(cloud), MockOptions::default());
    let engine = engine(&mock, clock);
    let mut cluster = document();

    // 1. Prepare the network before the first machine boots.
    let applied = pass(&engine, &cluster).await.unwrap();
    assert_eq!(applied.finish, Finish::Done);

    // 2. Write the ids back: a JSON merge patch in the document's own field names.
    let network = applied
        .network
        .expect("a network that is done has an answer");
    cluster = merged(cluster, &network.patch);
    println!(
        "written back: {}",
        cluster["spec"]["cloud"]["openstack"]["subnetID"]
    );

    // 3. Look again: nothing changes, and what is ours stays ours although the document names it.
    let session = engine.session(&request(&engine, &cluster)).await.unwrap();
    let planned = session.plan(Patience::Now).await.unwrap();
    assert!(planned.plan.is_empty(), "{:#?}", planned.plan);
    assert!(
        planned
            .network
            .unwrap()
            .objects
            .iter()
            .all(|object| object.managed)
    );

    // 4. A paused cluster is looked at, and left alone.
    let paused = merged(cluster.clone(), &json!({ "spec": { "pause": true } }));
    let refused = pass(&engine, &paused).await.unwrap_err();
    assert!(matches!(refused, Trouble::Unfit(_)), "{refused}");

    // 5. The document changes, and the network with it: here the cluster gives IPv6 up.
    let ipv4 = json!({ "spec": {
        "clusterNetwork": { "ipFamily": "IPv4" },
        "cloud": { "openstack": { "ipv6SubnetID": null } },
    } });
    cluster = merged(cluster, &ipv4);
    let applied = pass(&engine, &cluster).await.unwrap();
    assert_eq!(applied.network.unwrap().subnets.len(), 1);

    // 6. The document is to be deleted: the finalizer stays until the network is gone.
    let session = engine.session(&request(&engine, &cluster)).await.unwrap();
    let teardown = session.teardown(Patience::Settle).await.unwrap();
    let applied = session
        .run(&teardown, &mut |_| {}, &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(applied.finish, Finish::Done);
    assert_eq!(
        mock.inventory().made_by_api().count(),
        0,
        "nothing of ours is left"
    );
    println!("the finalizer may go");

    // 7. Before the process ends: a cloud that counts sessions has none of ours left.
    drop(session);
    engine.leave().await;
}

/// One pass: look, and bring about what the document says. Called again and again; a pass that
/// finds nothing to do makes no mutating call.
async fn pass(engine: &Engine, cluster: &Value) -> Result<Applied, Trouble> {
    let session = engine.session(&request(engine, cluster)).await?;
    let planned = session.plan(Patience::Settle).await?;
    // A shutdown cancels the token: what is under way is finished or journalled, nothing begins.
    let cancel = CancellationToken::new();
    session.run(&planned, &mut progress, &cancel).await
}

/// Progress, for a status condition or a log.
fn progress(event: &Event) {
    match &event.fact {
        Fact::Created { address, id, .. } => println!("created {address}: {id}"),
        Fact::Deleted { address, id, .. } => println!("deleted {address}: {id}"),
        Fact::Failed {
            address, failure, ..
        } => println!("failed {address}: {failure}"),
        Fact::RunStarted { .. }
        | Fact::Intent { .. }
        | Fact::Began { .. }
        | Fact::Pending { .. }
        | Fact::Retrying { .. }
        | Fact::Claimed { .. }
        | Fact::Absent { .. }
        | Fact::Updated { .. }
        | Fact::Skipped { .. }
        | Fact::RunFinished { .. } => {}
    }
}

/// One engine a process: drivers, a journal, the world.
fn engine(mock: &Mock, clock: Arc<dyn Clock>) -> Engine {
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    Engine::new(Parts {
        registry: Registry::new().with(OpenStack),
        journal,
        world: World::new(clock.clone(), SeededRandom::new(1)),
        connector: Arc::new(InProcess::new(mock.clone(), &clock)),
        environment: Environment::default(),
        installation: InstallationId::default(),
        limits: Limits::default(),
        holder: "controller-0".to_owned(),
    })
}

/// What is asked about one cluster: its document, its datacenter, what it may use.
fn request(engine: &Engine, cluster: &Value) -> Request {
    let source = |name: &str, document: &Value| Source {
        name: name.to_owned(),
        bytes: document.to_string().into_bytes(),
    };
    let sources = [source("cluster", cluster), source("seed", &seed())];
    let schemas = engine.parts().registry.schemas();
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

fn document() -> Value {
    json!({
        "apiVersion": "kubermatic.k8c.io/v1",
        "kind": "Cluster",
        "metadata": { "name": "lighthouse", "uid": "0f6f6a5e-0c1e-4b1a-9a38-2f8f6f4b7c11" },
        "spec": {
            "version": "1.31.4",
            "cniPlugin": { "type": "cilium", "version": "1.16.9" },
            "clusterNetwork": { "ipFamily": "IPv4+IPv6" },
            "cloud": { "dc": "north", "openstack": {
                "username": "demo", "password": "secret", "project": "demo", "domain": "Default",
            } },
        },
    })
}

fn seed() -> Value {
    json!({
        "apiVersion": "kubermatic.k8c.io/v1",
        "kind": "Seed",
        "metadata": { "name": "seed" },
        "spec": { "datacenters": { "north": { "spec": { "openstack": {
            "authURL": "https://keystone.example.org/identity/v3",
            "region": "RegionOne",
            "ipv6Enabled": true,
        } } } } },
    })
}
