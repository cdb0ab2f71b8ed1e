//! The addresses of nodes that a cloud controller has initialized, or that need none.

use std::net::IpAddr;

use groundwork_model::{Family, Finding, NodeIp, Severity};

use super::Scene;
use crate::{
    codes,
    controller::{Cause, Controller},
    facts::Node,
};

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let known = scene
        .facts
        .nodes
        .iter()
        .filter(|node| !node.is_uninitialized());
    known.flat_map(|node| of_node(node, scene)).collect()
}

fn of_node(node: &Node, scene: &Scene<'_>) -> Vec<Finding> {
    let missing = scene.expected.missing(&node.families());
    if !missing.is_empty() {
        return vec![lacking(node, &missing, scene)];
    }
    let findings = [
        stale(node),
        order(node, scene),
        hidden_internal(node, &scene.controller),
        hidden_public(node, &scene.controller),
    ];
    findings.into_iter().flatten().collect()
}

fn about(node: &Node, finding: Finding) -> Finding {
    finding.about(format!("node {}", node.name()))
}

fn lacking(node: &Node, missing: &[Family], scene: &Scene<'_>) -> Finding {
    let Cause { why, remedy } = cause(node, missing[0], scene);
    let message = format!(
        "node {} has no {} address: {why}",
        node.name(),
        missing_named(missing)
    );
    about(node, Finding::error(codes::NODE_FAMILY, message)).remedy(remedy)
}

fn missing_named(missing: &[Family]) -> String {
    let names: Vec<String> = missing.iter().map(Family::to_string).collect();
    names.join(" and no ")
}

/// Why an initialized node has no address of a family.
fn cause(node: &Node, family: Family, scene: &Scene<'_>) -> Cause {
    let controller = &scene.controller;
    let ip = node.node_ip().and_then(|text| NodeIp::parse(text).ok());
    if let Some(named) = ip.as_ref().and_then(|ip| ip.of(family)) {
        return Cause::new(
            format!(
                "its node-ip names {named}, and the cloud no longer reports that: a node is not told \
                 when that changes"
            ),
            format!("look whether the host still has {named}; name in node-ip what it has now"),
        );
    }
    if let Some(cause) = controller.lacks(family) {
        return cause;
    }
    if ip.is_some() {
        let text = node.node_ip().unwrap_or_default();
        let hides = match controller.is_at_work || controller.is_seen {
            true => "the cloud controller leaves out every other address of its type",
            false => "the kubelet reports no other",
        };
        return Cause::new(
            format!("its node-ip is {text} alone, and {hides}"),
            "name an address of each family in node-ip, in the order of the cluster, or none; then \
             restart the kubelet",
        );
    }
    let why = match (controller.is_at_work, controller.kind) {
        (true, Some(kind)) => format!(
            "{} reports none of it. What it can be, the likeliest first: {}",
            kind.title,
            controller.likely().unwrap_or_default()
        ),
        (_, _) => "its kubelet found none on the host when it started".to_owned(),
    };
    let remedy = match controller.is_at_work {
        true => {
            "give the server one; on vSphere restart the controller, which does not look at a \
                 Ready node again"
        }
        false => "give the host one, name both in the kubelet's node-ip, and restart it",
    };
    Cause::new(why, remedy)
}

/// A node that was initialized keeps its addresses where node-ip names another: nobody is told, and a new
/// node with such a node-ip stays tainted.
fn stale(node: &Node) -> Option<Finding> {
    let text = node.node_ip()?;
    let warning = |message: String, remedy: &str| {
        let finding = Finding::warning(codes::NODE_IP, message).remedy(remedy);
        Some(about(node, finding))
    };
    let ip = match NodeIp::parse(text) {
        Ok(ip) => ip,
        Err(why) => {
            let message = format!("node {} has the node-ip {text:?}: {why}", node.name());
            return warning(message, "correct node-ip, and restart the kubelet");
        }
    };
    let status = node.ips();
    let missing = ip.addresses().iter().find(|one| !status.contains(one))?;
    let message = format!(
        "node {} has {missing} in node-ip, and not in its status: its addresses are no longer kept up \
         to date, and a new node with such a node-ip stays tainted",
        node.name()
    );
    warning(
        message,
        "name in node-ip the addresses that the host has now",
    )
}

fn order(node: &Node, scene: &Scene<'_>) -> Option<Finding> {
    let primary = scene.expected.primary();
    // Its pods on the host network, and its own services, go by node-ip first.
    let ip = node.node_ip().and_then(|text| NodeIp::parse(text).ok());
    let first = ip.map(|ip| Family::of_address(&ip.addresses()[0]));
    let first = first.or_else(|| node.families().first().copied())?;
    if first == primary || scene.expected.families.len() < 2 {
        return None;
    }
    let why = match node.node_ip() {
        Some(text) => format!("its node-ip is {text}"),
        None => "it has no node-ip, and the cloud lists its addresses in that order".to_owned(),
    };
    let message = format!(
        "node {} has {first} first, and the cluster {primary}: {why}. What reads one address of a \
         node alone takes the wrong family",
        node.name()
    );
    let finding = Finding::warning(codes::NODE_ORDER, message).remedy(format!(
        "put {primary} first in node-ip, delete the Node, and restart its kubelet"
    ));
    Some(about(node, finding))
}

/// A node that has addresses, and no internal one where its cloud gives such.
fn hidden_internal(node: &Node, controller: &Controller) -> Option<Finding> {
    let kind = controller.kind.filter(|kind| kind.has_internal)?;
    let internal: Vec<IpAddr> = node.ips_of(Node::INTERNAL).collect();
    let has = |family: Family| internal.iter().any(|ip| Family::of_address(ip) == family);
    let missing = match internal.is_empty() {
        true => "internal address",
        false if !has(Family::V4) => "internal IPv4 address",
        false => return None,
    };
    let why = match (node.node_ip(), &controller.settings.hides_internal) {
        (_, Some(why)) => why.clone(),
        (Some(text), None) => format!("its node-ip {text} names a public address, and hides them"),
        (None, None) => format!("the cloud controller of {} reports none", kind.title),
    };
    let message = format!("node {} has no {missing}: {why}", node.name());
    let finding = Finding::warning(codes::NODE_TYPE, message);
    Some(about(node, finding).remedy(
        "name the internal addresses in node-ip, and correct the controller's networks; then restart \
         the kubelet",
    ))
}

/// A public IPv6 address in node-ip, beside a private IPv4 one: a public IPv4 address is left out.
fn hidden_public(node: &Node, controller: &Controller) -> Option<Finding> {
    controller.kind.filter(|kind| kind.has_two_v4)?;
    let v6 = NodeIp::parse(node.node_ip()?).ok()?.of(Family::V6)?;
    let external: Vec<IpAddr> = node.ips_of(Node::EXTERNAL).collect();
    let is_hidden = external.contains(&v6) && external.iter().all(IpAddr::is_ipv6);
    if !is_hidden {
        return None;
    }
    let message = format!(
        "node {} has {v6} as its only external address: node-ip names it, so a public IPv4 address that \
         the server may have is left out",
        node.name()
    );
    let finding = Finding::new(Severity::Note, codes::NODE_TYPE, message);
    Some(about(node, finding).remedy(
        "name the public addresses of both families in node-ip if something needs the public IPv4 one",
    ))
}
