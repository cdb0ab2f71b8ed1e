//! Public addresses that outlive their servers: an IPv4 address, or an IPv6 /64.

use mock_cloud::{Author, Body, Object};
use serde_json::{Value, json};

use crate::actions::Effect;
use crate::cloud::{Hetzner, Said};
use crate::refused::{Answer, Refused};
use crate::resource::Resource;
use crate::tables::id_text;

impl Hetzner {
    pub(crate) fn make_primary_ip(&mut self, asked: Body) -> Answer<Said> {
        let assignee = asked
            .get("assignee_id")
            .filter(|id| id.is_u64())
            .map(id_text);
        let location = asked.get("location").and_then(Value::as_str);
        let location = match (&assignee, location) {
            (Some(_), None) if !asked.contains_key("assignee_type") => {
                return Err(Refused::field("assignee_type", "is missing"));
            }
            (Some(server), None) => self
                .find(Resource::Server, server)?
                .text("location")
                .to_owned(),
            (None, Some(location)) => self.known_location(location)?.to_owned(),
            (Some(_), Some(_)) | (None, None) => {
                let why = "is needed where there is no assignee_id, and not allowed beside it";
                return Err(Refused::field("location", why));
            }
        };
        let id = self.insert_ip(&asked, &location, assignee.as_deref());
        let shown = self.shown(Resource::PrimaryIp, &id);
        Ok(Said::new(
            201,
            json!({ "primary_ip": shown, "action": null }),
        ))
    }

    fn insert_ip(&mut self, asked: &Body, location: &str, assignee: Option<&str>) -> String {
        let drawn = self.store.draw();
        let ip = match asked["type"] == "ipv4" {
            true => format!("203.0.113.{}", 1 + drawn % 254),
            false => format!(
                "2001:db8:{:x}:{:x}::",
                (drawn >> 16) & 0xffff,
                drawn & 0xffff
            ),
        };
        let body = json!({
            "name": asked["name"],
            "labels": asked["labels"],
            "type": asked["type"],
            "ip": ip,
            "location": location,
            "auto_delete": asked["auto_delete"],
            "assignee_id": assignee.and_then(|id| id.parse::<u64>().ok()),
            "assignee_type": if assignee.is_some() { "server" } else { "unassigned" },
            "blocked": false,
            "dns_ptr": [],
            "protection": { "delete": false },
        });
        self.insert(
            Resource::PrimaryIp,
            body.as_object().cloned().unwrap_or_default(),
        )
    }

    /// The public address of a new server: a given one, or one that goes with it.
    pub(crate) fn public_ip(
        &mut self,
        server: &str,
        family: &str,
        given: &Value,
        location: &str,
    ) -> Answer<()> {
        if given.is_u64() {
            return self.assign(&id_text(given), server);
        }
        let asked = json!({
            "name": format!("primary_ip-{server}-{family}"), "labels": {}, "type": family,
            "auto_delete": true,
        });
        let author = self.store.author();
        if author == Author::Api {
            self.store.set_author(Author::Cloud);
        }
        let asked = asked.as_object().cloned().unwrap_or_default();
        self.insert_ip(&asked, location, Some(server));
        self.store.set_author(author);
        Ok(())
    }

    fn assign(&mut self, id: &str, server: &str) -> Answer<()> {
        let ip = self.find(Resource::PrimaryIp, id)?;
        self.find(Resource::Server, server)?;
        if ip.text("assignee_type") != "unassigned" {
            let message = "the primary IP is already assigned";
            return Err(Refused::new(409, "primary_ip_already_assigned", message));
        }
        self.store.update(Resource::PrimaryIp.plural(), id, |body| {
            body.insert("assignee_id".to_owned(), json!(server.parse::<u64>().ok()));
            body.insert("assignee_type".to_owned(), json!("server"));
        });
        Ok(())
    }

    pub(crate) fn primary_ip_command(
        &mut self,
        id: &str,
        command: &str,
        asked: &Body,
    ) -> Answer<Said> {
        self.idle(Resource::PrimaryIp, id)?;
        let about = [(Resource::PrimaryIp, id)];
        let action = match command {
            "assign" => {
                self.assign(id, &id_text(&asked["assignee_id"]))?;
                self.start("assign_primary_ip", &about, Effect::None)
            }
            "unassign" => {
                let free = json!({ "assignee_id": null, "assignee_type": "unassigned" });
                let free = free.as_object().cloned().unwrap_or_default();
                let effect = Effect::Set(Resource::PrimaryIp, id.to_owned(), free);
                self.start("unassign_primary_ip", &about, effect)
            }
            "change_protection" => {
                let value = json!({ "delete": asked["delete"] });
                let values = Body::from_iter([("protection".to_owned(), value)]);
                let effect = Effect::Set(Resource::PrimaryIp, id.to_owned(), values);
                self.start("change_protection", &about, effect)
            }
            _ => return Err(Refused::no_route()),
        };
        Ok(self.started(action))
    }

    pub(crate) fn delete_primary_ip(&mut self, ip: &Object) -> Answer<Said> {
        if ip.text("assignee_type") != "unassigned" {
            let message = "the primary IP has to be unassigned before it can be deleted";
            return Err(Refused::new(422, "must_be_unassigned", message));
        }
        self.store.remove(Resource::PrimaryIp.plural(), &ip.id);
        Ok(Said::nothing())
    }

    /// What becomes of the addresses of a server that is deleted.
    pub(crate) fn free_ips_of(&mut self, server: &str) {
        let all = self.store.list(Resource::PrimaryIp.plural());
        let own =
            all.filter(|ip| ip.body.get("assignee_id").map(id_text).as_deref() == Some(server));
        let own: Vec<_> = own.cloned().collect();
        for ip in own {
            if ip.body["auto_delete"] == true {
                self.store.remove(Resource::PrimaryIp.plural(), &ip.id);
                continue;
            }
            self.store
                .update(Resource::PrimaryIp.plural(), &ip.id, |body| {
                    body.insert("assignee_id".to_owned(), Value::Null);
                    body.insert("assignee_type".to_owned(), json!("unassigned"));
                });
        }
    }
}
