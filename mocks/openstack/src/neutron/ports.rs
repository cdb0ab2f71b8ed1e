use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use super::access::is_set;
use super::port_addresses::{FixedIp, held_by, is_interface, unchangeable};
use super::resource::Resource;
use super::{Neutron, Resource::Port};
use crate::refused::{Answer, Refused};

impl Neutron<'_> {
    pub(super) fn ports_in(&self, network: &str) -> Vec<Arc<Object>> {
        self.store
            .by(Port.plural(), "network_id", network)
            .cloned()
            .collect()
    }

    pub(super) fn make_port(&mut self, mut body: Body) -> Answer<String> {
        let text = |name: &str| {
            body.get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let (network, owner, project) =
            (text("network_id"), text("device_owner"), text("project_id"));
        let network = self.parent(Resource::Network, &network)?;
        let mac = match body.get("mac_address").and_then(Value::as_str) {
            Some(mac) => mac.to_owned(),
            None => self.fresh_mac(),
        };
        let internal = owner.starts_with("network:");
        let secure = match body.get("port_security_enabled").and_then(Value::as_bool) {
            Some(asked) => asked,
            None => !internal && is_set(&network.body, "port_security_enabled"),
        };
        let groups = self.groups_of(&body, &project, secure)?;
        let asked = body.remove("fixed_ips");
        let ips = self.addresses(&network.id, &owner, &mac, asked.as_ref(), &[])?;
        let none = asked
            .as_ref()
            .and_then(Value::as_array)
            .is_some_and(Vec::is_empty);
        let allocation = if none { "none" } else { "immediate" };
        body.insert("mac_address".to_owned(), json!(mac));
        body.insert(
            "fixed_ips".to_owned(),
            ips.iter().map(FixedIp::json).collect(),
        );
        body.insert("security_groups".to_owned(), groups);
        body.insert("port_security_enabled".to_owned(), json!(secure));
        for (name, value) in [
            ("status", json!("DOWN")),
            ("allowed_address_pairs", json!([])),
            ("extra_dhcp_opts", json!([])),
            ("binding:host_id", json!("")),
            ("binding:profile", json!({})),
            ("binding:vif_details", json!({})),
            ("binding:vif_type", json!("unbound")),
            ("ip_allocation", json!(allocation)),
        ] {
            body.entry(name).or_insert(value);
        }
        Ok(self.insert(Port, body))
    }

    fn fresh_mac(&mut self) -> String {
        let bytes = self.store.draw().to_be_bytes();
        format!(
            "fa:16:3e:{:02x}:{:02x}:{:02x}",
            bytes[0], bytes[1], bytes[2]
        )
    }

    /// The groups of a new port: those asked for, or the default group of its project.
    fn groups_of(&mut self, body: &Body, project: &str, secure: bool) -> Answer<Value> {
        let asked = body
            .get("security_groups")
            .and_then(Value::as_array)
            .cloned();
        if !secure {
            if asked.is_some_and(|asked| !asked.is_empty()) {
                let message = "Port security must be enabled and port must have an IP address in \
                               order to use security groups.";
                return Err(Refused::conflict(
                    "PortSecurityAndIPRequiredForSecurityGroups",
                    message,
                ));
            }
            return Ok(json!([]));
        }
        let Some(asked) = asked else {
            return Ok(json!([self.default_security_group(project)]));
        };
        for id in asked.iter().filter_map(Value::as_str) {
            self.visible(Resource::SecurityGroup, id)?;
        }
        Ok(Value::from(asked))
    }

    pub(super) fn change_port(&mut self, object: &Object, mut asked: Body) -> Answer<()> {
        if let Some(groups) = asked.get("security_groups").and_then(Value::as_array) {
            for id in groups.iter().filter_map(Value::as_str) {
                self.visible(Resource::SecurityGroup, id)?;
            }
        }
        if let Some(wanted) = asked.remove("fixed_ips") {
            let (network, mac) = (object.text("network_id"), object.text("mac_address"));
            let owner = object.text("device_owner");
            let held = held_by(object);
            let ips = self.addresses(network, owner, mac, Some(&wanted), &held)?;
            let v4 = |ips: &[FixedIp]| -> BTreeSet<IpAddr> {
                ips.iter()
                    .map(|ip| ip.address)
                    .filter(IpAddr::is_ipv4)
                    .collect()
            };
            if is_interface(owner) && v4(&ips) != v4(&held) {
                return Err(unchangeable(&object.id));
            }
            asked.insert(
                "fixed_ips".to_owned(),
                ips.iter().map(FixedIp::json).collect(),
            );
        }
        self.change_plainly(Port, &object.id, asked)
    }

    pub(super) fn delete_port(&mut self, object: &Object) -> Answer<()> {
        let owner = object.text("device_owner");
        let routers = ["network:router_interface", "network:router_gateway"];
        let router = self.find(Resource::Router, object.text("device_id"));
        if (routers.contains(&owner) && router.is_some()) || self.is_held(object) {
            return Err(Refused::conflict(
                "ServicePortInUse",
                format!(
                    "Port {} cannot be deleted directly via the port API: has device owner {owner}.",
                    object.id
                ),
            ));
        }
        self.disassociate(&object.id)?;
        self.store.remove(Port.plural(), &object.id);
        Ok(())
    }
}
