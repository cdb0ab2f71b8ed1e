//! Sets of DHCP options, and which of them a VPC hands to its machines.

use mock_cloud::Author;
use serde_json::{Value, json};

use super::{Ec2, Kind, Params, Tags};
use crate::refused::{Answer, Refused};

/// Options that a set can have.
const KEYS: [&str; 6] = [
    "domain-name",
    "domain-name-servers",
    "ipv6-address-preferred-lease-time",
    "netbios-name-servers",
    "netbios-node-type",
    "ntp-servers",
];

/// The word that stands for no options at all.
const NONE: &str = "default";

impl Ec2<'_> {
    pub(super) fn create_dhcp_options(&mut self, asked: Params<'_>) -> Answer<Value> {
        let tags = self.specified(asked, &[Kind::DhcpOptions])?;
        let mut configurations = Vec::new();
        for option in asked.list("DhcpConfigurations") {
            let option = Params(option);
            let (key, values) = (option.must("Key")?, option.texts("Values"));
            if !KEYS.contains(&key) || values.is_empty() {
                let message = format!("Value ({key}) for parameter dhcpOptions is invalid.");
                return Err(Refused::new("InvalidParameterValue", message));
            }
            let values: Vec<Value> = values.iter().map(|text| json!({ "Value": text })).collect();
            configurations.push(json!({ "Key": key, "Values": values }));
        }
        let body = json!({
            "DhcpConfigurations": configurations, "OwnerId": self.config.account,
        });
        let id = self.insert(Kind::DhcpOptions, &tags, body);
        Ok(json!({ "DhcpOptions": self.made(Kind::DhcpOptions, &id)? }))
    }

    pub(super) fn associate_dhcp_options(&mut self, asked: Params<'_>) -> Answer<Value> {
        let (vpc, options) = (asked.must("VpcId")?, asked.must("DhcpOptionsId")?);
        self.find(Kind::Vpc, vpc)?;
        if options != NONE {
            self.find(Kind::DhcpOptions, options)?;
        }
        self.set(Kind::Vpc, vpc, json!({ "DhcpOptionsId": options }));
        Ok(json!({}))
    }

    pub(super) fn delete_dhcp_options(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("DhcpOptionsId")?;
        self.find(Kind::DhcpOptions, id)?;
        let user = self
            .store
            .list("vpc")
            .find(|vpc| vpc.text("DhcpOptionsId") == id)
            .map(|vpc| vpc.id.clone());
        if let Some(vpc) = user {
            let message =
                format!("The dhcpOptions '{id}' has dependencies and cannot be deleted: {vpc}.");
            return Err(Refused::dependency(message));
        }
        self.remove(Kind::DhcpOptions, id);
        Ok(json!({}))
    }

    /// The set of options that every VPC of a region starts with.
    pub(super) fn usual_dhcp_options(&mut self) -> String {
        let usual = self
            .store
            .list("dhcp-options")
            .find(|options| options.author == Author::Cloud)
            .map(|options| options.id.clone());
        if let Some(usual) = usual {
            return usual;
        }
        let domain = format!("{}.compute.internal", self.config.region);
        let body = json!({
            "DhcpConfigurations": [
                { "Key": "domain-name", "Values": [{ "Value": domain }] },
                { "Key": "domain-name-servers", "Values": [{ "Value": "AmazonProvidedDNS" }] },
            ],
            "OwnerId": self.config.account,
        });
        self.insert_as(Author::Cloud, Kind::DhcpOptions, &Tags::new(), body)
    }
}
