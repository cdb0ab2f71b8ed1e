//! The rules of security groups: allowed, revoked, changed.

use std::sync::Arc;

use ipnet::{Ipv4Net, Ipv6Net};
use mock_cloud::{Author, Body, Object};
use serde_json::{Value, json};

use super::{Ec2, Kind, Params, Tags, at, limits, object, returned};
use crate::refused::{Answer, Refused};

/// What makes a rule the same as another one of its group.
const IDENTITY: [&str; 7] = [
    "IpProtocol",
    "FromPort",
    "ToPort",
    "CidrIpv4",
    "CidrIpv6",
    "PrefixListId",
    "ReferencedGroupInfo",
];

impl Ec2<'_> {
    pub(super) fn new_rule(
        &mut self,
        author: Author,
        group: &str,
        egress: bool,
        rule: Value,
        tags: &Tags,
    ) -> String {
        let mut body = rule;
        body["GroupId"] = json!(group);
        body["GroupOwnerId"] = json!(self.config.account);
        body["IsEgress"] = json!(egress);
        let id = self.insert_as(author, Kind::SecurityGroupRule, tags, body);
        let arn = self.arn(Kind::SecurityGroupRule, &id);
        self.set(
            Kind::SecurityGroupRule,
            &id,
            json!({ "SecurityGroupRuleArn": arn }),
        );
        id
    }

    pub(super) fn authorize(&mut self, asked: Params<'_>, egress: bool) -> Answer<Value> {
        let group = self.group_asked(asked)?;
        let tags = self.specified(asked, &[Kind::SecurityGroupRule])?;
        let rules = self.rules_asked(asked)?;
        if rules.is_empty() {
            return Err(Refused::missing_parameter("ipPermissions"));
        }
        let mut made = Vec::new();
        for rule in rules {
            if self.same_rule(&group.id, egress, &rule).is_some() {
                let message = format!("the specified rule \"{}\" already exists", peer(&rule));
                return Err(Refused::new("InvalidPermission.Duplicate", message));
            }
            self.room_for_rule(&group.id, egress, &rule)?;
            let author = self.store.author();
            let id = self.new_rule(author, &group.id, egress, rule, &tags);
            made.push(self.made(Kind::SecurityGroupRule, &id)?);
        }
        Ok(json!({ "Return": true, "SecurityGroupRules": made }))
    }

    /// Each family by itself; a rule about a group or a list is one of both.
    fn room_for_rule(&self, group: &str, egress: bool, rule: &Value) -> Answer<()> {
        for other in ["CidrIpv4", "CidrIpv6"] {
            let counts =
                |there: &Body| at(there, "IsEgress") == egress && at(there, other).is_null();
            let there = self.rules_of(group).filter(|there| counts(&there.body));
            if rule[other].is_null() {
                self.room(limits::RULES, there.count())?;
            }
        }
        Ok(())
    }

    pub(super) fn revoke(&mut self, asked: Params<'_>, egress: bool) -> Answer<Value> {
        let group = self.group_asked(asked)?;
        let mut gone = Vec::new();
        for id in asked.texts("SecurityGroupRuleIds") {
            let rule = self.find(Kind::SecurityGroupRule, id)?;
            if rule.text("GroupId") != group.id || at(&rule.body, "IsEgress") != egress {
                return Err(Kind::SecurityGroupRule.absent(id));
            }
            gone.push(rule);
        }
        for rule in self.rules_asked(asked)? {
            let found = self.same_rule(&group.id, egress, &rule);
            gone.push(found.ok_or_else(|| {
                let message = "The specified rule does not exist in this security group.";
                Refused::new("InvalidPermission.NotFound", message)
            })?);
        }
        if gone.is_empty() {
            return Err(Refused::missing_parameter("ipPermissions"));
        }
        let mut revoked = Vec::new();
        for rule in gone {
            self.remove(Kind::SecurityGroupRule, &rule.id);
            revoked.push(as_revoked(&rule));
        }
        Ok(json!({
            "Return": true, "RevokedSecurityGroupRules": revoked, "UnknownIpPermissions": [],
        }))
    }

    pub(super) fn modify_rules(&mut self, asked: Params<'_>) -> Answer<Value> {
        let group = self.find(Kind::SecurityGroup, asked.must("GroupId")?)?;
        for update in asked.list("SecurityGroupRules") {
            let update = Params(update);
            let id = update.must("SecurityGroupRuleId")?;
            let there = self.find(Kind::SecurityGroupRule, id)?;
            if there.text("GroupId") != group.id {
                return Err(Kind::SecurityGroupRule.absent(id));
            }
            let wanted = update.part("SecurityGroupRule");
            let mut rule = self.protocol(wanted)?;
            match wanted.text("ReferencedGroupId") {
                Some(id) => rule["ReferencedGroupInfo"] = self.referenced(id)?,
                None => add_peer(&mut rule, wanted)?,
            }
            let egress = at(&there.body, "IsEgress") == true;
            if self
                .same_rule(&group.id, egress, &rule)
                .is_some_and(|same| same.id != id)
            {
                let message = format!("the specified rule \"{}\" already exists", peer(&rule));
                return Err(Refused::new("InvalidPermission.Duplicate", message));
            }
            if let Some(text) = wanted.text("Description") {
                rule["Description"] = json!(text);
            }
            let values = object(rule);
            self.store.update("security-group-rule", id, |body| {
                body.retain(|name, _| !IDENTITY.contains(&name.as_str()) && name != "Description");
                body.extend(values);
            });
        }
        Ok(returned())
    }

    pub(super) fn describe_rules_anew(&mut self, asked: Params<'_>, egress: bool) -> Answer<Value> {
        let group = self.group_asked(asked)?;
        for description in asked.list("SecurityGroupRuleDescriptions") {
            let description = Params(description);
            let id = description.must("SecurityGroupRuleId")?;
            self.find(Kind::SecurityGroupRule, id)?;
            let text = description.text("Description").unwrap_or_default();
            self.set(Kind::SecurityGroupRule, id, json!({ "Description": text }));
        }
        for rule in self.rules_asked(asked)? {
            let found = self.same_rule(&group.id, egress, &rule);
            let there = found.ok_or_else(|| {
                let message = "The specified rule does not exist in this security group.";
                Refused::new("InvalidPermission.NotFound", message)
            })?;
            let text = rule["Description"].as_str().unwrap_or_default();
            self.set(
                Kind::SecurityGroupRule,
                &there.id,
                json!({ "Description": text }),
            );
        }
        Ok(returned())
    }

    fn group_asked(&self, asked: Params<'_>) -> Answer<Arc<Object>> {
        match asked.text("GroupId") {
            Some(id) => self.find(Kind::SecurityGroup, id),
            None => {
                let message = "The request must contain the parameter groupName or groupId";
                Err(Refused::new("MissingParameter", message))
            }
        }
    }

    fn same_rule(&self, group: &str, egress: bool, rule: &Value) -> Option<Arc<Object>> {
        let same = |there: &Body| {
            let value = |name: &str| there.get(name).cloned().unwrap_or_default();
            at(there, "IsEgress") == egress
                && IDENTITY.iter().all(|name| value(name) == rule[*name])
        };
        self.rules_of(group)
            .find(|there| same(&there.body))
            .cloned()
    }

    /// The rules that permissions stand for, one for each peer.
    fn rules_asked(&self, asked: Params<'_>) -> Answer<Vec<Value>> {
        let mut rules = Vec::new();
        if asked.has("IpProtocol") {
            let mut rule = self.protocol(asked)?;
            add_block(&mut rule, asked.must("CidrIp")?)?;
            rules.push(rule);
        }
        for permission in asked.list("IpPermissions") {
            let permission = Params(permission);
            let base = self.protocol(permission)?;
            let before = rules.len();
            for (list, member) in [("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6")] {
                for range in permission.list(list) {
                    let mut rule = described(&base, range);
                    add_block(&mut rule, Params(range).must(member)?)?;
                    rules.push(rule);
                }
            }
            for pair in permission.list("UserIdGroupPairs") {
                let mut rule = described(&base, pair);
                rule["ReferencedGroupInfo"] = self.referenced(Params(pair).must("GroupId")?)?;
                rules.push(rule);
            }
            for list in permission.list("PrefixListIds") {
                let mut rule = described(&base, list);
                let id = Params(list).must("PrefixListId")?;
                self.find(Kind::PrefixList, id)?;
                rule["PrefixListId"] = json!(id);
                rules.push(rule);
            }
            if rules.len() == before {
                let message = "A rule needs a CIDR block, a security group or a prefix list";
                return Err(Refused::new("InvalidParameterValue", message));
            }
        }
        Ok(rules)
    }

    fn referenced(&self, group: &str) -> Answer<Value> {
        self.find(Kind::SecurityGroup, group)?;
        Ok(json!({ "GroupId": group, "UserId": self.config.account }))
    }

    /// Protocol and ports, in EC2's own spelling.
    fn protocol(&self, permission: Params<'_>) -> Answer<Value> {
        let asked = permission.must("IpProtocol")?.to_lowercase();
        let protocol = match asked.as_str() {
            "-1" | "all" => "-1",
            "6" | "tcp" => "tcp",
            "17" | "udp" => "udp",
            "1" | "icmp" => "icmp",
            "58" | "icmpv6" => "icmpv6",
            other => match other.parse::<u8>() {
                Ok(_) => other,
                Err(_) => {
                    let message =
                        format!("Invalid value '{asked}' for IP protocol. Unknown protocol.");
                    return Err(Refused::new("InvalidParameterValue", message));
                }
            },
        };
        let (from, to) = (permission.number("FromPort"), permission.number("ToPort"));
        let (from, to) = match protocol {
            "tcp" | "udp" => ports(protocol, from, to)?,
            "icmp" | "icmpv6" => (from.unwrap_or(-1), to.unwrap_or(-1)),
            _ => (-1, -1),
        };
        Ok(json!({ "IpProtocol": protocol, "FromPort": from, "ToPort": to }))
    }
}

fn ports(protocol: &str, from: Option<i64>, to: Option<i64>) -> Answer<(i64, i64)> {
    let (Some(from), Some(to)) = (from, to) else {
        let message =
            "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.";
        return Err(Refused::new("InvalidParameterValue", message));
    };
    if (0..=65535).contains(&from) && (from..=65535).contains(&to) {
        return Ok((from, to));
    }
    let message = format!(
        "Invalid {} port range ({from}:{to})",
        protocol.to_uppercase()
    );
    Err(Refused::new("InvalidParameterValue", message))
}

fn described(base: &Value, range: &Value) -> Value {
    let mut rule = base.clone();
    if let Some(text) = range["Description"].as_str() {
        rule["Description"] = json!(text);
    }
    rule
}

fn add_peer(rule: &mut Value, wanted: Params<'_>) -> Answer<()> {
    match wanted.text("CidrIpv4").or_else(|| wanted.text("CidrIpv6")) {
        Some(block) => add_block(rule, block),
        None => {
            rule["PrefixListId"] = json!(wanted.must("PrefixListId")?);
            Ok(())
        }
    }
}

fn add_block(rule: &mut Value, text: &str) -> Answer<()> {
    let malformed = || {
        let message = format!("CIDR block {text} is malformed");
        Refused::new("InvalidParameterValue", message)
    };
    if text.contains(':') {
        // Only the canonical form is taken.
        let net: Ipv6Net = text.parse().map_err(|_| malformed())?;
        if net != net.trunc() {
            return Err(malformed());
        }
        rule["CidrIpv6"] = json!(net.to_string());
        return Ok(());
    }
    let net: Ipv4Net = text.parse().map_err(|_| malformed())?;
    rule["CidrIpv4"] = json!(net.trunc().to_string());
    Ok(())
}

fn peer(rule: &Value) -> String {
    let text = |name: &str| rule[name].as_str();
    let peer = text("CidrIpv4")
        .or_else(|| text("CidrIpv6"))
        .or_else(|| text("PrefixListId"));
    let peer = peer.or_else(|| rule["ReferencedGroupInfo"]["GroupId"].as_str());
    let protocol = match text("IpProtocol").unwrap_or_default() {
        "-1" => "ALL".to_owned(),
        other => other.to_uppercase(),
    };
    format!(
        "peer: {}, {protocol}, from port: {}, to port: {}, ALLOW",
        peer.unwrap_or_default(),
        rule["FromPort"],
        rule["ToPort"]
    )
}

fn as_revoked(rule: &Object) -> Value {
    let names = [
        "SecurityGroupRuleId",
        "GroupId",
        "IsEgress",
        "IpProtocol",
        "FromPort",
        "ToPort",
        "CidrIpv4",
        "CidrIpv6",
        "PrefixListId",
        "Description",
    ];
    let mut shown = rule.body.clone();
    shown.retain(|name, _| names.contains(&name.as_str()));
    if let Some(group) = rule.body.get("ReferencedGroupInfo") {
        shown.insert("ReferencedGroupId".to_owned(), group["GroupId"].clone());
    }
    Value::Object(shown)
}
