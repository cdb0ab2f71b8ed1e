//! kube-proxy: its mode and its ranges.

use groundwork_model::Finding;
use ipnet::IpNet;
use serde_json::Value;

use super::Scene;
use crate::{
    codes,
    facts::{families_of, named, ranges},
};

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let Some(config) = scene.facts.config("kube-proxy") else {
        return Vec::new();
    };
    let Ok(config) = serde_saphyr::from_str::<Value>(config.text("config.conf")) else {
        let finding = Finding::error(codes::PROXY, "config.conf of kube-proxy is no YAML");
        return vec![
            finding
                .about("kube-proxy")
                .remedy("correct the config map kube-proxy"),
        ];
    };
    let findings = [cluster_cidr(&config, scene), bind_address(&config, scene)];
    let findings = findings.into_iter().flatten();
    findings
        .map(|finding| finding.about("kube-proxy"))
        .collect()
}

fn cluster_cidr(config: &Value, scene: &Scene<'_>) -> Option<Finding> {
    let own = ranges(config["clusterCIDR"].as_str()?);
    let has = families_of(&own);
    let missing = scene.expected.missing(&has);
    if own.is_empty() {
        return None;
    }
    if !missing.is_empty() {
        let message = format!(
            "clusterCIDR has {} alone: it does not know which {} traffic comes from pods, and hides \
             their addresses",
            named(&has),
            named(&missing)
        );
        let finding = Finding::warning(codes::PROXY, message);
        return Some(
            finding.remedy("write both ranges of pods into the config map, and restart it"),
        );
    }
    let odd = own
        .iter()
        .find(|range| !scene.expected.pods.contains(range))?;
    if scene.expected.pods.is_empty() {
        return None;
    }
    let message = format!(
        "clusterCIDR has {odd}, which is no range of pods ({})",
        scene.expected.pods_of
    );
    let finding = Finding::warning(codes::PROXY, message);
    Some(finding.remedy("write the ranges of pods into the config map, and restart it"))
}

/// A bind address of one family takes the node ports of the other away only where it is no wildcard.
fn bind_address(config: &Value, scene: &Scene<'_>) -> Option<Finding> {
    let list = config["nodePortAddresses"].as_array()?;
    let own: Vec<IpNet> = list
        .iter()
        .filter_map(|one| one.as_str()?.parse().ok())
        .collect();
    let has = families_of(&own);
    let missing = *scene.expected.missing(&has).first()?;
    if own.is_empty() {
        return None;
    }
    let message = format!(
        "nodePortAddresses has no {missing} range: node ports do not answer over {missing}"
    );
    let finding = Finding::warning(codes::PROXY, message);
    Some(finding.remedy("add a range of that family, or take the list away"))
}
