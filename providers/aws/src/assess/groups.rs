//! Whether a security group that a document names lets in what nodes need. Pure.

use std::collections::BTreeSet;

use groundwork_model::{Family, Finding, Severity};
use ipnet::IpNet;

use crate::{
    assess::{Judge, calls, cover, owner},
    codes,
    compile::rule_set,
    object::{
        rules::{Protocol, Rule, Source, everywhere},
        security_group::SecurityGroupState,
    },
    spec::field,
    survey::Named,
};

/// Judges a group that is somebody else's.
pub(crate) fn judge(judge: &mut Judge<'_>, group: &SecurityGroupState) {
    let told = group.told();
    let place = field("securityGroupID");
    let survey = judge.survey;
    let vpc = survey.vpc.state().or(survey.our_vpc.as_ref());
    if let Some(vpc) = vpc.filter(|vpc| vpc.common.id != group.vpc) {
        let message = format!("{told} is in VPC {}, not in {}", group.vpc, vpc.told());
        let finding = Finding::error(codes::GROUP_VPC, message).at(place);
        judge.say(finding, told, "name a group of the cluster's VPC");
        return;
    }
    let lets = group.lets();
    let (wanted, _) = rule_set::rules(judge.target);
    let lacking: Vec<(Lack, Rule)> = wanted
        .into_iter()
        .filter(|rule| !is_ssh(judge, rule))
        .filter(|rule| !cover::covers(&lets, rule))
        .filter_map(|rule| Some((lack(judge, &lets, &rule)?, rule)))
        .collect();
    for lack in [Lack::Vital, Lack::Wanted, Lack::Listed, Lack::Others] {
        let same = lacking.iter().filter(|(of, _)| *of == lack);
        let rules: Vec<&Rule> = same.map(|(_, rule)| rule).collect();
        if !rules.is_empty() {
            told_lack(judge, group, lack, &rules);
        }
    }
    judge.tag_room(&told, &group.common.tags, place);
}

/// Where the document does not say who logs in, a group that lets nobody is as good as any.
fn is_ssh(judge: &Judge<'_>, rule: &Rule) -> bool {
    judge.target.spec.ssh_sources.is_none() && rule.ports == Some((22, 22))
}

/// What it means that a group has no such rule.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Lack {
    /// There is no cluster without it, or none that works.
    Vital,
    /// The document asks for it.
    Wanted,
    /// It may be in a list of prefixes, which is not looked into.
    Listed,
    /// Among nodes, TCP and UDP are let in, and nothing else.
    Others,
}

/// What is lacking without a rule; `None` where others do as well.
fn lack(judge: &Judge<'_>, lets: &BTreeSet<Rule>, rule: &Rule) -> Option<Lack> {
    if rule.peer == Source::Members {
        return among_nodes(judge, lets);
    }
    // Packet too big is what IPv6 cannot do without; fragmentation needed is IPv4's.
    let (needed, without) = match rule.protocol {
        Protocol::Icmp => (too_big(Family::V4), Lack::Wanted),
        Protocol::Icmpv6 => (too_big(Family::V6), Lack::Vital),
        Protocol::Any | Protocol::Tcp | Protocol::Udp | Protocol::Other(_) => {
            (rule.clone(), Lack::Wanted)
        }
    };
    match (cover::covers(lets, &needed), from_list(lets, &needed)) {
        (true, _) => None,
        (false, true) => Some(Lack::Listed),
        (false, false) => Some(without),
    }
}

fn too_big(family: Family) -> Rule {
    let (protocol, kind) = match family {
        Family::V4 => (Protocol::Icmp, (3, 4)),
        Family::V6 => (Protocol::Icmpv6, (2, 0)),
    };
    Rule {
        egress: false,
        protocol,
        ports: Some(kind),
        peer: Source::Range(everywhere(family)),
    }
}

/// Nodes let each other in as members of the group, or by their ranges. What clusters send is TCP
/// and UDP, as a rule.
fn among_nodes(judge: &Judge<'_>, lets: &BTreeSet<Rule>) -> Option<Lack> {
    let nodes = node_ranges(judge);
    let of = |protocol: &Protocol, peer| Rule {
        egress: false,
        protocol: protocol.clone(),
        ports: None,
        peer,
    };
    let is_let_in = |protocol: &Protocol| {
        let from = |net: &IpNet| cover::covers(lets, &of(protocol, Source::Range(*net)));
        cover::covers(lets, &of(protocol, Source::Members))
            || (!nodes.is_empty() && nodes.iter().all(from))
    };
    let is_listed = |protocol: &Protocol| from_list(lets, &of(protocol, Source::Members));
    let usual = [Protocol::Tcp, Protocol::Udp];
    if is_let_in(&Protocol::Any) {
        None
    } else if is_listed(&Protocol::Any) {
        Some(Lack::Listed)
    } else if usual.iter().all(is_let_in) {
        Some(Lack::Others)
    } else if usual
        .iter()
        .all(|usual| is_let_in(usual) || is_listed(usual))
    {
        Some(Lack::Listed)
    } else {
        Some(Lack::Vital)
    }
}

/// The ranges that nodes have addresses of.
fn node_ranges(judge: &Judge<'_>) -> Vec<IpNet> {
    let subnets = judge.survey.subnets.iter().filter_map(Named::state);
    let nodes = subnets.flat_map(|subnet| {
        let ipv6 = subnet.ipv6_range().filter(|_| judge.dual);
        subnet.cidr.into_iter().chain(ipv6)
    });
    nodes.collect()
}

/// Whether the same is let in from a list of prefixes, which is not looked into.
fn from_list(lets: &BTreeSet<Rule>, rule: &Rule) -> bool {
    let of_list = |other: &&Rule| match &other.peer {
        Source::Other(id) => id.starts_with("pl-"),
        Source::Members | Source::Range(_) => false,
    };
    let mut lists = lets.iter().filter(of_list);
    lists.any(|other| other.as_from(&rule.peer).covers(rule))
}

fn told_lack(judge: &mut Judge<'_>, group: &SecurityGroupState, lack: Lack, rules: &[&Rule]) {
    let told = group.told();
    let texts: Vec<String> = rules.iter().map(|rule| rule.told()).collect();
    let texts = texts.join("; ");
    let (severity, message) = match lack {
        Lack::Vital => (Severity::Error, format!("{told} does not allow: {texts}")),
        Lack::Wanted => (Severity::Warning, format!("{told} does not allow: {texts}")),
        Lack::Listed => (
            Severity::Note,
            format!("{told} does not allow, unless by a list of prefixes: {texts}"),
        ),
        Lack::Others => (
            Severity::Note,
            format!(
                "{told} lets nodes reach each other by TCP and UDP: other protocols that network \
                 plugins may use, such as IP in IP and ESP, do not come through"
            ),
        ),
    };
    let mut calls = Vec::new();
    for egress in [false, true] {
        let side = rules.iter().filter(|rule| rule.egress == egress).copied();
        let side: Vec<&Rule> = side.collect();
        if !side.is_empty() {
            calls.push(calls::authorize(&group.common.id, egress, &side));
        }
    }
    let finding = Finding::new(severity, codes::GROUP_RULES, message);
    let remedy = format!("{}; or leave securityGroupID out", owner(&calls.join("; ")));
    judge.say(finding.at(field("securityGroupID")), told, remedy);
}
