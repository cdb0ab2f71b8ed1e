//! A rule of a firewall.

use groundwork_model::Family;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};

/// Allows packets of one family in, or out. Firewalls of clouds are stateful: answers need no rule.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
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
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Direction {
    /// To the node.
    Ingress,
    /// From the node.
    Egress,
}

/// A protocol, with its ports or types.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
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
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Icmp {
    /// The type: 128 is an echo request of ICMPv6.
    pub kind: u8,
    /// The code; every code where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u8>,
}

/// A range of ports, both ends included.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Ports {
    /// The first port.
    pub first: u16,
    /// The last port.
    pub last: u16,
}

/// Where packets come from, or go to.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Peer {
    /// The members of the same security group.
    Members,
    /// A range of the rule's family.
    Range(IpNet),
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
    pub(super) fn with_traffic(&self, traffic: Traffic) -> Self {
        Self {
            traffic,
            ..self.clone()
        }
    }

    /// The range of its peer, where that is one.
    pub(super) fn range(&self) -> Option<IpNet> {
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

    /// The same protocol to other ports.
    pub(super) fn with_ports(&self, ports: Ports) -> Option<Self> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::examples::{icmp, range, tcp};

    #[test]
    fn traffic_overlaps_where_some_packets_are_of_both() {
        let (web, all) = (tcp(80, 443, "0.0.0.0/0"), range(Traffic::All, "0.0.0.0/0"));
        assert!(web.overlaps(&tcp(443, 500, "192.0.2.0/24")) && web.overlaps(&all));
        assert!(all.overlaps(&web) && !web.overlaps(&tcp(1, 79, "0.0.0.0/0")));
        let udp = range(
            Traffic::Udp(Ports {
                first: 80,
                last: 80,
            }),
            "0.0.0.0/0",
        );
        assert!(!web.overlaps(&udp));
    }

    #[test]
    fn one_type_of_icmp_is_not_all_of_it() {
        let all = range(Traffic::Icmp(None), "::/0");
        let too_big = icmp(2, Some(0), "::/0");
        assert!(all.covers(&icmp(128, None, "::/0")) && all.covers(&too_big));
        assert!(!icmp(128, None, "::/0").covers(&all));
        assert!(icmp(2, None, "::/0").covers(&too_big));
        assert!(!too_big.covers(&icmp(2, None, "::/0")));
        assert!(!range(Traffic::Icmp(None), "0.0.0.0/0").covers(&too_big));
    }
}
