//! A resource as the API shows it.

use mock_cloud::{Body, Object};
use serde_json::{Map, Value, json};

use crate::cloud::{Azure, items};
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
            Kind::VirtualNetwork => {
                if items(properties, "dhcpOptions").is_empty() {
                    properties
                        .entry("enableDdosProtection")
                        .or_insert(json!(false));
                }
            }
            Kind::LoadBalancer
            | Kind::NetworkInterface
            | Kind::Peering
            | Kind::PublicIpAddress
            | Kind::PublicIpPrefix
            | Kind::ResourceGroup
            | Kind::Route => {}
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
