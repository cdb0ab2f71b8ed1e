//! Kernel settings of IPv6, as far as the API server shows them: what workloads of kube-system write on the nodes, and
//! what pods ask for themselves. What a node has set by itself is not seen from here.

use groundwork_model::{Family, Finding};

use super::Scene;
use crate::{
    codes,
    facts::{Pod, Sysctl, Workload},
};

const PREFIX: &str = "net.ipv6.conf.";

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    if !scene.expected.families.contains(&Family::V6) {
        return Vec::new();
    }
    let workloads = scene.facts.workloads.iter().flatten();
    let on_host = workloads.filter(|workload| workload.is_on_host());
    let of_nodes = on_host.flat_map(of_workload);
    let pods = scene.facts.pods.iter().flatten();
    of_nodes.chain(pods.flat_map(of_pod)).collect()
}

fn of_workload(workload: &Workload) -> Vec<Finding> {
    let settings = workload.arguments().flat_map(written);
    let findings = settings.filter_map(|Sysctl { name, value }| {
        let (is_error, effect, remedy) = effect(&name, &value)?;
        let message = format!("it sets {name}={value} on every node that it runs on: {effect}");
        let finding = match is_error {
            true => Finding::error(codes::KERNEL, message),
            false => Finding::warning(codes::KERNEL, message),
        };
        Some(
            finding
                .about(format!("workload {}", workload.name()))
                .remedy(remedy),
        )
    });
    findings.collect()
}

/// The settings in a command: `sysctl -w net.ipv6.conf.all.forwarding=1`.
fn written(argument: &str) -> Vec<Sysctl> {
    let words = argument.split(|one: char| one.is_whitespace() || ";&|\"'".contains(one));
    let settings = words.filter_map(|word| word.split_once('='));
    let own = settings.filter(|(name, _)| name.starts_with(PREFIX));
    own.map(|(name, value)| Sysctl {
        name: name.to_owned(),
        value: value.to_owned(),
    })
    .collect()
}

/// What a setting does to a node, where it does harm (tried on kernel 6.18).
fn effect(name: &str, value: &str) -> Option<(bool, &'static str, &'static str)> {
    let (place, key) = name.strip_prefix(PREFIX)?.rsplit_once('.')?;
    let is_general = matches!(place, "all" | "default");
    match (key, value) {
        ("disable_ipv6", "1") => Some((
            true,
            "the node loses its IPv6 addresses and routes, and does not get static ones back",
            "take it out, and start the node's network again",
        )),
        ("forwarding", "0") if place == "all" => Some((
            true,
            "the node forwards no IPv6 of its pods",
            "set it to 1, or take it out",
        )),
        ("accept_ra", "2") if is_general => Some((
            false,
            "it counts for interfaces that come later, not for the node's own: with forwarding on, the kernel \
             drops the default route that it had from a router advertisement",
            "set net.ipv6.conf.INTERFACE.accept_ra=2 for the node's interface; networkd and NetworkManager need \
             neither",
        )),
        ("accept_ra", "0") => Some((
            false,
            "a node whose kernel takes its IPv6 from router advertisements loses it when that runs out",
            "take it out, unless the nodes' IPv6 is static or networkd's or NetworkManager's",
        )),
        _ => None,
    }
}

fn of_pod(pod: &Pod) -> Vec<Finding> {
    let about = |finding: Finding| finding.about(format!("pod {}", pod.name));
    let own = pod
        .sysctls
        .iter()
        .filter(|one| one.name.starts_with(PREFIX));
    let own: Vec<&Sysctl> = own.collect();
    let Some(first) = own.first() else {
        return Vec::new();
    };
    if pod.reason == "SysctlForbidden" {
        let message = format!(
            "its node refuses it: {} is not among the allowedUnsafeSysctls of the kubelet",
            first.name
        );
        let finding = Finding::warning(codes::KERNEL, message);
        return vec![about(finding).remedy(
            "name it in allowedUnsafeSysctls of the kubelets' configuration and restart them, or take it out of \
             the pod's securityContext",
        )];
    }
    let is_off = |one: &&&Sysctl| one.name.ends_with(".disable_ipv6") && one.value == "1";
    let off = own.iter().find(is_off);
    let told = off.map(|one| {
        let message = format!("it sets {}=1 for itself: it has no IPv6", one.name);
        let finding = Finding::warning(codes::KERNEL, message);
        about(finding).remedy("take it out of the pod's securityContext")
    });
    told.into_iter().collect()
}
