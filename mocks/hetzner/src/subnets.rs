//! Subnets, which live inside the body of their network.

use ipnet::Ipv4Net;
use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use crate::cloud::{Hetzner, Said};
use crate::networks::{SUBNETS_MAX, items, parsed};
use crate::refused::{Answer, Refused};

impl Hetzner {
    /// A subnet as it is stored in the body of a network.
    pub(crate) fn new_subnet(&self, network: &Body, asked: &Value) -> Answer<Value> {
        let zone = asked["network_zone"].as_str().unwrap_or_default();
        let mut zones = self
            .config
            .locations
            .iter()
            .map(|location| location.network_zone);
        if !zones.any(|known| known == zone) {
            return Err(Refused::field("network_zone", "is not a network zone"));
        }
        if (asked["type"] == "vswitch") != asked["vswitch_id"].is_u64() {
            return Err(Refused::field("vswitch_id", "belongs to the type vswitch"));
        }
        let whole = parsed(network["ip_range"].as_str().unwrap_or_default());
        let range = match asked["ip_range"].as_str() {
            Some(text) => parsed(text),
            None => free_range(network, whole)
                .ok_or_else(|| Refused::field("ip_range", "has no room in the network"))?,
        };
        if !whole.contains(&range) {
            return Err(Refused::field("ip_range", "is not inside the network"));
        }
        if taken(network, range) {
            return Err(Refused::field("ip_range", "overlaps with another subnet"));
        }
        if items(network, "subnets").len() >= SUBNETS_MAX {
            return Err(Refused::over_limit("subnet"));
        }
        // `server` is an old word for `cloud`, and stays as it was said.
        Ok(json!({
            "type": asked["type"],
            "ip_range": range.to_string(),
            "network_zone": zone,
            "gateway": whole.hosts().next().map(|ip| ip.to_string()),
            "vswitch_id": asked["vswitch_id"],
        }))
    }

    pub(crate) fn add_subnet(&mut self, network: &Object, asked: &Body) -> Answer<Said> {
        let subnet = self.new_subnet(&network.body, &Value::Object(asked.clone()))?;
        let mut subnets = items(&network.body, "subnets").to_vec();
        subnets.push(subnet);
        Ok(self.change_network("add_subnet", network, json!({ "subnets": subnets })))
    }

    pub(crate) fn delete_subnet(&mut self, network: &Object, asked: &Body) -> Answer<Said> {
        let range = &asked["ip_range"];
        let mut subnets = items(&network.body, "subnets").to_vec();
        let before = subnets.len();
        subnets.retain(|subnet| subnet["ip_range"] != *range);
        if subnets.len() == before {
            return Err(Refused::new(404, "not_found", "subnet not found"));
        }
        let members = self.members(&network.id);
        if members.iter().any(|member| member["subnet"] == *range) {
            let message = "cannot delete subnet because servers are attached to it";
            return Err(Refused::new(422, "service_error", message));
        }
        Ok(self.change_network("delete_subnet", network, json!({ "subnets": subnets })))
    }
}

fn taken(network: &Body, range: Ipv4Net) -> bool {
    items(network, "subnets").iter().any(|subnet| {
        let own = parsed(subnet["ip_range"].as_str().unwrap_or_default());
        own.contains(&range) || range.contains(&own)
    })
}

/// The first /24 that no subnet has a part of.
fn free_range(network: &Body, whole: Ipv4Net) -> Option<Ipv4Net> {
    let length = whole.prefix_len().max(24);
    let mut all = whole.subnets(length).ok()?;
    all.find(|range| !taken(network, *range))
}
