//! The addresses of nodes that a cloud controller has initialized, or that need none.

use std::net::IpAddr;

use groundwork_kit::kubernetes::{Cause, outdated};
use groundwork_model::{Family, Finding, NodeIp, Severity};

use super::{
    Scene,
    grouped::{Fault, Statement, told},
};
use crate::{codes, controller::Controller, facts::Node};

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let nodes = scene.facts.nodes.iter();
    let known = nodes.filter(|node| !node.is_uninitialized());
    told(known.flat_map(|node| of_node(node, scene)))
}

fn of_node<'a>(node: &'a Node, scene: &Scene<'_>) -> Vec<Fault<'a>> {
    let missing = scene.expected.missing(&node.families());
    if !missing.is_empty() {
        return vec![lacking(node, &missing, scene)];
    }
    let faults = [
        stale(node),
        order(node, scene),
        hidden_internal(node, &scene.controller),
        hidden_public(node, &scene.controller),
    ];
    faults.into_iter().flatten().collect()
}

fn lacking<'a>(node: &'a Node, missing: &[Family], scene: &Scene<'_>) -> Fault<'a> {
    Fault {
        node,
        severity: Severity::Error,
        code: codes::NODE_FAMILY,
        statement: Statement::have(&format!("no {} address", missing_named(missing))),
        cause: cause(node, missing, scene),
    }
}

fn missing_named(missing: &[Family]) -> String {
    let names: Vec<String> = missing.iter().map(Family::to_string).collect();
    names.join(" and no ")
}

/// Why an initialized node has no address of the families.
fn cause(node: &Node, missing: &[Family], scene: &Scene<'_>) -> Cause {
    let controller = &scene.controller;
    let ip = node.node_ip().and_then(|text| NodeIp::parse(text).ok());
    let named = ip
        .as_ref()
        .and_then(|ip| missing.iter().find_map(|family| ip.of(*family)));
    if let Some(named) = named {
        const OLD: &str =
            "and the cloud no longer reports that: a node is not told when that changes";
        return Cause::new(
            format!("its node-ip names {named}, {OLD}"),
            format!("look whether the host still has {named}; name in node-ip what it has now"),
        )
        .in_common(format!("their node-ip names one, {OLD}"))
        .remedy_in_common(
            "look whether the hosts still have it; name in node-ip what they have now",
        );
    }
    if let Some(cause) = missing.iter().find_map(|family| controller.lacks(*family)) {
        return cause;
    }
    match (
        node.node_ip().filter(|_| ip.is_some()),
        controller.is_at_work,
    ) {
        (Some(text), _) => named_alone(text, controller),
        (None, true) => unreported(controller),
        (None, false) => Cause::new(
            "its kubelet found none on the host when it started",
            "give the host one, name both in the kubelet's node-ip, and restart it",
        )
        .in_common("their kubelets found none on the hosts when they started"),
    }
}

fn named_alone(text: &str, controller: &Controller) -> Cause {
    let hides = match controller.is_at_work || controller.is_seen {
        true => "the cloud controller leaves out every other address of its type",
        false => "the kubelet reports no other",
    };
    Cause::new(
        format!("its node-ip is {text} alone, and {hides}"),
        "name an address of each family in node-ip, in the order of the cluster, or none; then restart the \
         kubelet",
    )
    .in_common(format!("their node-ip names one family alone, and {hides}"))
}

fn unreported(controller: &Controller) -> Cause {
    let title = controller.title();
    let why = match controller.likely(false) {
        Some(likely) => {
            format!("{title} reports none of it. What it can be, the likeliest first: {likely}")
        }
        None => format!("{title} reports none of it"),
    };
    Cause::new(
        why,
        "give the server one; on vSphere restart the controller, which does not look at a Ready node again",
    )
}

/// A node that was initialized keeps its addresses where node-ip names another: nobody is told, and a new
/// node with such a node-ip stays tainted.
fn stale(node: &Node) -> Option<Fault<'_>> {
    Some(Fault {
        node,
        severity: Severity::Warning,
        code: codes::NODE_IP,
        statement: Statement {
            before: "the addresses of ",
            one: " are not what its node-ip says".to_owned(),
            many: " are not what their node-ip says".to_owned(),
        },
        cause: outdated(node.node_ip()?, &node.ips())?,
    })
}

fn order<'a>(node: &'a Node, scene: &Scene<'_>) -> Option<Fault<'a>> {
    const EFFECT: &str = "What reads one address of a node alone takes the wrong family";
    let primary = scene.expected.primary();
    // Its pods on the host network, and its own services, go by node-ip first.
    let ip = node.node_ip().and_then(|text| NodeIp::parse(text).ok());
    let first = ip.and_then(|ip| ip.addresses().first().map(Family::of_address));
    let first = first.or_else(|| node.families().first().copied())?;
    if first == primary || scene.expected.families.len() < 2 {
        return None;
    }
    let (why, common) = match node.node_ip() {
        Some(text) => (format!("its node-ip is {text}"), "so is node-ip"),
        None => (
            "it has no node-ip, and the cloud lists its addresses in that order".to_owned(),
            "they have no node-ip, and the cloud lists their addresses in that order",
        ),
    };
    let cause = Cause::new(
        format!("{why}. {EFFECT}"),
        format!("put {primary} first in node-ip, delete the Node, and restart its kubelet"),
    );
    Some(Fault {
        node,
        severity: Severity::Warning,
        code: codes::NODE_ORDER,
        statement: Statement::have(&format!("{first} first, and the cluster {primary}")),
        cause: cause.in_common(format!("{common}. {EFFECT}")),
    })
}

/// A node that has addresses, and no internal one where its cloud gives such.
fn hidden_internal<'a>(node: &'a Node, controller: &Controller) -> Option<Fault<'a>> {
    let kind = controller.kind.filter(|kind| kind.has_internal)?;
    let internal: Vec<IpAddr> = node.ips_of(Node::INTERNAL).collect();
    let has = |family: Family| internal.iter().any(|ip| Family::of_address(ip) == family);
    let missing = match internal.is_empty() {
        true => "no internal address",
        false if !has(Family::V4) => "no internal IPv4 address",
        false => return None,
    };
    let (why, common) = match (node.node_ip(), &controller.settings.hides_internal) {
        (_, Some(why)) => (why.clone(), why.clone()),
        (Some(text), None) => (
            format!("its node-ip {text} names a public address, and hides them"),
            "their node-ip names a public address, and hides them".to_owned(),
        ),
        (None, None) => {
            let why = format!("the cloud controller of {} reports none", kind.title);
            (why.clone(), why)
        }
    };
    let cause = Cause::new(
        why,
        "name the internal addresses in node-ip, and correct the controller's networks; then restart the \
         kubelet",
    );
    Some(Fault {
        node,
        severity: Severity::Warning,
        code: codes::NODE_TYPE,
        statement: Statement::have(missing),
        cause: cause.in_common(common),
    })
}

/// A public IPv6 address in node-ip, beside a private IPv4 one: a public IPv4 address is left out.
fn hidden_public<'a>(node: &'a Node, controller: &Controller) -> Option<Fault<'a>> {
    const EFFECT: &str = "so a public IPv4 address that the server may have is left out";
    controller.kind.filter(|kind| kind.has_two_v4)?;
    let v6 = NodeIp::parse(node.node_ip()?).ok()?.of(Family::V6)?;
    let external: Vec<IpAddr> = node.ips_of(Node::EXTERNAL).collect();
    let is_hidden = external.contains(&v6) && external.iter().all(IpAddr::is_ipv6);
    if !is_hidden {
        return None;
    }
    let cause = Cause::new(
        format!("node-ip names {v6}, {EFFECT}"),
        "name the public addresses of both families in node-ip if something needs the public IPv4 one",
    );
    Some(Fault {
        node,
        severity: Severity::Note,
        code: codes::NODE_TYPE,
        statement: Statement::have("IPv6 alone as an external address"),
        cause: cause.in_common(format!("node-ip names it, {EFFECT}")),
    })
}
