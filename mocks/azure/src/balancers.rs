//! Load balancers, as far as they are in a subnet, or let machines out.

use mock_cloud::Body;
use serde_json::{Value, json};

use crate::addresses::sku;
use crate::cloud::{Azure, items};
use crate::ids::name_of;
use crate::kind::Kind;
use crate::refused::{Answer, Refused};

/// What a load balancer consists of, each with an id of its own.
const PARTS: [&str; 4] = [
    "backendAddressPools",
    "frontendIPConfigurations",
    "loadBalancingRules",
    "outboundRules",
];

impl Azure {
    pub(crate) fn prepared_balancer(&self, id: &str, body: Body) -> Answer<Body> {
        let mut body = body;
        body.entry("sku")
            .or_insert(json!({ "name": "Basic", "tier": "Regional" }));
        if sku(&body) == "Basic" {
            let message = format!(
                "Load balancer {} cannot have the SKU Basic, which has been retired.",
                name_of(id)
            );
            return Err(Refused::new(400, "BasicSkuLoadBalancerRetired", message));
        }
        for list in PARTS {
            let parts: Answer<Vec<Value>> = items(&body, list)
                .iter()
                .map(|part| self.part(id, list, part))
                .collect();
            body.insert(list.to_owned(), json!(parts?));
        }
        Ok(body)
    }

    fn part(&self, id: &str, list: &str, part: &Value) -> Answer<Value> {
        let name = part["name"].as_str().unwrap_or_default();
        let mut properties = part["properties"].clone();
        if properties.is_null() {
            properties = json!({});
        }
        if list == "frontendIPConfigurations" {
            let links = [
                (
                    "publicIPAddress",
                    Kind::PublicIpAddress,
                    "Microsoft.Network/publicIPAddresses/join/action",
                ),
                (
                    "subnet",
                    Kind::Subnet,
                    "Microsoft.Network/virtualNetworks/subnets/join/action",
                ),
            ];
            for (field, kind, action) in links {
                if let Some(text) = properties[field]["id"].as_str() {
                    let found = self.referred(id, field, kind, action, text)?;
                    properties[field] = json!({ "id": found });
                }
            }
            let has_address = properties["privateIPAddress"].is_string();
            if let (Some(subnet), false) = (
                properties["subnet"]["id"].as_str().map(str::to_owned),
                has_address,
            ) {
                let version = properties["privateIPAddressVersion"]
                    .as_str()
                    .unwrap_or("IPv4");
                let address = self.free_address(&subnet, version, &[])?;
                properties["privateIPAddress"] = json!(address.to_string());
            }
        }
        properties["provisioningState"] = json!("Succeeded");
        Ok(json!({
            "name": name, "id": format!("{id}/{list}/{name}"),
            "type": format!("Microsoft.Network/loadBalancers/{list}"), "properties": properties,
        }))
    }
}
