//! Security groups; their rules are objects of their own.

use std::collections::BTreeMap;

use mock_cloud::{Author, Body, Object};
use serde_json::{Value, json};

use super::listing::Listing;
use super::vpc_blocks::ipv6_of;
use super::{Ec2, Kind, Params, Tags, at, limits};
use crate::refused::{Answer, Refused};

const SIGNS: &str = " ._-:/()#,@[]+=&;{}!$*";

impl Ec2<'_> {
    pub(super) fn create_security_group(&mut self, asked: Params<'_>) -> Answer<Value> {
        let (name, description) = (asked.must("GroupName")?, asked.must("Description")?);
        let Some(vpc) = asked
            .text("VpcId")
            .map(str::to_owned)
            .or_else(|| self.default_vpc())
        else {
            return Err(Refused::new(
                "VPCIdNotSpecified",
                "No default VPC for this user",
            ));
        };
        self.find(Kind::Vpc, &vpc)?;
        readable("groupName", name)?;
        readable("groupDescription", description)?;
        if name == "default" {
            let message = "Cannot use reserved security group name: default";
            return Err(Refused::new("InvalidGroup.Reserved", message));
        }
        if name.starts_with("sg-") {
            let message =
                "Invalid value for parameter groupName. Group names may not be in the format sg-*";
            return Err(Refused::new("InvalidParameterValue", message));
        }
        let mut named = self.in_vpc(Kind::SecurityGroup, &vpc);
        if named.any(|group| group.text("GroupName").eq_ignore_ascii_case(name)) {
            let message = format!("The security group '{name}' already exists for VPC '{vpc}'");
            return Err(Refused::new("InvalidGroup.Duplicate", message));
        }
        drop(named);
        let tags = self.specified(asked, &[Kind::SecurityGroup])?;
        self.room(limits::GROUPS, self.store.list("security-group").count())?;
        let author = self.store.author();
        let id = self.new_group(author, &vpc, name, description, &tags);
        let made = self.made(Kind::SecurityGroup, &id)?;
        Ok(
            json!({ "GroupId": id, "Tags": made["Tags"], "SecurityGroupArn": made["SecurityGroupArn"] }),
        )
    }

    fn default_vpc(&self) -> Option<String> {
        let mut all = self.store.list("vpc");
        all.find(|vpc| at(&vpc.body, "IsDefault") == true)
            .map(|vpc| vpc.id.clone())
    }

    fn new_group(
        &mut self,
        author: Author,
        vpc: &str,
        name: &str,
        description: &str,
        tags: &Tags,
    ) -> String {
        let body = json!({
            "Description": description, "GroupName": name, "OwnerId": self.config.account, "VpcId": vpc,
        });
        let id = self.insert_as(author, Kind::SecurityGroup, tags, body);
        let arn = self.arn(Kind::SecurityGroup, &id);
        self.set(Kind::SecurityGroup, &id, json!({ "SecurityGroupArn": arn }));
        let all = |family: &str, block: &str| json!({ "IpProtocol": "-1", "FromPort": -1, "ToPort": -1, family: block });
        self.new_rule(
            Author::Cloud,
            &id,
            true,
            all("CidrIpv4", "0.0.0.0/0"),
            &Tags::new(),
        );
        let ipv6 = self
            .store
            .find("vpc", vpc)
            .is_some_and(|vpc| !ipv6_of(&vpc.body).is_empty());
        if ipv6 {
            self.new_rule(
                Author::Cloud,
                &id,
                true,
                all("CidrIpv6", "::/0"),
                &Tags::new(),
            );
        }
        id
    }

    /// The group that a VPC starts with: its members may speak with each other and with everybody.
    pub(super) fn default_group(&mut self, vpc: &str) {
        let description = "default VPC security group";
        let id = self.new_group(Author::Cloud, vpc, "default", description, &Tags::new());
        let own = json!({
            "IpProtocol": "-1", "FromPort": -1, "ToPort": -1,
            "ReferencedGroupInfo": { "GroupId": id, "UserId": self.config.account },
        });
        self.new_rule(Author::Cloud, &id, false, own, &Tags::new());
    }

    pub(super) fn describe_security_groups(&mut self, asked: Params<'_>) -> Answer<Value> {
        let listing = Listing {
            kind: Kind::SecurityGroup,
            member: "SecurityGroups",
            ids: "GroupIds",
        };
        let mut answer = self.list(asked, &listing)?;
        // By name alone only in the default VPC.
        let names = asked.texts("GroupNames");
        if names.is_empty() {
            return Ok(answer);
        }
        let default = self.default_vpc();
        let list = answer["SecurityGroups"].as_array_mut().map(std::mem::take);
        let mut groups = list.unwrap_or_default();
        groups.retain(|group| group["VpcId"].as_str() == default.as_deref());
        groups.retain(|group| names.iter().any(|name| group["GroupName"] == *name));
        for name in names {
            if !groups.iter().any(|group| group["GroupName"] == name) {
                let message = format!("The security group '{name}' does not exist in default VPC");
                return Err(Refused::new("InvalidGroup.NotFound", message));
            }
        }
        answer["SecurityGroups"] = Value::Array(groups);
        Ok(answer)
    }

    pub(super) fn delete_security_group(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("GroupId")?;
        let group = self.find(Kind::SecurityGroup, id)?;
        if group.text("GroupName") == "default" {
            let message = format!(
                r#"the specified group: "{id}" name: "default" cannot be deleted by a user"#
            );
            return Err(Refused::new("CannotDelete", message));
        }
        // A rule of another VPC's group goes stale instead.
        let here = |id: &str| {
            let of = self.store.find("security-group", id);
            of.is_some_and(|of| of.text("VpcId") == group.text("VpcId"))
        };
        let mut rules = self.store.list("security-group-rule");
        let named = rules.any(|rule| {
            let of = rule.text("GroupId");
            let about = &at(&rule.body, "ReferencedGroupInfo")["GroupId"];
            of != id && *about == id && here(of)
        });
        drop(rules);
        if named || self.group_in_use(id) {
            return Err(Refused::dependency(format!(
                "resource {id} has a dependent object"
            )));
        }
        self.remove_group(id);
        Ok(json!({ "Return": true, "GroupId": id }))
    }

    pub(super) fn remove_group(&mut self, id: &str) {
        let rules: Vec<String> = self.rules_of(id).map(|rule| rule.id.clone()).collect();
        for rule in rules {
            self.remove(Kind::SecurityGroupRule, &rule);
        }
        self.remove(Kind::SecurityGroup, id);
    }

    pub(super) fn rules_of(&self, group: &str) -> impl Iterator<Item = &std::sync::Arc<Object>> {
        self.store.by("security-group-rule", "GroupId", group)
    }

    /// Adds the rules as permissions: one for each protocol and ports.
    pub(super) fn show_permissions(&self, shown: &mut Body) {
        let id = shown
            .get("GroupId")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        for (member, egress) in [("IpPermissions", false), ("IpPermissionsEgress", true)] {
            let mut permissions: BTreeMap<(String, i64, i64), Value> = BTreeMap::new();
            for rule in self.rules_of(&id) {
                if at(&rule.body, "IsEgress") == egress {
                    permission(&mut permissions, rule);
                }
            }
            let list = permissions.into_values().collect();
            shown.insert(member.to_owned(), Value::Array(list));
        }
    }
}

fn permission(permissions: &mut BTreeMap<(String, i64, i64), Value>, rule: &Object) {
    let number = |name: &str| at(&rule.body, name).as_i64().unwrap_or(-1);
    let protocol = rule.text("IpProtocol");
    let (from, to) = (number("FromPort"), number("ToPort"));
    let entry = permissions.entry((protocol.to_owned(), from, to));
    let permission = entry.or_insert_with(|| {
        let mut permission = json!({
            "IpProtocol": protocol, "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": [],
        });
        if protocol != "-1" {
            permission["FromPort"] = json!(from);
            permission["ToPort"] = json!(to);
        }
        permission
    });
    let peer = &at(&rule.body, "ReferencedGroupInfo");
    let (list, mut item) = match () {
        () if rule.body.contains_key("CidrIpv4") => {
            ("IpRanges", json!({ "CidrIp": rule.text("CidrIpv4") }))
        }
        () if rule.body.contains_key("CidrIpv6") => {
            ("Ipv6Ranges", json!({ "CidrIpv6": rule.text("CidrIpv6") }))
        }
        () if peer.is_object() => (
            "UserIdGroupPairs",
            json!({ "GroupId": peer["GroupId"], "UserId": peer["UserId"] }),
        ),
        () => (
            "PrefixListIds",
            json!({ "PrefixListId": rule.text("PrefixListId") }),
        ),
    };
    if rule.body.contains_key("Description") {
        item["Description"] = json!(rule.text("Description"));
    }
    if let Some(items) = permission[list].as_array_mut() {
        items.push(item);
    }
}

fn readable(parameter: &str, text: &str) -> Answer<()> {
    let known = |letter: char| letter.is_ascii_alphanumeric() || SIGNS.contains(letter);
    if text.len() > 255 {
        return Err(Refused::value(
            parameter,
            text,
            " It is longer than 255 characters.",
        ));
    }
    match text.chars().all(known) {
        true => Ok(()),
        false => {
            let reason = " Character sets beyond ASCII are not supported.";
            Err(Refused::value(parameter, text, reason))
        }
    }
}
