//! The cluster against its document.

use groundwork_model::{Family, Finding};
use ipnet::IpNet;

use super::Scene;
use crate::{codes, expected::controller_manager};

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let Some(addressing) = &scene.addressing else {
        return Vec::new();
    };
    let expected = &scene.expected;
    let findings = [
        differs(
            "services",
            &addressing.services,
            &expected.services,
            "the API server",
        ),
        differs("pods", &addressing.pods, &expected.pods, expected.pods_of),
        mask(Family::V4, scene),
        mask(Family::V6, scene),
        version(scene),
        proxy_mode(scene),
        dns_cache(scene),
    ];
    findings.into_iter().flatten().collect()
}

/// Ranges that the document has otherwise, or in another order.
fn differs(what: &str, document: &[IpNet], cluster: &[IpNet], of: &str) -> Option<Finding> {
    let lacks = |range: &&IpNet| !cluster.contains(range);
    let is_swapped = || cluster.first() != document.first();
    if cluster.is_empty() || (document.iter().find(lacks).is_none() && !is_swapped()) {
        return None;
    }
    let field = format!("spec.clusterNetwork.{what}.cidrBlocks");
    let message = format!(
        "the document has {} for {what}, and {of} {}",
        listed(document),
        listed(cluster)
    );
    let finding = Finding::error(codes::DOCUMENT, message).at(field);
    Some(finding.remedy(
        "correct the one that is wrong: ranges of a cluster that runs are changed by making it anew, \
         except for more ServiceCIDRs",
    ))
}

fn listed(ranges: &[IpNet]) -> String {
    let texts: Vec<String> = ranges.iter().map(IpNet::to_string).collect();
    texts.join(", ")
}

/// How large the range of each node is, where the controller manager can be seen.
fn mask(family: Family, scene: &Scene<'_>) -> Option<Finding> {
    controller_manager(scene.facts)?;
    let addressing = scene.addressing.as_ref()?;
    let (wanted, field) = match family {
        Family::V4 => (Some(addressing.node_mask_v4), "nodeCidrMaskSizeIPv4"),
        Family::V6 => (addressing.node_mask_v6, "nodeCidrMaskSizeIPv6"),
    };
    let (wanted, runs) = (wanted?, scene.expected.mask(family)?);
    let is_used = addressing.family.families().contains(&family);
    if runs == wanted || !is_used {
        return None;
    }
    let message = format!(
        "the document has an {family} range of /{wanted} for each node, and the controller manager gives /{runs}"
    );
    let finding = Finding::error(codes::DOCUMENT, message);
    let finding = finding.at(format!("spec.clusterNetwork.{field}"));
    Some(
        finding.remedy(
            "correct the one that is wrong: nodes that exist keep the ranges that they have",
        ),
    )
}

fn version(scene: &Scene<'_>) -> Option<Finding> {
    let wanted = scene.cluster?.spec.version?.to_string();
    let runs = scene.facts.version.trim_start_matches('v');
    let minor = |text: &str| text.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
    if runs.is_empty() || minor(&wanted) == minor(runs) {
        return None;
    }
    let message = format!("the document has version {wanted}, and the API server {runs}");
    let finding = Finding::warning(codes::DOCUMENT, message).at("spec.version");
    Some(finding.remedy("correct the document, or upgrade the cluster"))
}

fn proxy_mode(scene: &Scene<'_>) -> Option<Finding> {
    let wanted = scene.cluster?.spec.cluster_network.proxy_mode.as_deref()?;
    let text = scene.facts.config("kube-proxy")?.text("config.conf");
    let config: serde_json::Value = serde_saphyr::from_str(text).ok()?;
    let runs = config["mode"]
        .as_str()
        .filter(|mode| !mode.is_empty())
        .unwrap_or("iptables");
    if runs == wanted {
        return None;
    }
    let message = format!("the document has the proxy mode {wanted}, and kube-proxy {runs}");
    let finding = Finding::warning(codes::PROXY, message).at("spec.clusterNetwork.proxyMode");
    Some(
        finding
            .remedy("correct the config map kube-proxy and restart its DaemonSet, or the document"),
    )
}

fn dns_cache(scene: &Scene<'_>) -> Option<Finding> {
    let wanted = scene
        .cluster?
        .spec
        .cluster_network
        .node_local_dns_cache_enabled?;
    scene.facts.workloads.as_ref()?;
    let runs = scene.facts.workload("node-local-dns").is_some();
    if runs == wanted {
        return None;
    }
    let message = match wanted {
        true => {
            "the document has a DNS cache on every node, and no DaemonSet node-local-dns is in kube-system"
        }
        false => "the document has no DNS cache, and the DaemonSet node-local-dns runs",
    };
    let finding = Finding::warning(codes::DNS, message);
    Some(
        finding
            .at("spec.clusterNetwork.nodeLocalDNSCacheEnabled")
            .remedy("install or remove node-local-dns, or correct the document"),
    )
}
