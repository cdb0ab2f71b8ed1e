//! The attributes of a VPC that have no listing.

use serde_json::{Value, json};

use super::{Ec2, Kind, Params, at, returned};
use crate::refused::{Answer, Refused};

const ATTRIBUTES: [(&str, &str); 3] = [
    ("enableDnsHostnames", "EnableDnsHostnames"),
    ("enableDnsSupport", "EnableDnsSupport"),
    (
        "enableNetworkAddressUsageMetrics",
        "EnableNetworkAddressUsageMetrics",
    ),
];

impl Ec2<'_> {
    pub(super) fn describe_vpc_attribute(&mut self, asked: Params<'_>) -> Answer<Value> {
        let (id, wanted) = (asked.must("VpcId")?, asked.must("Attribute")?);
        let vpc = self.find(Kind::Vpc, id)?;
        let known = ATTRIBUTES.iter().find(|(name, _)| *name == wanted);
        let (_, member) = known.ok_or_else(|| Refused::value("attribute", wanted, ""))?;
        let value = vpc.body.get(&format!("_{member}")).cloned();
        Ok(json!({ "VpcId": id, *member: { "Value": value } }))
    }

    pub(super) fn modify_vpc_attribute(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("VpcId")?;
        let vpc = self.find(Kind::Vpc, id)?;
        let set: Vec<&str> = ATTRIBUTES
            .iter()
            .map(|(_, member)| *member)
            .filter(|member| asked.has(member))
            .collect();
        let member = match set.as_slice() {
            [member] => *member,
            [] => return Err(Refused::combination("No attributes specified.")),
            _ => {
                let message = "Fields for multiple attribute types specified";
                return Err(Refused::combination(message));
            }
        };
        let value = asked.switch(member).unwrap_or_default();
        let support = at(&vpc.body, "_EnableDnsSupport") == true;
        if member == "EnableDnsHostnames" && value && !support {
            let message = "The VPC attribute enableDnsHostnames requires enableDnsSupport";
            return Err(Refused::combination(message));
        }
        self.set(Kind::Vpc, id, json!({ (format!("_{member}")): value }));
        Ok(returned())
    }
}
