//! What several rules of a security group let in together. Pure.

use std::collections::BTreeSet;

use ipnet::IpNet;

use crate::{
    object::rules::{Protocol, Rule, Source},
    watched::network_acl::alike,
};

/// All ports of TCP and UDP: nobody listens on port 0.
const PORTS: (u16, u16) = (1, u16::MAX);

/// Whether they let in all that one rule would: each port of it, from each address.
pub(crate) fn covers(rules: &BTreeSet<Rule>, wanted: &Rule) -> bool {
    let lets = |part: &Rule| rules.iter().any(|rule| rule.covers(part));
    let parts = parts(rules, wanted);
    parts
        .iter()
        .all(|part| lets(part) || from_everywhere(rules, part))
}

/// A rule's ports, cut wherever another rule begins or ends. Types of ICMP are not cut.
fn parts(rules: &BTreeSet<Rule>, wanted: &Rule) -> Vec<Rule> {
    let all = match &wanted.protocol {
        Protocol::Tcp | Protocol::Udp => wanted.ports.unwrap_or(PORTS),
        Protocol::Any | Protocol::Icmp | Protocol::Icmpv6 | Protocol::Other(_) => {
            return vec![wanted.clone()];
        }
    };
    let same = rules.iter().filter(|rule| rule.protocol == wanted.protocol);
    let parts = alike(same.filter_map(|rule| rule.ports), all).into_iter();
    let part = |ports| Rule {
        ports: Some(ports),
        ..wanted.clone()
    };
    parts.map(part).collect()
}

/// Whether the ranges of those rules that are about a part are all of its range together.
fn from_everywhere(rules: &BTreeSet<Rule>, part: &Rule) -> bool {
    let Source::Range(wanted) = &part.peer else {
        return false;
    };
    let about = rules
        .iter()
        .filter(|rule| rule.as_from(&part.peer).covers(part));
    let ranges: Vec<IpNet> = about.filter_map(Rule::range).collect();
    let whole = IpNet::aggregate(&ranges);
    whole.iter().any(|range| range.contains(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcp(ports: Option<(u16, u16)>, net: &str) -> Rule {
        Rule {
            egress: false,
            protocol: Protocol::Tcp,
            ports,
            peer: Source::Range(net.parse().unwrap()),
        }
    }

    fn lets(rules: &[Rule], wanted: &Rule) -> bool {
        covers(&rules.iter().cloned().collect(), wanted)
    }

    #[test]
    fn ports_are_let_in_by_several_rules() {
        let low = tcp(Some((30000, 31000)), "0.0.0.0/0");
        let high = tcp(Some((31001, 40000)), "0.0.0.0/0");
        let late = tcp(Some((31002, 40000)), "0.0.0.0/0");
        let wanted = tcp(Some((30000, 32767)), "192.0.2.0/24");
        assert!(lets(&[low.clone(), high], &wanted));
        assert!(!lets(&[low, late], &wanted), "31001 is in neither");
    }

    #[test]
    fn a_range_is_let_in_by_its_parts() {
        let ports = Some((30000, 32767));
        let first = tcp(None, "0.0.0.0/1");
        let second = tcp(ports, "128.0.0.0/1");
        let part = tcp(Some((30000, 31000)), "128.0.0.0/1");
        let wanted = tcp(ports, "0.0.0.0/0");
        assert!(lets(&[first.clone(), second], &wanted));
        assert!(!lets(&[first.clone(), part], &wanted));
        assert!(!lets(&[first, tcp(ports, "::/0")], &wanted));
    }

    #[test]
    fn all_ports_are_those_that_are_used() {
        let wanted = tcp(None, "10.0.0.0/16");
        assert!(lets(&[tcp(Some((1, 65535)), "10.0.0.0/8")], &wanted));
        assert!(!lets(&[tcp(Some((1, 65534)), "10.0.0.0/8")], &wanted));
    }
}
