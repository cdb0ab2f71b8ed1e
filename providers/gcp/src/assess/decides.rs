//! What rules decide about the traffic of nodes, one after the other. Pure.

use std::{collections::BTreeSet, fmt};

use groundwork_kit::rules::{Direction, Peer, Rule, covers};
use groundwork_model::{Family, cidr::overlap};
use ipnet::IpNet;

/// What is known of the cluster's nodes, by which rules choose machines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nodes<'a> {
    /// The id of the network that they are in.
    pub(crate) network: &'a str,
    /// Their network tag.
    pub(crate) tag: &'a str,
    /// Their service account: that of the cluster's own key. Unknown where another key is used.
    pub(crate) account: Option<&'a str>,
    /// The ranges that they have addresses of.
    pub(crate) ranges: &'a [IpNet],
}

/// Whether machines that a rule is about are nodes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Chosen {
    Yes,
    No,
    /// Nobody here knows whether nodes have that.
    Unknown(By),
}

/// By what a rule chooses machines.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum By {
    Accounts(Vec<String>),
    SecureTags(Vec<String>),
}

/// What a rule does with packets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    Allows,
    Denies,
    /// The rest of its policy is left out for them (`goto_next`).
    PassesOn,
}

/// Why it is not known whether a rule is about the nodes' traffic.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Doubt {
    /// Which machines it is for.
    Target(By),
    /// Which machines' packets it is about.
    Source(By),
    /// Addresses that are not looked into: lists, names, countries, networks.
    Addresses(String),
}

/// One rule in its place: who made it, and what it lets through, or stops.
#[derive(Clone, Debug)]
pub(crate) struct Decides {
    pub(crate) told: String,
    pub(crate) verdict: Verdict,
    pub(crate) rules: BTreeSet<Rule>,
    /// Why it may not be about the nodes.
    pub(crate) doubt: Option<Doubt>,
    /// Rules of one level stand in one policy.
    pub(crate) level: usize,
    /// Whether rules with our number have decided before it.
    pub(crate) is_after_ours: bool,
}

/// A rule that denies something that is wanted.
#[derive(Debug)]
pub(crate) struct Denial<'d> {
    pub(crate) by: &'d Decides,
    /// Rules before it that may let this through.
    pub(crate) unless: Vec<&'d Decides>,
}

impl Nodes<'_> {
    /// Whether they have one of these service accounts.
    pub(crate) fn have_account(&self, accounts: &[String]) -> Chosen {
        match self.account {
            Some(own) if accounts.iter().any(|account| account == own) => Chosen::Yes,
            Some(_) => Chosen::No,
            None => Chosen::Unknown(By::Accounts(accounts.to_vec())),
        }
    }

    /// What a rule lets in. Where it does so from all their addresses, they reach each other.
    pub(crate) fn let_in(&self, rules: &BTreeSet<Rule>) -> BTreeSet<Rule> {
        let among = rules.iter().filter(|rule| self.are_inside(rule));
        let among = among.map(|rule| rule.with_peer(Peer::Members));
        rules.iter().cloned().chain(among).collect()
    }

    fn are_inside(&self, rule: &Rule) -> bool {
        let Peer::Range(net) = &rule.peer else {
            return false;
        };
        let own = self.ranges.iter();
        let own: Vec<&IpNet> = own.filter(|own| Family::of(own) == rule.family).collect();
        let is_ingress = rule.direction == Direction::Ingress;
        is_ingress && !own.is_empty() && own.into_iter().all(|own| net.contains(own))
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accounts(accounts) => write!(f, "the service account {}", accounts.join(" or ")),
            Self::SecureTags(tags) => write!(f, "the secure tag {}", tags.join(" or ")),
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target(by) => write!(f, "is for machines with {by}"),
            Self::Source(by) => write!(f, "is about packets from machines with {by}"),
            Self::Addresses(what) => write!(f, "is about {what}, which is not looked into"),
        }
    }
}

impl Decides {
    pub(crate) fn meets(&self, wanted: &Rule, nodes: &Nodes<'_>) -> bool {
        self.rules
            .iter()
            .any(|rule| meets(rule, wanted, nodes.ranges))
    }
}

/// The rule that denies some of what is wanted, before others have let all of it through; where none
/// surely does, those that may.
pub(crate) fn denials<'d>(
    wanted: &Rule,
    decided: &'d [Decides],
    nodes: &Nodes<'_>,
) -> Vec<Denial<'d>> {
    let (mut allowed, mut passed) = (BTreeSet::new(), BTreeSet::new());
    let (mut level, mut perhaps, mut unless) = (None, Vec::new(), Vec::new());
    for by in decided {
        if level != Some(by.level) {
            (level, passed) = (Some(by.level), allowed.clone());
        }
        if covers(&allowed, wanted) {
            break;
        }
        if covers(&passed, wanted) || !by.meets(wanted, nodes) {
            continue;
        }
        match (by.verdict, &by.doubt) {
            (Verdict::Denies, None) => return vec![Denial { by, unless }],
            (Verdict::Denies, Some(_)) => perhaps.push(by),
            (Verdict::Allows | Verdict::PassesOn, Some(_)) => unless.push(by),
            (Verdict::Allows, None) => {
                allowed.extend(nodes.let_in(&by.rules));
                passed.extend(nodes.let_in(&by.rules));
            }
            (Verdict::PassesOn, None) => passed.extend(nodes.let_in(&by.rules)),
        }
    }
    let denial = |by| Denial {
        by,
        unless: Vec::new(),
    };
    perhaps.into_iter().map(denial).collect()
}

/// Whether a rule is about packets that are wanted. `nodes` are the ranges of the nodes.
fn meets(rule: &Rule, wanted: &Rule, nodes: &[IpNet]) -> bool {
    let same = (rule.direction, rule.family) == (wanted.direction, wanted.family);
    same && rule.overlaps(wanted) && peers_meet(&rule.peer, &wanted.peer, nodes)
}

fn peers_meet(rule: &Peer, wanted: &Peer, nodes: &[IpNet]) -> bool {
    match (rule, wanted) {
        (Peer::Range(rule), Peer::Range(wanted)) => overlap(rule, wanted),
        (Peer::Range(rule), Peer::Members) => nodes.iter().any(|net| overlap(rule, net)),
        (Peer::Members, _) => true,
        (Peer::Other(_), _) | (_, Peer::Other(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use groundwork_kit::rules::{Ports, Traffic};

    use super::*;

    fn decides(told: &str, verdict: Verdict, level: usize, peer: &str) -> Decides {
        let peer = Peer::Range(peer.parse().unwrap());
        Decides {
            told: told.to_owned(),
            verdict,
            rules: [Rule::ingress(Family::V4, Traffic::All, peer)].into(),
            doubt: None,
            level,
            is_after_ours: false,
        }
    }

    fn doubted(decides: Decides) -> Decides {
        Decides {
            doubt: Some(Doubt::Addresses("a list".to_owned())),
            ..decides
        }
    }

    /// Who denies SSH from some addresses, and unless who lets it through.
    fn denied(decided: &[Decides], from: Peer) -> Vec<(String, Vec<String>)> {
        let nodes = Nodes {
            network: "n",
            tag: "t",
            account: None,
            ranges: &["10.5.0.0/22".parse().unwrap()],
        };
        let wanted = Rule::ingress(Family::V4, Traffic::Tcp(Ports::one(22)), from);
        let denials = denials(&wanted, decided, &nodes).into_iter();
        let told = |one: &Decides| one.told.clone();
        denials
            .map(|denial| {
                (
                    told(denial.by),
                    denial.unless.into_iter().map(told).collect(),
                )
            })
            .collect()
    }

    fn office() -> Peer {
        Peer::Range("10.5.1.0/24".parse().unwrap())
    }

    fn by(told: &str) -> Vec<(String, Vec<String>)> {
        vec![(told.to_owned(), Vec::new())]
    }

    #[test]
    fn what_is_passed_on_is_not_denied_by_the_rest_of_its_policy() {
        let passes = decides("next", Verdict::PassesOn, 1, "10.0.0.0/8");
        let denies = |level| decides("all", Verdict::Denies, level, "0.0.0.0/0");
        assert_eq!(denied(&[passes.clone(), denies(1)], office()), []);
        assert_eq!(denied(&[passes, denies(2)], office()), by("all"));
    }

    #[test]
    fn what_is_let_in_from_all_addresses_of_nodes_is_let_in_among_them() {
        let allows = |net| decides("in", Verdict::Allows, 1, net);
        let denies = decides("all", Verdict::Denies, 1, "0.0.0.0/0");
        let among = |net| denied(&[allows(net), denies.clone()], Peer::Members);
        assert_eq!(among("10.0.0.0/8"), []);
        assert_eq!(among("10.5.0.0/24"), by("all"));
    }

    #[test]
    fn a_doubt_is_told_with_the_rule_that_denies() {
        let allows = doubted(decides("in", Verdict::Allows, 1, "0.0.0.0/0"));
        let denies = decides("all", Verdict::Denies, 1, "0.0.0.0/0");
        let unless = [("all".to_owned(), vec!["in".to_owned()])];
        assert_eq!(denied(&[allows, denies.clone()], office()), unless);
        let perhaps = doubted(decides("some", Verdict::Denies, 1, "0.0.0.0/0"));
        assert_eq!(denied(std::slice::from_ref(&perhaps), office()), by("some"));
        let both = [perhaps, denies];
        assert_eq!(denied(&both, office()), by("all"), "it is denied anyway");
    }
}
