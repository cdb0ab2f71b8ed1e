//! The way of a packet through a network, hop by hop, and where it ends. Pure: of the same facts as
//! pictures are drawn of, on every cloud.

mod filter;
mod tracer;

use std::net::IpAddr;

use groundwork_model::Family;
use groundwork_provider::{
    Topology,
    rule::{Traffic, everywhere},
    topology::{Part, Subnet, somewhere},
};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Serialize;

use tracer::Tracer;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// Where the packet comes from.
    pub from: End,
    /// Where it is to go.
    pub to: End,
    /// Of which family it is.
    pub family: Family,
    /// What it is.
    pub traffic: Traffic,
    /// The ranges of the cluster's pods.
    pub pods: Vec<IpNet>,
}

/// Where a packet comes from or goes to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum End {
    /// A node; of the given name, or in the given subnet, or any.
    Node(Option<String>),
    /// A pod on a node, in the pods' own network.
    Pod,
    /// Anybody on the internet.
    Internet,
    /// This address, outside of the cluster's network.
    Address(IpAddr),
}

/// The way of one packet.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// Of which family.
    pub family: Family,
    /// From where, in words.
    pub from: String,
    /// Where to, in words.
    pub to: String,
    /// What it passes, in order; the last one is where it ends.
    pub hops: Vec<Hop>,
    /// What comes of it.
    pub verdict: Verdict,
}

/// One thing on the way.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hop {
    /// What sort of thing.
    pub kind: HopKind,
    /// The object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// What it does with the packet; the rest of a sentence that begins with it.
    pub text: String,
    /// Whether the packet goes on from here; nothing where that cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passes: Option<bool>,
}

/// What sort of thing a packet passes.
#[derive(Clone, Copy, Debug, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum HopKind {
    /// Whether an end has an address.
    Address,
    /// A route.
    Route,
    /// A gateway.
    Gateway,
    /// An address that is changed.
    Translation,
    /// Rules before a node.
    Rules,
    /// A list at the border of a subnet.
    List,
}

/// What comes of a packet.
#[derive(Clone, Copy, Debug, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// It arrives.
    Arrives,
    /// It arrives once the plan has been carried out.
    Planned,
    /// That cannot be told from here.
    Unknown,
    /// It ends at the last hop.
    Stops,
}

impl Trace {
    /// The object at which the packet ends.
    pub fn blame(&self) -> Option<&Hop> {
        let last = self.hops.last();
        last.filter(|hop| hop.passes != Some(true))
    }
}

impl End {
    /// In words.
    fn told(&self) -> String {
        match self {
            Self::Node(None) => "a node".to_owned(),
            Self::Node(Some(name)) => format!("node {name}"),
            Self::Pod => "a pod".to_owned(),
            Self::Internet => "the internet".to_owned(),
            Self::Address(address) => address.to_string(),
        }
    }

    /// The addresses that it stands for outside of the cluster's network, and one of them.
    fn outside(&self, family: Family) -> Option<(IpNet, IpAddr)> {
        match self {
            Self::Internet => Some((everywhere(family), somewhere(family))),
            Self::Address(address) => Some((IpNet::from(*address), *address)),
            Self::Node(_) | Self::Pod => None,
        }
    }
}

/// Follows the packet: once for each sort of place that its end in the network may be at.
///
/// # Errors
/// An end that is not there, as a sentence.
pub fn trace(topology: &Topology, question: &Question) -> Result<Vec<Trace>, String> {
    let name = [&question.from, &question.to]
        .into_iter()
        .find_map(|end| match end {
            End::Node(Some(name)) => Some(name.as_str()),
            End::Node(None) | End::Pod | End::Internet | End::Address(_) => None,
        });
    if topology.subnets.is_empty() {
        let message = "nothing is known of where the nodes of this cluster are";
        return Err(message.to_owned());
    }
    let places = places(topology, name)?;
    let traces = places.iter().map(|place| {
        let tracer = Tracer::new(topology, question, place);
        tracer.followed()
    });
    Ok(traces.collect())
}

/// The subnets that a node is in at once, for each sort of node.
fn places<'a>(topology: &'a Topology, name: Option<&str>) -> Result<Vec<Vec<&'a Subnet>>, String> {
    let all: Vec<&Subnet> = topology
        .subnets
        .iter()
        .filter(|one| one.all_nodes)
        .collect();
    let machine = topology
        .machines
        .iter()
        .find(|one| Some(one.name.as_str()) == name);
    let is_asked = |subnet: &&Subnet| match (name, machine) {
        (None, _) => true,
        (Some(_), Some(machine)) => {
            let of = machine.subnet.as_ref();
            of.is_none_or(|of| *of == subnet.part.key)
        }
        (Some(name), None) => subnet.part.is_called(name),
    };
    let single = topology.subnets.iter().filter(|one| !one.all_nodes);
    let mut places: Vec<Vec<&Subnet>> = single
        .filter(is_asked)
        .map(|one| [one].into_iter().chain(all.iter().copied()).collect())
        .collect();
    let is_everywhere = all.iter().any(is_asked) || machine.is_some();
    if places.is_empty() && is_everywhere {
        places.push(all);
    }
    if places.is_empty() {
        let known = topology.subnets.iter().map(|one| one.part.key.as_str());
        let machines = topology.machines.iter().map(|one| one.name.as_str());
        let known: Vec<&str> = machines.chain(known).take(20).collect();
        return Err(format!(
            "there is no node and no subnet {}; there are {}",
            name.unwrap_or_default(),
            known.join(", ")
        ));
    }
    Ok(places)
}
