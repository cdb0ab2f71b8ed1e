//! What a firewall rule says: as the API keeps it, and in the kit's spelling.

use std::collections::BTreeSet;

use groundwork_kit::rules::{Peer, Ports, Rule, Traffic, everywhere};
use groundwork_model::Family;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// A protocol, with its ports.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Allowed {
    /// A name (`tcp`, `udp`, `icmp`, `esp`, `ah`, `sctp`, `ipip`), a number, or `all`. ICMPv6 has no
    /// name, only its number.
    #[serde(rename = "IPProtocol")]
    pub protocol: String,
    /// Ports and ranges of ports, as texts; every one where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<String>,
}

/// Where packets come from.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// From machines that have this network tag.
    Tag(String),
    /// From these ranges, all of one family: the API refuses a rule of both.
    Ranges(BTreeSet<IpNet>),
}

/// The number of ICMPv6 (<https://www.iana.org/assignments/protocol-numbers>).
pub(crate) const ICMPV6: &str = "58";

impl Allowed {
    /// A protocol, all of it.
    pub(crate) fn all_of(protocol: &str) -> Self {
        let (protocol, ports) = (protocol.to_owned(), Vec::new());
        Self { protocol, ports }
    }

    /// Some ports of a protocol.
    pub(crate) fn to(protocol: &str, ports: Ports) -> Self {
        let (protocol, ports) = (protocol.to_owned(), vec![ports.to_string()]);
        Self { protocol, ports }
    }

    /// What of a family it is about.
    pub(crate) fn traffics(&self, family: Family) -> Vec<Traffic> {
        let ports = || {
            let given = self.ports.iter().filter_map(|text| ports(text));
            match self.ports.is_empty() {
                true => vec![Ports::ALL],
                false => given.collect(),
            }
        };
        match (self.protocol.as_str(), family) {
            ("all", _) => vec![Traffic::All],
            ("tcp" | "6", _) => ports().into_iter().map(Traffic::Tcp).collect(),
            ("udp" | "17", _) => ports().into_iter().map(Traffic::Udp).collect(),
            ("icmp" | "1", Family::V4) | (ICMPV6, Family::V6) => vec![Traffic::Icmp(None)],
            ("icmp" | "1", Family::V6) | (ICMPV6, Family::V4) => Vec::new(),
            (other, _) => vec![Traffic::Other(other.to_owned())],
        }
    }
}

/// A port, or a range of ports.
fn ports(text: &str) -> Option<Ports> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    Some(Ports { first, last })
}

/// Whom a rule of a network is about: these ranges, and machines with one of these tags; everywhere in
/// IPv4 where there are neither. `own` is the tag of the cluster's machines.
pub(crate) fn peers(ranges: &[IpNet], tags: &[String], own: &str) -> Vec<(Family, Peer)> {
    let nets = ranges
        .iter()
        .map(|net| (Family::of(net), Peer::Range(*net)));
    let mut peers: Vec<(Family, Peer)> = nets.collect();
    if tags.iter().any(|tag| tag == own) {
        peers.extend(Family::BOTH.map(|family| (family, Peer::Members)));
    }
    if ranges.is_empty() && tags.is_empty() {
        peers.push((Family::V4, Peer::Range(everywhere(Family::V4))));
    }
    peers
}

/// Everything that these protocols let in from there.
pub(crate) fn ingress(protocols: &[Allowed], peers: &[(Family, Peer)]) -> BTreeSet<Rule> {
    let rules = peers.iter().flat_map(|(family, peer)| {
        let traffics = protocols.iter().flat_map(|one| one.traffics(*family));
        traffics.map(|traffic| Rule::ingress(*family, traffic, peer.clone()))
    });
    rules.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn icmp_is_of_one_family_each() {
        assert_eq!(Allowed::all_of("icmp").traffics(Family::V6), []);
        assert_eq!(
            Allowed::all_of(ICMPV6).traffics(Family::V6),
            [Traffic::Icmp(None)]
        );
    }

    #[test]
    fn a_rule_for_the_cluster_s_machines_is_of_both_families() {
        let tags = ["kubernetes-cluster-c".to_owned()];
        let tcp = [Allowed::all_of("tcp")];
        let rules = |own: &str| ingress(&tcp, &peers(&[], &tags, own));
        assert_eq!(rules("kubernetes-cluster-c").len(), 2);
        assert_eq!(rules("another"), BTreeSet::new());
    }

    #[test]
    fn ports_are_read_as_they_are_written() {
        let allowed = Allowed::to(
            "tcp",
            Ports {
                first: 30000,
                last: 32767,
            },
        );
        assert_eq!(allowed.ports, ["30000-32767"]);
        let ports = Ports {
            first: 30000,
            last: 32767,
        };
        assert_eq!(allowed.traffics(Family::V4), [Traffic::Tcp(ports)]);
    }
}
