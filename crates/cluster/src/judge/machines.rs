//! The addresses in nodes' statuses against what the cloud has for their servers.

use std::{collections::BTreeMap, net::IpAddr};

use groundwork_kit::kubernetes::Cause;
use groundwork_model::{Family, Finding, Severity};
use groundwork_provider::{Machine, Machines, Unknown, Unlisted};
use ipnet::IpNet;

use super::{
    Scene,
    grouped::{Fault, Statement, told},
};
use crate::{
    codes,
    controller::{Controller, Kind},
    facts::{Facts, Node},
};

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let Some(servers) = &scene.servers else {
        return Vec::new();
    };
    told(servers.nodes().flat_map(|node| servers.faults(node, scene)))
}

/// The machines of the document's account.
pub(super) struct Servers<'a> {
    nodes: &'a [Node],
    kind: &'static Kind,
    /// By their ids, in lower case.
    known: BTreeMap<String, &'a Machine>,
    unlisted: Option<Unlisted>,
}

impl<'a> Servers<'a> {
    /// Nothing where the cloud was not asked.
    pub(super) fn of(facts: &'a Facts, controller: &Controller) -> Option<Self> {
        let Machines { all, unlisted } = facts.machines.as_ref()?;
        Some(Self {
            nodes: &facts.nodes,
            kind: controller.kind?,
            known: all.iter().map(|one| (one.id.to_lowercase(), one)).collect(),
            unlisted: *unlisted,
        })
    }

    /// The largest packet of the networks in which nodes reach each other, where the cloud says so.
    pub(super) fn packets(&self) -> Option<u32> {
        let sizes = self.nodes().filter_map(|node| {
            let internal = node.ips_of(Node::INTERNAL).next();
            let ip = internal.or_else(|| node.ips().first().copied())?;
            let mut interfaces = self.machine(node)?.interfaces.iter();
            interfaces
                .find(|own| own.addresses.iter().any(|range| range.contains(&ip)))?
                .mtu
        });
        sizes.min()
    }

    /// A node of another cloud is not this account's.
    fn nodes(&self) -> impl Iterator<Item = &'a Node> {
        let (kind, nodes) = (self.kind, self.nodes.iter());
        nodes.filter(|node| kind.is_of(node.provider_id()))
    }

    /// The machine of a node: what stands behind one of the slashes of its provider id.
    fn machine(&self, node: &Node) -> Option<&'a Machine> {
        let id = node.provider_id().to_lowercase();
        let ends = id.match_indices('/').filter_map(|(at, _)| id.get(at + 1..));
        ends.filter_map(|end| self.known.get(end)).copied().next()
    }

    fn faults(&self, node: &'a Node, scene: &Scene<'_>) -> Vec<Fault<'a>> {
        let is_unlisted = |one: &Unlisted| node.provider_id().contains(one.part);
        match (self.machine(node), self.unlisted.filter(is_unlisted)) {
            (Some(machine), _) => match machine.unknown {
                Some(unknown) => vec![unanswered(node, unknown)],
                None => of_machine(node, machine, scene),
            },
            (None, Some(unlisted)) => vec![passed_over(node, unlisted)],
            (None, None) => vec![gone(node, scene)],
        }
    }
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

/// What was not compared, and why: a warning where it was to be.
fn not_compared(node: &Node, severity: Severity, cause: Cause) -> Fault<'_> {
    let statement = Statement {
        before: "the addresses of ",
        one: " are not compared with the cloud's".to_owned(),
        many: " are not compared with the cloud's".to_owned(),
    };
    Fault {
        node,
        severity,
        code: codes::NOT_ASKED,
        statement,
        cause,
    }
}

fn unanswered(node: &Node, unknown: Unknown) -> Fault<'_> {
    match unknown {
        Unknown::Off => {
            let cause = Cause::new("its server does not run", "start it, or delete the Node");
            let cause = cause.in_common("their servers do not run");
            not_compared(node, Severity::Note, cause)
        }
        Unknown::Silent { why, remedy } => {
            not_compared(node, Severity::Warning, Cause::new(why, remedy))
        }
    }
}

fn passed_over(node: &Node, unlisted: Unlisted) -> Fault<'_> {
    let what = unlisted.what;
    let cause = Cause::new(
        format!("{what} are in no listing of the account"),
        "compare them with what the cloud's own client says",
    );
    not_compared(node, Severity::Note, cause)
}

fn of_machine<'a>(node: &'a Node, machine: &Machine, scene: &Scene<'_>) -> Vec<Fault<'a>> {
    let lost = lost(node, machine).map(|ip| stale(node, ip));
    let families = scene.expected.missing(&node.families());
    let unreported = families
        .into_iter()
        .filter_map(|family| unreported(node, family, machine, scene));
    lost.into_iter().chain(unreported).collect()
}

/// The first address in the status that the server does not have.
fn lost(node: &Node, machine: &Machine) -> Option<IpAddr> {
    let mut ips = node.ips().into_iter();
    ips.find(|ip| !machine.addresses().any(|own| own.contains(ip)))
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
    let own = machine.addresses().find(|own| Family::of(own) == family)?;
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
