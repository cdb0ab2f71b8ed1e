//! VPC endpoints: gateways in route tables, interfaces in subnets.

use mock_cloud::Object;
use serde_json::{Value, json};

use super::{Ec2, Kind, Params, returned};
use crate::refused::{Answer, Refused};

impl Ec2<'_> {
    pub(super) fn create_endpoint(&mut self, asked: Params<'_>) -> Answer<Value> {
        let vpc = asked.must("VpcId")?;
        self.find(Kind::Vpc, vpc)?;
        let tags = self.specified(asked, &[Kind::VpcEndpoint])?;
        let service = asked.must("ServiceName")?;
        let kind = asked.text("VpcEndpointType").unwrap_or("Gateway");
        if !matches!(kind, "Gateway" | "Interface") {
            let message = format!("The mock has no endpoints of type {kind}");
            return Err(Refused::new("UnsupportedOperation", message));
        }
        for table in asked.texts("RouteTableIds") {
            self.find(Kind::RouteTable, table)?;
        }
        let interfaces = self.interfaces_in(&asked.texts("SubnetIds"))?;
        let body = json!({
            "CreationTimestamp": self.stamp(),
            "Groups": self.groups(&asked.texts("SecurityGroupIds"))?,
            "NetworkInterfaceIds": interfaces,
            "OwnerId": self.config.account,
            "PrivateDnsEnabled": asked.flag("PrivateDnsEnabled").unwrap_or_default(),
            "RequesterManaged": false,
            "RouteTableIds": asked.texts("RouteTableIds"),
            "ServiceName": service,
            "State": "Available",
            "SubnetIds": asked.texts("SubnetIds"),
            "VpcEndpointType": kind,
            "VpcId": vpc,
        });
        let id = self.insert(Kind::VpcEndpoint, &tags, body);
        Ok(json!({ "VpcEndpoint": self.made(Kind::VpcEndpoint, &id)? }))
    }

    /// An interface of an endpoint in each subnet.
    fn interfaces_in(&mut self, subnets: &[&str]) -> Answer<Vec<Value>> {
        let mut interfaces = Vec::new();
        for subnet in subnets {
            let subnet = self.find(Kind::Subnet, subnet)?;
            let private = self.free_address(&subnet);
            let mut body = self.interface_body(&subnet, &private);
            body["Description"] = json!("VPC Endpoint Interface");
            body["InterfaceType"] = json!("vpc_endpoint");
            body["RequesterManaged"] = json!(true);
            body["Status"] = json!("in-use");
            let none = super::Tags::new();
            interfaces.push(json!(self.insert(Kind::NetworkInterface, &none, body)));
        }
        Ok(interfaces)
    }

    fn groups(&self, ids: &[&str]) -> Answer<Vec<Value>> {
        let group = |id: &&str| {
            let group = self.find(Kind::SecurityGroup, id)?;
            Ok(json!({ "GroupId": id, "GroupName": group.text("GroupName") }))
        };
        ids.iter().map(group).collect()
    }

    pub(super) fn modify_endpoint(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("VpcEndpointId")?;
        let endpoint = self.find(Kind::VpcEndpoint, id)?;
        self.add_to_endpoint(asked)?;
        let is_removed = |of: &str, value: &Value| asked.list(of).contains(value);
        let left = |list: &str, removed: &str| -> Vec<Value> {
            let all = super::items(&endpoint.body, list).iter();
            all.filter(|value| !is_removed(removed, value))
                .cloned()
                .collect()
        };
        let joined = |list: &str, removed: &str, added: &str| {
            let mut all = left(list, removed);
            let new = asked.list(added).iter();
            all.extend(
                new.filter(|value| !all.contains(value))
                    .cloned()
                    .collect::<Vec<_>>(),
            );
            all
        };
        let tables = joined("RouteTableIds", "RemoveRouteTableIds", "AddRouteTableIds");
        let subnets = joined("SubnetIds", "RemoveSubnetIds", "AddSubnetIds");
        let mut groups = super::items(&endpoint.body, "Groups").to_vec();
        groups.retain(|group| !is_removed("RemoveSecurityGroupIds", &group["GroupId"]));
        groups.extend(self.groups(&asked.texts("AddSecurityGroupIds"))?);
        let interfaces = self.interfaces_of(&endpoint, asked)?;
        let mut changes = json!({
            "RouteTableIds": tables, "SubnetIds": subnets, "Groups": groups,
            "NetworkInterfaceIds": interfaces,
        });
        if let Some(is_private) = asked.flag("PrivateDnsEnabled") {
            changes["PrivateDnsEnabled"] = json!(is_private);
        }
        if let Some(policy) = asked.text("PolicyDocument") {
            changes["PolicyDocument"] = json!(policy);
        }
        self.set(Kind::VpcEndpoint, id, changes);
        Ok(returned())
    }

    /// What is added has to exist.
    fn add_to_endpoint(&self, asked: Params<'_>) -> Answer<()> {
        let added = [
            (Kind::RouteTable, "AddRouteTableIds"),
            (Kind::SecurityGroup, "AddSecurityGroupIds"),
            (Kind::Subnet, "AddSubnetIds"),
        ];
        for (kind, list) in added {
            for id in asked.texts(list) {
                self.find(kind, id)?;
            }
        }
        Ok(())
    }

    /// The interfaces of an endpoint once its subnets are what a request says.
    fn interfaces_of(&mut self, endpoint: &Object, asked: Params<'_>) -> Answer<Vec<Value>> {
        let removed = asked.texts("RemoveSubnetIds");
        let mut kept = Vec::new();
        for id in super::items(&endpoint.body, "NetworkInterfaceIds") {
            let id = id.as_str().unwrap_or_default();
            let interface = self.store.find("network-interface", id);
            let subnet = interface.map_or("", |interface| interface.text("SubnetId"));
            match removed.contains(&subnet) {
                true => self.remove(Kind::NetworkInterface, id),
                false => kept.push(json!(id)),
            }
        }
        let there: Vec<&str> = super::items(&endpoint.body, "SubnetIds")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let mut added = asked.texts("AddSubnetIds");
        added.retain(|subnet| !there.contains(subnet));
        kept.extend(self.interfaces_in(&added)?);
        Ok(kept)
    }

    pub(super) fn delete_endpoints(&mut self, asked: Params<'_>) -> Answer<Value> {
        let mut failed = Vec::new();
        for id in asked.texts("VpcEndpointIds") {
            match self.find(Kind::VpcEndpoint, id) {
                Ok(endpoint) => {
                    let interfaces = super::items(&endpoint.body, "NetworkInterfaceIds");
                    for interface in interfaces.iter().filter_map(Value::as_str) {
                        self.remove(Kind::NetworkInterface, interface);
                    }
                    self.remove(Kind::VpcEndpoint, id);
                }
                // This call succeeds, and says what did not.
                Err(refused) => failed.push(json!({
                    "ResourceId": id, "Error": { "Code": refused.code, "Message": refused.message },
                })),
            }
        }
        Ok(json!({ "Unsuccessful": failed }))
    }
}
