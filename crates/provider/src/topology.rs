//! The network as packets see it: what is inside of what, how each family gets out, who is let through.
//!
//! The same facts on every cloud. A driver says them of what exists, and of what is asked for where
//! nothing exists yet; pictures are drawn of them, and the way of a packet is followed through them.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use groundwork_model::{Address, Family};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Item, Network, rule::Rule};

/// The network of one cluster, as it will be when its plan has been carried out.
#[derive(Clone, Debug, Default, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Topology {
    /// The whole: a VPC, a virtual network. None where the cloud has no such thing.
    pub network: Option<Area>,
    /// Where nodes are.
    pub subnets: Vec<Subnet>,
    /// What leads out, or elsewhere.
    pub gateways: Vec<Gateway>,
    /// What lets packets through or not: security groups, firewalls, network ACLs.
    pub filters: Vec<Filter>,
    /// The machines, where they are known.
    pub machines: Vec<Machine>,
    /// What the cloud does not show; a sentence each, without its full stop.
    pub unseen: Vec<String>,
}

/// One thing of a network.
#[derive(Clone, Debug, Default, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// By what other parts refer to it: its address in the graph, or the cloud's id.
    pub key: String,
    /// What it is, in the cloud's words: `VPC`, `NAT gateway`.
    pub what: String,
    /// Its name at the cloud.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The cloud's id; none where it is still to be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whether it is so only once the plan has been carried out: it is to be made, or to be changed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub planned: bool,
}

/// What subnets are in.
#[derive(Clone, Debug, Default, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Area {
    /// What it is.
    #[serde(flatten)]
    pub part: Part,
    /// Its ranges, IPv4 first, where it has some of its own.
    #[schemars(with = "Vec<String>")]
    pub cidrs: Vec<IpNet>,
}

/// A part of a network that nodes are in: of one family or of both.
#[derive(Clone, Debug, Default, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Subnet {
    /// What it is.
    #[serde(flatten)]
    pub part: Part,
    /// Its zone, where the cloud has zones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Its ranges, IPv4 first.
    #[schemars(with = "Vec<String>")]
    pub cidrs: Vec<IpNet>,
    /// Families whose range is known only once it is made.
    pub awaits: BTreeSet<Family>,
    /// Families in which its nodes have addresses of their own that the internet reaches.
    pub public: BTreeSet<Family>,
    /// Whether each node is in it; otherwise a node is in one of those where that is not so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub all_nodes: bool,
    /// Where packets that leave it go, in no order: the longest prefix decides.
    pub routes: Vec<Route>,
    /// The table that has those routes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<Part>,
}

/// Where packets go.
#[derive(Clone, Debug, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    /// To these addresses.
    #[schemars(with = "String")]
    pub to: IpNet,
    /// By this.
    pub via: Via,
    /// What it is, where it is an object of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
}

/// By what packets go.
#[derive(Clone, Debug, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Via {
    /// To another subnet of the network.
    Inside,
    /// To the gateway with this key.
    Gateway(String),
    /// Nowhere: why.
    Nowhere(String),
    /// To something that is not followed: what.
    Unseen(String),
}

/// What leads out of a network.
#[derive(Clone, Debug, Default, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Gateway {
    /// What it is.
    #[serde(flatten)]
    pub part: Part,
    /// What it does with each family; nothing with one that is not there.
    pub ways: BTreeMap<Family, Way>,
    /// The subnet that it is in, by key: what it sends goes on by the routes of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inside: Option<String>,
    /// Why it lets nothing through, where that is so; the rest of a sentence that begins with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shut: Option<String>,
}

/// What a gateway does with a family.
#[derive(Clone, Copy, Debug, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Way {
    /// It lets packets through both ways, with the addresses that they have.
    Routed,
    /// It gives them its own address: nobody outside can begin a conversation.
    Translated,
    /// It lets conversations out, and none in.
    Outward,
}

/// What lets packets through or not.
#[derive(Clone, Debug, Default, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    /// What it is.
    #[serde(flatten)]
    pub part: Part,
    /// The subnets at whose border it stands, by key; none: it stands before each node.
    pub subnets: BTreeSet<String>,
    /// Whether answers need entries of their own.
    pub stateless: bool,
    /// The first that fits decides.
    pub entries: Vec<Entry>,
    /// Whether what no entry fits goes out.
    pub lets_out: bool,
    /// Whether what no entry fits comes in.
    pub lets_in: bool,
}

/// One entry of a filter.
#[derive(Clone, Debug, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Whether it lets through; otherwise it drops.
    pub allows: bool,
    /// What it is about.
    pub rule: Rule,
    /// What the cloud calls it: a number, a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A machine.
#[derive(Clone, Debug, Default, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Machine {
    /// Its name.
    pub name: String,
    /// Its addresses, in the order in which they are used.
    #[schemars(with = "Vec<String>")]
    pub addresses: Vec<IpAddr>,
    /// The subnet that it is in, by key, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnet: Option<String>,
}

impl Part {
    /// What is at an address of the graph. Name and id are those of its object.
    pub fn at(address: &Address, what: &str) -> Self {
        Self {
            key: address.to_string(),
            what: what.to_owned(),
            ..Self::default()
        }
    }

    /// An object that is not in the graph.
    pub fn object(id: &str, name: &str, what: &str) -> Self {
        Self {
            key: id.to_owned(),
            what: what.to_owned(),
            name: (!name.is_empty() && name != id).then(|| name.to_owned()),
            id: Some(id.to_owned()),
            planned: false,
        }
    }

    /// As people are told of it: `NAT gateway nat-gateway/eu-central-1a (nat-0a1b…)`.
    pub fn told(&self) -> String {
        let Self { what, name, id, .. } = self;
        let Some(name) = name.as_ref().or(id.as_ref()).or(self.address()) else {
            return what.clone();
        };
        match id.as_ref().filter(|id| *id != name) {
            Some(id) => format!("{what} {name} ({id})"),
            None => format!("{what} {name}"),
        }
    }

    /// Its key, where that is worth telling: what is no object has one for itself alone.
    fn address(&self) -> Option<&String> {
        let is_own = [PUBLIC, INTERNET, "hosts"].contains(&self.key.as_str());
        (!is_own).then_some(&self.key)
    }

    /// Whether a text names it: by its key, its id, or its name.
    pub fn is_called(&self, text: &str) -> bool {
        let names = [Some(&self.key), self.name.as_ref(), self.id.as_ref()];
        names.into_iter().flatten().any(|name| name == text)
    }

    fn complete(&mut self, items: &[Item]) {
        let mut items = items.iter();
        let Some(item) = items.find(|item| item.address.as_str() == self.key) else {
            return;
        };
        self.planned = item.action.is_mutating();
        let found = item.found.as_ref();
        self.id = self.id.take().or(found.map(|found| found.id.clone()));
        self.name = self.name.take().or(item.told.name.clone());
    }
}

impl Route {
    /// Everything of a family, by something.
    pub fn all(family: Family, via: Via) -> Self {
        let to = crate::rule::everywhere(family);
        Self {
            to,
            via,
            part: None,
        }
    }
}

/// The key of what every server has besides the networks that it is put in.
pub const PUBLIC: &str = "public";
/// The key of a provider's own routers.
pub const INTERNET: &str = "internet";

impl Gateway {
    /// The routers of a provider that gives servers public addresses by itself.
    pub fn provider() -> Self {
        let part = Part {
            key: INTERNET.to_owned(),
            what: "the provider's router".to_owned(),
            ..Part::default()
        };
        let gateway = Self::new(part).with(Family::V4, Way::Routed);
        gateway.with(Family::V6, Way::Routed)
    }

    /// A gateway that does nothing yet.
    pub fn new(part: Part) -> Self {
        Self {
            part,
            ..Self::default()
        }
    }

    /// The same, with what it does with a family.
    #[must_use]
    pub fn with(mut self, family: Family, way: Way) -> Self {
        self.ways.insert(family, way);
        self
    }
}

/// An address of the internet's that is nobody's here (RFC 5737, RFC 3849).
pub fn somewhere(family: Family) -> IpAddr {
    match family {
        Family::V4 => IpAddr::V4(Ipv4Addr::new(203, 0, 113, 1)),
        Family::V6 => IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
    }
}

/// Whether the internet knows a range: not one that anybody may use for himself (RFC 1918, RFC 6598,
/// RFC 4193).
pub fn is_public(net: &IpNet) -> bool {
    const SHARED: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(100, 64, 0, 0), 10);
    const PUBLIC: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
    match net {
        IpNet::V4(net) => !net.addr().is_private() && !SHARED.contains(net),
        IpNet::V6(net) => PUBLIC.contains(net),
    }
}

impl Subnet {
    /// What every server has besides the networks that it is put in: an address of its own in each of
    /// these families, which the internet reaches by the provider's routers.
    pub fn interfaces(families: &[Family], gateway: &str) -> Self {
        let families: BTreeSet<Family> = families.iter().copied().collect();
        let out = |family: &Family| Route::all(*family, Via::Gateway(gateway.to_owned()));
        Self {
            part: Part {
                key: PUBLIC.to_owned(),
                what: "the public interface".to_owned(),
                ..Part::default()
            },
            routes: families.iter().map(out).collect(),
            awaits: families.clone(),
            public: families,
            all_nodes: true,
            ..Self::default()
        }
    }

    /// Its range of a family, where that is known.
    pub fn range(&self, family: Family) -> Option<IpNet> {
        let mut ranges = self.cidrs.iter();
        ranges.find(|net| Family::of(net) == family).copied()
    }

    /// Where packets to an address go: the longest prefix decides, and of two the first.
    pub fn way(&self, to: IpAddr) -> Option<&Route> {
        let fitting = self
            .routes
            .iter()
            .rev()
            .filter(|route| route.to.contains(&to));
        fitting.max_by_key(|route| route.to.prefix_len())
    }

    /// Where packets to the internet go.
    pub fn way_out(&self, family: Family) -> Option<&Route> {
        self.way(somewhere(family))
    }

    /// Whether its nodes have addresses of a family, or will.
    pub fn has(&self, family: Family) -> bool {
        self.range(family).is_some() || self.awaits.contains(&family)
    }
}

impl Filter {
    /// Lets through what rules allow, and nothing else. Answers need no rule.
    pub fn allowing(part: Part, rules: impl IntoIterator<Item = Rule>) -> Self {
        let entry = |rule| Entry {
            allows: true,
            rule,
            name: None,
        };
        let entries = rules.into_iter().map(entry).collect();
        Self {
            part,
            entries,
            ..Self::default()
        }
    }
}

impl Topology {
    /// What the answer of a driver shows that says nothing more: ranges and zones.
    pub fn of(network: &Network) -> Self {
        let cidrs = network.cidrs.clone();
        let whole = network.objects.first().map(|first| Area {
            part: Part::object(&first.id, &first.name, "network"),
            cidrs,
        });
        let subnets = network.subnets.iter().map(|subnet| Subnet {
            part: Part::object(&subnet.id, "", "subnet"),
            zone: subnet.zone.clone(),
            cidrs: subnet.cidrs.clone(),
            ..Subnet::default()
        });
        Self {
            network: whole,
            subnets: subnets.collect(),
            ..Self::default()
        }
    }

    /// Gives the parts that are objects of a plan their names and ids.
    pub fn complete(&mut self, items: &[Item]) {
        let Self {
            network,
            subnets,
            gateways,
            filters,
            machines: _,
            unseen: _,
        } = self;
        let areas = network.iter_mut().map(|area| &mut area.part);
        areas.for_each(|part| part.complete(items));
        for subnet in subnets {
            subnet.part.complete(items);
            let routes = subnet.routes.iter_mut().flat_map(|route| &mut route.part);
            let parts = routes.chain(&mut subnet.table);
            parts.for_each(|part| part.complete(items));
        }
        gateways.iter_mut().for_each(|one| one.part.complete(items));
        filters.iter_mut().for_each(|one| one.part.complete(items));
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
