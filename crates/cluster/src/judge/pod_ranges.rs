//! The ranges of the pods of each node.

use std::collections::BTreeMap;

use groundwork_kit::kubernetes::Cause;
use groundwork_model::{Family, Finding, Severity, cidr};
use ipnet::IpNet;

use super::{
    Scene,
    grouped::{Fault, Statement, told},
};
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
    let is_dual = families_of(&scene.expected.pods).len() > 1
        || nodes.iter().any(|node| node.pod_cidrs().len() > 1);
    let mut findings = told(nodes.iter().flat_map(|node| of_node(node, is_dual, scene)));
    findings.extend(twice(nodes));
    findings.extend(room(scene));
    findings
}

/// `is_dual` says whether new nodes get ranges of both families.
fn of_node<'a>(node: &'a Node, is_dual: bool, scene: &Scene<'_>) -> Vec<Fault<'a>> {
    let ranges = node.pod_cidrs();
    let fault = |what: &str, cause: Cause| Fault {
        node,
        severity: Severity::Error,
        code: codes::POD_CIDRS,
        statement: Statement::have(what),
        cause,
    };
    if ranges.len() < node.pod_cidr_texts().len() {
        let why = node.pod_cidr_texts().join(", ");
        return vec![fault("podCIDRs that are no ranges", replace(node, why))];
    }
    if ranges.is_empty() {
        return vec![fault("no range for pods", without(node, scene))];
    }
    let missing = scene.expected.missing(&families_of(&ranges));
    if !missing.is_empty() {
        let what = format!("no {} range for pods", named(&missing));
        return vec![fault(&what, one_family(node, &ranges, is_dual))];
    }
    let outside = ranges.iter().filter_map(|range| outside(range, scene));
    outside
        .map(|cause| fault("another range for pods than the cluster gives", cause))
        .collect()
}

/// What such a node is to be done with.
fn replace(node: &Node, why: String) -> Cause {
    let text = |drain: &str| {
        format!(
            "replace the node by a new one: podCIDRs are never changed ({drain}, delete it, and let another join)"
        )
    };
    Cause::new(why, text(&format!("kubectl drain {}", node.name())))
        .remedy_in_common(text("for each: kubectl drain"))
}

/// Why a node has no range at all.
fn without(node: &Node, scene: &Scene<'_>) -> Cause {
    let mut events = scene.facts.events.iter().flatten();
    let is_told = events.any(|one| one.node() == node.name() && one.reason == "CIDRNotAvailable");
    if !is_told {
        return Cause::new(
            "nobody gave it one, so its pods get no address",
            "look into the log of the controller manager, whose --allocate-node-cidrs has to be true",
        )
        .in_common("nobody gave them any, so their pods get no address");
    }
    let smaller = smaller(scene).map_or_else(String::new, |(family, max)| {
        format!(": the {family} range has parts for {max} nodes")
    });
    Cause::new(
        format!(
            "it gets one of each family or none, and one family is used up (CIDRNotAvailable){smaller}"
        ),
        "remove nodes, or make a cluster with a larger range of pods or a longer node mask",
    )
}

/// The family with room for fewer nodes.
fn smaller(scene: &Scene<'_>) -> Option<(Family, u128)> {
    let all = scene.expected.families.iter();
    let all = all.filter_map(|family| Some((*family, scene.expected.nodes_max(*family)?)));
    all.min_by_key(|(_, max)| *max)
}

/// Only new nodes get a range of the second family.
fn one_family(node: &Node, ranges: &[IpNet], is_dual: bool) -> Cause {
    let texts: Vec<String> = ranges.iter().map(IpNet::to_string).collect();
    let has = texts.join(", ");
    let (why, common) = match is_dual {
        true => (
            "it is from before the cluster had two families, or its podCIDRs were written in another order \
             than podCIDR: the second range is dropped then",
            "they are from before the cluster had two families, or their podCIDRs were written in another \
             order than podCIDR: the second range is dropped then",
        ),
        false => (
            "the controller manager has one range of pods",
            "the controller manager has one range of pods",
        ),
    };
    replace(node, format!("it has {has} alone, since {why}")).in_common(common)
}

/// A range that is no part of the cluster's, or has another size than the others'.
fn outside(range: &IpNet, scene: &Scene<'_>) -> Option<Cause> {
    let family = Family::of(range);
    let pods = scene.expected.pods_of_family(family)?;
    let correct = "compare --cluster-cidr and the node masks of the controller manager with the \
                   document; new nodes get their ranges by them";
    if !pods.contains(range) {
        let of = scene.expected.pods_of;
        let cause = Cause::new(format!("{range} is outside of {pods} ({of})"), correct);
        return Some(cause.in_common(format!("theirs are outside of {pods} ({of})")));
    }
    let mask = scene.expected.mask(family)?;
    (range.prefix_len() != mask).then(|| {
        let mask = format!("the {family} node mask is {mask}");
        Cause::new(format!("it has {range}, and {mask}"), correct).in_common(mask)
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
                    .remedy(replace(node, String::new()).remedy),
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
