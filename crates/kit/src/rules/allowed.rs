//! What rules allow together.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::{Ports, Rule};

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

#[cfg(test)]
mod tests {
    use groundwork_model::Family;

    use super::*;
    use crate::rules::{
        Peer, Traffic, everywhere,
        examples::{range, tcp},
    };

    fn lets(rules: &[Rule], wanted: &Rule) -> bool {
        covers(&rules.iter().cloned().collect(), wanted)
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
    fn out_is_not_in() {
        let out = Rule::egress(
            Family::V6,
            Traffic::All,
            Peer::Range(everywhere(Family::V6)),
        );
        assert!(!lets(&[out], &tcp(22, 22, "::/0")));
    }
}
