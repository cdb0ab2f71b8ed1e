//! Whether a security group that a document names lets in what nodes need. Pure.

use std::collections::BTreeSet;

use groundwork_model::{Family, Finding, Severity};
use ipnet::IpNet;

use crate::{
    assess::{Judge, is_within, owner},
    calls, codes, rule_set,
    rules::{Protocol, Rule, Source, everywhere},
    security_group::SecurityGroupState,
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
    let lacking: Vec<(Severity, Rule)> = wanted
        .into_iter()
        .filter(|rule| !is_ssh(judge, rule))
        .filter(|rule| !lets.iter().any(|other| other.covers(rule)))
        .filter_map(|rule| Some((severity(judge, &lets, &rule)?, rule)))
        .collect();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let same = lacking.iter().filter(|(of, _)| *of == severity);
        let rules: Vec<&Rule> = same.map(|(_, rule)| rule).collect();
        if !rules.is_empty() {
            told_lack(judge, group, severity, &rules);
        }
    }
    judge.tag_room(&told, &group.common.tags, place);
}

/// Where the document does not say who logs in, a group that lets nobody is as good as any.
fn is_ssh(judge: &Judge<'_>, rule: &Rule) -> bool {
    judge.target.spec.ssh_sources.is_none() && rule.ports == Some((22, 22))
}

/// How bad it is that a group has no such rule; `None` where others do as well.
fn severity(judge: &Judge<'_>, lets: &BTreeSet<Rule>, rule: &Rule) -> Option<Severity> {
    if rule.peer == Source::Members {
        return (!nodes_are_let_in(judge, lets)).then_some(Severity::Error);
    }
    // Packet too big is what IPv6 cannot do without; fragmentation needed is IPv4's.
    let family = match rule.protocol {
        Protocol::Icmp => Some(Family::V4),
        Protocol::Icmpv6 => Some(Family::V6),
        Protocol::Any | Protocol::Tcp | Protocol::Udp | Protocol::Other(_) => None,
    };
    match family {
        Some(family) if has(lets, &too_big(family)) => None,
        Some(Family::V6) => Some(Severity::Error),
        Some(Family::V4) => Some(Severity::Warning),
        None if from_list(lets, rule) => Some(Severity::Note),
        None => Some(Severity::Warning),
    }
}

fn has(lets: &BTreeSet<Rule>, rule: &Rule) -> bool {
    lets.iter().any(|other| other.covers(rule))
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

/// Whether nodes let each other in by their ranges, rather than by being of one group.
fn nodes_are_let_in(judge: &Judge<'_>, lets: &BTreeSet<Rule>) -> bool {
    let everything = lets
        .iter()
        .filter(|rule| !rule.egress && rule.protocol == Protocol::Any);
    let ranges: Vec<IpNet> = everything
        .filter_map(|rule| match &rule.peer {
            Source::Range(net) => Some(*net),
            Source::Members | Source::Other(_) => None,
        })
        .collect();
    let subnets = judge.survey.subnets.iter().filter_map(Named::state);
    let nodes = subnets.flat_map(|subnet| {
        let ipv6 = subnet.ipv6_range().filter(|_| judge.dual);
        subnet.cidr.into_iter().chain(ipv6)
    });
    let nodes: Vec<IpNet> = nodes.collect();
    !nodes.is_empty() && nodes.iter().all(|net| is_within(net, &ranges))
}

/// Whether the same is let in from a list of prefixes, which is not looked into.
fn from_list(lets: &BTreeSet<Rule>, rule: &Rule) -> bool {
    let of_list = |other: &&Rule| match &other.peer {
        Source::Other(id) => id.starts_with("pl-"),
        Source::Members | Source::Range(_) => false,
    };
    let as_if = |other: &Rule| Rule {
        peer: rule.peer.clone(),
        ..other.clone()
    };
    let mut lists = lets.iter().filter(of_list);
    lists.any(|other| as_if(other).covers(rule))
}

fn told_lack(
    judge: &mut Judge<'_>,
    group: &SecurityGroupState,
    severity: Severity,
    rules: &[&Rule],
) {
    let told = group.told();
    let texts: Vec<String> = rules.iter().map(|rule| rule.told()).collect();
    let unless = match severity {
        Severity::Note => ", unless by a list of prefixes",
        Severity::Error | Severity::Warning => "",
    };
    let message = format!("{told} does not allow{unless}: {}", texts.join("; "));
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
