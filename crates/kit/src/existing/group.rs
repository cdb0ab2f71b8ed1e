//! Whether a security group that is somebody else's allows what nodes need. Pure.

use std::collections::BTreeSet;

use groundwork_model::{Family, Finding, Severity};
use ipnet::IpNet;

use crate::{
    access::{Access, is_ssh},
    codes,
    rules::{Direction, Icmp, Peer, Ports, Rule, Traffic, covers, told},
};

/// The port of registries, cloud APIs and most control planes.
const HTTPS: Traffic = Traffic::Tcp(Ports::one(443));

/// A security group that a document names.
#[derive(Clone, Debug)]
pub struct Group {
    /// What people call it.
    pub told: String,
    /// The field that names it.
    pub field: String,
    /// All that it allows.
    pub rules: BTreeSet<Rule>,
    /// The ranges that nodes have addresses of: they may let each other in by these.
    pub nodes: Vec<IpNet>,
    /// Whether the document says who may log in. Where it does not, a group that lets nobody is as
    /// good as any.
    pub asks_for_ssh: bool,
    /// Whether a peer is a list of addresses that is not looked into, by its id.
    pub is_list: fn(&str) -> bool,
}

/// What it means that a group has no such rule.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Lack {
    /// There is no cluster without it, or none that works.
    Vital,
    /// The document asks for it, or something works less well.
    Wanted,
    /// It may be in a list of addresses, which is not looked into.
    Listed,
    /// Among nodes, TCP and UDP are allowed, and nothing else.
    Others,
}

impl Group {
    /// Compares it with the rules that a group of ours would have. `remedy` says how its owner adds
    /// rules.
    pub fn judge(&self, access: &Access, remedy: impl Fn(&[&Rule]) -> String) -> Vec<Finding> {
        let wanted = access.rules.iter();
        let wanted = wanted.filter(|rule| self.asks_for_ssh || !is_ssh(rule));
        let lacking = wanted.filter(|rule| !covers(&self.rules, rule));
        let lacking = lacking.filter_map(|rule| Some((self.lack(rule)?, rule)));
        let lacking: Vec<(Lack, &Rule)> = lacking.collect();
        let kinds = [Lack::Vital, Lack::Wanted, Lack::Listed, Lack::Others].into_iter();
        let finding = |kind: Lack| {
            let same = lacking.iter().filter(|(lack, _)| *lack == kind);
            let rules: Vec<&Rule> = same.map(|(_, rule)| *rule).collect();
            let (severity, message) = self.message(kind, &rules);
            let finding = Finding::new(severity, codes::GROUP_RULES, message);
            let finding = finding.at(&self.field).about(&self.told);
            (!rules.is_empty()).then(|| finding.remedy(remedy(&rules)))
        };
        kinds.filter_map(finding).collect()
    }

    /// What is lacking without a rule; `None` where others do as well.
    fn lack(&self, rule: &Rule) -> Option<Lack> {
        match (rule.direction, &rule.peer) {
            (Direction::Ingress, Peer::Members) => self.among_nodes(rule.family),
            (Direction::Egress, _) if !self.lets_any_out(rule.family) => Some(Lack::Vital),
            (_, _) => self.parts_of(rule),
        }
    }

    fn parts_of(&self, rule: &Rule) -> Option<Lack> {
        let needed = needed(rule);
        if needed.iter().all(|rule| covers(&self.rules, rule)) {
            return None;
        }
        let is_listed = |rule: &Rule| covers(&self.rules, rule) || self.lists(rule);
        match needed.iter().all(is_listed) {
            true => Some(Lack::Listed),
            false => Some(Lack::Wanted),
        }
    }

    /// Whether nodes can ask at least somebody over HTTPS: their images, their control plane.
    fn lets_any_out(&self, family: Family) -> bool {
        self.rules.iter().any(|rule| {
            let asked = Rule::egress(family, HTTPS, rule.peer.clone());
            rule.covers(&asked)
        })
    }

    /// Nodes let each other in as members of the group, or by their ranges. What clusters send is
    /// TCP and UDP, as a rule.
    fn among_nodes(&self, family: Family) -> Option<Lack> {
        let of = |traffic: &Traffic, peer| Rule::ingress(family, traffic.clone(), peer);
        let nodes = self.nodes.iter().filter(|net| Family::of(net) == family);
        let nodes: Vec<IpNet> = nodes.copied().collect();
        let is_allowed = |traffic: &Traffic| {
            let from = |net: &IpNet| covers(&self.rules, &of(traffic, Peer::Range(*net)));
            covers(&self.rules, &of(traffic, Peer::Members))
                || (!nodes.is_empty() && nodes.iter().all(from))
        };
        let is_listed = |traffic: &Traffic| self.lists(&of(traffic, Peer::Members));
        let usual = [Traffic::Tcp(Ports::ALL), Traffic::Udp(Ports::ALL)];
        if is_allowed(&Traffic::All) {
            None
        } else if is_listed(&Traffic::All) {
            Some(Lack::Listed)
        } else if usual.iter().all(is_allowed) {
            Some(Lack::Others)
        } else if usual
            .iter()
            .all(|usual| is_allowed(usual) || is_listed(usual))
        {
            Some(Lack::Listed)
        } else {
            Some(Lack::Vital)
        }
    }

    /// Whether the same is allowed from a list of addresses, which is not looked into.
    fn lists(&self, rule: &Rule) -> bool {
        let of_list = |other: &&Rule| match &other.peer {
            Peer::Other(id) => (self.is_list)(id),
            Peer::Members | Peer::Range(_) => false,
        };
        let mut lists = self.rules.iter().filter(of_list);
        lists.any(|other| other.with_peer(rule.peer.clone()).covers(rule))
    }

    fn message(&self, lack: Lack, rules: &[&Rule]) -> (Severity, String) {
        let (group, rules) = (&self.told, told(rules.iter().copied()).join("; "));
        match lack {
            Lack::Vital => (Severity::Error, format!("{group} does not allow: {rules}")),
            Lack::Wanted => (
                Severity::Warning,
                format!("{group} does not allow: {rules}"),
            ),
            Lack::Listed => (
                Severity::Note,
                format!("{group} does not allow, unless by a list of prefixes: {rules}"),
            ),
            Lack::Others => (
                Severity::Note,
                format!(
                    "{group} lets nodes reach each other by TCP and UDP: other protocols that \
                     network plugins may use, such as IP in IP and ESP, do not come through"
                ),
            ),
        }
    }
}

/// What has to be allowed of a rule: of ICMP, the errors without which large packets vanish and
/// connections hang (RFC 4890 section 4.3.1; RFC 1812 section 4.3.3).
fn needed(rule: &Rule) -> Vec<Rule> {
    let of = |kind, code| Rule {
        traffic: Traffic::Icmp(Some(Icmp { kind, code })),
        ..rule.clone()
    };
    match (&rule.traffic, rule.family) {
        (Traffic::Icmp(_), Family::V4) => vec![of(3, Some(4))],
        (Traffic::Icmp(_), Family::V6) => [1, 2, 3, 4].map(|kind| of(kind, None)).to_vec(),
        (Traffic::All | Traffic::Tcp(_) | Traffic::Udp(_) | Traffic::Other(_), _) => {
            vec![rule.clone()]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::everywhere;

    fn access(families: &[Family]) -> Access {
        let ports = Traffic::Tcp(Ports {
            first: 30000,
            last: 32767,
        });
        let rules = families.iter().flat_map(|&family| {
            let all = Peer::Range(everywhere(family));
            [
                Rule::ingress(family, Traffic::All, Peer::Members),
                Rule::ingress(family, Traffic::Icmp(None), all.clone()),
                Rule::ingress(family, Traffic::Tcp(Ports::one(22)), all.clone()),
                Rule::ingress(family, ports.clone(), all.clone()),
                Rule::egress(family, Traffic::All, all),
            ]
        });
        Access {
            rules: rules.collect(),
            node_ports: Vec::new(),
            findings: Vec::new(),
        }
    }

    fn judged(rules: impl IntoIterator<Item = Rule>) -> Vec<(Severity, String)> {
        let group = Group {
            told: "group".to_owned(),
            field: "securityGroup".to_owned(),
            rules: rules.into_iter().collect(),
            nodes: vec![
                "10.0.0.0/24".parse().unwrap(),
                "2001:db8::/64".parse().unwrap(),
            ],
            asks_for_ssh: false,
            is_list: |id| id.starts_with("pl-"),
        };
        let findings = group.judge(&access(&Family::BOTH), |rules| {
            told(rules.to_vec()).join("; ")
        });
        let said = findings.into_iter();
        said.map(|finding| (finding.severity, finding.remedy.unwrap_or_default()))
            .collect()
    }

    fn without(lacking: impl Fn(&Rule) -> bool) -> Vec<Rule> {
        let rules = access(&Family::BOTH).rules.into_iter();
        rules.filter(|rule| !lacking(rule)).collect()
    }

    #[test]
    fn a_group_like_ours_lacks_nothing() {
        assert_eq!(judged(without(|_| false)), []);
        assert_eq!(judged(without(is_ssh)), [], "nobody asked for SSH");
    }

    #[test]
    fn nodes_that_cannot_talk_in_one_family_are_an_error() {
        for family in Family::BOTH {
            let found = judged(without(|rule| {
                rule.peer == Peer::Members && rule.family == family
            }));
            let expected = format!("{family} all from members of the group");
            assert_eq!(found, [(Severity::Error, expected)]);
        }
    }

    #[test]
    fn nodes_may_let_each_other_in_by_their_ranges() {
        let ranges = ["10.0.0.0/16", "2001:db8::/56"].map(|net| {
            let net: IpNet = net.parse().unwrap();
            Rule::ingress(Family::of(&net), Traffic::All, Peer::Range(net))
        });
        let others = without(|rule| rule.peer == Peer::Members);
        assert_eq!(judged(others.iter().cloned().chain(ranges.clone())), []);
        let one = judged(others.into_iter().chain([ranges[0].clone()]));
        assert_eq!(one[0].0, Severity::Error, "nothing lets IPv6 in: {one:?}");
    }

    #[test]
    fn nodes_that_reach_nobody_are_an_error_and_some_are_a_warning() {
        let is_out = |rule: &Rule| rule.direction == Direction::Egress;
        let expected = "all to 0.0.0.0/0; all to ::/0".to_owned();
        assert_eq!(judged(without(is_out)), [(Severity::Error, expected)]);
        let some = Family::BOTH.map(|family| {
            let all = Peer::Range(everywhere(family));
            Rule::egress(family, HTTPS, all)
        });
        let found = judged(without(is_out).into_iter().chain(some));
        assert_eq!(found[0].0, Severity::Warning);
    }

    #[test]
    fn errors_of_icmp_are_wanted_and_echoes_are_not() {
        let is_icmp = |rule: &Rule| matches!(rule.traffic, Traffic::Icmp(_));
        let expected = "icmp from 0.0.0.0/0; icmpv6 from ::/0".to_owned();
        assert_eq!(judged(without(is_icmp)), [(Severity::Warning, expected)]);
        let of = |family, kind| {
            let traffic = Traffic::Icmp(Some(Icmp { kind, code: None }));
            Rule::ingress(family, traffic, Peer::Range(everywhere(family)))
        };
        let errors = [1, 2, 3, 4].map(|kind| of(Family::V6, kind));
        let errors = errors.into_iter().chain([of(Family::V4, 3)]);
        assert_eq!(judged(without(is_icmp).into_iter().chain(errors)), []);
    }

    #[test]
    fn a_list_of_prefixes_may_hold_what_is_lacking() {
        let is_port = |rule: &Rule| rule.traffic.ports().is_some();
        let lists = access(&Family::BOTH).rules.into_iter().filter(is_port);
        let lists = lists.map(|rule| rule.with_peer(Peer::Other("pl-1".to_owned())));
        let found = judged(without(is_port).into_iter().chain(lists));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, Severity::Note);
    }
}
