//! Rules of a firewall: as the API keeps them, and in the kit's spelling.

use std::collections::{BTreeMap, BTreeSet};

use groundwork_kit::rules::{Direction, Kept, Peer, Ports, Rule, Traffic};
use groundwork_model::Family;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// Rules of one firewall (<https://docs.hetzner.com/cloud/firewalls/faq/>).
pub(crate) const RULES_MAX: usize = 50;
/// Rules of one firewall, each counted once for each of its addresses.
pub(crate) const EFFECTIVE_MAX: usize = 500;
/// Addresses of one rule.
const ADDRESSES_MAX: usize = 100;

/// The description of rules that are ours. A rule has no other room for that.
const OURS: &str = "groundwork";

/// A rule as the API keeps it: of both families.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct FirewallRule {
    /// `in` or `out`.
    pub direction: String,
    /// `tcp`, `udp`, `icmp` (which is ICMPv6 too), `esp` or `gre`.
    pub protocol: String,
    /// A port, or a range of ports: `80-85`.
    #[serde(default)]
    pub port: Option<String>,
    /// Where packets come from.
    #[serde(default)]
    pub source_ips: Vec<IpNet>,
    /// Where packets go to.
    #[serde(default)]
    pub destination_ips: Vec<IpNet>,
    /// Free text.
    #[serde(default)]
    pub description: Option<String>,
}

/// One address of a rule: what is compared, so that a rule may lose a source and keep the others.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) rule: Rule,
    is_ours: bool,
}

impl Kept for Part {
    fn rules(&self, _: &str) -> Vec<Rule> {
        vec![self.rule.clone()]
    }

    fn is_ours(&self) -> bool {
        self.is_ours
    }
}

impl FirewallRule {
    /// Whether this project made it.
    pub(crate) fn is_ours(&self) -> bool {
        self.description.as_deref() == Some(OURS)
    }

    /// Whether it is about what goes out.
    pub(crate) fn is_outbound(&self) -> bool {
        self.direction == "out"
    }

    /// The same, an address each.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part> + '_ {
        let addresses = match self.is_outbound() {
            true => &self.destination_ips,
            false => &self.source_ips,
        };
        addresses.iter().map(|net| {
            let (family, peer) = (Family::of(net), Peer::Range(*net));
            let rule = match self.is_outbound() {
                true => Rule::egress(family, self.traffic(), peer),
                false => Rule::ingress(family, self.traffic(), peer),
            };
            let is_ours = self.is_ours();
            Part { rule, is_ours }
        })
    }

    fn traffic(&self) -> Traffic {
        let ports = self.port.as_deref().map_or(Ports::ALL, ports);
        match self.protocol.as_str() {
            "icmp" => Traffic::Icmp(None),
            "tcp" => Traffic::Tcp(ports),
            "udp" => Traffic::Udp(ports),
            other => Traffic::Other(other.to_owned()),
        }
    }

    /// How many it counts for in a firewall.
    pub(crate) fn effective(&self) -> usize {
        self.source_ips.len() + self.destination_ips.len()
    }
}

/// A range of ports as the API writes it; `any` is every port.
fn ports(text: &str) -> Ports {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) => Ports { first, last },
        (_, _) => Ports::ALL,
    }
}

/// What is wanted, as rules of ours: one for each protocol and its ports, with the addresses of both
/// families. What a firewall of Hetzner's cannot say, or need not, is left out by the caller.
pub(crate) fn grouped(wanted: &BTreeSet<Rule>) -> Vec<FirewallRule> {
    let mut by_traffic: BTreeMap<&Traffic, Vec<IpNet>> = BTreeMap::new();
    for rule in wanted {
        if let (Direction::Ingress, Peer::Range(net)) = (rule.direction, &rule.peer) {
            by_traffic.entry(&rule.traffic).or_default().push(*net);
        }
    }
    let rules = by_traffic.into_iter().flat_map(|(traffic, nets)| {
        let chunks: Vec<FirewallRule> = nets
            .chunks(ADDRESSES_MAX)
            .map(|nets| ingress(traffic, nets))
            .collect();
        chunks
    });
    rules.collect()
}

fn ingress(traffic: &Traffic, nets: &[IpNet]) -> FirewallRule {
    let protocol = match traffic {
        Traffic::Icmp(_) | Traffic::All => "icmp",
        Traffic::Tcp(_) => "tcp",
        Traffic::Udp(_) => "udp",
        Traffic::Other(name) => name,
    };
    FirewallRule {
        direction: "in".to_owned(),
        protocol: protocol.to_owned(),
        port: traffic.ports().map(|ports| ports.to_string()),
        source_ips: nets.to_vec(),
        destination_ips: Vec::new(),
        description: Some(OURS.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(nets: &[&str]) -> BTreeSet<Rule> {
        let ssh = Traffic::Tcp(Ports::one(22));
        let rule = |net: &&str| {
            let net: IpNet = net.parse().unwrap();
            Rule::ingress(Family::of(&net), ssh.clone(), Peer::Range(net))
        };
        nets.iter().map(rule).collect()
    }

    #[test]
    fn both_families_are_one_rule_and_come_back_as_what_was_wanted() {
        let wanted = wanted(&["192.0.2.0/24", "2001:db8::/32"]);
        let rules = grouped(&wanted);
        assert_eq!(rules.len(), 1);
        assert_eq!(rules[0].port.as_deref(), Some("22"));
        assert_eq!(rules[0].effective(), 2);
        let back: BTreeSet<Rule> = rules[0].parts().map(|part| part.rule).collect();
        assert_eq!(back, wanted);
    }

    #[test]
    fn more_addresses_than_a_rule_takes_are_several_rules() {
        let nets: Vec<String> = (0..=100).map(|n| format!("192.0.2.{n}/32")).collect();
        let nets: Vec<&str> = nets.iter().map(String::as_str).collect();
        let sizes: Vec<usize> = grouped(&wanted(&nets))
            .iter()
            .map(FirewallRule::effective)
            .collect();
        assert_eq!(sizes, [100, 1]);
    }

    #[test]
    fn ports_are_read_as_they_are_written() {
        assert_eq!(ports("any"), Ports::ALL);
        assert_eq!(ports("22"), Ports::one(22));
        assert_eq!(ports("30000-32767").to_string(), "30000-32767");
    }
}
