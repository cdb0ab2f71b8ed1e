//! A resource as the API shows it.

use mock_cloud::{Body, Object};
use serde_json::{Map, Value, json};

use crate::cloud::{Azure, items};
use crate::ids::key;
use crate::kind::Kind;
use crate::tables::TOP;
use crate::versions::Version;

impl Azure {
    pub(crate) fn shown(&self, kind: Kind, object: &Object, version: &Version) -> Value {
        let mut top = Map::new();
        let mut properties = Map::new();
        for (name, value) in &object.body {
            match name.as_str() {
                name if name.starts_with('_') || !version.knows(kind, name) => {}
                name if TOP.contains(&name) => drop(top.insert(name.to_owned(), value.clone())),
                name => drop(properties.insert(name.to_owned(), value.clone())),
            }
        }
        for part in kind.parts() {
            let parts = self.within(*part, &object.id);
            let parts: Value = parts
                .iter()
                .map(|own| self.shown(*part, own, version))
                .collect();
            properties.insert(part.plural().to_owned(), parts);
        }
        self.derived(kind, &object.id, &mut properties);
        top.insert("properties".to_owned(), Value::Object(properties));
        Value::Object(top)
    }

    /// What a resource shows of those that refer to it, and of what it is.
    fn derived(&self, kind: Kind, id: &str, properties: &mut Body) {
        match kind {
            Kind::NetworkSecurityGroup => {
                self.show_users(kind, id, properties);
                let rules = self.default_rules(id);
                properties.insert("defaultSecurityRules".to_owned(), json!(rules));
            }
            Kind::NatGateway | Kind::RouteTable => self.show_users(kind, id, properties),
            Kind::SecurityRule => crate::rules::shown(properties),
            Kind::Subnet => {
                let inside = self.configurations("subnet", id);
                if !inside.is_empty() {
                    let inside: Value = inside.iter().map(|id| json!({ "id": id })).collect();
                    properties.insert("ipConfigurations".to_owned(), inside);
                }
                properties.entry("delegations").or_insert(json!([]));
            }
            Kind::Peering => self.peering_state(id, properties),
            Kind::PublicIpAddress | Kind::PublicIpPrefix => self.show_holders(kind, id, properties),
            Kind::LoadBalancer => self.show_members(properties),
            Kind::NetworkInterface | Kind::ResourceGroup | Kind::Route | Kind::VirtualNetwork => {}
        }
    }

    /// Who has a public address, or a prefix of them.
    fn show_holders(&self, kind: Kind, id: &str, properties: &mut Body) {
        let link = |id: &String| json!({ "id": id });
        if let Some(part) = self.configurations("publicIPAddress", id).first() {
            properties.insert("ipConfiguration".to_owned(), link(part));
        }
        for (user, id) in self.referring(kind, id) {
            if user == Kind::NatGateway {
                properties.insert("natGateway".to_owned(), link(&id));
            }
        }
    }

    /// The machines behind a load balancer: the parts of interfaces that name its pools.
    fn show_members(&self, properties: &mut Body) {
        let pools = properties.get_mut("backendAddressPools");
        for pool in pools.and_then(Value::as_array_mut).into_iter().flatten() {
            let wanted = key(pool["id"].as_str().unwrap_or_default());
            let mut members = Vec::new();
            for interface in self.store.list(Kind::NetworkInterface.plural()) {
                for part in items(&interface.body, "ipConfigurations") {
                    let own = part["properties"]["loadBalancerBackendAddressPools"].as_array();
                    let ids = own
                        .into_iter()
                        .flatten()
                        .filter_map(|one| one["id"].as_str());
                    if ids.map(key).any(|id| id == wanted) {
                        let name = part["name"].as_str().unwrap_or_default();
                        let id = format!("{}/ipConfigurations/{name}", interface.id);
                        members.push(json!({ "id": id }));
                    }
                }
            }
            if !members.is_empty() {
                pool["properties"]["backendIPConfigurations"] = json!(members);
            }
        }
    }

    fn show_users(&self, kind: Kind, id: &str, properties: &mut Body) {
        for (from, field) in [
            (Kind::Subnet, "subnets"),
            (Kind::NetworkInterface, "networkInterfaces"),
        ] {
            let users = self.referring(kind, id).into_iter();
            let users: Vec<Value> = users
                .filter(|(user, _)| *user == from)
                .map(|(_, id)| json!({ "id": id }))
                .collect();
            if !users.is_empty() {
                properties.insert(field.to_owned(), json!(users));
            }
        }
    }
}
