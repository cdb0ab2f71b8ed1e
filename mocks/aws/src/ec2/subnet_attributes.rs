//! The attributes of a subnet, one a call.

use serde_json::{Value, json};

use super::vpc_blocks::{associated, ipv6_of};
use super::{Ec2, Kind, Params, at, returned};
use crate::refused::{Answer, Refused};

/// Attributes that are one switch of the subnet.
const SWITCHES: [&str; 3] = [
    "AssignIpv6AddressOnCreation",
    "EnableDns64",
    "MapPublicIpOnLaunch",
];

/// Attributes that lie in the options of private DNS: in the request, in the options.
const DNS: [(&str, &str); 3] = [
    (
        "EnableResourceNameDnsAAAARecordOnLaunch",
        "EnableResourceNameDnsAAAARecord",
    ),
    (
        "EnableResourceNameDnsARecordOnLaunch",
        "EnableResourceNameDnsARecord",
    ),
    ("PrivateDnsHostnameTypeOnLaunch", "HostnameType"),
];

impl Ec2<'_> {
    pub(super) fn modify_subnet_attribute(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("SubnetId")?;
        let subnet = self.find(Kind::Subnet, id)?;
        let body = asked.0.as_object();
        let names = body.into_iter().flat_map(|body| body.keys());
        let mut attributes = names.filter(|name| *name != "SubnetId" && !name.starts_with('_'));
        let name = match (attributes.next(), attributes.next()) {
            (Some(name), None) => name.as_str(),
            (None, _) => return Err(Refused::missing_parameter("Attribute")),
            (Some(_), Some(_)) => {
                let message = "Fields for multiple attribute types specified";
                return Err(Refused::combination(message));
            }
        };
        if SWITCHES.contains(&name) {
            let value = asked.switch(name).unwrap_or_default();
            // Where EC2 is slow to hear of things, a block that is still coming does not count.
            let hesitant = !self.hand && !self.config.consistency_delay.is_zero();
            let (set, state) = ("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlockState");
            let ipv6 = match hesitant {
                true => associated(&subnet.body, set, state).next().is_some(),
                false => !ipv6_of(&subnet.body).is_empty(),
            };
            if value && name != "MapPublicIpOnLaunch" && !ipv6 {
                let name = match name {
                    "EnableDns64" => "enable-dns64",
                    _ => "assign-ipv6-address-on-creation",
                };
                let message = format!(
                    "Invalid value 'true' for {name}. Cannot set {name} to true unless the subnet ({id}) \
                     has an IPv6 CIDR block associated with it."
                );
                return Err(Refused::new("InvalidParameterValue", message));
            }
            if at(&subnet.body, "Ipv6Native") == true && (name == "MapPublicIpOnLaunch") == value {
                let message = format!("{name} cannot be set so on an IPv6 native subnet");
                return Err(Refused::combination(message));
            }
            self.set(Kind::Subnet, id, json!({ name: value }));
            return Ok(returned());
        }
        let Some((_, option)) = DNS.iter().find(|(known, _)| *known == name) else {
            let message = format!("The mock does not know the subnet attribute {name}");
            return Err(Refused::new("UnsupportedOperation", message));
        };
        let mut options = at(&subnet.body, "PrivateDnsNameOptionsOnLaunch").clone();
        options[*option] = match asked.switch(name) {
            Some(switch) => json!(switch),
            None => asked.0[name].clone(),
        };
        self.set(
            Kind::Subnet,
            id,
            json!({ "PrivateDnsNameOptionsOnLaunch": options }),
        );
        Ok(returned())
    }
}
