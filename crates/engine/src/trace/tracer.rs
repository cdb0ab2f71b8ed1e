//! One packet on its way.

use std::net::IpAddr;

use groundwork_model::Family;
use groundwork_provider::{
    Topology,
    rule::{Direction, Ports, Traffic},
    topology::{Gateway, PUBLIC, Part, Subnet, Via, Way, is_public},
};
use ipnet::IpNet;

use super::{
    End, Hop, HopKind, Question, Trace, Verdict,
    filter::{Fate, Packet, fate},
};

/// The port of the tunnels between nodes that network plugins make (VXLAN, as Linux has it).
const TUNNEL: Ports = Ports {
    first: 8472,
    last: 8472,
};
/// Gateways behind gateways: more are a circle.
const GATEWAYS_MAX: usize = 4;

/// The packet goes no further, or nobody knows.
struct Ended(Verdict);

type Step = Result<(), Ended>;

/// One packet on its way.
pub(super) struct Tracer<'a> {
    topology: &'a Topology,
    question: &'a Question,
    /// The subnets of the node at its end in the network.
    place: &'a [&'a Subnet],
    family: Family,
    traffic: Traffic,
    hops: Vec<Hop>,
}

impl<'a> Tracer<'a> {
    pub(super) fn new(
        topology: &'a Topology,
        question: &'a Question,
        place: &'a [&'a Subnet],
    ) -> Self {
        Self {
            topology,
            question,
            place,
            family: question.family,
            traffic: question.traffic.clone(),
            hops: Vec::new(),
        }
    }

    pub(super) fn followed(mut self) -> Trace {
        let Question {
            from, to, family, ..
        } = self.question;
        let verdict = match self.follow() {
            Err(Ended(verdict)) => verdict,
            Ok(()) if self.hops.iter().any(Hop::is_planned) => Verdict::Planned,
            Ok(()) => Verdict::Arrives,
        };
        let at = |end: &End| match end {
            End::Node(None) => format!("a node{}", self.placed()),
            End::Pod => format!("a pod on a node{}", self.placed()),
            End::Node(Some(_)) | End::Internet | End::Address(_) => end.told(),
        };
        Trace {
            family: *family,
            from: at(from),
            to: if matches!(from, End::Node(_) | End::Pod) {
                to.told()
            } else {
                at(to)
            },
            hops: self.hops,
            verdict,
        }
    }

    /// Which sort of node it is, where there are several.
    fn placed(&self) -> String {
        let single = self.place.iter().find(|one| !one.all_nodes);
        single.map_or_else(String::new, |one| format!(" in {}", one.part.key))
    }

    fn follow(&mut self) -> Step {
        let family = self.family;
        let (from, to) = (self.question.from.clone(), self.question.to.clone());
        match (&from, &to) {
            (End::Node(_) | End::Pod, End::Pod) => self.tunnel(),
            (End::Node(_), End::Node(_)) => self.among_nodes(),
            (End::Pod, End::Node(_)) => {
                self.masquerade();
                self.among_nodes()
            }
            (End::Pod, End::Internet | End::Address(_)) => {
                self.masquerade();
                self.out(to.outside(family))
            }
            (End::Node(_), End::Internet | End::Address(_)) => self.out(to.outside(family)),
            (End::Internet | End::Address(_), End::Node(_)) => self.inward(from.outside(family)),
            (End::Internet | End::Address(_), End::Pod) => {
                let pods = self
                    .question
                    .pods
                    .iter()
                    .find(|net| Family::of(net) == family);
                let part = pods.map(|net| named("the pods' network", &net.to_string()));
                let why = "is known inside the cluster alone: a Service makes pods reachable";
                self.stop(HopKind::Address, part, why.to_owned())
            }
            (End::Internet | End::Address(_), End::Internet | End::Address(_)) => Ok(()),
        }
    }

    fn pass(&mut self, kind: HopKind, part: Option<Part>, text: String) {
        let passes = Some(true);
        self.hops.push(Hop {
            kind,
            part,
            text,
            passes,
        });
    }

    fn stop(&mut self, kind: HopKind, part: Option<Part>, text: String) -> Step {
        let passes = Some(false);
        self.hops.push(Hop {
            kind,
            part,
            text,
            passes,
        });
        Err(Ended(Verdict::Stops))
    }

    fn unknown(&mut self, kind: HopKind, part: Option<Part>, text: String) -> Step {
        let passes = None;
        self.hops.push(Hop {
            kind,
            part,
            text,
            passes,
        });
        Err(Ended(Verdict::Unknown))
    }

    /// A pod's packet that leaves the pods' network has the node's address.
    fn masquerade(&mut self) {
        let part = Some(named("the network plugin", "on the node"));
        let text = "gives it the address of the node".to_owned();
        self.pass(HopKind::Translation, part, text);
    }

    /// Between pods of two nodes: what the nodes send each other is a tunnel's.
    fn tunnel(&mut self) -> Step {
        let part = Some(named("the network plugin", "on the node"));
        let text = format!(
            "sends it to the other pod's node in a tunnel, as VXLAN by UDP {TUNNEL} and IPv4, unless it \
             is set to route natively"
        );
        self.pass(HopKind::Translation, part, text);
        self.family = Family::V4;
        self.traffic = Traffic::Udp(TUNNEL);
        self.among_nodes()
    }

    /// Where the node has an address of the family.
    fn addressed(&mut self) -> Result<Vec<&'a Subnet>, Ended> {
        let place = self.place;
        let family = self.family;
        let of: Vec<&Subnet> = place
            .iter()
            .filter(|one| one.has(family))
            .copied()
            .collect();
        if of.is_empty() {
            let part = place.first().map(|one| one.part.clone());
            let text = format!("has no range of {family}: its nodes have no such address");
            self.stop(HopKind::Address, part, text)?;
        }
        Ok(of)
    }

    fn among_nodes(&mut self) -> Step {
        let of = self.addressed()?;
        let Some(own) = of.first().copied() else {
            return Ok(());
        };
        // The other node is elsewhere, where nodes can be elsewhere.
        let family = self.family;
        let mut others = self.topology.subnets.iter();
        let other =
            others.find(|one| !one.all_nodes && one.part.key != own.part.key && one.has(family));
        let other = other.filter(|_| !own.all_nodes).unwrap_or(own);
        let net = |subnet: &Subnet| {
            subnet
                .range(family)
                .unwrap_or(groundwork_provider::rule::everywhere(family))
        };
        self.filters(None, Direction::Egress, net(other), true)?;
        if other.part.key != own.part.key {
            self.filters(Some(own), Direction::Egress, net(other), true)?;
            let table = own.table.clone().or(Some(own.part.clone()));
            let route = other.range(family).and_then(|net| own.way(net.addr()));
            match route.map(|route| &route.via) {
                Some(Via::Inside) | None => {
                    let text = format!("keeps it in the network, to {}", other.part.key);
                    self.pass(HopKind::Route, table, text);
                }
                Some(Via::Nowhere(why)) => {
                    let text = format!("leads it nowhere: {why}");
                    return self.stop(HopKind::Route, table, text);
                }
                Some(Via::Gateway(key) | Via::Unseen(key)) => {
                    let text = format!("leads it to {key}, though it is for the same network");
                    return self.unknown(HopKind::Route, table, text);
                }
            }
            self.filters(Some(other), Direction::Ingress, net(own), true)?;
        }
        // There each node is behind a border of its own.
        if other.part.key == PUBLIC {
            self.filters(Some(own), Direction::Egress, net(other), true)?;
            self.filters(Some(own), Direction::Ingress, net(own), true)?;
        }
        self.filters(None, Direction::Ingress, net(own), true)
    }

    /// From a node to an address outside.
    fn out(&mut self, to: Option<(IpNet, IpAddr)>) -> Step {
        let Some((net, address)) = to else {
            return Ok(());
        };
        let of = self.addressed()?;
        self.filters(None, Direction::Egress, net, false)?;
        let ways = of.iter().filter_map(|one| Some((*one, one.way(address)?)));
        let Some((subnet, _)) = ways.max_by_key(|(_, route)| route.to.prefix_len()) else {
            let first = of.first();
            let part = first.map(|one| one.table.clone().unwrap_or_else(|| one.part.clone()));
            return self.stop(HopKind::Route, part, format!("has no route to {net}"));
        };
        self.leave(subnet, (net, address), 0)
    }

    /// Out of a subnet, by its routes; again from where a gateway is.
    fn leave(&mut self, subnet: &'a Subnet, (net, address): (IpNet, IpAddr), depth: usize) -> Step {
        self.filters(Some(subnet), Direction::Egress, net, false)?;
        let table = subnet.table.clone().unwrap_or_else(|| subnet.part.clone());
        let Some(route) = subnet.way(address) else {
            return self.stop(
                HopKind::Route,
                Some(table),
                format!("has no route to {net}"),
            );
        };
        let part = Some(route.part.clone().unwrap_or(table));
        let to = route.to;
        match &route.via {
            Via::Inside => {
                self.pass(HopKind::Route, part, format!("keeps {to} in the network"));
                Ok(())
            }
            Via::Nowhere(why) => {
                let text = format!("leads {to} nowhere: {why}");
                self.stop(HopKind::Route, part, text)
            }
            Via::Unseen(what) => {
                self.unknown(HopKind::Route, part, format!("leads {to} to {what}"))
            }
            Via::Gateway(key) => {
                let gateways = &self.topology.gateways;
                let Some(gateway) = gateways.iter().find(|one| one.part.key == *key) else {
                    let text = format!("leads {to} to {key}, which is not there");
                    return self.stop(HopKind::Route, part, text);
                };
                self.pass(HopKind::Route, part, format!("leads {to} to {key}"));
                self.through(gateway, subnet, (net, address), depth)
            }
        }
    }

    fn through(
        &mut self,
        gateway: &'a Gateway,
        subnet: &Subnet,
        to: (IpNet, IpAddr),
        depth: usize,
    ) -> Step {
        let way = self.open(gateway)?;
        let part = Some(gateway.part.clone());
        let behind = gateway.inside.as_ref().and_then(|key| {
            let mut subnets = self.topology.subnets.iter();
            subnets.find(|one| one.part.key == *key)
        });
        match way {
            Way::Translated => {
                let text = "gives it its own address".to_owned();
                self.pass(HopKind::Translation, part, text);
            }
            Way::Routed | Way::Outward if depth == 0 && !subnet.public.contains(&self.family) => {
                return self.unreached(subnet);
            }
            Way::Routed | Way::Outward => {
                self.pass(HopKind::Gateway, part, "lets it out".to_owned());
            }
        }
        match behind.filter(|_| depth < GATEWAYS_MAX) {
            Some(behind) => self.leave(behind, to, depth + 1),
            None => Ok(()),
        }
    }

    /// What a gateway does with the family, if it does anything.
    fn open(&mut self, gateway: &Gateway) -> Result<Way, Ended> {
        let part = Some(gateway.part.clone());
        if let Some(why) = &gateway.shut {
            self.stop(HopKind::Gateway, part.clone(), why.clone())?;
        }
        match gateway.ways.get(&self.family) {
            Some(way) => Ok(*way),
            None => {
                let text = format!("does not carry {}", self.family);
                self.stop(HopKind::Gateway, part, text)?;
                Err(Ended(Verdict::Stops))
            }
        }
    }

    /// Nobody outside could answer.
    fn unreached(&mut self, subnet: &Subnet) -> Step {
        let family = self.family;
        let range = subnet.range(family).filter(|net| !is_public(net));
        let text = match (family, range) {
            (Family::V6, Some(net)) => {
                format!("gives its nodes addresses of {net}, which the internet does not know")
            }
            (Family::V4 | Family::V6, _) => {
                format!("gives its nodes no {family} address that the internet knows")
            }
        };
        self.stop(HopKind::Address, Some(subnet.part.clone()), text)
    }

    /// From outside to a node.
    fn inward(&mut self, from: Option<(IpNet, IpAddr)>) -> Step {
        let Some((net, address)) = from else {
            return Ok(());
        };
        let of = self.addressed()?;
        let family = self.family;
        let public = of.iter().find(|one| one.public.contains(&family)).copied();
        let Some(subnet) = public else {
            return match of.first() {
                Some(first) => self.unreached(first),
                None => Ok(()),
            };
        };
        // It comes in where answers go out.
        let table = subnet.table.clone().unwrap_or_else(|| subnet.part.clone());
        match subnet.way(address).map(|route| (&route.via, route.to)) {
            None => {
                let text = format!("has no route to {net}: no answer would get back");
                self.stop(HopKind::Route, Some(table), text)?;
            }
            Some((Via::Nowhere(why), to)) => {
                let text = format!("leads {to} nowhere: {why}");
                self.stop(HopKind::Route, Some(table), text)?;
            }
            Some((Via::Unseen(what), _)) => {
                let text = format!("is reached by {what}");
                self.unknown(HopKind::Route, Some(table), text)?;
            }
            Some((Via::Inside, _)) => {}
            Some((Via::Gateway(key), _)) => {
                let gateways = &self.topology.gateways;
                if let Some(gateway) = gateways.iter().find(|one| one.part.key == *key) {
                    self.enter(gateway)?;
                }
            }
        }
        self.filters(Some(subnet), Direction::Ingress, net, false)?;
        self.filters(None, Direction::Ingress, net, false)
    }

    fn enter(&mut self, gateway: &Gateway) -> Step {
        let part = Some(gateway.part.clone());
        match self.open(gateway)? {
            Way::Routed => {
                self.pass(HopKind::Gateway, part, "lets it in".to_owned());
                Ok(())
            }
            Way::Translated => {
                let text = "translates, and lets no conversation in".to_owned();
                self.stop(HopKind::Translation, part, text)
            }
            Way::Outward => {
                let text = "lets conversations out, and none in".to_owned();
                self.stop(HopKind::Gateway, part, text)
            }
        }
    }

    /// Those at the border of a subnet, or those before each node.
    fn filters(
        &mut self,
        border: Option<&Subnet>,
        direction: Direction,
        peer: IpNet,
        among_nodes: bool,
    ) -> Step {
        let topology = self.topology;
        for filter in &topology.filters {
            let stands = match border {
                None => filter.subnets.is_empty(),
                Some(subnet) => filter.subnets.contains(&subnet.part.key),
            };
            if !stands {
                continue;
            }
            let traffic = self.traffic.clone();
            let packet = Packet {
                direction,
                family: self.family,
                traffic: &traffic,
                peer,
                among_nodes,
            };
            let kind = match border {
                None => HopKind::Rules,
                Some(_) => HopKind::List,
            };
            let part = Some(filter.part.clone());
            match fate(filter, &packet) {
                Fate::Passes(text) => self.pass(kind, part, text),
                Fate::Dropped(text) => return self.stop(kind, part, text),
                Fate::Unknown(text) => return self.unknown(kind, part, text),
            }
        }
        Ok(())
    }
}

impl Hop {
    fn is_planned(&self) -> bool {
        self.part.as_ref().is_some_and(|part| part.planned)
    }
}

fn named(what: &str, name: &str) -> Part {
    Part {
        what: what.to_owned(),
        key: name.to_owned(),
        ..Part::default()
    }
}
