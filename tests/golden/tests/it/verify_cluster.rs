//! What a user reads of a cluster that runs.

use std::{collections::BTreeMap, time::Duration};

use conformance::VirtualClock;
use golden::{BYO, BYO_SEED, FILES, Transcript, example, files};
use groundwork_provider::Clock as _;
use insta::assert_snapshot;
use mock_byo::{
    Apiserver, Config,
    kubelets::{Fate, Kubelets},
    scene,
};
use serde_json::{Value, json};

fn furnish(transcript: &Transcript, scene: &Value) {
    let objects = scene::objects(scene);
    transcript
        .mock
        .with(|cloud: &mut Apiserver| cloud.furnish(objects));
}

/// Three nodes on Hetzner; `env` is what their cloud controller is told.
fn on_hetzner(env: &Value, is_done: bool) -> Value {
    let node = |number: u8| {
        let addresses = format!("E 192.0.2.{number}, E 2001:db8:{number}::1, H worker-{number}");
        let mut node = json!({
            "name": format!("worker-{number}"), "nodeIP": format!("192.0.2.{number},2001:db8:{number}::1"),
            "tainted": !is_done,
        });
        if is_done {
            node["addresses"] = json!(addresses);
            node["provider"] = json!(format!("hcloud://{number}"));
        }
        node
    };
    json!({
        "nodes": [node(1), node(2), node(3)],
        "deployments": [{ "name": "hcloud-cloud-controller-manager", "env": env }],
    })
}

/// From nodes that stay NotReady to the cause, and to a cluster that is fit: the story of
/// `docs/verify-cluster.md`.
#[tokio::test(start_paused = true)]
async fn from_nodes_that_wait_to_the_cause() {
    let mut transcript = Transcript::byo(Config::default(), BTreeMap::new());
    furnish(&transcript, &on_hetzner(&json!({}), false));
    transcript.run("verify-cluster").await;
    transcript.run("explain CLUSTER-UNINITIALIZED").await;
    let env = json!({ "HCLOUD_INSTANCES_ADDRESS_FAMILY": "dualstack" });
    furnish(&transcript, &on_hetzner(&env, true));
    transcript
        .note("The controller is told dualstack, and has initialized them.")
        .run("verify-cluster --probe")
        .await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn what_was_not_asked_is_not_fine() {
    let mut transcript = Transcript::byo(Config::default(), BTreeMap::new());
    let nodes = json!({ "nodes": [{ "name": "a", "addresses": "I 10.0.0.5, I fd00::5" }] });
    furnish(&transcript, &nodes);
    let refuse = |cloud: &mut Apiserver, resource| cloud.config.tokens[0].refuse("list", resource);
    transcript
        .mock
        .with(|cloud: &mut Apiserver| refuse(cloud, "services"));
    transcript.run("verify-cluster").await;
    transcript.run("verify-cluster --output json").await;
    transcript
        .mock
        .with(|cloud: &mut Apiserver| refuse(cloud, "nodes"));
    transcript.run("verify-cluster").await;
    transcript.run("verify-cluster --print-rbac --probe").await;
    transcript
        .run("verify-cluster --print-rbac --seed-namespace cluster-abcdef")
        .await;
    transcript
        .run("verify-cluster --kubeconfig missing.yaml")
        .await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn a_cluster_against_its_document() {
    let all = files(example(&BYO, "cluster"), BYO_SEED);
    let mut transcript = Transcript::byo(Config::default(), all);
    furnish(
        &transcript,
        &json!({
            "services": "10.240.16.0/20, fd02::/56",
            "static": { "kube-controller-manager": [
                "kube-controller-manager", "--cluster-cidr=172.26.0.0/16,fd01::/48", "--allocate-node-cidrs=true", "--node-cidr-mask-size-ipv4=25",
            ] },
            "nodes": [{ "name": "worker-1", "addresses": "I 10.0.6.11, I fd0a:6::11", "pods": "172.26.0.0/24, fd01::/64" }],
        }),
    );
    transcript.run(&format!("verify-cluster {FILES}")).await;
    transcript.run("verify-cluster --wait 12s").await;
    assert_snapshot!(transcript.take());
}

/// Runs a command while kubelets start the pods that it makes.
async fn run_with(transcript: &mut Transcript, kubelets: Kubelets, command: &str) {
    let (mock, clock) = (transcript.mock.clone(), VirtualClock::start());
    let work = async {
        loop {
            clock.sleep(Duration::from_secs(1)).await;
            mock.with(|cloud: &mut Apiserver| kubelets.look(cloud));
        }
    };
    tokio::select! {
        biased;
        () = work => {}
        _ = transcript.run(command) => {}
    }
}

/// A probe with pods: on a network that carries everything, on one that drops IPv6 between the nodes, and where a node
/// cannot pull the image.
#[tokio::test(start_paused = true)]
async fn pods_try_what_the_network_carries() {
    const PROBE: &str =
        "verify-cluster --probe --probe-image busybox:1.37 --probe-outside example.org";
    let mut transcript = Transcript::byo(Config::default(), BTreeMap::new());
    let nodes = json!({ "nodes": [
        { "name": "worker-1", "addresses": "I 10.0.0.1, I fd00::1" },
        { "name": "worker-2", "addresses": "I 10.0.0.2, I fd00::2" },
    ] });
    furnish(&transcript, &nodes);
    let kubelets = Kubelets {
        nodes: ["worker-1", "worker-2"],
        ..Kubelets::default()
    };
    run_with(&mut transcript, kubelets, PROBE).await;
    transcript.note("The security group of the nodes lets IPv4 in, and not IPv6.");
    let dropped = Kubelets {
        says: |path| match path.is_v6() && path.server() != Some(path.node) && !path.is_outside() {
            // The service leads from worker-2 to worker-1.
            true if !(path.is_service() && path.node == "worker-1") => "silent",
            _ => "whole",
        },
        ..kubelets
    };
    run_with(&mut transcript, dropped, PROBE).await;
    run_with(&mut transcript, dropped, &format!("{PROBE} --output json")).await;
    transcript.note("The second node cannot pull the image.");
    let unpulled = Kubelets {
        fate: |node| match node {
            "worker-2" => Fate::Pull,
            _ => Fate::Runs,
        },
        ..kubelets
    };
    run_with(&mut transcript, unpulled, PROBE).await;
    transcript
        .run("verify-cluster --print-rbac --probe --probe-image busybox:1.37 --wait")
        .await;
    assert_snapshot!(transcript.take());
}
