//! The addresses in nodes' statuses against what the cloud has for their servers.

use std::{collections::BTreeMap, net::IpAddr};

use groundwork_kit::kubernetes::Cause;
use groundwork_model::{Family, Finding, Severity};
use groundwork_provider::{Machine, Machines};
use ipnet::IpNet;

use super::{
    Scene,
    grouped::{Fault, Statement, told},
};
use crate::{codes, facts::Node};

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let Some(machines) = &scene.facts.machines else {
        return Vec::new();
    };
    let known: BTreeMap<&str, &Machine> = machines
        .all
        .iter()
        .map(|one| (one.id.as_str(), one))
        .collect();
    // A node of another cloud is not this account's.
    let is_own = |node: &&Node| {
        let mut kind = scene.controller.kind.into_iter();
        kind.any(|kind| kind.is_of(node.provider_id()))
    };
    let nodes = scene.facts.nodes.iter().filter(is_own);
    told(nodes.flat_map(|node| match machine(node, &known) {
        Some(machine) => of_machine(node, machine, machines, scene),
        None => vec![gone(node, scene)],
    }))
}

/// The machine of a node: what stands behind one of the slashes of its provider id.
fn machine<'a>(node: &Node, known: &BTreeMap<&str, &'a Machine>) -> Option<&'a Machine> {
    let id = node.provider_id();
    let ends = id.match_indices('/').filter_map(|(at, _)| id.get(at + 1..));
    ends.filter_map(|end| known.get(end)).copied().next()
}

fn fault(node: &Node, severity: Severity, statement: Statement, cause: Cause) -> Fault<'_> {
    Fault {
        node,
        severity,
        code: codes::STALE,
        statement,
        cause,
    }
}

/// A Node that is Ready stays when its server goes; one that is not is deleted.
fn gone<'a>(node: &'a Node, scene: &Scene<'_>) -> Fault<'a> {
    let title = scene.controller.title();
    let why = format!("the account of the document has no such server at {title}");
    let cause = Cause::new(
        format!("{why} ({})", node.provider_id()),
        "delete the Node if its server is gone; else name the account that the nodes are in, with its credentials",
    );
    let statement = Statement::have("no server");
    fault(node, Severity::Warning, statement, cause.in_common(why))
}

fn of_machine<'a>(
    node: &'a Node,
    machine: &Machine,
    machines: &Machines,
    scene: &Scene<'_>,
) -> Vec<Fault<'a>> {
    let lost = lost(node, machine, machines).map(|ip| stale(node, ip));
    let families = scene.expected.missing(&node.families());
    let unreported = families
        .into_iter()
        .filter_map(|family| unreported(node, family, machine, scene));
    lost.into_iter().chain(unreported).collect()
}

/// The first address in the status that the server does not have.
fn lost(node: &Node, machine: &Machine, machines: &Machines) -> Option<IpAddr> {
    let kinds = [
        Some(Node::INTERNAL),
        machines.has_public.then_some(Node::EXTERNAL),
    ];
    let judged = kinds.into_iter().flatten();
    let mut ips = judged.flat_map(|kind| node.ips_of(kind));
    ips.find(|ip| !machine.addresses.iter().any(|own| own.contains(ip)))
}

fn stale(node: &Node, ip: IpAddr) -> Fault<'_> {
    const EFFECT: &str = "what is sent to it is lost, and nobody takes it out of the status as long as node-ip names it";
    let cause = Cause::new(
        format!("its server does not have {ip}: {EFFECT}"),
        "name in node-ip the addresses that the server has, restart the kubelet, and delete the Node if the address \
         stays",
    );
    let statement = Statement::have("an address that is another's");
    let common = format!("their servers do not have it: {EFFECT}");
    fault(node, Severity::Error, statement, cause.in_common(common))
}

/// The server has an address of a family that the status lacks.
fn unreported<'a>(
    node: &'a Node,
    family: Family,
    machine: &Machine,
    scene: &Scene<'_>,
) -> Option<Fault<'a>> {
    let own = machine
        .addresses
        .iter()
        .find(|own| Family::of(own) == family)?;
    let title = scene.controller.title();
    let has = match own.prefix_len() == own.max_prefix_len() {
        true => own.addr().to_string(),
        false => IpNet::to_string(own),
    };
    let why = format!("the cloud controller of {title} does not report it");
    let cause = Cause::new(
        format!("its server has {has}, and {why}"),
        "correct the cloud controller's configuration or the kubelet's node-ip: the server needs nothing",
    );
    let statement = Statement::have(&format!(
        "an {family} address at the cloud that its status lacks"
    ));
    Some(fault(
        node,
        Severity::Warning,
        statement,
        cause.in_common(why),
    ))
}
