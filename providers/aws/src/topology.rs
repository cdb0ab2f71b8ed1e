//! The network as packets see it, as EC2 has it or will have it. Pure.

use std::collections::{BTreeMap, BTreeSet};

use groundwork_kit::rules::{Direction, Icmp, Kept, Peer, Ports, Rule, Traffic};
use groundwork_model::{Address, Family};
use groundwork_provider::{
    Graph, States,
    topology::{self, Area, Entry, Filter, Gateway, Part, Route, Topology, Via, Way},
};

use crate::{
    object::{
        nat_gateway::NatGateway,
        route::{self, Target},
        route_table,
        route_table_association::RouteTableAssociation,
        rules::RuleState,
        security_group::SecurityGroup,
        subnet::{Subnet, SubnetState},
        vpc::{Vpc, VpcState},
        vpc_ipv6::VpcIpv6,
    },
    survey::{
        Survey,
        targets::{Leads, Ways, table_of},
    },
    watched::network_acl::{AclEntry, NetworkAclState},
};

/// Draws it.
pub(crate) fn topology(survey: &Survey, graph: &Graph, states: &States) -> Topology {
    let mut drawing = Drawing {
        survey,
        graph,
        states,
        gateways: BTreeMap::new(),
    };
    let subnets = drawing.subnets();
    let mut filters: Vec<Filter> = drawing.groups().collect();
    filters.extend(survey.acls.iter().map(|acl| drawing.acl(acl)));
    filters.retain(|filter| {
        filter.subnets.is_empty() || subnets.iter().any(|s| filter.subnets.contains(&s.part.key))
    });
    Topology {
        network: drawing.vpc(),
        subnets,
        gateways: drawing.gateways.into_values().collect(),
        filters,
        machines: Vec::new(),
        unseen: Vec::new(),
    }
}

struct Drawing<'a> {
    survey: &'a Survey,
    graph: &'a Graph,
    states: &'a States,
    /// By key, as routes lead to them.
    gateways: BTreeMap<String, Gateway>,
}

impl Drawing<'_> {
    fn vpc(&self) -> Option<Area> {
        let (address, desired) = self.graph.of::<Vpc>().next()?;
        let state = self.states.state::<Vpc>(address.as_str());
        let ipv6 = self.states.state::<VpcIpv6>("vpc/ipv6");
        let mut cidrs = match &state {
            Some(state) => state.cidrs.clone(),
            None => vec![*desired.cidr.value()],
        };
        let live = state.iter().flat_map(VpcState::ipv6_ranges);
        cidrs.extend(live.chain(ipv6.and_then(|ipv6| ipv6.block.cidr)));
        let mut seen = BTreeSet::new();
        cidrs.retain(|cidr| seen.insert(*cidr));
        let part = Part::at(address, "VPC");
        Some(Area { part, cidrs })
    }

    fn subnets(&mut self) -> Vec<topology::Subnet> {
        let graph = self.graph;
        let all = graph.of::<Subnet>().map(|(address, desired)| {
            let state = self.states.state::<Subnet>(address.as_str());
            let state = state.as_ref();
            let ipv6 = state.and_then(SubnetState::ipv6_range);
            let mut awaits = BTreeSet::new();
            awaits.extend(state.is_none().then_some(Family::V4));
            let wanted = desired.ipv6.is_some() && ipv6.is_none();
            awaits.extend(wanted.then_some(Family::V6));
            let is_public = match (desired.switches.asked(), state) {
                (Some(switches), _) => switches.map_public_ipv4,
                (None, state) => state.is_some_and(|state| state.map_public_ipv4),
            };
            let is_private = state
                .and_then(SubnetState::ipv6_block)
                .is_some_and(|block| block.private);
            let public = [(Family::V4, is_public), (Family::V6, !is_private)];
            let public = public.into_iter().filter(|(_, is)| *is);
            let (table, routes) = self.routes(address, state);
            topology::Subnet {
                part: Part::at(address, "subnet"),
                zone: Some(desired.zone.value().clone()).filter(|zone| !zone.is_empty()),
                cidrs: state.and_then(|s| s.cidr).into_iter().chain(ipv6).collect(),
                awaits,
                all_nodes: false,
                public: public.map(|(family, _)| family).collect(),
                routes,
                table,
            }
        });
        all.collect()
    }

    /// Those of our own table, else of the one that the VPC has for the subnet.
    fn routes(
        &mut self,
        address: &Address,
        state: Option<&SubnetState>,
    ) -> (Option<Part>, Vec<Route>) {
        let mut associations = self.graph.of::<RouteTableAssociation>();
        let own = associations.find(|(_, one)| one.subnet.address() == address);
        let own = own.map(|(_, one)| one.table.address().clone());
        match (own, state) {
            (Some(table), _) => self.made(&table),
            (None, Some(state)) => self.existing(state),
            (None, None) => (None, Vec::new()),
        }
    }

    fn made(&mut self, table: &Address) -> (Option<Part>, Vec<Route>) {
        let part = Some(Part::at(table, "route table"));
        let graph = self.graph;
        let mut routes = self.inside();
        let ours = graph.of::<route::Route>();
        for (address, desired) in ours.filter(|(_, one)| one.table.address() == table) {
            let state = self.states.state::<route::Route>(address.as_str());
            let via = match (&desired.by, state) {
                (Some(by), _) => Via::Gateway(self.gateway(by)),
                (None, Some(state)) => Via::Unseen(state.entry.by),
                (None, None) => continue,
            };
            let part = Some(Part::at(address, "route"));
            let to = desired.to;
            routes.push(Route { to, via, part });
        }
        // What another hand has written decides as well.
        let state = self.states.state::<route_table::RouteTable>(table.as_str());
        let others = state.iter().flat_map(|table| &table.routes);
        let others = others.filter_map(|entry| Some((entry.net()?, entry)));
        for (to, entry) in others {
            if routes.iter().all(|route| route.to != to) {
                let why = format!("{} leads it to {}", table.as_str(), entry.by);
                let via = match entry.blackhole {
                    true => Via::Nowhere(format!("{why}, which is gone")),
                    false => Via::Unseen(why),
                };
                let part = None;
                routes.push(Route { to, via, part });
            }
        }
        (part, routes)
    }

    fn inside(&self) -> Vec<Route> {
        let ranges = self.vpc().into_iter().flat_map(|vpc| vpc.cidrs);
        let inside = ranges.map(|to| Route {
            to,
            via: Via::Inside,
            part: None,
        });
        inside.collect()
    }

    fn gateway(&mut self, by: &Target) -> String {
        let (address, what) = match by {
            Target::Internet { gateway, .. } => (gateway.address(), "internet gateway"),
            Target::EgressOnly(gateway) => (gateway.address(), "egress-only internet gateway"),
            Target::Nat(gateway) => (gateway.address(), "NAT gateway"),
        };
        let gateway = Gateway::new(Part::at(address, what));
        let gateway = match by {
            Target::Internet { .. } => {
                let gateway = gateway.with(Family::V4, Way::Routed);
                gateway.with(Family::V6, Way::Routed)
            }
            Target::EgressOnly(_) => gateway.with(Family::V6, Way::Outward),
            Target::Nat(nat) => {
                let desired = self.graph.of::<NatGateway>();
                let mut desired = desired.filter(|(address, _)| *address == nat.address());
                let inside = desired
                    .next()
                    .map(|(_, nat)| nat.subnet.address().to_string());
                // NAT64: it takes IPv6 that is for IPv4 destinations.
                let gateway = gateway.with(Family::V4, Way::Translated);
                Gateway { inside, ..gateway }
            }
        };
        let key = gateway.part.key.clone();
        self.gateways.insert(key.clone(), gateway);
        key
    }

    fn existing(&mut self, subnet: &SubnetState) -> (Option<Part>, Vec<Route>) {
        let survey = self.survey;
        let Some(vpc) = survey.vpc.state().or(survey.our_vpc.as_ref()) else {
            return (None, Vec::new());
        };
        let Some(table) = table_of(&survey.tables, &subnet.common.id) else {
            return (None, self.inside());
        };
        let ways = Ways {
            vpc: &vpc.common.id,
            is_shared: survey.is_foreign(&vpc.owner_id),
            targets: &survey.targets,
            tables: &survey.tables,
            blocked: &survey.blocked,
        };
        let mut routes = Vec::new();
        for entry in &table.routes {
            let Some(to) = entry.net() else {
                continue;
            };
            let family = Family::of(&to);
            let via = match (entry.by.as_str(), entry.blackhole) {
                ("local", _) => Via::Inside,
                (by, true) => Via::Nowhere(format!("{by} is gone")),
                (by, false) => match ways.leads_by(entry, family) {
                    Leads::Internet => Via::Gateway(self.seen(by, family, Way::Routed)),
                    Leads::Out if by.starts_with("nat-") => {
                        Via::Gateway(self.seen(by, family, Way::Translated))
                    }
                    Leads::Out => Via::Gateway(self.seen(by, family, Way::Outward)),
                    Leads::Unseen(why) => Via::Unseen(format!("{by}: {why}")),
                    Leads::Nowhere(why) => Via::Nowhere(format!("{by}: {why}")),
                },
            };
            let part = None;
            routes.push(Route { to, via, part });
        }
        let part = Part::object(&table.common.id, &table.common.name, "route table");
        (Some(part), routes)
    }

    fn seen(&mut self, id: &str, family: Family, way: Way) -> String {
        let targets = &self.survey.targets;
        let named =
            |common: &crate::object::Common, what| Part::object(&common.id, &common.name, what);
        let internet = targets.internet.iter().map(|one| &one.common);
        let internet = internet.map(|common| named(common, "internet gateway"));
        let egress = targets.egress_only.iter().map(|one| &one.common);
        let egress = egress.map(|common| named(common, "egress-only internet gateway"));
        let nat = targets.nat.iter().map(|one| &one.common);
        let nat = nat.map(|common| named(common, "NAT gateway"));
        let mut parts = internet.chain(egress).chain(nat);
        let part = parts.find(|part| part.id.as_deref() == Some(id));
        let part = part.unwrap_or_else(|| Part::object(id, "", "target"));
        let gateway = self.gateways.entry(id.to_owned());
        let gateway = gateway.or_insert_with(|| Gateway::new(part));
        gateway.ways.insert(family, way);
        id.to_owned()
    }

    fn groups(&self) -> impl Iterator<Item = Filter> + '_ {
        self.graph.of::<SecurityGroup>().map(|(address, desired)| {
            let state = self.states.state::<SecurityGroup>(address.as_str());
            let mut rules = match &state {
                Some(state) => state.lets(),
                None => RuleState::of_every_group().rules("").into_iter().collect(),
            };
            rules.extend(desired.rules.asked().into_iter().flatten().cloned());
            Filter::allowing(Part::at(address, "security group"), rules)
        })
    }

    fn acl(&self, acl: &NetworkAclState) -> Filter {
        let NetworkAclState {
            id,
            name,
            subnets,
            entries,
            ..
        } = acl;
        let known = self.graph.of::<Subnet>().filter_map(|(address, _)| {
            let known = self.states.at(address)?;
            subnets.contains(&known.id).then(|| address.to_string())
        });
        Filter {
            part: Part::object(id, name, "network ACL"),
            subnets: known.collect(),
            stateless: true,
            entries: entries.iter().filter_map(entry).collect(),
            lets_out: false,
            lets_in: false,
        }
    }
}

/// An entry in the spelling of all clouds.
fn entry(entry: &AclEntry) -> Option<Entry> {
    let net = entry.net?;
    let family = Family::of(&net);
    let ports = entry
        .ports
        .map_or(Ports::ALL, |(first, last)| Ports { first, last });
    let kind = entry.ports.and_then(|(first, _)| u8::try_from(first).ok());
    let icmp = || Traffic::Icmp(kind.map(|kind| Icmp { kind, code: None }));
    let traffic = match (entry.protocol.as_str(), family) {
        ("-1", _) => Traffic::All,
        ("6", _) => Traffic::Tcp(ports),
        ("17", _) => Traffic::Udp(ports),
        ("1", Family::V4) | ("58", Family::V6) => icmp(),
        (other, _) => Traffic::Other(other.to_owned()),
    };
    let direction = match entry.egress {
        true => Direction::Egress,
        false => Direction::Ingress,
    };
    Some(Entry {
        allows: entry.allow,
        rule: Rule {
            direction,
            family,
            traffic,
            peer: Peer::Range(net),
        },
        name: Some(format!("entry {}", entry.number)),
    })
}
