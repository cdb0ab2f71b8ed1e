//! The addresses of pods: both families, inside of the ranges; on the host network, those of the node.

use std::collections::BTreeMap;

use groundwork_model::{Family, Finding};

use super::Scene;
use crate::{
    codes,
    facts::{Node, Pod, families, named, ranges},
};

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let nodes: BTreeMap<&str, &Node> = scene
        .facts
        .nodes
        .iter()
        .map(|node| (node.name(), node))
        .collect();
    let pods = scene.facts.pods.iter().flatten();
    let pods = pods.filter(|pod| pod.is_running && !pod.ips.is_empty());
    // A fault of a node's network shows at every pod there: it is told once a node.
    let mut short: BTreeMap<(&str, bool), Vec<&Pod>> = BTreeMap::new();
    let mut findings = Vec::new();
    for pod in pods {
        if !missing(pod, scene).is_empty() {
            short
                .entry((&pod.node, pod.is_on_host))
                .or_default()
                .push(pod);
        } else if !pod.is_on_host {
            findings.extend(outside(pod, nodes.get(pod.node.as_str()).copied(), scene));
        }
    }
    let told = short.into_iter().filter_map(|((node, is_on_host), pods)| {
        let known = nodes.get(node).copied();
        match is_on_host {
            true => on_host(node, known, &pods, scene),
            false => Some(lacking(node, &pods, scene)),
        }
    });
    told.chain(findings).collect()
}

fn missing(pod: &Pod, scene: &Scene<'_>) -> Vec<Family> {
    scene.expected.missing(&families(&pod.ips))
}

fn counted(pods: &[&Pod]) -> String {
    match pods {
        [one] => format!("pod {}", one.name),
        _ => format!("{} pods, {} among them,", pods.len(), pods[0].name),
    }
}

fn lacking(node: &str, pods: &[&Pod], scene: &Scene<'_>) -> Finding {
    let message = format!(
        "{} on node {node} have no {} address: the network plugin gave one family",
        counted(pods),
        named(&missing(pods[0], scene))
    );
    let finding = Finding::error(codes::POD_FAMILY, message).about(format!("node {node}"));
    finding.remedy(
        "look at what is said of the node's podCIDRs and of the network plugin; pods that run keep their \
         addresses, so start them again after that",
    )
}

/// A pod on the host network has the addresses that the kubelet knew when the pod started. Where the node has
/// no address of the family, that is told of the node.
fn on_host(node: &str, known: Option<&Node>, pods: &[&Pod], scene: &Scene<'_>) -> Option<Finding> {
    let lacks = missing(pods[0], scene);
    let has = known?.families();
    if lacks.iter().any(|family| !has.contains(family)) {
        return None;
    }
    let message = format!(
        "{} on the host network of node {node} have no {} address, and the node has: they started \
         before it had one, or its node-ip names one family",
        counted(pods),
        named(&lacks)
    );
    let finding = Finding::warning(codes::POD_FAMILY, message).about(format!("node {node}"));
    Some(finding.remedy(
        "name an address of each family in the kubelet's node-ip, restart it, and start the pods again",
    ))
}

fn outside(pod: &Pod, node: Option<&Node>, scene: &Scene<'_>) -> Option<Finding> {
    let of_plugin = scene.facts.config("cilium-config");
    let pools = ["cluster-pool-ipv4-cidr", "cluster-pool-ipv6-cidr"];
    let pools = of_plugin
        .into_iter()
        .flat_map(|config| pools.map(|key| ranges(config.text(key))));
    let mut allowed: Vec<ipnet::IpNet> = pools.flatten().collect();
    allowed.extend(&scene.expected.pods);
    if allowed.is_empty() {
        // Nobody says what the cluster's ranges are: those of the node are all that is known.
        allowed = node?.pod_cidrs();
    }
    if allowed.is_empty() {
        return None;
    }
    let ip = pod
        .ips
        .iter()
        .find(|ip| !allowed.iter().any(|range| range.contains(*ip)))?;
    let message = format!("pod {} has {ip}, outside of every range of pods", pod.name);
    let finding = Finding::warning(codes::POD_OUTSIDE, message).about(format!("node {}", pod.node));
    Some(finding.remedy(
        "compare the pools of the network plugin with the ranges of pods: policies, kube-proxy and \
         firewalls go by those",
    ))
}
