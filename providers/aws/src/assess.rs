//! The network judged as a whole: what single fields cannot show. Pure.

use groundwork_model::{Family, Finding, cidr};
use groundwork_provider::{States, Target};

use crate::{
    codes, reach, rule_set,
    rules::{Protocol, Source},
    security_group::{SecurityGroup, SecurityGroupState},
    spec::{Datacenter, Spec, field},
    subnet::SubnetState,
    survey::{Named, Survey},
    vpc::{Vpc, VpcState},
};

/// Tags that an object of EC2's may have.
const TAGS_MAX: usize = 50;
/// Addresses below which a subnet is as good as full.
const FREE_MIN: i32 = 8;

/// Everything that is not as a cluster's network has to be, as far as it exists.
pub(crate) fn assess(
    target: &Target<Spec, Datacenter>,
    survey: &Survey,
    states: &States,
) -> Vec<Finding> {
    let mut judge = Judge {
        target,
        survey,
        states,
        dual: target.addressing.family.is_dual_stack(),
        findings: Vec::new(),
    };
    if let Named::External(vpc) = &survey.vpc {
        judge.vpc(vpc);
        judge.subnets(vpc);
    }
    judge.security_group();
    judge.findings
}

pub(crate) struct Judge<'a> {
    pub(crate) target: &'a Target<Spec, Datacenter>,
    pub(crate) survey: &'a Survey,
    states: &'a States,
    pub(crate) dual: bool,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    pub(crate) fn say(&mut self, finding: Finding, about: String, remedy: impl Into<String>) {
        self.findings.push(finding.about(about).remedy(remedy));
    }

    fn vpc(&mut self, vpc: &VpcState) {
        let told = vpc.told();
        if self.dual && vpc.ipv6_ranges().is_empty() {
            let coming = vpc.ipv6.iter().any(|block| block.state == "associating");
            let message = match coming {
                true => format!("the IPv6 range of {told} is not associated yet"),
                false => format!("{told} has no IPv6 range, and the cluster is dual-stack"),
            };
            let id = &vpc.common.id;
            let remedy = format!(
                "have its owner add one: aws ec2 associate-vpc-cidr-block --vpc-id {id} \
                 --amazon-provided-ipv6-cidr-block; then a /64 for each subnet"
            );
            let finding = Finding::error(codes::VPC_IPV6, message).at(field("vpcID"));
            self.say(finding, told.clone(), remedy);
        }
        let mut named = self.target.addressing.named();
        let ranges = vpc.cidrs.iter().chain(vpc.cidr.iter()).copied();
        let mut ranges: Vec<_> = ranges.chain(vpc.ipv6_ranges()).collect();
        ranges.sort();
        ranges.dedup();
        named.extend(
            ranges
                .into_iter()
                .map(|net| (format!("{} VPC", Family::of(&net)), net)),
        );
        let found = cidr::overlaps(&named).into_iter();
        let with_vpc = found.filter(|finding| finding.message.contains(" VPC"));
        self.findings
            .extend(with_vpc.map(|finding| finding.about(told.clone())));
    }

    /// Those that the document names have to be fit; of a whole VPC, one has to.
    fn subnets(&mut self, vpc: &VpcState) {
        let named = self
            .target
            .spec
            .subnet_ids
            .as_ref()
            .is_some_and(|ids| !ids.is_empty());
        let before = self.findings.len();
        let mut fit = 0;
        let survey = self.survey;
        let subnets: Vec<_> = survey.subnets.iter().filter_map(Named::state).collect();
        for subnet in &subnets {
            let errors = self.errors();
            self.subnet(subnet, vpc);
            fit += usize::from(self.errors() == errors);
        }
        if !named && fit > 0 {
            // Others of the VPC may be for something else: what they lack is not an error.
            for finding in &mut self.findings[before..] {
                if finding.is_error() {
                    finding.severity = groundwork_model::Severity::Warning;
                }
            }
        }
        if subnets.is_empty() {
            let message = format!("{} has no subnet that nodes could be in", vpc.told());
            let finding = Finding::error(codes::SUBNET_NONE, message).at(field("subnetIDs"));
            self.say(
                finding,
                vpc.told(),
                "name subnets in subnetIDs, or have some made",
            );
        }
    }

    fn errors(&self) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.is_error())
            .count()
    }

    fn subnet(&mut self, subnet: &SubnetState, vpc: &VpcState) {
        let told = subnet.told();
        if subnet.vpc != vpc.common.id {
            let message = format!("{told} is in VPC {}, not in {}", subnet.vpc, vpc.told());
            let finding = Finding::error(codes::SUBNET_VPC, message).at(field("subnetIDs"));
            self.say(finding, told, "name subnets of one VPC");
            return;
        }
        self.zone(subnet);
        self.families(subnet);
        self.room(subnet);
        reach::judge(self, subnet);
    }

    fn zone(&mut self, subnet: &SubnetState) {
        let zones = self
            .target
            .spec
            .zones
            .as_ref()
            .filter(|zones| !zones.is_empty());
        let asked = zones.is_none_or(|zones| zones.contains(&subnet.zone));
        let kind = self
            .survey
            .zones
            .iter()
            .find(|zone| zone.name == subnet.zone);
        let odd = kind.filter(|zone| self.dual && !zone.is_ordinary());
        let message = match (asked, odd) {
            (true, None) => return,
            (false, _) => format!(
                "{} is in zone {}, which zones does not list",
                subnet.told(),
                subnet.zone
            ),
            (true, Some(zone)) => format!(
                "{} is in a {}, where IPv6 differs or is missing",
                subnet.told(),
                zone.kind
            ),
        };
        let finding = Finding::error(codes::ZONE, message).at(field("subnetIDs"));
        self.say(finding, subnet.told(), "name a subnet of another zone");
    }

    fn families(&mut self, subnet: &SubnetState) {
        let told = subnet.told();
        if subnet.cidr.is_none() || subnet.ipv6_native {
            let message = format!("{told} is of IPv6 alone, and a cluster needs IPv4");
            let finding = Finding::error(codes::SUBNET_FAMILY, message).at(field("subnetIDs"));
            self.say(finding, told.clone(), "name a subnet of both families");
        }
        if !self.dual {
            return;
        }
        let id = &subnet.common.id;
        let ranges = subnet.ipv6.iter().filter(|block| block.is_live()).count();
        if ranges == 0 {
            let message = format!("{told} has no IPv6 range: nodes would get no IPv6 address");
            let finding = Finding::error(codes::SUBNET_FAMILY, message).at(field("subnetIDs"));
            let remedy = format!(
                "have its owner add a free /64 of the VPC's range: aws ec2 \
                 associate-subnet-cidr-block --subnet-id {id} --ipv6-cidr-block …"
            );
            self.say(finding, told.clone(), remedy);
        }
        if ranges > 1 {
            let message =
                format!("{told} has {ranges} IPv6 ranges: which one nodes get is not clear");
            let finding = Finding::error(codes::SUBNET_FAMILY, message).at(field("subnetIDs"));
            self.say(
                finding,
                told.clone(),
                "have all but one removed, or name another subnet",
            );
        }
        if !subnet.assign_ipv6 {
            let message = format!("{told} gives no IPv6 addresses to machines of its own accord");
            let finding = Finding::error(codes::SUBNET_ASSIGN, message).at(field("subnetIDs"));
            let remedy = format!(
                "have its owner turn it on: aws ec2 modify-subnet-attribute --subnet-id {id} \
                 --assign-ipv6-address-on-creation"
            );
            self.say(finding, told, remedy);
        }
    }

    fn room(&mut self, subnet: &SubnetState) {
        let told = subnet.told();
        let free = self.survey.free_addresses.get(&subnet.common.id).copied();
        if let Some(free) = free.filter(|free| *free < FREE_MIN && subnet.cidr.is_some()) {
            let message = format!("{told} has {free} free IPv4 addresses");
            let severity = if free == 0 {
                Finding::error
            } else {
                Finding::warning
            };
            self.say(
                severity(codes::SUBNET_FULL, message),
                told.clone(),
                "name a larger subnet as well",
            );
        }
        self.tag_room(&told, &subnet.common.tags);
    }

    /// The cluster's tag, and our mark beside it.
    fn tag_room(&mut self, told: &str, tags: &crate::object::Tags) {
        let cluster = format!("{}{}", crate::shared_tag::CLUSTER_TAG, self.target.name());
        if !tags.contains_key(&cluster) && tags.len() + 2 > TAGS_MAX {
            let message = format!(
                "{told} has {} tags of {TAGS_MAX}, and needs two more",
                tags.len()
            );
            let finding = Finding::error(codes::TAGS_FULL, message);
            self.say(
                finding,
                told.to_owned(),
                "have tags removed that nobody uses",
            );
        }
    }

    fn security_group(&mut self) {
        let Some(state) = self.states.state::<SecurityGroup>("security-group") else {
            return;
        };
        match self.survey.security_group.external() {
            Some(_) => self.named_group(&state),
            None => self.foreign_rules(&state),
        }
    }

    fn named_group(&mut self, state: &SecurityGroupState) {
        let told = state.told();
        let vpc = self.states.state::<Vpc>("vpc").map(|vpc| vpc.common.id);
        if vpc.is_some_and(|vpc| vpc != state.vpc) {
            let message = format!("{told} is in VPC {}", state.vpc);
            let finding = Finding::error(codes::GROUP_VPC, message).at(field("securityGroupID"));
            self.say(finding, told.clone(), "name a group of the cluster's VPC");
        }
        let (wanted, _) = rule_set::rules(self.target);
        let lets = state.lets();
        let lacks = |rule: &&crate::Rule| !lets.iter().any(|other| other.covers(rule));
        for rule in wanted.iter().filter(lacks) {
            let message = format!("{told} does not allow: {}", rule.told());
            let vital = rule.protocol == Protocol::Icmpv6 || rule.peer == Source::Members;
            let finding = match vital {
                true => Finding::error(codes::GROUP_RULES, message),
                false => Finding::warning(codes::GROUP_RULES, message),
            };
            let finding = finding.at(field("securityGroupID"));
            self.say(
                finding,
                told.clone(),
                "have the rule added, or leave securityGroupID out",
            );
        }
        self.tag_room(&told, &state.common.tags);
    }

    /// Rules of other hands in our group are theirs: they stay, and are said.
    fn foreign_rules(&mut self, state: &SecurityGroupState) {
        let (wanted, _) = rule_set::rules(self.target);
        let foreign = state.rules.iter().filter(|rule| !rule.is_ours());
        let rules = foreign.map(|rule| rule.rule(&state.common.id));
        // EC2 itself lets everything out of a new group.
        let told: Vec<_> = rules
            .filter(|rule| !wanted.contains(rule))
            .filter(|rule| !(rule.egress && rule.protocol == Protocol::Any))
            .map(|rule| rule.told())
            .collect();
        if !told.is_empty() {
            let message = format!("{} also allows: {}", state.told(), told.join("; "));
            let finding = Finding::warning(codes::FOREIGN_RULES, message);
            self.say(
                finding,
                state.told(),
                "remove the rules by hand if they should not be there",
            );
        }
    }
}
