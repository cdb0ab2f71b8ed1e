//! One address of each family, IPv4 first.

use groundwork_model::{Family, Finding, Severity};

use crate::{codes, node::Judged, spec::ByoTarget};

pub(super) fn judge(target: &ByoTarget, nodes: &[Judged], findings: &mut Vec<Finding>) {
    for node in nodes {
        for family in target.addressing.family.families() {
            findings.extend(count(node, *family));
        }
        findings.extend(order(node));
    }
}

fn count(node: &Judged, family: Family) -> Option<Finding> {
    let name = &node.name;
    let of_family = node.addresses.iter();
    let mut of_family = of_family.filter(|one| Family::of_address(&one.ip) == family);
    match (of_family.next(), of_family.next()) {
        (None, _) => {
            let message = format!(
                "node {name} has no {family} address: the kubelet's node-ip cannot name one, and its \
                 pods in the host's network have none"
            );
            let finding = Finding::error(codes::FAMILIES, message);
            let remedy = "give the host an address of that family before it joins, and name both in \
                          node-ip";
            Some(node.place(finding, ".addresses").remedy(remedy))
        }
        (Some(first), Some(second)) => {
            // The kubelet is told one; a cluster that has more takes the first of its status.
            let severity = match node.index {
                Some(_) => Severity::Error,
                None => Severity::Warning,
            };
            let message = format!(
                "node {name} has two {family} addresses, {} and {}: one of each family is used",
                first.ip, second.ip
            );
            let finding = Finding::new(severity, codes::FAMILIES, message);
            let remedy = "keep the one that the other nodes reach, and name it in node-ip";
            Some(node.place_at(finding, second).remedy(remedy))
        }
        (Some(_), None) => None,
    }
}

/// The first address decides the node's primary family, which is the cluster's.
fn order(node: &Judged) -> Option<Finding> {
    let first = node.addresses.first()?;
    let has_both = node.addresses.iter().any(|one| one.ip.is_ipv4());
    if first.ip.is_ipv4() || !has_both {
        return None;
    }
    let message = format!(
        "node {} has IPv6 first ({}): the cluster's first family is IPv4",
        node.name, first.ip
    );
    let finding = Finding::error(codes::FAMILIES, message);
    Some(
        node.place_at(finding, first)
            .remedy("name the IPv4 address first in node-ip: node-ip=IPv4,IPv6"),
    )
}
