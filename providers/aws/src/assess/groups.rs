//! Whether a security group that a document names allows what nodes need. Pure.

use groundwork_kit::{
    existing::Group,
    rules::{Direction, Rule},
};
use groundwork_model::{Family, Finding};
use ipnet::IpNet;

use crate::{
    assess::{Judge, calls, owner},
    codes, compile,
    object::security_group::SecurityGroupState,
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
    let named = Group {
        told: told.clone(),
        field: place.clone(),
        rules: group.lets(),
        nodes: node_ranges(judge),
        asks_for_ssh: judge.target.spec.ssh_sources.is_some(),
        is_list: |id| id.starts_with("pl-"),
    };
    let mut access = compile::access(judge.target);
    // EC2 lets IPv6 out of a group by itself, once the VPC has IPv6.
    let is_to_come = vpc.is_some_and(|vpc| vpc.ipv6_ranges().is_empty());
    access.rules.retain(|rule| {
        !is_to_come || rule.family == Family::V4 || rule.direction == Direction::Ingress
    });
    let findings = named.judge(&access, |rules| remedy(&group.common.id, rules));
    judge.findings.extend(findings);
    judge.tag_room(&told, &group.common.tags, place);
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

fn remedy(group: &str, rules: &[&Rule]) -> String {
    let mut calls = Vec::new();
    for direction in [Direction::Ingress, Direction::Egress] {
        let side = rules.iter().filter(|rule| rule.direction == direction);
        let side: Vec<&Rule> = side.copied().collect();
        if !side.is_empty() {
            calls.push(calls::authorize(group, direction, &side));
        }
    }
    format!("{}; or leave securityGroupID out", owner(&calls.join("; ")))
}
