//! Security groups and their rules.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{
    IpPermission, IpRange, Ipv6Range, ResourceType, SecurityGroup, SecurityGroupRule,
    UserIdGroupPair,
};
use groundwork_kit::rules::{Direction, Kept, Peer, Rule};
use groundwork_provider::Result;
use ipnet::IpNet;

use super::{
    Api, PAGE_ENTRIES, SdkFilter, filters, gone::unless_gone, made_id, read_tags, specification,
    text,
};
use crate::{
    object::{
        Common, Filter, Tags,
        rules::{Permission, RuleState, mark, sent},
        security_group::SecurityGroupState,
    },
    wire,
};

/// A security group that is to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewGroup<'a> {
    pub(crate) vpc: &'a str,
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
}

impl Api {
    /// Groups with their rules: two listings, made at the same time. A group tells its rules
    /// itself, but not which are ours; of these alone the ids and tags are asked for.
    pub(crate) async fn security_groups(
        &self,
        groups: Option<&Filter>,
    ) -> Result<Vec<SecurityGroupState>> {
        let (groups, ours) = tokio::join!(self.groups(groups), self.our_rules());
        let mut by_group: BTreeMap<String, Vec<RuleState>> = BTreeMap::new();
        for (group, rule) in ours? {
            by_group.entry(group).or_default().push(rule);
        }
        let mut groups = groups?;
        for group in &mut groups {
            let id = &group.common.id;
            let ours = by_group.remove(id).unwrap_or_default();
            let known: Vec<Vec<Rule>> = ours.iter().map(|rule| rule.rules(id)).collect();
            group.rules.retain(|rule| !known.contains(&rule.rules(id)));
            group.rules.extend(ours);
            group.rules.sort();
        }
        Ok(groups)
    }

    async fn groups(&self, filter: Option<&Filter>) -> Result<Vec<SecurityGroupState>> {
        let call = self
            .ec2
            .describe_security_groups()
            .set_filters(filters(filter));
        let found = paged!(
            call,
            PAGE_ENTRIES,
            "DescribeSecurityGroups",
            security_groups
        );
        Ok(found.iter().map(group).collect())
    }

    async fn our_rules(&self) -> Result<Vec<(String, RuleState)>> {
        let (mark, value) = mark().pop_first().expect("a rule has a mark");
        let ours = SdkFilter::builder()
            .name(format!("tag:{mark}"))
            .values(value);
        let call = self.ec2.describe_security_group_rules();
        let found = paged!(
            call.filters(ours.build()),
            PAGE_ENTRIES,
            "DescribeSecurityGroupRules",
            security_group_rules
        );
        Ok(found
            .iter()
            .map(|found| (text(found.group_id()), rule(found)))
            .collect())
    }

    pub(crate) async fn create_security_group(
        &self,
        new: NewGroup<'_>,
        tags: &Tags,
    ) -> Result<SecurityGroupState> {
        const OPERATION: &str = "CreateSecurityGroup";
        let call = self
            .ec2
            .create_security_group()
            .set_dry_run(self.dry)
            .vpc_id(new.vpc)
            .group_name(new.name);
        let tags_of = specification(ResourceType::SecurityGroup, tags);
        let sent = call
            .description(new.description)
            .tag_specifications(tags_of)
            .send()
            .await;
        let reply = sent.map_err(|error| wire::error(OPERATION, error))?;
        let id = made_id(OPERATION, reply.group_id())?;
        let mut common = Common::new(Some(id), tags.clone());
        common.name = new.name.to_owned();
        Ok(SecurityGroupState {
            common,
            vpc: new.vpc.to_owned(),
            rules: vec![RuleState::of_every_group()],
        })
    }

    pub(crate) async fn delete_security_group(&self, id: &str) -> Result<()> {
        let sent = self
            .ec2
            .delete_security_group()
            .set_dry_run(self.dry)
            .group_id(id)
            .send()
            .await;
        let sent = sent.map_err(|error| wire::error("DeleteSecurityGroup", error));
        unless_gone(
            sent,
            self.security_groups(Some(&Filter::by_id("group-id", id))),
        )
        .await
    }

    /// Lets in, or out, what the rules say: one call for all of one direction.
    pub(crate) async fn authorize(
        &self,
        group: &str,
        direction: Direction,
        rules: &[Rule],
    ) -> Result<Vec<RuleState>> {
        let permissions = sent(rules).into_iter();
        let permissions: Vec<_> = permissions.map(|rule| permission(group, rule)).collect();
        let permissions = Some(permissions);
        let tags = specification(ResourceType::SecurityGroupRule, &mark());
        if direction == Direction::Egress {
            let call = self
                .ec2
                .authorize_security_group_egress()
                .set_dry_run(self.dry)
                .group_id(group);
            let sent = call
                .set_ip_permissions(permissions)
                .tag_specifications(tags)
                .send()
                .await;
            let reply = sent.map_err(|error| wire::error("AuthorizeSecurityGroupEgress", error))?;
            return Ok(reply.security_group_rules().iter().map(rule).collect());
        }
        let call = self
            .ec2
            .authorize_security_group_ingress()
            .set_dry_run(self.dry)
            .group_id(group);
        let sent = call
            .set_ip_permissions(permissions)
            .tag_specifications(tags)
            .send()
            .await;
        let reply = sent.map_err(|error| wire::error("AuthorizeSecurityGroupIngress", error))?;
        Ok(reply.security_group_rules().iter().map(rule).collect())
    }

    /// Takes rules away, all or none: where one is gone, nothing is done, and who asks looks again.
    pub(crate) async fn revoke(&self, group: &str, egress: bool, rules: Vec<String>) -> Result<()> {
        if egress {
            let call = self
                .ec2
                .revoke_security_group_egress()
                .set_dry_run(self.dry)
                .group_id(group);
            let sent = call.set_security_group_rule_ids(Some(rules)).send().await;
            return sent
                .map(drop)
                .map_err(|error| wire::error("RevokeSecurityGroupEgress", error));
        }
        let call = self
            .ec2
            .revoke_security_group_ingress()
            .set_dry_run(self.dry)
            .group_id(group);
        let sent = call.set_security_group_rule_ids(Some(rules)).send().await;
        sent.map(drop)
            .map_err(|error| wire::error("RevokeSecurityGroupIngress", error))
    }
}

fn group(group: &SecurityGroup) -> SecurityGroupState {
    let mut common = Common::new(group.group_id(), read_tags(group.tags()));
    common.name = text(group.group_name());
    SecurityGroupState {
        common,
        vpc: text(group.vpc_id()),
        rules: permitted(group),
    }
}

/// Every rule of a group, one for each peer of its permissions.
fn permitted(group: &SecurityGroup) -> Vec<RuleState> {
    let directions = [
        (false, group.ip_permissions()),
        (true, group.ip_permissions_egress()),
    ];
    let mut rules = Vec::new();
    for (egress, permissions) in directions {
        for permission in permissions {
            rules.extend(peers(permission).map(|peer| RuleState {
                egress,
                protocol: text(permission.ip_protocol()),
                first: permission.from_port().unwrap_or(-1),
                last: permission.to_port().unwrap_or(-1),
                peer: peer.to_owned(),
                ..RuleState::default()
            }));
        }
    }
    rules
}

/// From where, or where to: ranges of both families, groups, lists of prefixes.
fn peers(permission: &IpPermission) -> impl Iterator<Item = &str> {
    let v4 = permission.ip_ranges().iter();
    let v6 = permission.ipv6_ranges().iter();
    let groups = permission.user_id_group_pairs().iter();
    let lists = permission.prefix_list_ids().iter();
    let ranges = v4.filter_map(|range| range.cidr_ip());
    let ranges = ranges.chain(v6.filter_map(|range| range.cidr_ipv6()));
    let others = groups.filter_map(|pair| pair.group_id());
    ranges
        .chain(others)
        .chain(lists.filter_map(|list| list.prefix_list_id()))
}

fn rule(rule: &SecurityGroupRule) -> RuleState {
    let group = rule
        .referenced_group_info()
        .and_then(|info| info.group_id());
    let from = rule
        .cidr_ipv4()
        .or(rule.cidr_ipv6())
        .or(group)
        .or(rule.prefix_list_id());
    RuleState {
        id: text(rule.security_group_rule_id()),
        egress: rule.is_egress().unwrap_or_default(),
        protocol: text(rule.ip_protocol()),
        first: rule.from_port().unwrap_or(-1),
        last: rule.to_port().unwrap_or(-1),
        peer: text(from),
        tags: read_tags(rule.tags()),
    }
}

fn permission(group: &str, rule: &Rule) -> IpPermission {
    let Permission {
        protocol,
        first,
        last,
    } = Permission::of(rule);
    let permission = IpPermission::builder()
        .ip_protocol(protocol)
        .set_from_port(first)
        .set_to_port(last);
    match &rule.peer {
        Peer::Members => {
            permission.user_id_group_pairs(UserIdGroupPair::builder().group_id(group).build())
        }
        Peer::Other(id) => {
            permission.user_id_group_pairs(UserIdGroupPair::builder().group_id(id).build())
        }
        Peer::Range(IpNet::V4(net)) => {
            permission.ip_ranges(IpRange::builder().cidr_ip(net.to_string()).build())
        }
        Peer::Range(IpNet::V6(net)) => {
            permission.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(net.to_string()).build())
        }
    }
    .build()
}
