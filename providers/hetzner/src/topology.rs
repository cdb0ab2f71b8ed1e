//! The network as packets see it, as Hetzner Cloud has it or will have it. Pure.

use std::collections::BTreeSet;

use groundwork_kit::rules::{Direction, Rule};
use groundwork_model::Address;
use groundwork_provider::{
    Graph, States, Target,
    topology::{self, Area, Entry, Filter, Gateway, PUBLIC, Part, Topology},
};
use ipnet::{IpNet, Ipv4Net};

use crate::{
    object::{Firewall, Network, Subnet},
    spec::{Datacenter, Spec},
};

/// Draws it. Private networks are of IPv4 alone; both families come in and out by the public interface
/// of each server, and there the firewall stands.
pub(crate) fn topology(
    target: &Target<Spec, Datacenter>,
    graph: &Graph,
    states: &States,
) -> Topology {
    let families = target.addressing.family.families();
    let mut subnets = subnets(graph, states);
    subnets.push(topology::Subnet::interfaces(families, "internet"));
    Topology {
        network: network(graph, states),
        subnets,
        gateways: vec![Gateway::provider()],
        filters: graph
            .of::<Firewall>()
            .map(|(address, desired)| firewall(address, &desired, states))
            .collect(),
        machines: Vec::new(),
        unseen: vec!["each server has an IPv6 /64 of its own, which comes with it".to_owned()],
    }
}

fn network(graph: &Graph, states: &States) -> Option<Area> {
    let (address, desired) = graph.of::<Network>().next()?;
    let state = states.state::<Network>(address.as_str());
    let range = state.map_or(*desired.range.value(), |state| state.ip_range);
    Some(Area {
        part: Part::at(address, "network"),
        cidrs: vec![IpNet::V4(range)],
    })
}

/// Those of a network that exists, else the one that is asked for.
fn subnets(graph: &Graph, states: &States) -> Vec<topology::Subnet> {
    let private = |part, zone: &str, range: Ipv4Net| topology::Subnet {
        part,
        zone: Some(zone.to_owned()),
        cidrs: vec![IpNet::V4(range)],
        all_nodes: true,
        ..topology::Subnet::default()
    };
    let asked = graph.of::<Subnet>().map(|(address, desired)| {
        let part = Part::at(address, "subnet");
        private(part, &desired.zone, desired.range)
    });
    let mut subnets: Vec<topology::Subnet> = asked.collect();
    let Some((network, _)) = graph.of::<Network>().next() else {
        return subnets;
    };
    let state = states.state::<Network>(network.as_str());
    for part in state.iter().flat_map(|state| &state.subnets) {
        let range = IpNet::V4(part.ip_range);
        if subnets.iter().all(|subnet| !subnet.cidrs.contains(&range)) {
            let id = range.to_string();
            let shown = Part::object(&id, "", "subnet");
            subnets.push(private(shown, &part.network_zone, part.ip_range));
        }
    }
    subnets
}

fn firewall(address: &Address, desired: &Firewall, states: &States) -> Filter {
    let state = states.state::<Firewall>(address.as_str());
    let mut rules: BTreeSet<Rule> = match &state {
        Some(state) => state.parts().into_iter().map(|part| part.rule).collect(),
        None => BTreeSet::new(),
    };
    rules.extend(desired.rules.asked().into_iter().flatten().cloned());
    // While no rule says what goes out, everything does.
    let lets_out = !rules.iter().any(|rule| rule.direction == Direction::Egress);
    let entry = |rule| Entry {
        allows: true,
        rule,
        name: None,
    };
    Filter {
        part: Part::at(address, "firewall"),
        subnets: [PUBLIC.to_owned()].into(),
        entries: rules.into_iter().map(entry).collect(),
        lets_out,
        ..Filter::default()
    }
}
