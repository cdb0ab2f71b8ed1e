//! The rules of a security group as EC2 keeps them.
//!
//! EC2 cannot tell families apart where a rule names members, another group or a list of prefixes:
//! one rule of its is then two of ours. ICMP is the exception, which has a name for each family.

use std::collections::BTreeMap;

use groundwork_kit::rules::{Direction, Icmp, Kept, Peer, Ports, Rule, Traffic, everywhere};
use groundwork_model::Family;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::object::Tags;

/// The tag of a rule that we made. Rules without it are somebody else's.
pub(crate) const MARK: &str = "groundwork.io/rule";

/// The tags of a rule that we make.
pub(crate) fn mark() -> Tags {
    Tags::from([(MARK.to_owned(), "1".to_owned())])
}

/// A rule as EC2 says it is.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct RuleState {
    /// Its id, of those that we made.
    pub id: String,
    /// Whether it is about what goes out.
    pub egress: bool,
    /// By name or number; `-1` is everything.
    pub protocol: String,
    /// The first port, or the ICMP type; -1 is all.
    pub first: i32,
    /// The last port, or the ICMP code; -1 is all.
    pub last: i32,
    /// A range, or the id of a group or prefix list.
    pub peer: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

impl RuleState {
    /// What EC2 gives every new group, and does not tell in the reply: all IPv4 goes out.
    pub(crate) fn of_every_group() -> Self {
        let everywhere = Peer::Range(everywhere(Family::V4));
        Self::of(&Rule::egress(Family::V4, Traffic::All, everywhere))
    }

    /// A rule that exists, and is somebody else's.
    pub(crate) fn of(rule: &Rule) -> Self {
        let Permission {
            protocol,
            first,
            last,
        } = Permission::of(rule);
        Self {
            egress: rule.direction == Direction::Egress,
            protocol,
            first: first.unwrap_or(-1),
            last: last.unwrap_or(-1),
            peer: rule.peer.to_string(),
            ..Self::default()
        }
    }

    fn traffic(&self, family: Family) -> Option<Traffic> {
        let ports = || match (u16::try_from(self.first), u16::try_from(self.last)) {
            (Ok(first), Ok(last)) => Ports { first, last },
            (_, _) => Ports::ALL,
        };
        let icmp = || match (u8::try_from(self.first), u8::try_from(self.last)) {
            (Ok(kind), code) => Some(Icmp {
                kind,
                code: code.ok(),
            }),
            (Err(_), _) => None,
        };
        // EC2 keeps names for the four that it knows, whatever it was given, and numbers for the
        // rest.
        match (self.protocol.to_lowercase().as_str(), family) {
            ("-1" | "all" | "", _) => Some(Traffic::All),
            ("icmp" | "1", Family::V4) | ("icmpv6" | "58", Family::V6) => {
                Some(Traffic::Icmp(icmp()))
            }
            // Nobody sends the ICMP of one family in the other.
            ("icmp" | "1", Family::V6) | ("icmpv6" | "58", Family::V4) => None,
            ("tcp" | "6", _) => Some(Traffic::Tcp(ports())),
            ("udp" | "17", _) => Some(Traffic::Udp(ports())),
            (other, _) => Some(Traffic::Other(other.to_owned())),
        }
    }
}

impl Kept for RuleState {
    fn rules(&self, group: &str) -> Vec<Rule> {
        let (families, peer) = match self.peer.parse::<IpNet>() {
            Ok(net) => (vec![Family::of(&net)], Peer::Range(net.trunc())),
            Err(_) if self.peer == group => (Family::BOTH.to_vec(), Peer::Members),
            Err(_) => (Family::BOTH.to_vec(), Peer::Other(self.peer.clone())),
        };
        let direction = match self.egress {
            true => Direction::Egress,
            false => Direction::Ingress,
        };
        let rule = |family| {
            Some(Rule {
                direction,
                family,
                traffic: self.traffic(family)?,
                peer: peer.clone(),
            })
        };
        families.into_iter().filter_map(rule).collect()
    }

    fn is_ours(&self) -> bool {
        self.tags.contains_key(MARK)
    }
}

/// Protocol and ports as EC2 wants them: types and codes of ICMP, no ports for everything.
pub(crate) struct Permission {
    pub(crate) protocol: String,
    pub(crate) first: Option<i32>,
    pub(crate) last: Option<i32>,
}

impl Permission {
    pub(crate) fn of(rule: &Rule) -> Self {
        let (protocol, ports) = match (&rule.traffic, rule.family) {
            (Traffic::All, _) => ("-1", None),
            (Traffic::Icmp(icmp), Family::V4) => ("icmp", Some(icmp_ports(*icmp))),
            (Traffic::Icmp(icmp), Family::V6) => ("icmpv6", Some(icmp_ports(*icmp))),
            (Traffic::Tcp(ports), _) => ("tcp", Some((ports.first.into(), ports.last.into()))),
            (Traffic::Udp(ports), _) => ("udp", Some((ports.first.into(), ports.last.into()))),
            (Traffic::Other(name), _) => (name.as_str(), None),
        };
        Self {
            protocol: protocol.to_owned(),
            first: ports.map(|(first, _)| first),
            last: ports.map(|(_, last)| last),
        }
    }
}

fn icmp_ports(icmp: Option<Icmp>) -> (i32, i32) {
    let code = icmp.and_then(|icmp| icmp.code);
    (
        icmp.map_or(-1, |icmp| icmp.kind.into()),
        code.map_or(-1, i32::from),
    )
}

/// The rules that are sent for these: one where EC2 does not tell their families apart.
pub(crate) fn sent<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> Vec<&'a Rule> {
    let mut seen = std::collections::BTreeSet::new();
    let is_new = |rule: &&Rule| seen.insert(RuleState::of(rule));
    rules.into_iter().filter(is_new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(protocol: &str, first: i32, last: i32, peer: &str) -> RuleState {
        RuleState {
            protocol: protocol.to_owned(),
            first,
            last,
            peer: peer.to_owned(),
            ..RuleState::default()
        }
    }

    fn one(state: &RuleState) -> Rule {
        let rules = state.rules("sg-1");
        assert_eq!(rules.len(), 1, "{state:?}");
        rules[0].clone()
    }

    #[test]
    fn spellings_of_one_rule_are_one_rule() {
        let everywhere = Peer::Range(everywhere(Family::V6));
        let wanted = Rule::ingress(Family::V6, Traffic::Icmp(None), everywhere);
        for spelt in ["58", "icmpv6", "ICMPV6"] {
            assert_eq!(one(&state(spelt, -1, -1, "::/0")), wanted, "{spelt}");
        }
    }

    #[test]
    fn our_own_group_is_its_members_of_both_families() {
        let members = state("-1", -1, -1, "sg-1").rules("sg-1");
        let expected =
            Family::BOTH.map(|family| Rule::ingress(family, Traffic::All, Peer::Members));
        assert_eq!(members, expected);
        assert_eq!(sent(&members), [&members[0]]);
        let other = state("-1", -1, -1, "sg-2").rules("sg-1");
        assert_eq!(other[0].peer, Peer::Other("sg-2".to_owned()));
    }

    #[test]
    fn icmp_of_members_is_of_its_own_family() {
        let rules = state("icmpv6", -1, -1, "sg-1").rules("sg-1");
        let expected = Rule::ingress(Family::V6, Traffic::Icmp(None), Peer::Members);
        assert_eq!(rules, [expected]);
        assert!(state("icmp", -1, -1, "::/0").rules("sg-1").is_empty());
    }

    #[test]
    fn all_ports_are_every_port() {
        let traffic = |first, last| one(&state("tcp", first, last, "::/0")).traffic;
        assert_eq!(traffic(0, 65535), Traffic::Tcp(Ports::ALL));
        assert_eq!(traffic(22, 22), Traffic::Tcp(Ports::one(22)));
        assert_eq!(traffic(0, 0), Traffic::Tcp(Ports::one(0)));
        assert_eq!(one(&state("-1", 0, 0, "::/0")).traffic, Traffic::All);
    }

    #[test]
    fn a_rule_is_sent_as_it_is_read() {
        for kept in [
            state("icmpv6", 128, -1, "::/0"),
            state("icmp", 3, 4, "0.0.0.0/0"),
            state("tcp", 30000, 32767, "2001:db8::/32"),
            state("-1", -1, -1, "::/0"),
            state("47", -1, -1, "10.0.0.0/8"),
        ] {
            assert_eq!(RuleState::of(&one(&kept)), kept);
        }
    }
}
