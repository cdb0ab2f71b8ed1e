//! Network ACLs that come with VPCs, and entries of ACLs.

use mock_cloud::Author;
use serde_json::{Value, json};

use super::{Ec2, Kind, Params, Tags, blocks, items, returned};
use crate::refused::{Answer, Refused};

impl Ec2<'_> {
    /// The ACL that a VPC starts with.
    pub(super) fn default_acl(&mut self, vpc: &str) {
        let entries = [true, false].map(ipv4_entries).concat();
        let body = json!({
            "Associations": [],
            "Entries": entries,
            "IsDefault": true,
            "OwnerId": self.config.account,
            "VpcId": vpc,
        });
        self.insert_as(Author::Cloud, Kind::NetworkAcl, &Tags::new(), body);
    }

    /// With an IPv6 block, the default ACL of a VPC lets all of IPv6 through as well; not in a
    /// direction that somebody has changed.
    pub(super) fn let_ipv6_through(&mut self, vpc: &str) {
        let acls = self.in_vpc(Kind::NetworkAcl, vpc);
        let default = acls.filter(|acl| acl.body["IsDefault"] == true);
        let default: Vec<_> = default.cloned().collect();
        for acl in default {
            let mut entries = items(&acl.body, "Entries").to_vec();
            for egress in [true, false] {
                let own = entries.iter().filter(|entry| entry["Egress"] == egress);
                let unchanged = own.eq(&ipv4_entries(egress));
                let allow = entry(101, egress, "allow", "Ipv6CidrBlock", "::/0");
                let deny = entry(32768, egress, "deny", "Ipv6CidrBlock", "::/0");
                let there = entries.contains(&deny);
                entries.extend(unchanged.then_some(allow));
                entries.extend((!there).then_some(deny));
            }
            self.set(Kind::NetworkAcl, &acl.id, json!({ "Entries": entries }));
        }
    }

    pub(super) fn create_acl_entry(&mut self, asked: Params<'_>) -> Answer<Value> {
        self.put_entry(asked, false)
    }

    pub(super) fn replace_acl_entry(&mut self, asked: Params<'_>) -> Answer<Value> {
        self.put_entry(asked, true)
    }

    fn put_entry(&mut self, asked: Params<'_>, replace: bool) -> Answer<Value> {
        let acl = self.find(Kind::NetworkAcl, asked.must("NetworkAclId")?)?;
        let (number, egress) = (asked.number("RuleNumber"), asked.flag("Egress"));
        if !number.is_some_and(|number| (1..=32766).contains(&number)) {
            let text = number.unwrap_or_default().to_string();
            return Err(Refused::value("ruleNumber", &text, ""));
        }
        let mut entry = json!({
            "Egress": egress, "Protocol": asked.must("Protocol")?, "RuleAction": asked.must("RuleAction")?,
            "RuleNumber": number,
        });
        match (asked.text("CidrBlock"), asked.text("Ipv6CidrBlock")) {
            (Some(block), None) => {
                entry["CidrBlock"] = json!(blocks::ipv4("cidrBlock", block)?.to_string())
            }
            (None, Some(block)) => {
                entry["Ipv6CidrBlock"] = json!(blocks::ipv6("ipv6CidrBlock", block)?.to_string());
            }
            (None, None) => return Err(Refused::missing_parameter("CidrBlock")),
            (Some(_), Some(_)) => {
                let message = "Only one of CidrBlock and Ipv6CidrBlock may be specified";
                return Err(Refused::combination(message));
            }
        }
        for part in ["PortRange", "IcmpTypeCode"] {
            if asked.has(part) {
                entry[part] = asked.0[part].clone();
            }
        }
        let mut entries = items(&acl.body, "Entries").to_vec();
        let before = entries.len();
        entries.retain(|there| !same(there, &entry));
        match (entries.len() < before, replace) {
            (true, false) => {
                let message = format!(
                    "The network acl entry identified by {} already exists.",
                    entry["RuleNumber"]
                );
                return Err(Refused::new("NetworkAclEntryAlreadyExists", message));
            }
            (false, true) => return Err(no_entry(&entry)),
            (true, true) | (false, false) => {}
        }
        entries.push(entry);
        self.set(Kind::NetworkAcl, &acl.id, json!({ "Entries": entries }));
        Ok(returned())
    }

    pub(super) fn delete_acl_entry(&mut self, asked: Params<'_>) -> Answer<Value> {
        let acl = self.find(Kind::NetworkAcl, asked.must("NetworkAclId")?)?;
        let wanted =
            json!({ "RuleNumber": asked.number("RuleNumber"), "Egress": asked.flag("Egress") });
        let mut entries = items(&acl.body, "Entries").to_vec();
        let before = entries.len();
        entries.retain(|there| !same(there, &wanted));
        if entries.len() == before {
            return Err(no_entry(&wanted));
        }
        self.set(Kind::NetworkAcl, &acl.id, json!({ "Entries": entries }));
        Ok(returned())
    }
}

/// An entry of a network ACL that is about all protocols.
fn entry(number: i64, egress: bool, action: &str, family: &str, all: &str) -> Value {
    json!({
        "RuleNumber": number, "Egress": egress, "RuleAction": action, "Protocol": "-1", family: all,
    })
}

/// What the default ACL of a VPC begins with, in one direction.
fn ipv4_entries(egress: bool) -> Vec<Value> {
    vec![
        entry(100, egress, "allow", "CidrBlock", "0.0.0.0/0"),
        entry(32767, egress, "deny", "CidrBlock", "0.0.0.0/0"),
    ]
}

fn same(one: &Value, other: &Value) -> bool {
    one["RuleNumber"] == other["RuleNumber"] && one["Egress"] == other["Egress"]
}

fn no_entry(entry: &Value) -> Refused {
    let message = format!(
        "The network acl entry identified by {} does not exist.",
        entry["RuleNumber"]
    );
    Refused::new("InvalidNetworkAclEntry.NotFound", message)
}
