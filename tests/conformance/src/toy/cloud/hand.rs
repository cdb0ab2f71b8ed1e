//! Another hand: what colleagues, other tools and the operator do to the cloud.

use std::{collections::BTreeSet, time::Duration};

use groundwork_model::Family;
use ipnet::Ipv4Net;
use serde_json::{Value, json};

use super::{ToyCloud, fields};

impl ToyCloud {
    /// A zone more.
    pub fn add_zone(&mut self, name: &str) {
        self.store
            .insert("zones", name, fields(json!({ "name": name })));
    }

    /// A network that is ready since long ago; its id.
    pub fn add_network(&mut self, name: &str, note: &str, range: Ipv4Net) -> String {
        let id = self.insert_network(name, note, range, Duration::ZERO);
        self.store.update("networks", &id, |body| {
            body.insert("status".to_owned(), json!("ready"));
            body.insert("prefix".to_owned(), body["late_prefix"].clone());
        });
        id
    }

    /// A gateway; its id.
    pub fn add_gateway(&mut self, name: &str, note: &str, families: &BTreeSet<Family>) -> String {
        let id = self.fresh_id("gateways");
        let mut gateway = self.stamp(fields(
            json!({ "id": id, "name": name, "note": note, "families": families }),
        ));
        gateway.insert("made_ms".to_owned(), json!(0));
        self.store.insert("gateways", &id, gateway);
        id
    }

    /// A subnet in a network; its id.
    pub fn add_subnet(&mut self, network: &str, name: &str, zone: &str, range: Ipv4Net) -> String {
        let id = format!("{network}/{name}");
        let subnet = fields(json!({
            "network": network, "name": name, "zone": zone, "range": range, "prefix": null,
        }));
        self.store.insert("subnets", &id, self.stamp(subnet));
        id
    }

    /// Attaches a network to a gateway; the attachment's id.
    pub fn add_attachment(&mut self, gateway: &str, network: &str) -> String {
        let id = self.fresh_id("attachments");
        let attachment = fields(json!({ "id": id, "gateway": gateway, "network": network }));
        self.store
            .insert("attachments", &id, self.stamp(attachment));
        id
    }

    /// A machine in a subnet; its id.
    pub fn add_machine(&mut self, network: &str, subnet: &str) -> String {
        let id = self.store.fresh_uuid();
        let machine = fields(json!({ "id": id, "network": network, "subnet": subnet }));
        self.store.insert("machines", &id, self.stamp(machine));
        id
    }

    /// Sets an attribute of an object.
    pub fn set(&mut self, kind: &str, id: &str, attribute: &str, value: Value) {
        self.store.update(kind, id, |body| {
            body.insert(attribute.to_owned(), value);
        });
    }

    /// Takes an object away.
    pub fn take(&mut self, kind: &str, id: &str) {
        self.store.remove(kind, id);
    }
}
