//! The firewall rules of a cluster: a family each, for machines with the cluster's network tag. Pure.

use std::collections::BTreeSet;

use groundwork_kit::rules::{Peer, Ports, Rule, Traffic};
use groundwork_model::Family;
use groundwork_provider::Handle;
use ipnet::IpNet;

use super::{Draft, host};
use crate::{
    check, names,
    object::{Allowed, Firewall, ICMPV6, Network, Source},
};

/// What machines of a cluster may send each other, as the reference system has it: everything that has
/// a name, and ICMP of their families.
const AMONG_NODES: [&str; 6] = ["tcp", "udp", "esp", "ah", "sctp", "ipip"];

impl Draft<'_> {
    /// Rules on somebody else's network are made; on one of another project they cannot be.
    pub(super) fn firewalls(&mut self, network: &Handle<Network>) {
        if host(self.survey).is_some() {
            return;
        }
        let cluster = self.target.name();
        for (what, source, allowed) in self.rules() {
            let desired = Firewall {
                name: names::firewall(cluster, &what),
                network: network.clone(),
                target: names::tag(cluster),
                source,
                allowed,
            };
            self.graph.add(&format!("firewall/{what}"), desired);
        }
    }

    fn rules(&self) -> Vec<(String, Source, BTreeSet<Allowed>)> {
        let families = self.target.addressing.family.families();
        let access = check::access(self.target);
        let ports = self.target.addressing.node_ports;
        let ports = Ports {
            first: ports.first,
            last: ports.last,
        };
        let tag = Source::Tag(names::tag(self.target.name()));
        let mut all = vec![("self".to_owned(), tag, among_nodes(families))];
        for family in families {
            let of = |is_it: fn(&Traffic) -> bool| sources(&access.rules, *family, is_it);
            let icmp = of(|traffic| matches!(traffic, Traffic::Icmp(_)));
            let ssh = of(|traffic| *traffic == Traffic::Tcp(Ports::one(22)));
            let node_ports = access.node_ports.iter().copied();
            let node_ports = node_ports.filter(|net| Family::of(net) == *family);
            let node_ports: BTreeSet<IpNet> = node_ports.collect();
            let both = [Allowed::to("tcp", ports), Allowed::to("udp", ports)];
            let table = [
                (
                    "icmp",
                    icmp,
                    BTreeSet::from([Allowed::all_of(icmp_of(*family))]),
                ),
                (
                    "ssh",
                    ssh,
                    BTreeSet::from([Allowed::to("tcp", Ports::one(22))]),
                ),
                ("nodeport", node_ports, BTreeSet::from(both)),
            ];
            // A rule without sources would let everybody in.
            let table = table.into_iter().filter(|(_, nets, _)| !nets.is_empty());
            all.extend(table.map(|(what, nets, allowed)| {
                (named(what, *family), Source::Ranges(nets), allowed)
            }));
        }
        all
    }
}

fn among_nodes(families: &[Family]) -> BTreeSet<Allowed> {
    let icmp = families.iter().map(|family| icmp_of(*family));
    AMONG_NODES
        .into_iter()
        .chain(icmp)
        .map(Allowed::all_of)
        .collect()
}

fn icmp_of(family: Family) -> &'static str {
    match family {
        Family::V4 => "icmp",
        Family::V6 => ICMPV6,
    }
}

fn named(what: &str, family: Family) -> String {
    match family {
        Family::V4 => what.to_owned(),
        Family::V6 => format!("{what}-ipv6"),
    }
}

/// From where a family's traffic of some kind is let in.
fn sources(
    rules: &BTreeSet<Rule>,
    family: Family,
    is_it: impl Fn(&Traffic) -> bool,
) -> BTreeSet<IpNet> {
    let of = rules
        .iter()
        .filter(|rule| rule.family == family && is_it(&rule.traffic));
    let nets = of.filter_map(|rule| match &rule.peer {
        Peer::Range(net) => Some(*net),
        Peer::Members | Peer::Other(_) => None,
    });
    nets.collect()
}
