//! Network ACLs: never made here. What they shut out, no security group lets in.

use async_trait::async_trait;
use groundwork_model::cidr::{nth_subnet, overlap};
use groundwork_provider::{Found, Listing, ObjectRef, Result, Scope};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{self, vpc::Vpc},
};

/// Network ACLs.
#[derive(Clone, Copy, Debug)]
pub struct NetworkAcl;

/// What EC2 says a network ACL is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct NetworkAclState {
    /// Its id.
    pub id: String,
    /// The VPC.
    pub vpc: String,
    /// Whether it came with the VPC, and goes with it.
    #[serde(default)]
    pub is_default: bool,
    /// Its tag `Name`.
    #[serde(default)]
    pub name: String,
    /// The subnets that have it.
    pub subnets: Vec<String>,
    /// Its entries, ingress first, in the order in which they are asked.
    pub entries: Vec<AclEntry>,
}

/// One entry of a network ACL.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct AclEntry {
    /// The lowest number that fits decides.
    pub number: i32,
    /// Whether it is about what goes out.
    pub egress: bool,
    /// Whether it lets through.
    pub allow: bool,
    /// By number; `-1` is everything.
    pub protocol: String,
    /// From where, or where to.
    pub net: Option<IpNet>,
    /// First and last port, or the type of ICMP; all where it is not said.
    pub ports: Option<(u16, u16)>,
}

/// Traffic that is asked about: of one direction and protocol, of ports or types of ICMP, from or
/// to a range.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traffic {
    pub(crate) egress: bool,
    /// By number.
    pub(crate) protocol: &'static str,
    pub(crate) ports: (u16, u16),
    pub(crate) net: IpNet,
}

/// How much of it is let through.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Through {
    /// All of it.
    All,
    /// That of a part of the addresses.
    Part,
    /// None of it.
    Nothing,
}

impl NetworkAclState {
    /// What becomes of traffic, by ranges of ports that fare alike. For each packet the first entry
    /// that fits decides, and what no entry fits is dropped.
    pub(crate) fn lets(&self, traffic: Traffic) -> Vec<((u16, u16), Through)> {
        let fits = |entry: &&AclEntry| {
            entry.egress == traffic.egress
                && (entry.protocol == "-1" || entry.protocol == traffic.protocol)
                && entry.net.is_some_and(|net| overlap(&net, &traffic.net))
        };
        let entries: Vec<&AclEntry> = self.entries.iter().filter(fits).collect();
        let mut fates: Vec<((u16, u16), Through)> = Vec::new();
        let ports = entries.iter().filter_map(|entry| entry.ports);
        for (first, last) in alike(ports, traffic.ports) {
            let here: Vec<&AclEntry> = entries
                .iter()
                .filter(|entry| entry.is_about(first))
                .copied()
                .collect();
            let fate = fate(&here, traffic.net);
            match fates.last_mut() {
                Some(((_, end), before)) if *before == fate => *end = last,
                _ => fates.push(((first, last), fate)),
            }
        }
        fates
    }

    /// A number for another entry, asked before all that are there.
    pub(crate) fn free_number(&self, egress: bool, taken: &[i32]) -> Option<i32> {
        let there = self.entries.iter().filter(|entry| entry.egress == egress);
        let numbers = there.map(|entry| entry.number).chain(taken.iter().copied());
        let first = numbers.min().unwrap_or(101);
        (first > 1).then_some(first - 1)
    }
}

impl AclEntry {
    fn is_about(&self, port: u16) -> bool {
        let all = self.protocol == "-1";
        all || self
            .ports
            .is_none_or(|(first, last)| first <= port && port <= last)
    }
}

/// A range of ports cut wherever another one begins or ends.
pub(crate) fn alike(
    ports: impl Iterator<Item = (u16, u16)>,
    (first, last): (u16, u16),
) -> Vec<(u16, u16)> {
    let cuts = ports.flat_map(|(begin, end)| [Some(begin), end.checked_add(1)]);
    let inside = |cut: &u16| first < *cut && *cut <= last;
    let mut begins: Vec<u16> = cuts.flatten().filter(inside).collect();
    begins.push(first);
    begins.sort_unstable();
    begins.dedup();
    let ends = begins.iter().skip(1).map(|begin| begin - 1);
    let ends: Vec<u16> = ends.chain([last]).collect();
    begins.into_iter().zip(ends).collect()
}

/// What becomes of all addresses of a range: halved until an entry fits whole.
fn fate(entries: &[&AclEntry], net: IpNet) -> Through {
    let touching = |entry: &&AclEntry| entry.net.is_some_and(|own| overlap(&own, &net));
    let Some(at) = entries.iter().position(touching) else {
        return Through::Nothing;
    };
    let (entry, rest) = (entries[at], &entries[at..]);
    if entry.net.is_some_and(|own| own.contains(&net)) {
        return match entry.allow {
            true => Through::All,
            false => Through::Nothing,
        };
    }
    let halves = [0, 1].map(|half| nth_subnet(&net, net.prefix_len() + 1, half));
    let mut fates = halves.into_iter().flatten().map(|half| fate(rest, half));
    match (fates.next(), fates.next()) {
        (Some(one), Some(other)) if one == other => one,
        (Some(_), Some(_)) => Through::Part,
        // A single address has no halves, and whatever touches it contains it.
        (Some(one), None) => one,
        (None, _) => Through::Nothing,
    }
}

#[async_trait]
impl Listing for NetworkAcl {
    const KIND: &'static str = "aws.network-acl/1";
    type Api = Api;
    type State = NetworkAclState;

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<NetworkAclState>>> {
        let mut found = Vec::new();
        for filter in object::selections(scope, "network-acl-id", Some("vpc-id")) {
            found.extend(api.network_acls(filter.as_ref()).await?);
        }
        Ok(found.into_iter().map(seen).collect())
    }
}

fn seen(state: NetworkAclState) -> Found<NetworkAclState> {
    let vpc = (!state.is_default).then(|| ObjectRef::of::<Vpc>(&state.vpc));
    Found::foreign(state.id.clone(), state).joining(vpc)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: i32, allow: bool, net: &str, protocol: &str) -> AclEntry {
        AclEntry {
            number,
            allow,
            protocol: protocol.to_owned(),
            net: net.parse().ok(),
            ..AclEntry::default()
        }
    }

    fn acl(entries: Vec<AclEntry>) -> NetworkAclState {
        NetworkAclState {
            entries,
            ..NetworkAclState::default()
        }
    }

    fn of_ports(first: u16, last: u16, entry: AclEntry) -> AclEntry {
        AclEntry {
            ports: Some((first, last)),
            ..entry
        }
    }

    fn tcp(first: u16, last: u16, net: &str) -> Traffic {
        Traffic {
            egress: false,
            protocol: "6",
            ports: (first, last),
            net: net.parse().unwrap(),
        }
    }

    #[test]
    fn the_first_entry_that_fits_decides() {
        let mut acl = acl(vec![
            entry(100, true, "::/0", "-1"),
            entry(32768, false, "::/0", "-1"),
        ]);
        let too_big = Traffic {
            protocol: "58",
            ..tcp(2, 2, "::/0")
        };
        assert_eq!(acl.lets(too_big), [((2, 2), Through::All)]);
        let ipv4 = acl.lets(tcp(80, 80, "0.0.0.0/0"));
        assert_eq!(ipv4, [((80, 80), Through::Nothing)]);
        acl.entries.insert(0, entry(50, false, "::/0", "58"));
        assert_eq!(acl.lets(too_big), [((2, 2), Through::Nothing)]);
        let web = acl.lets(tcp(443, 443, "::/0"));
        assert_eq!(web, [((443, 443), Through::All)]);
    }

    #[test]
    fn ports_are_told_apart_where_entries_do() {
        let acl = acl(vec![
            of_ports(31000, 31999, entry(10, false, "0.0.0.0/0", "6")),
            of_ports(30000, 40000, entry(20, true, "0.0.0.0/0", "6")),
            entry(32767, false, "0.0.0.0/0", "-1"),
        ]);
        let fates = acl.lets(tcp(30000, 32767, "0.0.0.0/0"));
        let (all, nothing) = (Through::All, Through::Nothing);
        let expected = [
            ((30000, 30999), all),
            ((31000, 31999), nothing),
            ((32000, 32767), all),
        ];
        assert_eq!(fates, expected);
    }

    #[test]
    fn addresses_are_told_apart_where_entries_do() {
        let narrow = |number, allow, net| entry(number, allow, net, "6");
        let some = acl(vec![
            narrow(10, false, "203.0.113.7/32"),
            narrow(20, true, "0.0.0.0/0"),
        ]);
        let of = |acl: &NetworkAclState, net| acl.lets(tcp(80, 80, net))[0].1;
        assert_eq!(of(&some, "0.0.0.0/0"), Through::Part);
        assert_eq!(of(&some, "203.0.113.7/32"), Through::Nothing);
        assert_eq!(of(&some, "203.0.114.0/24"), Through::All);
        let halves = acl(vec![
            narrow(10, true, "0.0.0.0/1"),
            narrow(20, true, "128.0.0.0/1"),
        ]);
        assert_eq!(of(&halves, "0.0.0.0/0"), Through::All);
        assert_eq!(of(&acl(vec![]), "0.0.0.0/0"), Through::Nothing);
    }

    #[test]
    fn another_entry_is_asked_before_all_that_are_there() {
        let acl = acl(vec![entry(100, true, "::/0", "-1")]);
        assert_eq!(acl.free_number(false, &[]), Some(99));
        assert_eq!(acl.free_number(false, &[99, 98]), Some(97));
        assert_eq!(acl.free_number(true, &[]), Some(100));
        assert_eq!(acl.free_number(false, &[1]), None);
    }
}
