//! A rule of a firewall, in one spelling for every cloud.

use std::fmt;

use groundwork_model::Family;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Allows packets of one family in, or out. Firewalls of clouds are stateful: answers need no rule.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Rule {
    /// Which way the first packet goes.
    pub direction: Direction,
    /// The family of the packets.
    pub family: Family,
    /// What the packets are.
    pub traffic: Traffic,
    /// Where they come from, or go to.
    pub peer: Peer,
}

/// Which way the first packet of a conversation goes, as the node sees it.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "camelCase")]
pub enum Direction {
    /// To the node.
    Ingress,
    /// From the node.
    Egress,
}

/// A protocol, with its ports or types.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Traffic {
    /// Every protocol.
    All,
    /// ICMP of the rule's family: one type, or every type.
    Icmp(Option<Icmp>),
    /// TCP to these ports.
    Tcp(Ports),
    /// UDP to these ports.
    Udp(Ports),
    /// Another protocol, as the cloud names it.
    Other(String),
}

/// A type of ICMP, and one of its codes or all of them.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
pub struct Icmp {
    /// The type: 128 is an echo request of ICMPv6.
    pub kind: u8,
    /// The code; every code where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u8>,
}

/// A range of ports, both ends included.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
pub struct Ports {
    /// The first port.
    pub first: u16,
    /// The last port.
    pub last: u16,
}

/// Where packets come from, or go to.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Peer {
    /// The members of the same security group.
    Members,
    /// A range of the rule's family.
    Range(#[schemars(with = "String")] IpNet),
    /// Something that the cloud names by an id: another group, a list of prefixes.
    Other(String),
}

impl Ports {
    /// Every port.
    pub const ALL: Self = Self {
        first: 0,
        last: u16::MAX,
    };

    /// One port.
    pub const fn one(port: u16) -> Self {
        Self {
            first: port,
            last: port,
        }
    }

    /// Whether every port that is used is among them: nobody listens on port 0.
    fn contains(self, other: Self) -> bool {
        self.first <= other.first.max(1) && other.last <= self.last
    }
}

impl Rule {
    /// A rule about what comes in.
    pub fn ingress(family: Family, traffic: Traffic, peer: Peer) -> Self {
        Self {
            direction: Direction::Ingress,
            family,
            traffic,
            peer,
        }
    }

    /// A rule about what goes out.
    pub fn egress(family: Family, traffic: Traffic, peer: Peer) -> Self {
        Self {
            direction: Direction::Egress,
            ..Self::ingress(family, traffic, peer)
        }
    }

    /// Whether it allows all that `other` does.
    pub fn covers(&self, other: &Self) -> bool {
        let peer = match (&self.peer, &other.peer) {
            (Peer::Range(mine), Peer::Range(theirs)) => mine.contains(theirs),
            (mine, theirs) => mine == theirs,
        };
        let same = (self.direction, self.family) == (other.direction, other.family);
        same && peer && self.traffic.covers(&other.traffic)
    }

    /// Whether some packets are of the traffic of both, whatever their peers.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.traffic.overlaps(&other.traffic)
    }

    /// The same about another peer.
    pub fn with_peer(&self, peer: Peer) -> Self {
        Self {
            peer,
            ..self.clone()
        }
    }

    /// The same about other traffic.
    pub fn with_traffic(&self, traffic: Traffic) -> Self {
        Self {
            traffic,
            ..self.clone()
        }
    }

    /// The range of its peer, where that is one.
    pub fn range(&self) -> Option<IpNet> {
        match &self.peer {
            Peer::Range(net) => Some(*net),
            Peer::Members | Peer::Other(_) => None,
        }
    }
}

impl Traffic {
    /// The ports of TCP or UDP.
    pub fn ports(&self) -> Option<Ports> {
        match self {
            Self::Tcp(ports) | Self::Udp(ports) => Some(*ports),
            Self::All | Self::Icmp(_) | Self::Other(_) => None,
        }
    }

    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) | (Self::Icmp(None), Self::Icmp(_)) => true,
            (Self::Icmp(Some(mine)), Self::Icmp(Some(theirs))) => {
                mine.kind == theirs.kind && (mine.code.is_none() || mine.code == theirs.code)
            }
            (Self::Tcp(mine), Self::Tcp(theirs)) | (Self::Udp(mine), Self::Udp(theirs)) => {
                mine.contains(*theirs)
            }
            (Self::Other(mine), Self::Other(theirs)) => mine == theirs,
            (Self::Icmp(_) | Self::Tcp(_) | Self::Udp(_) | Self::Other(_), _) => false,
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        let meet = |a: &Ports, b: &Ports| a.first <= b.last && b.first <= a.last;
        match (self, other) {
            (Self::Tcp(mine), Self::Tcp(theirs)) | (Self::Udp(mine), Self::Udp(theirs)) => {
                meet(mine, theirs)
            }
            (mine, theirs) => mine.covers(theirs) || theirs.covers(mine),
        }
    }

    /// The same protocol to other ports; nothing of a protocol without ports.
    pub fn with_ports(&self, ports: Ports) -> Option<Self> {
        match self {
            Self::Tcp(_) => Some(Self::Tcp(ports)),
            Self::Udp(_) => Some(Self::Udp(ports)),
            Self::All | Self::Icmp(_) | Self::Other(_) => None,
        }
    }
}

/// All addresses of a family.
pub fn everywhere(family: Family) -> IpNet {
    match family {
        Family::V4 => IpNet::V4(Ipv4Net::default()),
        Family::V6 => IpNet::V6(Ipv6Net::default()),
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first == self.last {
            true => write!(f, "{}", self.first),
            false => write!(f, "{}-{}", self.first, self.last),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Members => f.write_str("members of the group"),
            Self::Range(net) => net.fmt(f),
            Self::Other(id) => f.write_str(id),
        }
    }
}

impl fmt::Display for Rule {
    /// For people: `tcp 30000-32767 from ::/0`, `IPv6 all from members of the group`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.says_no_family() {
            write!(f, "{} ", self.family)?;
        }
        self.without_family(f)
    }
}

impl Rule {
    /// Whether neither its protocol nor its peer tells which family it is about.
    pub fn says_no_family(&self) -> bool {
        self.range().is_none() && !matches!(self.traffic, Traffic::Icmp(_))
    }

    /// The same text without the family.
    ///
    /// # Errors
    /// Those of the formatter.
    pub fn without_family(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.traffic, self.family) {
            (Traffic::All, _) => f.write_str("all")?,
            (Traffic::Icmp(_), Family::V4) => f.write_str("icmp")?,
            (Traffic::Icmp(_), Family::V6) => f.write_str("icmpv6")?,
            (Traffic::Tcp(_), _) => f.write_str("tcp")?,
            (Traffic::Udp(_), _) => f.write_str("udp")?,
            (Traffic::Other(name), _) => write!(f, "protocol {name}")?,
        }
        match &self.traffic {
            Traffic::Icmp(Some(Icmp { kind, code: None })) => write!(f, " type {kind}")?,
            Traffic::Icmp(Some(Icmp {
                kind,
                code: Some(code),
            })) => write!(f, " type {kind} code {code}")?,
            Traffic::Tcp(ports) | Traffic::Udp(ports) if *ports != Ports::ALL => {
                write!(f, " {ports}")?;
            }
            Traffic::All
            | Traffic::Icmp(None)
            | Traffic::Tcp(_)
            | Traffic::Udp(_)
            | Traffic::Other(_) => {}
        }
        let word = match self.direction {
            Direction::Ingress => "from",
            Direction::Egress => "to",
        };
        write!(f, " {word} {}", self.peer)
    }
}
