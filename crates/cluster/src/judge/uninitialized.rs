//! Nodes that wait for their cloud controller, and why.

use groundwork_model::{Finding, NodeIp};

use super::Scene;
use crate::{
    codes,
    controller::{Cause, Controller},
    facts::Node,
};

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let waiting = scene
        .facts
        .nodes
        .iter()
        .filter(|node| node.is_uninitialized());
    let finding = |node: &Node| {
        let Cause { why, remedy } = cause(node, scene);
        let message = format!("no pod is scheduled to node {}: {why}", node.name());
        let finding = Finding::error(codes::UNINITIALIZED, message);
        finding
            .about(format!("node {}", node.name()))
            .remedy(remedy)
    };
    waiting.map(finding).collect()
}

fn cause(node: &Node, scene: &Scene<'_>) -> Cause {
    const CORRECT: &str = "correct node-ip, and restart the kubelet";
    let controller = &scene.controller;
    let ip = match node.node_ip().map(NodeIp::parse) {
        Some(Ok(ip)) => Some(ip),
        Some(Err(why)) => {
            let text = node.node_ip().unwrap_or_default();
            let why = format!("its node-ip {text:?} matches no address of a cloud: {why}");
            return Cause::new(why, CORRECT);
        }
        None => None,
    };
    if let Some(missing) = nobody(controller, scene) {
        return missing;
    }
    if let Some(Cause { why, remedy }) = &controller.settings.mistake {
        return Cause::new(why, remedy);
    }
    match ip {
        Some(ip) => of_node_ip(&ip, node, controller),
        None => unknown(controller),
    }
}

/// There is no cloud controller, as far as can be seen.
fn nobody(controller: &Controller, scene: &Scene<'_>) -> Option<Cause> {
    let is_asked = scene.facts.workloads.is_some();
    if controller.is_seen || controller.is_at_work || !is_asked {
        return None;
    }
    Some(Cause::new(
        "its kubelet runs with --cloud-provider=external, and no cloud controller is in kube-system or \
         has initialized any node",
        "install the cloud controller (KKP runs it in the seed: look there), or take cloud-provider out \
         of the kubelet's arguments",
    ))
}

/// Each address of node-ip has to be one that the controller reports; else the node waits for ever.
fn of_node_ip(ip: &NodeIp, node: &Node, controller: &Controller) -> Cause {
    let text = node.node_ip().unwrap_or_default();
    if let Some(exact) = controller.explain(ip) {
        return exact;
    }
    let families = ip
        .addresses()
        .iter()
        .map(groundwork_model::Family::of_address);
    if let Some(Cause { why, remedy }) = families.clone().find_map(|one| controller.lacks(one)) {
        let named = families
            .map(|family| family.to_string())
            .collect::<Vec<_>>();
        let why = format!(
            "its node-ip {text} names {}, and {why}",
            named.join(" and ")
        );
        return Cause::new(why, remedy);
    }
    let why = format!(
        "{} initializes it once it reports each address of its node-ip ({text}), and does not",
        match controller.kind {
            Some(kind) => format!("the cloud controller of {}", kind.title),
            None => "a cloud controller".to_owned(),
        }
    );
    let why = match controller.likely() {
        Some(likely) => format!("{why}. What it can be, the likeliest first: {likely}"),
        None => why,
    };
    Cause::new(
        why,
        "look into the controller's log for the node: it names the address that it misses; correct \
         node-ip, or what the cloud has",
    )
}

/// Without a node-ip every address is welcome: the controller does not know the node at all.
fn unknown(controller: &Controller) -> Cause {
    let why = match controller.kind {
        Some(kind) => format!(
            "it has no node-ip, and the cloud controller of {} does not know it: its name has to be \
             the one that the cloud knows, and its server has to report an address",
            kind.title
        ),
        None => "it waits for a cloud controller, which does not know it".to_owned(),
    };
    Cause::new(
        why,
        "look into the controller's log for the node; correct the node's name, or the controller's \
         credentials and project",
    )
}
