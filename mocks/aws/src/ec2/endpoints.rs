//! VPC endpoints: gateways in route tables, interfaces in subnets.

use serde_json::{Value, json};

use super::{Ec2, Kind, Params};
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
        let mut interfaces = Vec::new();
        for subnet in asked.texts("SubnetIds") {
            let subnet = self.find(Kind::Subnet, subnet)?;
            let private = self.free_address(&subnet);
            let mut body = self.interface_body(&subnet, &private);
            body["Description"] = json!("VPC Endpoint Interface");
            body["InterfaceType"] = json!("vpc_endpoint");
            body["RequesterManaged"] = json!(true);
            body["Status"] = json!("in-use");
            let none = super::Tags::new();
            interfaces.push(self.insert(Kind::NetworkInterface, &none, body));
        }
        let body = json!({
            "CreationTimestamp": self.stamp(),
            "Groups": [],
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
