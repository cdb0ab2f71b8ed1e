//! `verify-cluster --probe` with pods that really open connections: a real control plane, and two nodes in network
//! namespaces of this machine.

use std::net::IpAddr;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use mock_byo::scene;
use real::binary::{Run, Seat};
use real::control_plane::{ADMIN, ControlPlane};
use real::kubelet::{Kubelets, NODES};
use real::node::{self, FAR_NAME, FAR_PORT, PodNetwork};
use serde_json::{Value, json};

const SERVICES: &str = "10.240.16.0/20,fd02::/108";

/// A control plane with two nodes that are ready; nothing where one of the two cannot be had here.
fn plane() -> Result<Option<ControlPlane>> {
    if !node::is_there() {
        return Ok(None);
    }
    let Some(mut plane) = ControlPlane::start(SERVICES)? else {
        return Ok(None);
    };
    let nodes: Vec<Value> = NODES
        .iter()
        .zip(1..)
        .map(|(name, number)| described(name, number))
        .collect();
    for object in scene::objects(&json!({ "nodes": nodes })) {
        if object["kind"] == "Node" {
            plane.create(&object)?;
        }
    }
    // Its controllers take the taint from nodes that are ready, and remove what is in a namespace.
    plane.start_manager(&["--cluster-cidr=172.25.0.0/16,fd01::/48"])?;
    plane.until("nodes that take pods", |plane| {
        let nodes = plane.ask("GET", "/api/v1/nodes", None)?;
        let mut all = nodes["items"].as_array().into_iter().flatten();
        Ok(all.all(|node| node["spec"]["taints"].is_null()))
    })?;
    Ok(Some(plane))
}

fn described(name: &str, number: usize) -> Value {
    let [v4, v6] = PodNetwork::node_ips(number);
    json!({
        "name": name, "addresses": format!("I {v4}, I {v6}"), "pods": PodNetwork::ranges(number).join(", "),
    })
}

/// Probes while the kubelets work; then nothing of the probe is left.
fn probed(plane: &ControlPlane, mut kubelets: Kubelets) -> Result<Vec<String>> {
    let kubeconfig = plane.kubeconfig(ADMIN)?;
    let run = thread::spawn(move || verify(&kubeconfig));
    while !run.is_finished() {
        kubelets.look(plane)?;
        thread::sleep(Duration::from_millis(200));
    }
    let run = run.join().expect("the thread runs to its end")?;
    for _ in 0..300 {
        let all = "/api/v1/namespaces?labelSelector=groundwork-probe";
        let left = plane.ask("GET", all, None)?;
        if left["items"].as_array().is_some_and(Vec::is_empty) {
            return findings(&run);
        }
        // A controller may remove a pod between two questions of the kubelets.
        let _ = kubelets.look(plane);
        thread::sleep(Duration::from_millis(100));
    }
    anyhow::bail!("the namespace of the probe stays")
}

fn verify(kubeconfig: &str) -> Result<Run> {
    let far = format!("{FAR_NAME}:{FAR_PORT}");
    let arguments = [
        "verify-cluster",
        "--kubeconfig",
        kubeconfig,
        "--output",
        "json",
        "--probe",
    ];
    let pods = ["--probe-image", "busybox", "--probe-outside", &far];
    Seat::new()?.run_without_document(&[], &[&arguments[..], &pods].concat())
}

fn findings(run: &Run) -> Result<Vec<String>> {
    let line = run.json().with_context(|| run.text())?;
    let all = line["findings"].as_array().with_context(|| run.text())?;
    let text = |one: &Value| {
        let part = |field: &str| one[field].as_str().unwrap_or_default().to_owned();
        format!("{} {} → {}", part("code"), part("message"), part("remedy"))
    };
    Ok(all.iter().map(text).collect())
}

const fn all(_: &IpAddr) -> bool {
    true
}

/// Pods, services and the outside, in both families and from both nodes: everything is opened, and nothing stays.
#[test]
fn a_network_that_carries_both_families_passes() -> Result<()> {
    let Some(plane) = plane()? else {
        return Ok(());
    };
    let said = probed(&plane, Kubelets::new(PodNetwork::new()?, all))?;
    ensure!(said.is_empty(), "{said:#?}");
    Ok(())
}

#[test]
fn ipv6_that_is_dropped_between_nodes_is_exactly_that_finding() -> Result<()> {
    let Some(plane) = plane()? else {
        return Ok(());
    };
    let network = PodNetwork::new()?;
    let [_, of_b] = PodNetwork::ranges(2);
    network.drop_on_the_way(1, &of_b)?;
    let said = probed(&plane, Kubelets::new(network, all))?;
    ensure!(said.len() == 1, "{said:#?}");
    // An answer does not come back either.
    let wanted = "CLUSTER-PROBE-NODES pods of two nodes do not reach each other over IPv6: from node a to node b nobody \
                  answers; from node b to node a nobody answers; over IPv4 they do";
    ensure!(said[0].contains(wanted), "{said:#?}");
    Ok(())
}

/// kube-proxy of one family, and a node whose pods' IPv6 addresses nobody masquerades: two findings.
#[test]
fn services_and_a_way_out_that_lack_ipv6_are_told_apart() -> Result<()> {
    let Some(plane) = plane()? else {
        return Ok(());
    };
    let network = PodNetwork::new()?;
    network.drop_on_the_way(2, "2001:db8:f::1")?;
    let said = probed(&plane, Kubelets::new(network, IpAddr::is_ipv4))?;
    ensure!(said.len() == 2, "{said:#?}");
    let services = "CLUSTER-PROBE-SERVICES over IPv6, pods on node a and node b do not reach the service with \
                    PreferDualStack and with RequireDualStack";
    ensure!(said[0].contains(services), "{said:#?}");
    let outside = format!(
        "CLUSTER-PROBE-OUTSIDE pods on node b do not reach {FAR_NAME}:{FAR_PORT} over IPv6: nobody answers; from the \
         other node they do"
    );
    ensure!(said[1].contains(&outside), "{said:#?}");
    Ok(())
}
