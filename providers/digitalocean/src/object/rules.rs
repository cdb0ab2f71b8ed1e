//! Rules of a cloud firewall. One rule of DigitalOcean's lists addresses of both families, droplets and
//! tags; a firewall has 50 rules at most, so that one of ours lists all peers of a protocol and ports.
//!
//! Nothing in a rule says who made it. In each rule of ours the cluster's tag is among the peers: the
//! nodes may reach each other at everything anyway, so it opens nothing.

use std::collections::{BTreeMap, BTreeSet};

use groundwork_kit::rules::{Direction, Peer, Ports, Rule, Traffic};
use groundwork_model::Family;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::nullable;

/// A rule on the wire.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct RuleState {
    /// `tcp`, `udp` or `icmp`.
    pub protocol: String,
    /// A port, a range of ports, or `0` for all of them.
    pub ports: String,
    /// From whom packets are let in; of a rule about what comes in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sources: Option<Peers>,
    /// To whom packets are let out; of a rule about what goes out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destinations: Option<Peers>,
}

/// Whom a rule is about: nobody, where every list is empty.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Peers {
    /// Addresses and ranges of either family.
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub addresses: Vec<String>,
    /// Droplets, by number.
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub droplet_ids: Vec<u64>,
    /// Kubernetes clusters of DigitalOcean's own.
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub kubernetes_ids: Vec<String>,
    /// Load balancers.
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub load_balancer_uids: Vec<String>,
    /// Droplets, by tag.
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub tags: Vec<String>,
}

/// All ports of a protocol.
const ALL: &str = "0";

impl RuleState {
    fn peers(&self) -> Peers {
        let peers = self.sources.as_ref().or(self.destinations.as_ref());
        peers.cloned().unwrap_or_default()
    }

    /// The same with its lists in order: the API keeps the order in which it got them.
    pub(crate) fn sorted(mut self) -> Self {
        let lists = [&mut self.sources, &mut self.destinations];
        for peers in lists.into_iter().flatten() {
            peers.addresses.sort();
            peers.droplet_ids.sort_unstable();
            peers.kubernetes_ids.sort();
            peers.load_balancer_uids.sort();
            peers.tags.sort();
        }
        self
    }

    /// Whether we made it for the cluster with this tag.
    pub(crate) fn is_ours(&self, tag: &str) -> bool {
        self.peers().tags.iter().any(|own| own == tag)
    }

    /// What it allows, in our spelling: one rule a peer and family.
    pub(crate) fn allows(&self, tag: &str) -> BTreeSet<Rule> {
        let direction = match self.sources {
            Some(_) => Direction::Ingress,
            None => Direction::Egress,
        };
        let Some(traffic) = self.traffic() else {
            return BTreeSet::new();
        };
        let peers = self.peers();
        let of = |family, peer| Rule {
            direction,
            family,
            traffic: traffic.clone(),
            peer,
        };
        let ranges = peers.addresses.iter().filter_map(|text| range(text));
        let ranges = ranges.map(|net| of(Family::of(&net), Peer::Range(net)));
        let tags = peers.tags.iter().map(|own| match own == tag {
            true => Peer::Members,
            false => Peer::Other(format!("tag {own}")),
        });
        let droplets = peers.droplet_ids.iter();
        let droplets = droplets.map(|id| Peer::Other(format!("droplet {id}")));
        let clusters = peers.kubernetes_ids.iter();
        let clusters = clusters.map(|id| Peer::Other(format!("Kubernetes cluster {id}")));
        let balancers = peers.load_balancer_uids.iter();
        let balancers = balancers.map(|id| Peer::Other(format!("load balancer {id}")));
        // They stand for the addresses of droplets, of whatever family these are.
        let others = tags.chain(droplets).chain(clusters).chain(balancers);
        let others = others.flat_map(|peer| Family::BOTH.map(|family| of(family, peer.clone())));
        ranges.chain(others).collect()
    }

    /// What one of ours allows beyond its mark.
    pub(crate) fn allows_unmarked(&self, tag: &str) -> BTreeSet<Rule> {
        let is_real = self.sources.is_some() && self.ports == ALL;
        let mut allows = self.allows(tag);
        allows.retain(|rule| is_real || rule.peer != Peer::Members);
        allows
    }

    fn traffic(&self) -> Option<Traffic> {
        match self.protocol.as_str() {
            "tcp" => Some(Traffic::Tcp(ports(&self.ports)?)),
            "udp" => Some(Traffic::Udp(ports(&self.ports)?)),
            "icmp" => Some(Traffic::Icmp(None)),
            other => Some(Traffic::Other(other.to_owned())),
        }
    }
}

fn ports(text: &str) -> Option<Ports> {
    if [ALL, "all", ""].contains(&text) {
        return Some(Ports::ALL);
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(Ports {
        first: first.parse().ok()?,
        last: last.parse().ok()?,
    })
}

fn range(text: &str) -> Option<IpNet> {
    let address = || {
        text.parse()
            .ok()
            .map(|address: std::net::IpAddr| address.into())
    };
    text.parse().ok().or_else(address)
}

/// The rules of a cluster as a firewall of DigitalOcean's can have them: it knows TCP, UDP and ICMP
/// alone, and a tag stands for both families.
pub(crate) fn expressible(rules: &BTreeSet<Rule>) -> BTreeSet<Rule> {
    let all = [
        Traffic::Tcp(Ports::ALL),
        Traffic::Udp(Ports::ALL),
        Traffic::Icmp(None),
    ];
    let spelled = rules.iter().flat_map(|rule| {
        let traffic = match rule.traffic == Traffic::All {
            true => all.to_vec(),
            false => vec![rule.traffic.clone()],
        };
        let families: Vec<Family> = match rule.peer {
            Peer::Members => Family::BOTH.to_vec(),
            Peer::Range(_) | Peer::Other(_) => vec![rule.family],
        };
        traffic.into_iter().flat_map(move |traffic| {
            let of = |family: &Family| Rule {
                direction: rule.direction,
                family: *family,
                traffic: traffic.clone(),
                peer: rule.peer.clone(),
            };
            families.iter().map(of).collect::<Vec<_>>()
        })
    });
    spelled.collect()
}

/// The same on the wire: one rule for each direction, protocol and ports, with our mark.
pub(crate) fn wire(rules: &BTreeSet<Rule>, tag: &str) -> BTreeSet<RuleState> {
    let mut grouped: BTreeMap<(Direction, String, String), BTreeSet<String>> = BTreeMap::new();
    for rule in rules {
        let (protocol, ports) = match &rule.traffic {
            Traffic::Tcp(ports) => ("tcp", *ports),
            Traffic::Udp(ports) => ("udp", *ports),
            Traffic::Icmp(_) => ("icmp", Ports::ALL),
            Traffic::All | Traffic::Other(_) => continue,
        };
        let ports = match ports == Ports::ALL {
            true => ALL.to_owned(),
            false => ports.to_string(),
        };
        let key = (rule.direction, protocol.to_owned(), ports);
        let addresses = grouped.entry(key).or_default();
        if let Peer::Range(net) = &rule.peer {
            addresses.insert(net.to_string());
        }
    }
    let rule = |((direction, protocol, ports), addresses): (_, BTreeSet<String>)| {
        let peers = Some(Peers {
            addresses: addresses.into_iter().collect(),
            tags: vec![tag.to_owned()],
            ..Peers::default()
        });
        let (sources, destinations) = match direction {
            Direction::Ingress => (peers, None),
            Direction::Egress => (None, peers),
        };
        RuleState {
            protocol,
            ports,
            sources,
            destinations,
        }
    };
    grouped.into_iter().map(rule).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ssh(net: &str) -> Rule {
        let net: IpNet = net.parse().unwrap();
        Rule::ingress(
            Family::of(&net),
            Traffic::Tcp(Ports::one(22)),
            Peer::Range(net),
        )
    }

    fn members(family: Family) -> Rule {
        Rule::ingress(family, Traffic::All, Peer::Members)
    }

    #[test]
    fn what_is_written_allows_what_was_wanted_and_no_more() {
        let wanted = BTreeSet::from([
            ssh("192.0.2.0/24"),
            ssh("2001:db8::/32"),
            members(Family::V4),
            Rule::ingress(
                Family::V6,
                Traffic::Icmp(None),
                Peer::Range("::/0".parse().unwrap()),
            ),
            Rule::egress(
                Family::V4,
                Traffic::All,
                Peer::Range("0.0.0.0/0".parse().unwrap()),
            ),
        ]);
        let wanted = expressible(&wanted);
        let written = wire(&wanted, "t");
        let allowed = written.iter().flat_map(|rule| rule.allows_unmarked("t"));
        assert_eq!(allowed.collect::<BTreeSet<_>>(), wanted);
        // ICMP of members and of everybody is one rule.
        assert_eq!(written.len(), 7, "{written:#?}");
        assert!(written.iter().all(|rule| rule.is_ours("t")));
    }

    #[test]
    fn a_rule_about_nobody_allows_nothing() {
        let text = r#"{ "protocol": "tcp", "ports": "22", "sources": {} }"#;
        let rule: RuleState = serde_json::from_str(text).unwrap();
        assert_eq!(rule.allows("t"), BTreeSet::new());
    }

    #[test]
    fn addresses_and_ranges_of_ports_are_read() {
        let text = r#"{ "protocol": "udp", "ports": "8000-9000",
                        "sources": { "addresses": ["192.0.2.7", "::/0"], "droplet_ids": null } }"#;
        let rule: RuleState = serde_json::from_str(text).unwrap();
        let told: Vec<String> = rule.allows("t").iter().map(Rule::to_string).collect();
        assert_eq!(
            told,
            ["udp 8000-9000 from 192.0.2.7/32", "udp 8000-9000 from ::/0"]
        );
    }
}
