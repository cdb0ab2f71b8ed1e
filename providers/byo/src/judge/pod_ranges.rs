//! The ranges of nodes' pods, `spec.podCIDRs`.

use groundwork_model::{CniKind, Family, Finding, Severity, cidr};
use ipnet::IpNet;

use crate::{codes, node::Judged, spec::ByoTarget};

pub(super) fn judge(target: &ByoTarget, nodes: &[Judged], findings: &mut Vec<Finding>) {
    // A list that names the ranges of one node names those of all.
    let listed = |node: &&Judged| node.index.is_some();
    let mut listed = nodes.iter().filter(listed);
    let is_known = listed.any(|node| !node.pod_cidrs.is_empty());
    for node in nodes {
        match node.pod_cidrs.is_empty() {
            true if is_known || node.index.is_none() => findings.extend(none(target, node)),
            true => {}
            false => {
                findings.extend(families(target, node));
                findings.extend(outside(target, node));
            }
        }
    }
    shared(nodes, findings);
}

/// A plugin that routes by these ranges has no addresses for the pods of such a node.
fn none(target: &ByoTarget, node: &Judged) -> Option<Finding> {
    let severity = match target.cluster.cni() {
        CniKind::Canal => Severity::Error,
        CniKind::None => Severity::Warning,
        // Gives out ranges of its own.
        CniKind::Cilium => return None,
    };
    let message = format!(
        "node {} has no podCIDRs: its pods get no address from a network plugin that uses them",
        node.name
    );
    let finding = Finding::new(severity, codes::POD_CIDRS, message);
    Some(node.place(finding, "").remedy(
        "look for the event CIDRNotAvailable on the node: the ranges are used up, or the \
         controller-manager gives out none (--allocate-node-cidrs)",
    ))
}

fn families(target: &ByoTarget, node: &Judged) -> Option<Finding> {
    let has: Vec<Family> = node.pod_cidrs.iter().map(Family::of).collect();
    let wants = target.addressing.family.families();
    if has == wants {
        return None;
    }
    let message = format!(
        "node {} has podCIDRs of {}, and the cluster has {}",
        node.name,
        names(&has),
        names(wants)
    );
    // The cluster gives out more than the document says.
    if has.starts_with(wants) {
        let finding = Finding::warning(codes::POD_CIDRS, message);
        let finding = node.place(finding, ".podCIDRs");
        return Some(finding.remedy("set spec.clusterNetwork.ipFamily to IPv4+IPv6"));
    }
    let finding = Finding::error(codes::POD_CIDRS, message);
    Some(node.place(finding, ".podCIDRs").remedy(
        "delete the Node and let it join again: a node that exists never gets a second range, and \
         its ranges cannot be changed",
    ))
}

fn names(families: &[Family]) -> String {
    let names: Vec<String> = families.iter().map(Family::to_string).collect();
    names.join(", ")
}

fn outside(target: &ByoTarget, node: &Judged) -> Vec<Finding> {
    let pods = &target.addressing.pods;
    let has = target.addressing.family;
    let is_outside = |range: &&IpNet| {
        has.has(Family::of(range)) && !pods.iter().any(|pods| pods.contains(*range))
    };
    let outside = node.pod_cidrs.iter().filter(is_outside);
    let told = |range: &IpNet| {
        let pods: Vec<String> = pods.iter().map(IpNet::to_string).collect();
        let message = format!(
            "node {} has the pod range {range}, which is outside of the cluster's ({})",
            node.name,
            pods.join(", ")
        );
        let finding = Finding::error(codes::POD_CIDRS, message);
        node.place(finding, ".podCIDRs").remedy(
            "write the controller-manager's --cluster-cidr into spec.clusterNetwork.pods, or let \
             the node join again",
        )
    };
    outside.map(told).collect()
}

/// The API server accepts the same range on two nodes.
fn shared(nodes: &[Judged], findings: &mut Vec<Finding>) {
    let ranges = nodes.iter().flat_map(|node| {
        let ranges = node.pod_cidrs.iter();
        ranges.map(move |range| (*range, node))
    });
    let mut ranges: Vec<(IpNet, &Judged)> = ranges.collect();
    // Two CIDRs are apart, or one is in the other: sorted, it is in the last one that began before.
    ranges.sort_by_key(|(range, _)| (range.network(), range.prefix_len()));
    let mut around: Option<(IpNet, &Judged)> = None;
    for (range, node) in ranges {
        match around {
            Some((whole, owner)) if cidr::overlap(&whole, &range) => {
                findings.push(overlap(owner, whole, node, range));
            }
            Some(_) | None => around = Some((range, node)),
        }
    }
}

fn overlap(owner: &Judged, whole: IpNet, node: &Judged, range: IpNet) -> Finding {
    let message = format!(
        "the pod ranges of nodes {} ({whole}) and {} ({range}) overlap: packets to a pod of one end \
         at the other",
        owner.name, node.name
    );
    let finding = Finding::error(codes::POD_CIDRS, message);
    node.place(finding, ".podCIDRs")
        .remedy("delete one of the two Nodes and let it join again")
}
