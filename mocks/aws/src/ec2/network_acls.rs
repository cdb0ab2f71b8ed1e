//! The entries of network ACLs.

use serde_json::{Value, json};

use super::{Ec2, Kind, Params, blocks, items, returned};
use crate::refused::{Answer, Refused};

impl Ec2<'_> {
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
