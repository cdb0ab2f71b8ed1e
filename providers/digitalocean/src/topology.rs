//! The network as packets see it, as DigitalOcean has it or will have it. Pure.

use std::{collections::BTreeSet, net::IpAddr};

use groundwork_kit::rules::Rule;
use groundwork_model::{Address, Family};
use groundwork_provider::{
    Graph, States, Target,
    topology::{self, Area, Filter, Gateway, Machine, Part, Route, Topology, Via, Way},
};
use ipnet::{IpNet, Ipv4Net};

use crate::{
    compile,
    object::{firewall::Firewall, subnet::Subnet, vpc::Vpc},
    spec::{Datacenter, Spec},
    survey::Survey,
    watched::{droplet::DropletState, gateway::GatewayState},
};

/// Draws it. A VPC is of IPv4 alone; IPv6 is each droplet's own.
pub(crate) fn topology(
    target: &Target<Spec, Datacenter>,
    survey: &Survey,
    graph: &Graph,
    states: &States,
) -> Topology {
    let families = target.addressing.family.families();
    let nat = survey.gateway.one().map(|one| nat(&one.state));
    let mut public = topology::Subnet::interfaces(families, "internet");
    let mut inside = subnets(graph, states);
    if let Some(nat) = &nat {
        // Whoever names it has nodes without a public IPv4 address.
        public.public.remove(&Family::V4);
        public.awaits.remove(&Family::V4);
        public
            .routes
            .retain(|route| Family::of(&route.to) != Family::V4);
        for subnet in &mut inside {
            let via = Via::Gateway(nat.part.key.clone());
            subnet.routes.push(Route::all(Family::V4, via));
        }
    }
    inside.push(public);
    Topology {
        network: network(graph, states),
        subnets: inside,
        gateways: nat.into_iter().chain([Gateway::provider()]).collect(),
        filters: graph
            .of::<Firewall>()
            .map(|(address, desired)| firewall(target, address, &desired, states))
            .collect(),
        machines: survey.droplets.iter().map(machine).collect(),
        unseen: vec!["IPv6 is each droplet's own, and comes with it".to_owned()],
    }
}

fn nat(state: &GatewayState) -> Gateway {
    let part = Part::object(&state.id, &state.name, "VPC NAT gateway");
    let shut = (state.state != "ACTIVE").then(|| format!("is {}", state.state));
    let gateway = Gateway::new(part).with(Family::V4, Way::Translated);
    Gateway { shut, ..gateway }
}

fn range(graph: &Graph, states: &States) -> Option<Ipv4Net> {
    let (address, desired) = graph.of::<Vpc>().next()?;
    let state = states.state::<Vpc>(address.as_str());
    state.map(|state| state.ip_range).or(desired.range)
}

fn network(graph: &Graph, states: &States) -> Option<Area> {
    let (address, _) = graph.of::<Vpc>().next()?;
    let range = range(graph, states).map(IpNet::V4);
    Some(Area {
        part: Part::at(address, "VPC"),
        cidrs: range.into_iter().collect(),
    })
}

/// The subnets that are asked for, else the VPC as a whole.
fn subnets(graph: &Graph, states: &States) -> Vec<topology::Subnet> {
    let subnets = graph
        .of::<Subnet>()
        .map(|(address, desired)| topology::Subnet {
            part: Part::at(address, "subnet"),
            cidrs: vec![IpNet::V4(desired.range)],
            ..topology::Subnet::default()
        });
    let subnets: Vec<topology::Subnet> = subnets.collect();
    if !subnets.is_empty() {
        return subnets;
    }
    let whole = graph.of::<Vpc>().map(|(address, _)| {
        let range = range(graph, states).map(IpNet::V4);
        topology::Subnet {
            part: Part::at(address, "the VPC's own range"),
            awaits: range.is_none().then_some(Family::V4).into_iter().collect(),
            cidrs: range.into_iter().collect(),
            all_nodes: true,
            ..topology::Subnet::default()
        }
    });
    whole.collect()
}

fn firewall(
    target: &Target<Spec, Datacenter>,
    address: &Address,
    desired: &Firewall,
    states: &States,
) -> Filter {
    let state = states.state::<Firewall>(address.as_str());
    let tag = compile::tag(target);
    let there = state.iter().flat_map(|state| state.allows(&tag));
    let wanted = desired.rules.asked().into_iter().flatten().cloned();
    let rules: BTreeSet<Rule> = there.chain(wanted).collect();
    Filter::allowing(Part::at(address, "firewall"), rules)
}

fn machine(droplet: &DropletState) -> Machine {
    let ipv4 = droplet
        .networks
        .v4
        .iter()
        .map(|one| IpAddr::V4(one.ip_address));
    let ipv6 = droplet
        .networks
        .v6
        .iter()
        .map(|one| IpAddr::V6(one.ip_address));
    Machine {
        name: droplet.name.clone(),
        addresses: ipv4.chain(ipv6).collect(),
        subnet: None,
    }
}
