//! Networks: long operations, and a prefix that comes late.

use std::time::Duration;

use ipnet::Ipv4Net;
use mock_cloud::{Object, Response};
use serde_json::{Value, json};

use super::{
    Asked, ToyCloud, fields,
    reply::{absent, accepted, found, refused, running},
};

/// Something that takes its time.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    network: String,
    done_at: Duration,
    signature: String,
}

/// What time does to a network.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// It is built.
    Built(String),
    /// Its prefix is found.
    Prefixed(String),
    /// It is gone, with all that lived inside.
    Gone(String),
}

impl ToyCloud {
    pub(super) fn shows_network(&self, network: &Object) -> bool {
        !self.config.hides_building || network.text("status") != "building"
    }

    pub(super) fn make_network(&mut self, body: &Value) -> Response {
        if self.store.list("networks").count() >= self.config.networks_max {
            return refused(403, "quota", "there are as many networks as there may be");
        }
        let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
        let Ok(range) = text("range").parse::<Ipv4Net>() else {
            return refused(400, "invalid", "range is not an IPv4 range");
        };
        if range.prefix_len() != 16 || range != range.trunc() {
            return refused(400, "invalid", "range is not a /16");
        }
        let id = self.insert_network(&text("name"), &text("note"), range, self.config.build);
        self.begin(id, self.config.build)
    }

    pub(super) fn insert_network(
        &mut self,
        name: &str,
        note: &str,
        range: Ipv4Net,
        build: Duration,
    ) -> String {
        let id = self.fresh_id("networks");
        self.networks_made += 1;
        let network = fields(json!({
            "id": id, "name": name, "note": note, "range": range, "status": "building",
            "prefix": null, "late_prefix": format!("fd00:0:{:x}::/56", self.networks_made),
        }));
        self.store.insert("networks", &id, self.stamp(network));
        let built = self.now + build;
        self.schedule.plan(built, Step::Built(id.clone()));
        let prefixed = built + self.config.prefix;
        self.schedule.plan(prefixed, Step::Prefixed(id.clone()));
        id
    }

    pub(super) fn remove_network(&mut self, id: &str) -> Response {
        let Some(network) = self.store.find("networks", id) else {
            return absent();
        };
        if self.is_joined("attachments", id) || self.is_joined("machines", id) {
            return refused(409, "in-use", "something is attached to the network");
        }
        if network.text("status") == "building" {
            return refused(409, "busy", "the network is being built");
        }
        if network.text("status") == "ready" {
            self.store.update("networks", id, |body| {
                body.insert("status".to_owned(), json!("leaving"));
            });
            let gone = self.now + self.config.removal;
            self.schedule.plan(gone, Step::Gone(id.to_owned()));
        }
        self.begin(id.to_owned(), self.config.removal)
    }

    fn begin(&mut self, network: String, duration: Duration) -> Response {
        let (id, signature) = (
            self.store.fresh_uuid(),
            format!("{:016x}", self.store.draw()),
        );
        let href = format!("/operations/{id}?signature={signature}");
        let done_at = self.now + duration;
        self.operations.insert(
            id,
            Operation {
                network,
                done_at,
                signature,
            },
        );
        accepted(&href, duration.as_secs().max(2) / 2)
    }

    pub(super) fn operation(&self, id: &str, asked: &Asked<'_>) -> Response {
        let Some(Operation {
            network,
            done_at,
            signature,
        }) = self.operations.get(id)
        else {
            return absent();
        };
        if asked.query.one("signature") != Some(signature.as_str()) {
            return refused(403, "signature", "the signature is not right");
        }
        if self.now < *done_at {
            return running(1);
        }
        if self.now > *done_at + self.config.memory {
            return absent();
        }
        let network = self
            .store
            .find("networks", network)
            .map(|object| object.body.clone());
        found(json!({ "status": "done", "network": network }))
    }

    /// What time has brought.
    pub(super) fn settle(&mut self) {
        while let Some((_, step)) = self.schedule.pop_due(self.now) {
            match step {
                Step::Built(id) => drop(self.store.update("networks", &id, |body| {
                    body.insert("status".to_owned(), json!("ready"));
                })),
                Step::Prefixed(id) => drop(self.store.update("networks", &id, |body| {
                    body.insert("prefix".to_owned(), body["late_prefix"].clone());
                })),
                Step::Gone(id) => self.take_away(&id),
            }
        }
        // What time does is nobody's deed.
        self.store.take_touches();
    }

    fn take_away(&mut self, id: &str) {
        let inside: Vec<String> = self
            .store
            .list("subnets")
            .filter(|subnet| subnet.text("network") == id)
            .map(|subnet| subnet.id.clone())
            .collect();
        for subnet in inside {
            self.store.remove("subnets", &subnet);
        }
        self.store.remove("networks", id);
    }
}
