//! Network plugins: their configuration against what the cluster is meant to be. One file a plugin.

mod calico;
mod canal;
mod cilium;
mod packets;
mod pools;

use groundwork_model::{Family, Finding};
use ipnet::IpNet;

use super::Scene;
use crate::{
    codes,
    facts::{Value, Workload},
};

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let facts = scene.facts;
    let mut findings = Vec::new();
    if let Some(config) = facts.config("cilium-config") {
        findings.extend(cilium::judge(config, scene));
    }
    if let Some(config) = facts.config("canal-config") {
        findings.extend(canal::judge(config, facts.workload("canal"), scene));
    }
    if let Some(workload) = facts.workload("calico-node") {
        findings.extend(calico::judge(
            workload,
            facts.config("calico-config"),
            scene,
        ));
    }
    if let Some(pools) = pools::known(scene) {
        findings.extend(pools::judge(pools, scene));
    }
    findings
}

/// Whether packets between nodes go in a tunnel; none where no plugin says so.
pub(super) fn tunnels(scene: &Scene<'_>) -> Option<bool> {
    let facts = scene.facts;
    if let Some(config) = facts.config("cilium-config") {
        return Some(!cilium::is_native(config));
    }
    if let Some(config) = facts.config("canal-config") {
        return canal::tunnels(config);
    }
    pools::known(scene).map(|pools| pools::overhead(pools) > 0)
}

/// An error of a plugin.
fn told(plugin: &str, message: String, remedy: impl Into<String>) -> Finding {
    let finding = Finding::error(codes::CNI, message).about(plugin.to_owned());
    finding.remedy(remedy)
}

/// What works in part.
fn warned(plugin: &str, message: String, remedy: impl Into<String>) -> Finding {
    let finding = Finding::warning(codes::CNI, message).about(plugin.to_owned());
    finding.remedy(remedy)
}

fn wants_v6(scene: &Scene<'_>) -> bool {
    scene.expected.families.contains(&Family::V6)
}

/// The pods' IPv6 range where its addresses are unique local: nobody outside answers them, so they reach the
/// outside only behind a node's address (RFC 4193 section 4.1).
fn local_pods<'a>(scene: &'a Scene<'_>) -> Option<&'a IpNet> {
    let pods = scene.expected.pods_of_family(Family::V6)?;
    is_unique_local(pods).then_some(pods)
}

fn is_unique_local(range: &IpNet) -> bool {
    match range {
        IpNet::V6(v6) => v6.addr().is_unique_local(),
        IpNet::V4(_) => false,
    }
}

/// Whether the configuration of what gives pods their addresses has a range of IPv6.
fn gives_v6(cni: &str) -> bool {
    let mut parts = ["assign_ipv6", "usePodCidrIPv6", "::/"].into_iter();
    parts.any(|part| cni.contains(part))
}

/// Felix leaves IPv6 alone where it is told so; it does not unless it is told.
fn felix(plugin: &str, workload: &Workload) -> Option<Finding> {
    if workload.variable("FELIX_IPV6SUPPORT") != Value::Set("false") {
        return None;
    }
    let message = "FELIX_IPV6SUPPORT is false: network policies are not applied to IPv6".to_owned();
    let remedy = format!("set it to true in the DaemonSet {}", workload.name());
    Some(told(plugin, message, remedy))
}
