//! Gateways, which are not listed at once, and attachments to them.

use mock_cloud::{Object, Response};
use serde_json::{Value, json};

use super::{
    ToyCloud, fields, ms, number,
    reply::{absent, found, refused},
};

impl ToyCloud {
    pub(super) fn is_listed(&self, gateway: &Object) -> bool {
        let made_ms = number(gateway, "made_ms").unwrap_or_default();
        made_ms == 0 || made_ms + ms(self.config.lag) <= ms(self.now)
    }

    pub(super) fn make_gateway(&mut self, body: &Value) -> Response {
        let id = self.fresh_id("gateways");
        let gateway = fields(json!({
            "id": id, "name": body["name"], "note": body["note"], "families": body["families"],
        }));
        self.store.insert("gateways", &id, self.stamp(gateway));
        self.one("gateways", &id)
    }

    pub(super) fn remove_gateway(&mut self, id: &str) -> Response {
        if self.is_joined("attachments", id) {
            return refused(409, "in-use", "a network is attached to the gateway");
        }
        self.store
            .remove("gateways", id)
            .map_or_else(absent, |_| found(json!({})))
    }

    pub(super) fn attach(&mut self, body: &Value) -> Response {
        let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
        let (gateway, network) = (text("gateway"), text("network"));
        if self.store.find("gateways", &gateway).is_none() {
            return refused(400, "invalid", "there is no such gateway");
        }
        let ready = |network: &Object| network.text("status") == "ready";
        if !self
            .store
            .find("networks", &network)
            .is_some_and(|found| ready(found))
        {
            return refused(409, "busy", "the network is not ready");
        }
        let same =
            |other: &Object| other.text("gateway") == gateway && other.text("network") == network;
        if self.store.list("attachments").any(|other| same(other)) {
            return refused(409, "exists", "the two are attached already");
        }
        let id = self.fresh_id("attachments");
        let attachment = fields(json!({ "id": id, "gateway": gateway, "network": network }));
        self.store
            .insert("attachments", &id, self.stamp(attachment));
        self.one("attachments", &id)
    }
}
