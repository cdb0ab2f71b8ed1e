//! The ranges of the pods of each node.

use std::collections::BTreeMap;

use groundwork_model::{Family, Finding, cidr};
use ipnet::IpNet;

use super::Scene;
use crate::{
    codes,
    facts::{Node, families_of, named},
};

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let nodes = &scene.facts.nodes;
    let has_any = nodes.iter().any(|node| !node.pod_cidr_texts().is_empty());
    // Some network plugins give pods ranges of their own.
    if !has_any && scene.expected.allocates != Some(true) {
        return Vec::new();
    }
    let mut findings: Vec<Finding> = nodes.iter().flat_map(|node| of_node(node, scene)).collect();
    findings.extend(twice(nodes));
    findings.extend(room(scene));
    findings
}

fn of_node(node: &Node, scene: &Scene<'_>) -> Vec<Finding> {
    let ranges = node.pod_cidrs();
    let error = |message: String, remedy: String| {
        let message = format!("node {} {message}", node.name());
        let finding = Finding::error(codes::POD_CIDRS, message);
        finding
            .about(format!("node {}", node.name()))
            .remedy(remedy)
    };
    if ranges.len() < node.pod_cidr_texts().len() {
        let texts = node.pod_cidr_texts().join(", ");
        let message = format!("has podCIDRs that are no ranges: {texts}");
        return vec![error(message, replace(node))];
    }
    if ranges.is_empty() {
        let (message, remedy) = without(node, scene);
        return vec![error(message, remedy)];
    }
    let missing = scene.expected.missing(&families_of(&ranges));
    if !missing.is_empty() {
        return vec![error(one_family(&ranges, &missing, scene), replace(node))];
    }
    ranges
        .iter()
        .filter_map(|range| outside(range, scene))
        .map(|(message, remedy)| error(message, remedy))
        .collect()
}

fn replace(node: &Node) -> String {
    format!(
        "replace the node by a new one: podCIDRs are never changed (kubectl drain {0}, delete it, and let \
         another join)",
        node.name()
    )
}

/// Why a node has no range at all.
fn without(node: &Node, scene: &Scene<'_>) -> (String, String) {
    let mut events = scene.facts.events.iter().flatten();
    let is_told = events.any(|one| one.node() == node.name() && one.reason == "CIDRNotAvailable");
    if !is_told {
        let message = "has no range for pods: its pods get no address".to_owned();
        let remedy = "look into the log of the controller manager, whose --allocate-node-cidrs has to be \
                      true";
        return (message, remedy.to_owned());
    }
    let smaller = smaller(scene).map_or_else(String::new, |(family, max)| {
        format!(": the {family} range has parts for {max} nodes")
    });
    (
        format!(
            "has no range for pods of either family, because one is used up (CIDRNotAvailable){smaller}"
        ),
        "remove nodes, or make a cluster with a larger range of pods or a longer node mask"
            .to_owned(),
    )
}

/// The family with room for fewer nodes.
fn smaller(scene: &Scene<'_>) -> Option<(Family, u128)> {
    let all = scene.expected.families.iter();
    let all = all.filter_map(|family| Some((*family, scene.expected.nodes_max(*family)?)));
    all.min_by_key(|(_, max)| *max)
}

/// Only new nodes get a range of the second family.
fn one_family(ranges: &[IpNet], missing: &[Family], scene: &Scene<'_>) -> String {
    let texts: Vec<String> = ranges.iter().map(IpNet::to_string).collect();
    let has = texts.join(", ");
    let is_dual = families_of(&scene.expected.pods).len() > 1;
    let others = scene
        .facts
        .nodes
        .iter()
        .any(|node| node.pod_cidrs().len() > 1);
    let why = match is_dual || others {
        true => {
            "it is from before the cluster had two families, or its podCIDRs were written in \
                 another order than podCIDR: the second range is dropped then"
        }
        false => "the controller manager has one range of pods",
    };
    format!(
        "has no {} range for pods, only {has}: {why}",
        named(missing)
    )
}

/// A range that is no part of the cluster's, or has another size than the others'.
fn outside(range: &IpNet, scene: &Scene<'_>) -> Option<(String, String)> {
    let family = Family::of(range);
    let pods = scene.expected.pods_of_family(family)?;
    let correct = "compare --cluster-cidr and the node masks of the controller manager with the \
                   document; new nodes get their ranges by them";
    if !pods.contains(range) {
        let of = scene.expected.pods_of;
        let message = format!("has {range} for pods, outside of {pods} ({of})");
        return Some((message, correct.to_owned()));
    }
    let mask = scene.expected.mask(family)?;
    (range.prefix_len() != mask).then(|| {
        let message = format!("has {range} for pods, and the {family} node mask is {mask}");
        (message, correct.to_owned())
    })
}

/// The API server takes one range for two nodes.
fn twice(nodes: &[Node]) -> Vec<Finding> {
    let mut taken: BTreeMap<IpNet, &str> = BTreeMap::new();
    let mut findings = Vec::new();
    for node in nodes {
        for range in node.pod_cidrs() {
            // Those of one family and length overlap only where they are the same.
            let before = taken
                .range(..=range)
                .next_back()
                .filter(|(own, _)| cidr::overlap(own, &range));
            match before {
                Some((own, other)) => findings.push(
                    Finding::error(
                        codes::POD_CIDR_TWICE,
                        format!("nodes {other} and {} have the same addresses for pods: {own} and {range}", node.name()),
                    )
                    .about(format!("node {}", node.name()))
                    .remedy(replace(node)),
                ),
                None => {
                    taken.insert(range, node.name());
                }
            }
        }
    }
    findings
}

/// A new node gets a range of each family or none.
fn room(scene: &Scene<'_>) -> Option<Finding> {
    let (family, max) = smaller(scene)?;
    let used = scene
        .facts
        .nodes
        .iter()
        .filter(|node| !node.pod_cidrs().is_empty());
    let used = used.count() as u128;
    let left = max.saturating_sub(used);
    if left.saturating_mul(10) >= max {
        return None;
    }
    let pods = scene.expected.pods_of_family(family)?;
    let message = format!(
        "{pods} has ranges for {max} nodes, {used} are taken and {left} left: with none left in {family} \
         a new node gets no range of any family"
    );
    let finding = match left {
        0 => Finding::error(codes::POD_CIDR_ROOM, message),
        _ => Finding::warning(codes::POD_CIDR_ROOM, message),
    };
    Some(
        finding.remedy(
            "remove nodes that are not needed; a cluster's range of pods cannot be changed",
        ),
    )
}
