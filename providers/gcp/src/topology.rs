//! The network as packets see it, as Google Cloud has it or will have it. Pure.

use std::collections::BTreeSet;

use groundwork_kit::rules::Peer;
use groundwork_model::Family;
use groundwork_provider::{
    Graph, States,
    topology::{self, Area, Entry, Filter, Gateway, Part, Route, Topology, Via, Way},
};
use ipnet::IpNet;

use crate::{
    link,
    object::{Firewall, Network, Router, Source, Subnetwork, SubnetworkState, ingress},
    spec::AccessType,
    survey::Survey,
};

/// The key of the gateway that every network has.
const DEFAULT: &str = "default-internet-gateway";

/// Draws it.
pub(crate) fn topology(survey: &Survey, graph: &Graph, states: &States) -> Topology {
    let drawing = Drawing {
        survey,
        graph,
        states,
    };
    let mut unseen = Vec::new();
    if survey.network.external().is_some() {
        let what =
            "rules and policies of others on this network are judged by verify, and not drawn";
        unseen.push(what.to_owned());
    }
    Topology {
        network: drawing.network(),
        subnets: drawing.subnetwork().into_iter().collect(),
        gateways: drawing.gateways(),
        filters: drawing.firewall().into_iter().collect(),
        machines: Vec::new(),
        unseen,
    }
}

struct Drawing<'a> {
    survey: &'a Survey,
    graph: &'a Graph,
    states: &'a States,
}

impl Drawing<'_> {
    fn network(&self) -> Option<Area> {
        let (address, _) = self.graph.of::<Network>().next()?;
        let state = self.states.state::<Network>(address.as_str());
        let range = state.and_then(|state| state.internal_ipv6_range);
        Some(Area {
            part: Part::at(address, "VPC network"),
            cidrs: range.into_iter().map(IpNet::V6).collect(),
        })
    }

    fn subnetwork(&self) -> Option<topology::Subnet> {
        let (address, desired) = self.graph.of::<Subnetwork>().next()?;
        let state = self.states.state::<Subnetwork>(address.as_str());
        let ipv4 = match &state {
            Some(state) => state.ip_cidr_range,
            None => Some(*desired.range.value()),
        };
        let ipv6 = state.as_ref().and_then(SubnetworkState::ipv6);
        let cidrs = ipv4.map(IpNet::V4).into_iter().chain(ipv6.map(IpNet::V6));
        let awaits = (desired.ipv6.is_some() && ipv6.is_none()).then_some(Family::V6);
        let access = state.as_ref().and_then(SubnetworkState::access_type);
        let access = access.or(desired.ipv6.as_ref().map(|want| *want.value()));
        let is_public = access == Some(AccessType::External);
        let mut public = BTreeSet::new();
        public.extend(is_public.then_some(Family::V6));
        // Without a NAT nodes get out by public addresses of their own, if they have some.
        public.extend(self.nat().is_none().then_some(Family::V4));
        let mut routes = self.default_routes();
        if !is_public {
            routes.retain(|route| Family::of(&route.to) == Family::V4);
        }
        Some(topology::Subnet {
            part: Part::at(address, "subnetwork"),
            zone: Some(desired.region.clone()),
            cidrs: cidrs.collect(),
            awaits: awaits.into_iter().collect(),
            public,
            all_nodes: true,
            routes,
            table: None,
        })
    }

    /// What translates IPv4: ours, or somebody else's for this subnetwork.
    fn nat(&self) -> Option<Part> {
        if let Some((address, _)) = self.graph.of::<Router>().next() {
            return Some(Part::at(address, "Cloud NAT"));
        }
        let (address, _) = self.graph.of::<Subnetwork>().next()?;
        let subnetwork = &self.states.at(address)?.id;
        let routers = self.survey.around.routers.as_ref()?;
        let mut routers = routers.iter();
        let router = routers.find(|one| one.nats.iter().any(|nat| nat.serves(subnetwork)))?;
        let (id, name) = (router.common.address(), &router.common.name);
        Some(Part::object(&id, name, "Cloud NAT"))
    }

    /// A network that is made has one for each family; of one that exists they are listed.
    fn default_routes(&self) -> Vec<Route> {
        let by = |family| match (family, self.nat()) {
            (Family::V4, Some(nat)) => Via::Gateway(nat.key),
            (Family::V4 | Family::V6, _) => Via::Gateway(DEFAULT.to_owned()),
        };
        if self.survey.network.external().is_none() {
            return Family::BOTH
                .map(|family| Route::all(family, by(family)))
                .into();
        }
        let Some(listed) = &self.survey.around.routes else {
            let unseen = |family| {
                let why = "the routes of the project that the network is of".to_owned();
                Route::all(family, Via::Unseen(why))
            };
            return Family::BOTH.map(unseen).into();
        };
        let of_all = listed.iter().filter(|route| route.tags.is_empty());
        let routes = of_all.filter_map(|route| {
            let to = route.dest_range?;
            let gateway = route.next_hop_gateway.as_deref();
            let via = match (gateway, &route.next_hop_network) {
                (Some(_), _) => by(Family::of(&to)),
                (None, Some(_)) => Via::Inside,
                (None, None) => Via::Unseen(route.told()),
            };
            let (id, name) = (route.common.address(), &route.common.name);
            let part = Some(Part::object(&id, name, "route"));
            Some(Route { to, via, part })
        });
        routes.collect()
    }

    fn gateways(&self) -> Vec<Gateway> {
        let part = Part {
            key: DEFAULT.to_owned(),
            what: "default internet gateway".to_owned(),
            id: Some(DEFAULT.to_owned()),
            ..Part::default()
        };
        let own = Gateway::new(part).with(Family::V6, Way::Routed);
        match self.nat() {
            Some(nat) => vec![Gateway::new(nat).with(Family::V4, Way::Translated), own],
            None => vec![own.with(Family::V4, Way::Routed)],
        }
    }

    /// Rules of both families are two objects; together they are who is let in.
    fn firewall(&self) -> Option<Filter> {
        let (network, _) = self.graph.of::<Network>().next()?;
        let entries = self.graph.of::<Firewall>().flat_map(|(address, desired)| {
            let peers = match &desired.source {
                Source::Tag(_) => Family::BOTH.map(|family| (family, Peer::Members)).into(),
                Source::Ranges(nets) => {
                    let peer = |net: &IpNet| (Family::of(net), Peer::Range(*net));
                    nets.iter().map(peer).collect::<Vec<_>>()
                }
            };
            let allowed: Vec<_> = desired.allowed.iter().cloned().collect();
            let name = Some(format!("rule {}", link::name(address.as_str())));
            let rules = ingress(&allowed, &peers).into_iter();
            let entry = move |rule| Entry {
                allows: true,
                rule,
                name: name.clone(),
            };
            rules.map(entry).collect::<Vec<_>>()
        });
        let part = Part {
            key: "firewall".to_owned(),
            what: "the firewall of".to_owned(),
            name: Some(network.to_string()),
            ..Part::default()
        };
        Some(Filter {
            part,
            entries: entries.collect(),
            lets_out: true,
            ..Filter::default()
        })
    }
}
