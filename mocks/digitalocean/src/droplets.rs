//! Droplets: the flag `ipv6` of the create request decides whether they have IPv6.

use mock_cloud::{Body, Object};
use serde_json::json;

use crate::api::{items, text};
use crate::cloud::{DigitalOcean, Step};
use crate::refused::Answer;
use crate::resource::Resource;

impl DigitalOcean {
    pub(crate) fn make_droplet(&mut self, mut body: Body) -> Answer<String> {
        self.known_region(text(&body, "region"))?;
        let vpc = self.vpc_of(&body)?;
        let tags = items(&body, "tags").to_vec();
        for tag in tags.iter().filter_map(|tag| tag.as_str()) {
            self.known_tag(tag);
        }
        let private = self.next_address(&vpc, self.members(&vpc).len())?;
        let drawn = self.store.draw();
        let mut features = vec!["private_networking"];
        let mut v6 = Vec::new();
        if body.remove("ipv6") == Some(json!(true)) {
            features.push("ipv6");
            let address = format!("2001:db8:{:x}:{:x}::1", drawn & 0xffff, drawn >> 48);
            v6.push(json!({
                "ip_address": address, "netmask": 64, "gateway": "2001:db8::1", "type": "public",
            }));
        }
        let public = format!("198.51.100.{}", 1 + drawn % 250);
        let v4 = [
            ("public", public, "255.255.255.0"),
            ("private", private, "255.255.240.0"),
        ];
        let v4 = v4.map(|(kind, address, netmask)| {
            json!({ "ip_address": address, "netmask": netmask, "gateway": "", "type": kind })
        });
        body.insert("vpc_uuid".to_owned(), json!(vpc));
        body.insert("features".to_owned(), json!(features));
        body.insert("networks".to_owned(), json!({ "v4": v4, "v6": v6 }));
        body.insert("status".to_owned(), json!("new"));
        let id = self.insert(Resource::Droplet, body);
        let step = Step::Set(Resource::Droplet, id.clone(), "status", json!("active"));
        self.later(step);
        Ok(id)
    }

    /// A droplet leaves its VPC some time after it is deleted.
    pub(crate) fn delete_droplet(&mut self, droplet: &Object) {
        let due = self.now + self.config.member_delay;
        let step = Step::Remove(Resource::Droplet, droplet.id.clone());
        self.schedule.plan(due, step);
        self.store
            .update(Resource::Droplet.plural(), &droplet.id, |body| {
                body.insert("_deleted".to_owned(), json!(true));
            });
    }
}
