//! The network as packets see it, as Neutron has it or will have it. Pure.

use std::collections::BTreeSet;

use groundwork_kit::rules::{Peer, Rule, Traffic, everywhere};
use groundwork_model::{Address, Family};
use groundwork_provider::{
    Graph, States,
    topology::{self, Area, Filter, Gateway, Part, Route, Topology, Via, Way, is_public},
};
use ipnet::IpNet;

use crate::{
    compile::is_routed_elsewhere,
    object::{Network, Router, RouterInterface, SecurityGroup, Subnet},
    spec::Target,
    survey::Survey,
};

/// Draws it.
pub(crate) fn topology(
    target: &Target,
    survey: &Survey,
    graph: &Graph,
    states: &States,
) -> Topology {
    let drawing = Drawing {
        elsewhere: is_routed_elsewhere(target),
        survey,
        graph,
        states,
    };
    let unseen = "the way out is a matter of somebody else, as the document says";
    let unseen = drawing.elsewhere.then(|| unseen.to_owned());
    Topology {
        network: drawing.network(),
        subnets: drawing.subnets(),
        gateways: drawing.router().into_iter().collect(),
        filters: drawing.groups().collect(),
        machines: Vec::new(),
        unseen: unseen.into_iter().collect(),
    }
}

struct Drawing<'a> {
    /// The way out is a matter of somebody else.
    elsewhere: bool,
    survey: &'a Survey,
    graph: &'a Graph,
    states: &'a States,
}

impl Drawing<'_> {
    /// A network of Neutron's has no range of its own.
    fn network(&self) -> Option<Area> {
        let (address, _) = self.graph.of::<Network>().next()?;
        let part = Part::at(address, "network");
        let cidrs = Vec::new();
        Some(Area { part, cidrs })
    }

    fn subnets(&self) -> Vec<topology::Subnet> {
        let ranges: Vec<(&Address, Family, Option<IpNet>)> = self
            .graph
            .of::<Subnet>()
            .map(|(address, desired)| (address, desired.family, self.range(address, &desired)))
            .collect();
        let subnet = |&(address, family, range): &(&Address, Family, Option<IpNet>)| {
            let neighbours = ranges.iter().filter(|(other, ..)| *other != address);
            let inside = neighbours.filter_map(|(.., range)| *range).map(|to| Route {
                to,
                via: Via::Inside,
                part: None,
            });
            // An IPv4 address of the internet's is a floating IP, which no subnet gives.
            let reached = family == Family::V6 && range.is_none_or(|range| is_public(&range));
            topology::Subnet {
                part: Part::at(address, "subnet"),
                all_nodes: true,
                zone: None,
                cidrs: range.into_iter().collect(),
                awaits: range.is_none().then_some(family).into_iter().collect(),
                public: reached.then_some(family).into_iter().collect(),
                routes: inside.chain(self.way_out(address, family)).collect(),
                table: None,
            }
        };
        ranges.iter().map(subnet).collect()
    }

    fn range(&self, address: &Address, desired: &Subnet) -> Option<IpNet> {
        let state = self.states.see::<Subnet>(address.as_str());
        let known = state.filter(|state| !state.is_interim());
        let known = known.map(|state| state.cidr);
        known.or(desired.range.value().cidr())
    }

    fn way_out(&self, subnet: &Address, family: Family) -> Option<Route> {
        if self.elsewhere {
            let via = Via::Unseen("whoever routes the network".to_owned());
            return Some(Route::all(family, via));
        }
        let (router, _) = self.graph.of::<Router>().next()?;
        let mut interfaces = self.graph.of::<RouterInterface>();
        let interface = interfaces.find(|(_, one)| one.subnet.address() == subnet);
        let part = interface.map(|(address, _)| Part::at(address, "router interface"));
        (part.is_some() || self.is_attached(router, subnet)).then(|| Route {
            part,
            ..Route::all(family, Via::Gateway(router.to_string()))
        })
    }

    fn is_attached(&self, router: &Address, subnet: &Address) -> bool {
        let (Some(router), Some(subnet)) = (self.states.at(router), self.states.at(subnet)) else {
            return false;
        };
        let mut routers = self.survey.routers_of(&subnet.id);
        routers.any(|id| id == router.id)
    }

    fn router(&self) -> Option<Gateway> {
        let mut routers = self.graph.of::<Router>().filter(|_| !self.elsewhere);
        let (address, desired) = routers.next()?;
        let state = self.states.see::<Router>(address.as_str());
        let leads = match (desired.external_network.asked(), &state) {
            (None, Some(state)) => state.gateway().is_some(),
            (Some(network), _) => network.is_some(),
            (None, None) => desired.external_network.value().is_some(),
        };
        let is_up = desired.admin_state_up.asked().copied();
        let is_up = is_up.or(state.as_ref().map(|state| state.admin_state_up));
        let shut = match (leads, is_up) {
            (false, _) => Some("has no gateway in an external network"),
            (true, Some(false)) => Some("is switched off"),
            (true, Some(true) | None) => None,
        };
        let ipv4 = match state.is_some_and(|state| state.keeps_addresses()) {
            true => Way::Routed,
            false => Way::Translated,
        };
        let gateway = Gateway::new(Part::at(address, "router"));
        let gateway = gateway.with(Family::V4, ipv4).with(Family::V6, Way::Routed);
        let shut = shut.map(str::to_owned);
        Some(Gateway { shut, ..gateway })
    }

    fn groups(&self) -> impl Iterator<Item = Filter> + '_ {
        self.graph.of::<SecurityGroup>().map(|(address, desired)| {
            let state = self.states.see::<SecurityGroup>(address.as_str());
            let mut rules: BTreeSet<Rule> = match state {
                Some(state) => state.allows(),
                // Neutron lets everything out of a new group.
                None => Family::BOTH.map(all_out).into(),
            };
            rules.extend(desired.rules.asked().into_iter().flatten().cloned());
            Filter::allowing(Part::at(address, "security group"), rules)
        })
    }
}

fn all_out(family: Family) -> Rule {
    Rule::egress(family, Traffic::All, Peer::Range(everywhere(family)))
}
