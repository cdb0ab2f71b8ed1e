//! Machines and addresses, as far as they are in the way of networks.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{Ipv4Net, Ipv6Net};
use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use crate::cloud::{Gcp, items};
use crate::collection::Collection;
use crate::links::{Scope, url};
use crate::objects::linked;
use crate::prefixes::parsed;
use crate::refused::{Answer, Refused};

impl Gcp {
    pub(crate) fn new_instance(&mut self, zone: &Scope, body: Body) -> Answer<Body> {
        let mut body = body;
        let mut interfaces = items(&body, "networkInterfaces").to_vec();
        for (index, interface) in interfaces.iter_mut().enumerate() {
            let text = interface["subnetwork"].as_str().unwrap_or_default();
            let field = format!("networkInterfaces[{index}].subnetwork");
            let subnetwork = self.referred(Collection::Subnetworks, &field, text)?;
            self.may("compute.subnetworks.use", &subnetwork.id)?;
            let region = self
                .scope_of(&subnetwork.id)
                .to_string()
                .replace("regions/", "zones/");
            if !zone.to_string().starts_with(&region) {
                return Err(Refused::field(
                    &field,
                    &json!(text),
                    "It is in another region.",
                ));
            }
            self.settle_interface(index, interface, &subnetwork)?;
        }
        body.insert("networkInterfaces".to_owned(), json!(interfaces));
        body.insert("status".to_owned(), json!("RUNNING"));
        Ok(body)
    }

    fn settle_interface(
        &mut self,
        index: usize,
        interface: &mut Value,
        subnetwork: &Object,
    ) -> Answer<()> {
        let stack = interface["stackType"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if stack != "IPV4_ONLY" && subnetwork.text("stackType") == "IPV4_ONLY" {
            let why = "The subnetwork has no IPv6.";
            let field = format!("networkInterfaces[{index}].stackType");
            return Err(Refused::field(&field, &interface["stackType"], why));
        }
        interface["name"] = json!(format!("nic{index}"));
        interface["network"] = json!(url(linked(&subnetwork.body, "network")));
        interface["subnetwork"] = json!(url(&subnetwork.id));
        interface["fingerprint"] = json!(self.new_fingerprint());
        if stack != "IPV6_ONLY" && interface["networkIP"].is_null() {
            let free = self.free_ipv4(subnetwork);
            interface["networkIP"] = json!(free.map(|ip| ip.to_string()));
        }
        if stack != "IPV4_ONLY" {
            self.settle_ipv6(interface, subnetwork);
        }
        Ok(())
    }

    /// A machine has a /96 of its own.
    fn settle_ipv6(&self, interface: &mut Value, subnetwork: &Object) {
        let access = subnetwork.text("ipv6AccessType");
        interface["ipv6AccessType"] = json!(access);
        let (name, is_external) = match access {
            "EXTERNAL" => ("externalIpv6Prefix", true),
            _ => ("internalIpv6Prefix", false),
        };
        let Some(prefix) = subnetwork.body.get(name).and_then(parsed) else {
            return;
        };
        let used = self.instances_in(&subnetwork.id).len();
        let part = u128::try_from(used + 1).unwrap_or_default() << 32;
        let address = Ipv6Net::new((u128::from(prefix.network()) | part).into(), 96);
        let address = address.unwrap_or_default().network().to_string();
        match is_external {
            true => {
                interface["ipv6AccessConfigs"] = json!([{
                    "kind": "compute#accessConfig", "type": "DIRECT_IPV6", "name": "external-ipv6",
                    "networkTier": "PREMIUM", "externalIpv6": address, "externalIpv6PrefixLength": 96,
                }]);
            }
            false => {
                interface["ipv6Address"] = json!(address);
                interface["internalIpv6PrefixLength"] = json!(96);
            }
        }
    }

    fn free_ipv4(&self, subnetwork: &Object) -> Option<Ipv4Addr> {
        let range: Ipv4Net = subnetwork.text("ipCidrRange").parse().ok()?;
        let used: Vec<IpAddr> = self
            .store
            .list(Collection::Instances.plural())
            .flat_map(|instance| items(&instance.body, "networkInterfaces").to_vec())
            .filter_map(|interface| interface["networkIP"].as_str()?.parse().ok())
            .collect();
        // The first is the gateway's.
        range
            .hosts()
            .skip(1)
            .find(|ip| !used.contains(&IpAddr::V4(*ip)))
    }

    fn instances_in(&self, subnetwork: &str) -> Vec<String> {
        let link = json!(url(subnetwork));
        let all = self.store.list(Collection::Instances.plural());
        let is_in = |instance: &Object| {
            let mut interfaces = items(&instance.body, "networkInterfaces").iter();
            interfaces.any(|interface| interface["subnetwork"] == link)
        };
        all.filter(|instance| is_in(instance))
            .map(|instance| instance.id.clone())
            .collect()
    }

    pub(crate) fn new_address(&mut self, body: Body) -> Answer<Body> {
        let mut body = body;
        if let Some(text) = body.get("subnetwork").and_then(Value::as_str) {
            let subnetwork = self.referred(Collection::Subnetworks, "subnetwork", text)?;
            let free = self.free_ipv4(&subnetwork).map(|ip| ip.to_string());
            body.insert("subnetwork".to_owned(), json!(url(&subnetwork.id)));
            body.entry("address").or_insert(json!(free));
        }
        let last = self.store.list(Collection::Addresses.plural()).count() + 1;
        body.entry("address")
            .or_insert(json!(format!("203.0.113.{}", last % 255)));
        body.insert("status".to_owned(), json!("RESERVED"));
        Ok(body)
    }
}
