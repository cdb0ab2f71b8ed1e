//! Network interfaces: mostly made by others, and in the way when a subnet goes.

use std::net::Ipv4Addr;

use ipnet::{Ipv4Net, Ipv6Net};
use mock_cloud::Object;
use serde_json::{Value, json};

use super::vpc_blocks::ipv6_of;
use super::{Ec2, Kind, Params, at, items, returned};
use crate::refused::{Answer, Refused};

impl Ec2<'_> {
    pub(super) fn create_network_interface(&mut self, asked: Params<'_>) -> Answer<Value> {
        let subnet = self.find(Kind::Subnet, asked.must("SubnetId")?)?;
        let tags = self.specified(asked, &[Kind::NetworkInterface])?;
        let private = match asked.text("PrivateIpAddress") {
            Some(ip) => ip.to_owned(),
            None => self.free_address(&subnet),
        };
        let mut body = self.interface_body(&subnet, &private);
        body["Description"] = json!(asked.text("Description").unwrap_or_default());
        body["Groups"] = self.groups_of(asked, &subnet)?;
        let count = asked
            .number("Ipv6AddressCount")
            .unwrap_or_else(|| i64::from(at(&subnet.body, "AssignIpv6AddressOnCreation") == true));
        if count > 0 {
            let Some(ip) = self.free_ipv6(&subnet) else {
                let message = "The subnet has no IPv6 CIDR block";
                return Err(Refused::new("InvalidParameterValue", message));
            };
            body["Ipv6Addresses"] = json!([{ "Ipv6Address": ip, "IsPrimaryIpv6": false }]);
            body["Ipv6Address"] = json!(ip);
        }
        let id = self.insert(Kind::NetworkInterface, &tags, body);
        Ok(json!({ "NetworkInterface": self.made(Kind::NetworkInterface, &id)? }))
    }

    fn groups_of(&self, asked: Params<'_>, subnet: &Object) -> Answer<Value> {
        let vpc = subnet.text("VpcId");
        let mut groups = Vec::new();
        for id in asked.texts("Groups") {
            groups.push(self.find(Kind::SecurityGroup, id)?);
        }
        if groups.is_empty() {
            let mut all = self.in_vpc(Kind::SecurityGroup, vpc);
            groups.extend(
                all.find(|group| group.text("GroupName") == "default")
                    .cloned(),
            );
        }
        let shown = groups
            .iter()
            .map(|group| json!({ "GroupId": group.id, "GroupName": group.text("GroupName") }));
        Ok(shown.collect())
    }

    /// What every interface in a subnet has.
    pub(super) fn interface_body(&mut self, subnet: &Object, private: &str) -> Value {
        let drawn = self.store.draw().to_be_bytes();
        let mac = format!(
            "06:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}",
            drawn[0], drawn[1], drawn[2], drawn[3], drawn[4]
        );
        json!({
            "AvailabilityZone": subnet.text("AvailabilityZone"),
            "AvailabilityZoneId": subnet.text("AvailabilityZoneId"),
            "Description": "",
            "Groups": [],
            "InterfaceType": "interface",
            "Ipv6Addresses": [],
            "MacAddress": mac,
            "OwnerId": self.config.account,
            "PrivateIpAddress": private,
            "PrivateIpAddresses": [{ "Primary": true, "PrivateIpAddress": private }],
            "RequesterManaged": false,
            "SourceDestCheck": true,
            "Status": "available",
            "SubnetId": subnet.id,
            "VpcId": subnet.text("VpcId"),
        })
    }

    /// The first address of the subnet that is neither Amazon's nor anybody's.
    pub(super) fn free_address(&self, subnet: &Object) -> String {
        let net: Option<Ipv4Net> = subnet.text("CidrBlock").parse().ok();
        let interfaces = self.store.list("network-interface");
        let used: Vec<&str> = interfaces
            .filter(|interface| interface.text("SubnetId") == subnet.id)
            .map(|interface| interface.text("PrivateIpAddress"))
            .collect();
        let first = net.map_or(0, |net| u32::from(net.network())) + 4;
        let mut all = (first..).map(|number| Ipv4Addr::from(number).to_string());
        all.find(|ip| !used.contains(&ip.as_str()))
            .unwrap_or_default()
    }

    fn free_ipv6(&mut self, subnet: &Object) -> Option<String> {
        let blocks = ipv6_of(&subnet.body);
        let net: Ipv6Net = blocks.first()?.parse().ok()?;
        let host = u128::from(self.store.draw()) & !u128::from(net.netmask());
        let ip = std::net::Ipv6Addr::from(u128::from(net.network()) | host);
        Some(ip.to_string())
    }

    pub(super) fn delete_network_interface(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("NetworkInterfaceId")?;
        let interface = self.find(Kind::NetworkInterface, id)?;
        if interface.text("Status") == "in-use" {
            let message = format!("Network interface '{id}' is currently in use.");
            return Err(Refused::new("InvalidNetworkInterface.InUse", message));
        }
        if let Some(address) = at(&interface.body, "Association")["AllocationId"].as_str() {
            let address = self.find(Kind::Address, address)?;
            self.unbind(&address);
        }
        self.remove(Kind::NetworkInterface, id);
        Ok(returned())
    }

    /// Whether an interface is in a security group.
    pub(super) fn group_in_use(&self, group: &str) -> bool {
        let mut all = self.store.list("network-interface");
        all.any(|interface| {
            items(&interface.body, "Groups")
                .iter()
                .any(|own| own["GroupId"] == group)
        })
    }
}
