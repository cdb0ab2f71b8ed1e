//! Rules of firewalls: what they may say, and how they are stored.

use std::net::IpAddr;

use ipnet::IpNet;
use mock_cloud::Body;
use serde_json::{Value, json};

use crate::api::items;
use crate::cloud::DigitalOcean;
use crate::refused::{Answer, Refused};
use crate::resource::Resource;

/// The lists of rules, and where the rules of each have their peers.
pub(crate) const LISTS: [(&str, &str); 2] = [
    ("inbound_rules", "sources"),
    ("outbound_rules", "destinations"),
];

/// An address or a network of either family.
pub(crate) fn address(value: &Value) -> Result<Value, String> {
    let text = value.as_str().ok_or("is not a text")?;
    match text.parse::<IpAddr>().is_ok() || text.parse::<IpNet>().is_ok() {
        true => Ok(value.clone()),
        false => Err("is not an address or a network".to_owned()),
    }
}

/// A port, a range of ports, or all of them: `80`, `8000-9000`, `all` or `0`.
pub(crate) fn ports(value: &Value) -> Result<Value, String> {
    let text = value.as_str().ok_or("is not a text")?;
    if ["all", "0"].contains(&text) {
        return Ok(json!("0"));
    }
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    let number = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    match (number(low), number(high)) {
        (Some(low), Some(high)) if low <= high => Ok(value.clone()),
        _ => Err("is not a port or a range of ports".to_owned()),
    }
}

impl DigitalOcean {
    /// Rules as they are stored: those of ICMP have the ports `0`, and lists without anything in them
    /// are left out.
    pub(crate) fn stored_rules(&self, body: &mut Body) -> Answer<()> {
        for (list, peers) in LISTS {
            let Some(Value::Array(rules)) = body.get_mut(list) else {
                continue;
            };
            for rule in rules {
                let has_ports = rule.get("ports").is_some();
                match (rule["protocol"] == "icmp", has_ports) {
                    (true, _) => rule["ports"] = json!("0"),
                    (false, false) => {
                        return Err(Refused::value(format!("{list}.ports is missing")));
                    }
                    (false, true) => {}
                }
                if let Some(own) = rule[peers].as_object_mut() {
                    own.retain(|_, list| list.as_array().is_none_or(|list| !list.is_empty()));
                }
            }
        }
        self.known_peers(body)
    }

    /// Tags and droplets that rules name exist.
    fn known_peers(&self, body: &Body) -> Answer<()> {
        for (list, peers) in LISTS {
            for rule in items(body, list) {
                let own = rule[peers].as_object().cloned().unwrap_or_default();
                self.known_targets(&own)?;
            }
        }
        Ok(())
    }

    /// Tags and droplets that something is applied to exist.
    pub(crate) fn known_targets(&self, body: &Body) -> Answer<()> {
        for tag in items(body, "tags").iter().filter_map(Value::as_str) {
            if self.store.find(Resource::Tag.plural(), tag).is_none() {
                return Err(Refused::value(format!("tag {tag} does not exist")));
            }
        }
        for id in items(body, "droplet_ids") {
            let id = id.to_string();
            if self.store.find(Resource::Droplet.plural(), &id).is_none() {
                return Err(Refused::value(format!("droplet {id} does not exist")));
            }
        }
        Ok(())
    }
}
