//! A rule of a firewall, in one spelling for every cloud.

use std::{collections::BTreeSet, fmt};

use groundwork_model::Family;
use groundwork_provider::Change;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};
use serde_json::Value;

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

    /// The same about another peer.
    pub fn with_peer(&self, peer: Peer) -> Self {
        Self {
            peer,
            ..self.clone()
        }
    }

    /// The same about other traffic.
    fn with_traffic(&self, traffic: Traffic) -> Self {
        Self {
            traffic,
            ..self.clone()
        }
    }

    fn range(&self) -> Option<IpNet> {
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

    /// The same protocol to other ports.
    fn with_ports(&self, ports: Ports) -> Option<Self> {
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

/// Whether rules together allow all that one would: every port of it, from every address.
pub fn covers(rules: &BTreeSet<Rule>, wanted: &Rule) -> bool {
    let parts = parts(rules, wanted);
    let is_allowed = |part: &Rule| {
        rules.iter().any(|rule| rule.covers(part)) || is_covered_by_ranges(rules, part)
    };
    parts.iter().all(is_allowed)
}

/// A rule cut at the ports where another one of its protocol begins or ends.
fn parts(rules: &BTreeSet<Rule>, wanted: &Rule) -> Vec<Rule> {
    let Some(all) = wanted.traffic.ports() else {
        return vec![wanted.clone()];
    };
    let is_same = |rule: &&Rule| rule.traffic.with_ports(all).as_ref() == Some(&wanted.traffic);
    let ports = rules.iter().filter(is_same);
    let cuts = cut(ports.filter_map(|rule| rule.traffic.ports()), all);
    let part = |ports| Some(wanted.with_traffic(wanted.traffic.with_ports(ports)?));
    cuts.into_iter().filter_map(part).collect()
}

/// A range of ports cut wherever one of `ports` begins or ends.
pub fn cut(ports: impl Iterator<Item = Ports>, whole: Ports) -> Vec<Ports> {
    let cuts = ports.flat_map(|ports| [Some(ports.first), ports.last.checked_add(1)]);
    let inside = |cut: &u16| whole.first < *cut && *cut <= whole.last;
    let mut begins: Vec<u16> = cuts.flatten().filter(inside).collect();
    begins.push(whole.first);
    begins.sort_unstable();
    begins.dedup();
    let ends = begins.iter().skip(1).map(|begin| begin - 1);
    let ends: Vec<u16> = ends.chain([whole.last]).collect();
    let ranges = begins.into_iter().zip(ends);
    ranges.map(|(first, last)| Ports { first, last }).collect()
}

/// Whether the ranges of the rules that are about a part make up its range.
fn is_covered_by_ranges(rules: &BTreeSet<Rule>, part: &Rule) -> bool {
    let Some(wanted) = part.range() else {
        return false;
    };
    let about = rules
        .iter()
        .filter(|rule| rule.with_peer(part.peer.clone()).covers(part));
    let ranges: Vec<IpNet> = about.filter_map(Rule::range).collect();
    let whole = IpNet::aggregate(&ranges);
    whole.iter().any(|range| range.contains(&wanted))
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
    fn says_no_family(&self) -> bool {
        self.range().is_none() && !matches!(self.traffic, Traffic::Icmp(_))
    }

    fn without_family(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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

/// Rules for people: one of both families is called once, without its family.
pub fn told<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> Vec<String> {
    let rules: BTreeSet<&Rule> = rules.into_iter().collect();
    let twin = |rule: &Rule, family| Rule {
        family,
        ..rule.clone()
    };
    let texts = rules.iter().filter_map(|rule| {
        let is_of_both = rule.says_no_family()
            && Family::BOTH
                .iter()
                .all(|family| rules.contains(&twin(rule, *family)));
        match (is_of_both, rule.family) {
            (true, Family::V6) => None,
            (true, Family::V4) => Some(FamilyLess(rule).to_string()),
            (false, _) => Some(rule.to_string()),
        }
    });
    texts.collect()
}

struct FamilyLess<'a>(&'a Rule);

impl fmt::Display for FamilyLess<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.without_family(f)
    }
}

/// A rule as a cloud keeps it.
pub trait Kept {
    /// The same in our spelling, as a rule of `group`: two where the cloud's is of both families.
    fn rules(&self, group: &str) -> Vec<Rule>;

    /// Whether this project made it. Rules of others stay.
    fn is_ours(&self) -> bool;
}

/// What a firewall of ours lacks, and what it has too much.
#[derive(Debug)]
pub struct Merge<'a, K> {
    group: &'a str,
    /// Rules that are wanted and do not exist.
    pub missing: BTreeSet<Rule>,
    /// Rules that we made and nobody wants any more.
    pub stale: Vec<&'a K>,
    /// Rules of somebody else's that nobody asked for. They stay.
    pub foreign: BTreeSet<Rule>,
}

/// Compares the rules that are wanted with those that a group has. An equal rule of somebody else's is
/// as good as one of ours.
pub fn merge<'a, K: Kept>(
    wanted: &BTreeSet<Rule>,
    group: &'a str,
    kept: impl IntoIterator<Item = &'a K>,
) -> Merge<'a, K> {
    let mut merge = Merge {
        group,
        missing: wanted.clone(),
        stale: Vec::new(),
        foreign: BTreeSet::new(),
    };
    for rule in kept {
        let rules = rule.rules(group);
        let is_wanted = rules.iter().any(|rule| wanted.contains(rule));
        merge.missing.retain(|missing| !rules.contains(missing));
        match (is_wanted, rule.is_ours()) {
            (true, _) => {}
            (false, true) => merge.stale.push(rule),
            (false, false) => merge.foreign.extend(rules),
        }
    }
    merge
}

/// The field under which a rule that is missing, or stale, is reported.
pub const RULE: &str = "rule";

impl<K: Kept> Merge<'_, K> {
    /// As changes of a plan: first what is added, then what is removed.
    pub fn changes(&self) -> Vec<Change> {
        let added = told(&self.missing).into_iter();
        let added = added.map(|rule| Change::new(RULE, Value::Null, rule));
        let stale = self
            .stale
            .iter()
            .flat_map(|rule| told(&rule.rules(self.group)));
        let removed = stale.map(|rule| Change::new(RULE, rule, Value::Null));
        added.chain(removed).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(traffic: Traffic, net: &str) -> Rule {
        let net: IpNet = net.parse().unwrap();
        Rule::ingress(Family::of(&net), traffic, Peer::Range(net))
    }

    fn tcp(first: u16, last: u16, net: &str) -> Rule {
        range(Traffic::Tcp(Ports { first, last }), net)
    }

    fn lets(rules: &[Rule], wanted: &Rule) -> bool {
        covers(&rules.iter().cloned().collect(), wanted)
    }

    fn icmp(kind: u8, code: Option<u8>, net: &str) -> Rule {
        range(Traffic::Icmp(Some(Icmp { kind, code })), net)
    }

    #[test]
    fn ports_are_allowed_by_several_rules() {
        let low = tcp(30000, 31000, "0.0.0.0/0");
        let high = tcp(31001, 40000, "0.0.0.0/0");
        let late = tcp(31002, 40000, "0.0.0.0/0");
        let wanted = tcp(30000, 32767, "192.0.2.0/24");
        assert!(lets(&[low.clone(), high], &wanted));
        assert!(!lets(&[low, late], &wanted), "31001 is in neither");
    }

    #[test]
    fn a_range_is_allowed_by_its_parts() {
        let first = tcp(0, 65535, "0.0.0.0/1");
        let second = tcp(30000, 32767, "128.0.0.0/1");
        let part = tcp(30000, 31000, "128.0.0.0/1");
        let wanted = tcp(30000, 32767, "0.0.0.0/0");
        assert!(lets(&[first.clone(), second], &wanted));
        assert!(!lets(&[first.clone(), part], &wanted));
        assert!(!lets(&[first, tcp(30000, 32767, "::/0")], &wanted));
    }

    #[test]
    fn all_ports_are_those_that_are_used() {
        let wanted = tcp(0, 65535, "10.0.0.0/16");
        assert!(lets(&[tcp(1, 65535, "10.0.0.0/8")], &wanted));
        assert!(!lets(&[tcp(1, 65534, "10.0.0.0/8")], &wanted));
        assert!(!lets(
            &[tcp(0, 0, "10.0.0.0/8")],
            &tcp(22, 22, "10.0.0.0/8")
        ));
    }

    #[test]
    fn one_protocol_is_not_another() {
        let all = Ports::ALL;
        let udp = range(Traffic::Udp(all), "::/0");
        assert!(!lets(std::slice::from_ref(&udp), &tcp(22, 22, "::/0")));
        assert!(lets(&[range(Traffic::All, "::/0")], &udp));
        assert!(!lets(&[udp], &range(Traffic::All, "::/0")));
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

    #[test]
    fn out_is_not_in() {
        let out = Rule::egress(
            Family::V6,
            Traffic::All,
            Peer::Range(everywhere(Family::V6)),
        );
        assert!(!lets(&[out], &tcp(22, 22, "::/0")));
    }

    #[test]
    fn rules_are_called_what_people_call_them() {
        let members = |family| Rule::ingress(family, Traffic::All, Peer::Members);
        let both = [members(Family::V6), members(Family::V4)];
        assert_eq!(told(&both), ["all from members of the group"]);
        assert_eq!(told(&both[..1]), ["IPv6 all from members of the group"]);
        let others = [
            tcp(22, 22, "10.0.0.0/8"),
            icmp(128, None, "::/0"),
            icmp(3, Some(4), "0.0.0.0/0"),
            tcp(0, 65535, "::/0"),
        ];
        let texts: Vec<String> = others.iter().map(Rule::to_string).collect();
        let expected = [
            "tcp 22 from 10.0.0.0/8",
            "icmpv6 type 128 from ::/0",
            "icmp type 3 code 4 from 0.0.0.0/0",
            "tcp from ::/0",
        ];
        assert_eq!(texts, expected);
    }

    struct One(Vec<Rule>, bool);

    impl Kept for One {
        fn rules(&self, _: &str) -> Vec<Rule> {
            self.0.clone()
        }

        fn is_ours(&self) -> bool {
            self.1
        }
    }

    #[test]
    fn what_is_ours_and_unwanted_is_stale_and_what_is_foreign_stays() {
        let members = |family| Rule::ingress(family, Traffic::All, Peer::Members);
        let both: Vec<Rule> = Family::BOTH.map(members).to_vec();
        let kept = [
            One(both.clone(), true),
            One(vec![tcp(22, 22, "0.0.0.0/0")], true),
            One(vec![tcp(80, 80, "0.0.0.0/0")], false),
        ];
        let wanted = BTreeSet::from([members(Family::V4), tcp(443, 443, "::/0")]);
        let merge = merge(&wanted, "group", &kept);
        let changes: Vec<String> = merge
            .changes()
            .iter()
            .map(|change| format!("{} {}", change.from, change.to))
            .collect();
        let expected = [
            "null \"tcp 443 from ::/0\"",
            "\"tcp 22 from 0.0.0.0/0\" null",
        ];
        assert_eq!(changes, expected);
        assert_eq!(merge.foreign, BTreeSet::from([tcp(80, 80, "0.0.0.0/0")]));
    }
}
