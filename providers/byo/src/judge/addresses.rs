//! Single addresses, and what they are to the other nodes, to pods and to services.

use std::{collections::BTreeMap, net::IpAddr};

use groundwork_model::{Family, Finding, Severity, Special, cidr::overlaps_of};
use ipnet::IpNet;

use crate::{
    codes,
    node::{Address, Judged},
    spec::ByoTarget,
};

pub(super) fn judge(target: &ByoTarget, nodes: &[Judged], findings: &mut Vec<Finding>) {
    let ranges = target.addressing.named();
    let routers = router_addresses(nodes);
    let mut owners: BTreeMap<IpAddr, &str> = BTreeMap::new();
    for node in nodes {
        for address in &node.addresses {
            let found = special(node, address).or_else(|| edge(node, address));
            let found = found.or_else(|| anycast(node, address, &routers));
            let found = found.into_iter().chain(inside(node, address, &ranges));
            findings.extend(found.map(|finding| node.place_at(finding, address)));
            match owners.insert(address.ip, &node.name) {
                Some(other) if other != node.name => {
                    findings.push(node.place_at(twice(node, address, other), address));
                }
                Some(_) | None => {}
            }
        }
    }
}

/// Link-local, loopback, multicast, documentation: nobody else reaches a node there.
fn special(node: &Judged, address: &Address) -> Option<Finding> {
    let special = Special::of(&IpNet::from(address.ip))?;
    let message = format!(
        "node {} cannot have the address {}: {} is set aside ({special})",
        node.name,
        address.ip,
        special.net()
    );
    let mut finding = Finding::error(codes::ADDRESS, message)
        .remedy("name an address that the other nodes reach, private or of your own");
    finding.reference = Some(special.reference().into());
    Some(finding)
}

/// The first and the last address of an IPv4 subnet name the subnet and everybody in it.
fn edge(node: &Judged, address: &Address) -> Option<Finding> {
    let subnet = address.subnet()?;
    let is_edge = address.ip == subnet.network() || address.ip == subnet.broadcast();
    if Family::of(&subnet) == Family::V6 || subnet.prefix_len() > 30 || !is_edge {
        return None;
    }
    let message = format!(
        "node {} has {}, which is the address of the subnet {subnet} itself, or of everybody in it",
        node.name, address.ip
    );
    let finding = Finding::error(codes::ADDRESS, message);
    Some(finding.remedy("give the host an address between the two"))
}

/// The routers of each IPv6 subnet answer at its first address (RFC 4291), but for links between two
/// routers (RFC 6164) and single addresses.
fn router_addresses(nodes: &[Judged]) -> BTreeMap<IpAddr, Routers<'_>> {
    let mut routers = BTreeMap::new();
    for node in nodes {
        for address in &node.addresses {
            let Some(subnet) = address.usual_subnet() else {
                continue;
            };
            if Family::of(&subnet) == Family::V6 && subnet.prefix_len() < 127 {
                let entry = Routers {
                    subnet,
                    owner: &node.name,
                    is_certain: address.prefix.is_some(),
                };
                let known = routers.entry(subnet.network()).or_insert(entry);
                if entry.is_certain && !known.is_certain {
                    *known = entry;
                }
            }
        }
    }
    routers
}

/// The routers of a subnet.
#[derive(Clone, Copy)]
struct Routers<'n> {
    subnet: IpNet,
    /// The node that shows the subnet.
    owner: &'n str,
    /// Whether its prefix is known, not only usual.
    is_certain: bool,
}

fn anycast(
    node: &Judged,
    address: &Address,
    routers: &BTreeMap<IpAddr, Routers<'_>>,
) -> Option<Finding> {
    let Routers {
        subnet,
        owner,
        is_certain,
    } = routers.get(&address.ip)?;
    let whose = match *owner == node.name {
        true => "its own subnet".to_owned(),
        false => format!("the subnet of node {owner}"),
    };
    let message = format!(
        "node {} has {}, at which the routers of {whose} ({subnet}) answer: packets to it end there",
        node.name, address.ip
    );
    let severity = match is_certain {
        true => Severity::Error,
        false => Severity::Warning,
    };
    let finding = Finding::new(severity, codes::ANYCAST, message);
    Some(finding.remedy(
        "give the host another address; where the prefix is another one, write it behind the address \
         in nodes[].addresses",
    ))
}

/// Pods and services share nothing with what nodes are reached in.
fn inside(node: &Judged, address: &Address, ranges: &[(String, IpNet)]) -> Vec<Finding> {
    let of_node = format!("node {}", node.name);
    let alone = IpNet::from(address.ip);
    let mut findings = overlaps_of(&(of_node.clone(), alone), ranges);
    if findings.is_empty()
        && let Some(subnet) = address.subnet()
    {
        findings = overlaps_of(&(format!("the subnet of {of_node}"), subnet), ranges);
    }
    findings
}

fn twice(node: &Judged, address: &Address, other: &str) -> Finding {
    let message = format!(
        "nodes {other} and {} both have {}: one of them is reached, and not always the same",
        node.name, address.ip
    );
    Finding::error(codes::ADDRESS_TWICE, message).remedy("give one of the hosts another address")
}
