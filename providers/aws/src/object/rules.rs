//! The rules of a security group, in one spelling.

use std::{collections::BTreeMap, fmt};

use groundwork_model::Family;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};

use crate::object::Tags;

/// The tag of a rule that we made. Rules without it are somebody else's.
pub(crate) const MARK: &str = "groundwork.io/rule";

/// The tags of a rule that we make.
pub(crate) fn mark() -> Tags {
    Tags::from([(MARK.to_owned(), "1".to_owned())])
}

/// Lets something in, or out.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Rule {
    /// Whether it is about what goes out.
    pub egress: bool,
    /// What.
    pub protocol: Protocol,
    /// To which ports, first and last, or of which type and code of ICMP; all where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ports: Option<(u16, u16)>,
    /// From where, or where to.
    pub peer: Source,
}

/// What a rule is about.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Protocol {
    /// Everything.
    Any,
    /// ICMP.
    Icmp,
    /// ICMP in IPv6.
    Icmpv6,
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// Another one, by its number.
    Other(String),
}

/// From where, or where to.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// The members of the same group.
    Members,
    /// A range.
    Range(IpNet),
    /// Another group or a prefix list, by id.
    Other(String),
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
        Self::of(&Rule {
            egress: true,
            protocol: Protocol::Any,
            ports: None,
            peer: Source::Range(everywhere(Family::V4)),
        })
    }

    /// A rule that is there, and not by us.
    pub(crate) fn of(rule: &Rule) -> Self {
        let (first, last) = rule.wire_ports();
        Self {
            egress: rule.egress,
            protocol: rule.wire_protocol().to_owned(),
            first: first.unwrap_or(-1),
            last: last.unwrap_or(-1),
            peer: rule.peer.to_string(),
            ..Self::default()
        }
    }

    /// Whether we made it.
    pub fn is_ours(&self) -> bool {
        self.tags.contains_key(MARK)
    }

    /// The same in our spelling, as a rule of `group`.
    pub fn rule(&self, group: &str) -> Rule {
        let protocol = protocol(&self.protocol);
        let peer = match self.peer.parse::<IpNet>() {
            Ok(net) => Source::Range(net.trunc()),
            Err(_) if self.peer == group => Source::Members,
            Err(_) => Source::Other(self.peer.clone()),
        };
        let (first, last) = (u16::try_from(self.first), u16::try_from(self.last));
        let ports = match (protocol.is_icmp(), first, last) {
            (true, Ok(kind), code) => Some((kind, code.unwrap_or(ANY_CODE))),
            (false, Ok(first), Ok(last)) if (first, last) != (0, u16::MAX) => Some((first, last)),
            (_, _, _) => None,
        };
        let everything = protocol == Protocol::Any;
        Rule {
            egress: self.egress,
            protocol,
            ports: ports.filter(|_| !everything),
            peer,
        }
    }
}

/// What stands for every code of a type of ICMP, which has no more than 256.
const ANY_CODE: u16 = u16::MAX;

impl Protocol {
    fn is_icmp(&self) -> bool {
        match self {
            Self::Icmp | Self::Icmpv6 => true,
            Self::Any | Self::Tcp | Self::Udp | Self::Other(_) => false,
        }
    }
}

/// EC2 keeps names for the four that it knows, whatever it was given, and numbers for the rest.
fn protocol(spelt: &str) -> Protocol {
    match spelt.to_lowercase().as_str() {
        "-1" | "all" | "" => Protocol::Any,
        "icmp" | "1" => Protocol::Icmp,
        "icmpv6" | "58" => Protocol::Icmpv6,
        "tcp" | "6" => Protocol::Tcp,
        "udp" | "17" => Protocol::Udp,
        other => Protocol::Other(other.to_owned()),
    }
}

/// All addresses of a family.
pub(crate) fn everywhere(family: Family) -> IpNet {
    match family {
        Family::V4 => IpNet::V4(Ipv4Net::default()),
        Family::V6 => IpNet::V6(Ipv6Net::default()),
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Members => f.write_str("members of the group"),
            Self::Range(net) => net.fmt(f),
            Self::Other(id) => f.write_str(id),
        }
    }
}

impl Rule {
    /// The protocol as EC2 wants it.
    pub(crate) fn wire_protocol(&self) -> &str {
        match &self.protocol {
            Protocol::Any => "-1",
            Protocol::Icmp => "icmp",
            Protocol::Icmpv6 => "icmpv6",
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Other(text) => text,
        }
    }

    /// The ports as EC2 wants them: types and codes of ICMP, none for everything.
    pub(crate) fn wire_ports(&self) -> (Option<i32>, Option<i32>) {
        let all = match &self.protocol {
            Protocol::Any | Protocol::Other(_) => (None, None),
            Protocol::Icmp | Protocol::Icmpv6 => (Some(-1), Some(-1)),
            Protocol::Tcp | Protocol::Udp => (Some(0), Some(i32::from(u16::MAX))),
        };
        match self.ports {
            Some((kind, ANY_CODE)) if self.protocol.is_icmp() => (Some(kind.into()), Some(-1)),
            Some((first, last)) => (Some(first.into()), Some(last.into())),
            None => all,
        }
    }

    /// Its range, if it is about one.
    pub(crate) fn range(&self) -> Option<IpNet> {
        match &self.peer {
            Source::Range(net) => Some(*net),
            Source::Members | Source::Other(_) => None,
        }
    }

    /// The same, as if it were about another peer.
    pub(crate) fn as_from(&self, peer: &Source) -> Self {
        Self {
            peer: peer.clone(),
            ..self.clone()
        }
    }

    /// For people: `tcp 30000-32767 from ::/0`.
    pub(crate) fn told(&self) -> String {
        let protocol = match &self.protocol {
            Protocol::Any => "all",
            Protocol::Icmp => "icmp",
            Protocol::Icmpv6 => "icmpv6",
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Other(text) => text,
        };
        let ports = match self.ports {
            Some((kind, _)) if self.protocol.is_icmp() => format!(" type {kind}"),
            Some((first, last)) if first == last => format!(" {first}"),
            Some((first, last)) => format!(" {first}-{last}"),
            None => String::new(),
        };
        let word = if self.egress { "to" } else { "from" };
        format!("{protocol}{ports} {word} {}", self.peer)
    }

    /// Whether it lets in what `other` does, and perhaps more.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let protocol = self.protocol == Protocol::Any || self.protocol == other.protocol;
        let ports = match (self.ports, other.ports) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(mine), Some(theirs)) if self.protocol.is_icmp() => {
                mine.0 == theirs.0 && (mine.1 == ANY_CODE || mine.1 == theirs.1)
            }
            (Some(mine), Some(theirs)) => mine.0 <= theirs.0 && theirs.1 <= mine.1,
        };
        let peer = match (&self.peer, &other.peer) {
            (Source::Range(mine), Source::Range(theirs)) => mine.contains(theirs),
            (mine, theirs) => mine == theirs,
        };
        self.egress == other.egress && protocol && ports && peer
    }
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

    #[test]
    fn spellings_of_one_rule_are_one_rule() {
        let wanted = Rule {
            egress: false,
            protocol: Protocol::Icmpv6,
            ports: None,
            peer: Source::Range("::/0".parse().unwrap()),
        };
        for spelt in ["58", "icmpv6", "ICMPV6"] {
            assert_eq!(state(spelt, -1, -1, "::/0").rule("sg-1"), wanted, "{spelt}");
        }
    }

    #[test]
    fn our_own_group_is_its_members() {
        assert_eq!(
            state("-1", -1, -1, "sg-1").rule("sg-1").peer,
            Source::Members
        );
        let other = Source::Other("sg-2".to_owned());
        assert_eq!(state("-1", -1, -1, "sg-2").rule("sg-1").peer, other);
    }

    #[test]
    fn all_ports_are_no_ports() {
        assert_eq!(state("tcp", 0, 65535, "::/0").rule("sg-1").ports, None);
        assert_eq!(
            state("tcp", 22, 22, "::/0").rule("sg-1").ports,
            Some((22, 22))
        );
        assert_eq!(state("tcp", 0, 0, "::/0").rule("sg-1").ports, Some((0, 0)));
        assert_eq!(state("-1", 0, 0, "::/0").rule("sg-1").ports, None);
    }

    #[test]
    fn one_type_of_icmp_is_not_all_of_it() {
        let all = state("icmpv6", -1, -1, "::/0").rule("g");
        let ping = state("icmpv6", 128, -1, "::/0").rule("g");
        let too_big = state("icmpv6", 2, 0, "::/0").rule("g");
        assert_ne!(ping, all);
        assert!(all.covers(&ping) && all.covers(&too_big));
        assert!(!ping.covers(&all) && !ping.covers(&too_big));
        assert!(state("58", 2, -1, "::/0").rule("g").covers(&too_big));
        assert_eq!(ping.told(), "icmpv6 type 128 from ::/0");
        assert_eq!(ping.wire_ports(), (Some(128), Some(-1)));
    }

    #[test]
    fn a_wider_rule_covers_a_narrower_one() {
        let wide = state("-1", -1, -1, "::/0").rule("g");
        let narrow = state("tcp", 30000, 32767, "2001:db8::/32").rule("g");
        assert!(wide.covers(&narrow));
        assert!(!narrow.covers(&wide));
        assert!(!state("tcp", 30000, 32766, "::/0").rule("g").covers(&narrow));
    }
}
