//! Canal and Cilium: their configuration against what the cluster is meant to be.

use groundwork_model::{Family, Finding};
use ipnet::IpNet;
use serde_json::Value;

use super::Scene;
use crate::{
    codes,
    facts::{ConfigMap, Value as Variable, Workload, ranges},
};

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(config) = scene.facts.config("cilium-config") {
        findings.extend(cilium(config, scene));
    }
    if let Some(config) = scene.facts.config("canal-config") {
        findings.extend(canal(config, scene.facts.workload("canal"), scene));
    }
    findings
}

fn told(plugin: &str, message: String, remedy: impl Into<String>) -> Finding {
    let finding = Finding::error(codes::CNI, message).about(plugin.to_owned());
    finding.remedy(remedy)
}

fn wants_v6(scene: &Scene<'_>) -> bool {
    scene.expected.families.contains(&Family::V6)
}

fn cilium(config: &ConfigMap, scene: &Scene<'_>) -> Vec<Finding> {
    let own = |message: String, remedy: &str| told("Cilium", message, remedy);
    let is_on = |key: &str| config.text(key) == "true";
    let mut findings = Vec::new();
    for (family, key) in [(Family::V4, "enable-ipv4"), (Family::V6, "enable-ipv6")] {
        if scene.expected.families.contains(&family) && !is_on(key) {
            let text = config.text(key);
            let message = format!("{key} is {text:?}: pods get no {family} address");
            let remedy = "set it to \"true\" in the config map cilium-config (ipv4.enabled and \
                          ipv6.enabled of its chart), and restart its pods";
            findings.push(own(message, remedy));
        }
    }
    let is_native = config.text("routing-mode") == "native" || config.text("tunnel") == "disabled";
    if wants_v6(scene) && is_native && is_on("enable-ipv6") {
        findings.extend(native(config, scene));
    }
    if config.text("ipam").starts_with("cluster-pool") {
        findings.extend(pools(config, scene));
    }
    findings
}

/// Without a tunnel the network between the nodes has to carry the pods of both families.
fn native(config: &ConfigMap, scene: &Scene<'_>) -> Option<Finding> {
    let of_hetzner = scene
        .controller
        .kind
        .is_some_and(|kind| kind.provider == "hetzner");
    if of_hetzner && config.text("auto-direct-node-routes") != "true" {
        let message = "routing-mode is native, and Hetzner's private network carries no IPv6: pods of \
                       two nodes do not reach each other over IPv6";
        return Some(told(
            "Cilium",
            message.to_owned(),
            "set routing-mode to tunnel",
        ));
    }
    let has_range = !config.text("ipv6-native-routing-cidr").is_empty();
    if config.text("enable-ipv6-masquerade") == "true" && !has_range {
        let message = "routing-mode is native and enable-ipv6-masquerade is true, without \
                       ipv6-native-routing-cidr: its agents do not start, or hide every pod's IPv6 \
                       address from the others";
        let remedy = "set ipv6-native-routing-cidr to the range that the network carries";
        return Some(told("Cilium", message.to_owned(), remedy));
    }
    None
}

/// Pools of its own, in place of the ranges of the nodes.
fn pools(config: &ConfigMap, scene: &Scene<'_>) -> Vec<Finding> {
    let families = scene.expected.families.iter();
    families
        .filter_map(|family| pool(*family, config, scene))
        .collect()
}

fn pool(family: Family, config: &ConfigMap, scene: &Scene<'_>) -> Option<Finding> {
    let key = match family {
        Family::V4 => "cluster-pool-ipv4-cidr",
        Family::V6 => "cluster-pool-ipv6-cidr",
    };
    let pools = ranges(config.text(key));
    if pools.is_empty() {
        let message =
            format!("ipam is cluster-pool, and {key} is empty: pods get no {family} address");
        return Some(told("Cilium", message, format!("set {key}")));
    }
    let pods = scene.expected.pods_of_family(family)?;
    let odd = pools.iter().find(|pool| !pods.contains(*pool))?;
    let message = format!(
        "{key} has {odd}, outside of {pods} ({})",
        scene.expected.pods_of
    );
    Some(told(
        "Cilium",
        message,
        "give it the cluster's range of pods, before the first pod runs",
    ))
}

/// Calico's policies on flannel's network.
fn canal(config: &ConfigMap, workload: Option<&Workload>, scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(flannel(config, scene));
    if wants_v6(scene) {
        findings.extend(plugin(config));
        findings.extend(workload.and_then(felix));
    }
    findings
}

fn flannel(config: &ConfigMap, scene: &Scene<'_>) -> Vec<Finding> {
    let text = config.text("net-conf.json");
    let Ok(net) = serde_json::from_str::<Value>(text) else {
        let message = "net-conf.json is no JSON: flannel does not start".to_owned();
        return vec![told(
            "Canal",
            message,
            "correct the config map canal-config",
        )];
    };
    let mut findings = Vec::new();
    if wants_v6(scene) && net["EnableIPv6"] != true {
        let message = "EnableIPv6 of net-conf.json is not true: flannel carries no IPv6".to_owned();
        let remedy =
            "set EnableIPv6 and IPv6Network in the config map canal-config, and restart its pods";
        findings.push(told("Canal", message, remedy));
    }
    for (family, key) in [(Family::V4, "Network"), (Family::V6, "IPv6Network")] {
        let Some(pods) = scene.expected.pods_of_family(family) else {
            continue;
        };
        let own: Option<IpNet> = net[key].as_str().and_then(|text| text.parse().ok());
        if own.is_some_and(|own| own != *pods) {
            let message = format!(
                "{key} of net-conf.json is {}, and pods have {pods} ({})",
                net[key], scene.expected.pods_of
            );
            let remedy = "give it the cluster's range of pods, and restart its pods";
            findings.push(told("Canal", message, remedy));
        }
    }
    findings
}

/// The plugin that gives pods their addresses has to name both families.
fn plugin(config: &ConfigMap) -> Option<Finding> {
    let text = config.text("cni_network_config");
    let names_v6 = ["usePodCidrIPv6", "assign_ipv6", "::/"]
        .iter()
        .any(|part| text.contains(part));
    if text.is_empty() || names_v6 {
        return None;
    }
    let message = "cni_network_config has one range: pods get no IPv6 address".to_owned();
    Some(told(
        "Canal",
        message,
        "add {\"subnet\": \"usePodCidrIPv6\"} to ranges of its ipam, and restart its pods",
    ))
}

fn felix(workload: &Workload) -> Option<Finding> {
    if workload.variable("FELIX_IPV6SUPPORT") != Variable::Set("false") {
        return None;
    }
    let message =
        "FELIX_IPV6SUPPORT is false: policies do not hold for IPv6, and are not applied".to_owned();
    Some(told(
        "Canal",
        message,
        "set it to true in the DaemonSet canal",
    ))
}
