//! Pods of one node, and pods of two.

use groundwork_model::{Family, Finding};

use super::{Attempt, Outcome, Scene, To, is_broken, other, told};
use crate::codes;

pub(super) fn judge(scene: &Scene<'_>, family: Family) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut across: Vec<&Attempt> = Vec::new();
    for attempt in scene.of(family).filter(|one| is_broken(one)) {
        let To::Server(server) = attempt.to else {
            continue;
        };
        if attempt.from == server {
            findings.push(within(scene, attempt));
        } else if !is_broken_within(scene, server, family) {
            across.push(attempt);
        }
    }
    findings.extend(between(scene, family, &across));
    findings
}

/// A server that its own node does not reach is reached from nowhere.
fn is_broken_within(scene: &Scene<'_>, server: usize, family: Family) -> bool {
    let own = scene.to_server(server, server, family);
    own.is_some_and(|outcome| !matches!(outcome, Outcome::Whole | Outcome::Part))
}

fn within(scene: &Scene<'_>, attempt: &Attempt) -> Finding {
    let Attempt { from, family, .. } = *attempt;
    let node = scene.node(from);
    let message = format!(
        "two pods on node {node} do not reach each other over {family}: {}",
        told(&[attempt])
    );
    let sysctl = match family {
        Family::V4 => "net.ipv4.ip_forward",
        Family::V6 => "net.ipv6.conf.all.forwarding",
    };
    Finding::error(codes::PROBE_PODS, message)
        .about(format!("node {node}"))
        .remedy(format!(
            "look, in this order: whether a policy of the whole cluster (of Calico or Cilium) keeps new \
             namespaces apart; whether the network plugin's pod on the node is ready; whether {sysctl} is 1 \
             there"
        ))
}

fn between(scene: &Scene<'_>, family: Family, broken: &[&Attempt]) -> Option<Finding> {
    let first = broken.first()?;
    let ways: Vec<String> = broken.iter().filter_map(|one| way(scene, one)).collect();
    let is_other_well = is_well(scene, other(family));
    let though = match is_other_well {
        true => format!("; over {} they do", other(family)),
        false => String::new(),
    };
    let message = format!(
        "pods of two nodes do not reach each other over {family}: {}{though}",
        ways.join("; ")
    );
    let subject = format!("node {} and node {}", scene.node(0), scene.node(1));
    let worst = broken.iter().filter_map(|one| one.outcome).min();
    let finding = Finding::error(codes::PROBE_NODES, message).about(subject);
    Some(finding.remedy(remedy(worst.or(first.outcome), family, is_other_well)))
}

/// `from node a to node b nobody answers`
fn way(scene: &Scene<'_>, attempt: &Attempt) -> Option<String> {
    let To::Server(server) = attempt.to else {
        return None;
    };
    let (from, to) = (scene.node(attempt.from), scene.node(server));
    Some(format!(
        "from node {from} to node {to} {}",
        told(&[attempt])
    ))
}

/// Whether pods of two nodes reach each other over a family, as far as that was tried.
fn is_well(scene: &Scene<'_>, family: Family) -> bool {
    let across = scene.of(family).filter(|one| match one.to {
        To::Server(server) => server != one.from,
        To::Service(_) | To::Outside(_) => false,
    });
    let all: Vec<&Attempt> = across.collect();
    !all.is_empty() && all.iter().all(|one| one.is_well())
}

/// The likely causes, the likeliest first.
fn remedy(outcome: Option<Outcome>, family: Family, is_other_well: bool) -> String {
    const TUNNELS: &str = "UDP 8472 for flannel, Canal and Cilium, UDP 4789 for Calico, UDP 6081 for Geneve, UDP \
                           51820 or 51871 for WireGuard";
    let forwarding = "without a tunnel, have the network carry each node's range of pods to it, and let servers \
                      send and receive for addresses that are not their own";
    match outcome {
        Some(Outcome::Unreachable) => format!(
            "look why the node has no route to the other node's {family} range of pods, in this order: the \
             network plugin's pod on it, and whether its configuration has {family}; podCIDRs of both nodes; the \
             cloud's route controller, where there is no tunnel"
        ),
        Some(Outcome::Refused) => {
            "look, in this order: which policy or firewall rejects connections between \
                                   nodes; whether two pods have the same address"
                .to_owned()
        }
        _ if is_other_well => format!(
            "in this order: let the firewall or security group of the nodes pass {family} between nodes; have the \
             network plugin carry {family} between nodes (its config map, and CLUSTER-CNI); {forwarding}"
        ),
        _ => format!(
            "in this order: let the firewall or security group of the nodes pass the network plugin's tunnel \
             between nodes ({TUNNELS}); look whether the plugin's pods are ready on both nodes; {forwarding}"
        ),
    }
}
