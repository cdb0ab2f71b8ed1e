//! What a request does something with, as policies see it.

use serde_json::Value;

use super::{Ec2, Kind, Params, items, tags_of};
use crate::policy::Target;

/// Changes that IAM judges by one object alone: a route by its table, not by where it leads.
fn judged_by(action: &str) -> Option<&'static str> {
    match action {
        "CreateRoute" | "DeleteRoute" | "ReplaceRoute" => Some("RouteTableId"),
        "RevokeSecurityGroupEgress" | "RevokeSecurityGroupIngress" => Some("GroupId"),
        _ => None,
    }
}

impl Ec2<'_> {
    /// Every action that a request needs to be allowed, each with what it is on.
    pub(crate) fn needed(&self, action: &str, asked: Params<'_>) -> Vec<(String, Target)> {
        let name = format!("ec2:{action}");
        if action.starts_with("Describe") || action.starts_with("Get") {
            return vec![(name, self.plain_target("*".to_owned()))];
        }
        if matches!(action, "CreateTags" | "DeleteTags") {
            return self.of_tags(&name, asked);
        }
        let mut needed: Vec<(String, Target)> = self
            .named_objects(action, asked)
            .into_iter()
            .map(|target| (name.clone(), target))
            .collect();
        if let Some(kind) = made_by(action) {
            let tags = specification(asked, kind);
            let target = || self.tagged(self.plain_target(self.arn(kind, "*")), tags);
            needed.push((name.clone(), target()));
            if !tags.is_empty() {
                let target = target().with("ec2:CreateAction", action);
                needed.push(("ec2:CreateTags".to_owned(), target));
            }
        }
        if needed.is_empty() {
            needed.push((name, self.plain_target("*".to_owned())));
        }
        needed
    }

    fn of_tags(&self, name: &str, asked: Params<'_>) -> Vec<(String, Target)> {
        let tags = asked.list("Tags");
        let resources = asked.texts("Resources").into_iter();
        let targets = resources.filter_map(|id| self.object_target(id));
        targets
            .map(|target| (name.to_owned(), self.tagged(target, tags)))
            .collect()
    }

    fn named_objects(&self, action: &str, asked: Params<'_>) -> Vec<Target> {
        let body = asked.0.as_object().into_iter().flatten();
        let mut targets = Vec::new();
        for (name, value) in body {
            if judged_by(action).is_some_and(|one| name != one) {
                continue;
            }
            let ids = match value {
                Value::String(id) => vec![id.as_str()],
                Value::Array(ids) => ids.iter().filter_map(Value::as_str).collect(),
                Value::Bool(_) | Value::Null | Value::Number(_) | Value::Object(_) => vec![],
            };
            for id in ids {
                let ids = match name.as_str() {
                    "AssociationId" => self.joined_by(id),
                    _ => vec![id.to_owned()],
                };
                targets.extend(ids.iter().filter_map(|id| self.object_target(id)));
            }
        }
        targets
    }

    /// What an association is of: its table and subnet, or what has the block.
    fn joined_by(&self, association: &str) -> Vec<String> {
        let places = [
            (Kind::RouteTable, "Associations", "RouteTableAssociationId"),
            (Kind::Vpc, "CidrBlockAssociationSet", "AssociationId"),
            (Kind::Vpc, "Ipv6CidrBlockAssociationSet", "AssociationId"),
            (Kind::Subnet, "Ipv6CidrBlockAssociationSet", "AssociationId"),
        ];
        let mut joined = Vec::new();
        for (kind, list, member) in places {
            for object in self.store.list(kind.resource_type()) {
                let mut all = items(&object.body, list).iter();
                if let Some(found) = all.find(|one| one[member] == association) {
                    joined.push(object.id.clone());
                    joined.extend(found["SubnetId"].as_str().map(str::to_owned));
                }
            }
        }
        joined
    }

    fn object_target(&self, id: &str) -> Option<Target> {
        let kind = Kind::of_id(id)?;
        let mut target = self.plain_target(self.arn(kind, id));
        if let Some(object) = self.store.find(kind.resource_type(), id) {
            for (key, value) in tags_of(&object.body) {
                target = target
                    .with(&format!("aws:ResourceTag/{key}"), &value)
                    .with(&format!("ec2:ResourceTag/{key}"), &value);
            }
        }
        Some(target)
    }

    fn plain_target(&self, arn: String) -> Target {
        let region = &self.config.region;
        Target::of(arn)
            .with("ec2:Region", region)
            .with("aws:RequestedRegion", region)
    }

    fn tagged(&self, target: Target, tags: &[Value]) -> Target {
        tags.iter().fold(target, |target, tag| {
            let text = |name: &str| tag[name].as_str().unwrap_or_default();
            let key = text("Key");
            target
                .with(&format!("aws:RequestTag/{key}"), text("Value"))
                .with("aws:TagKeys", key)
        })
    }
}

fn specification<'a>(asked: Params<'a>, kind: Kind) -> &'a [Value] {
    let all = asked.list("TagSpecifications");
    let own = all
        .iter()
        .find(|one| one["ResourceType"] == kind.resource_type());
    own.map_or(&[], |own| Params(own).list("Tags"))
}

fn made_by(action: &str) -> Option<Kind> {
    Some(match action {
        "AllocateAddress" => Kind::Address,
        "AuthorizeSecurityGroupEgress" | "AuthorizeSecurityGroupIngress" => Kind::SecurityGroupRule,
        "CreateDhcpOptions" => Kind::DhcpOptions,
        "CreateEgressOnlyInternetGateway" => Kind::EgressOnlyInternetGateway,
        "CreateInternetGateway" => Kind::InternetGateway,
        "CreateNatGateway" => Kind::NatGateway,
        "CreateNetworkInterface" => Kind::NetworkInterface,
        "CreateRouteTable" => Kind::RouteTable,
        "CreateSecurityGroup" => Kind::SecurityGroup,
        "CreateSubnet" => Kind::Subnet,
        "CreateSubnetCidrReservation" => Kind::SubnetCidrReservation,
        "CreateVpc" => Kind::Vpc,
        "CreateVpcEndpoint" => Kind::VpcEndpoint,
        "CreateVpcPeeringConnection" => Kind::VpcPeeringConnection,
        "ImportKeyPair" => Kind::KeyPair,
        _ => return None,
    })
}
