//! Objects as the API shows them: what is stored, and what follows from other objects.

use mock_cloud::Body;
use serde_json::{Value, json};

use crate::cloud::Hetzner;
use crate::networks::items;
use crate::resource::Resource;
use crate::tables::id_text;

impl Hetzner {
    /// The object; `null` where it does not exist.
    pub(crate) fn shown(&self, resource: Resource, id: &str) -> Value {
        let Some(object) = self.store.find(resource.plural(), id) else {
            return Value::Null;
        };
        let mut shown = object.body.clone();
        match resource {
            Resource::Firewall => self.show_firewall(&mut shown),
            Resource::Network => {
                let numbers = self.servers_in(id);
                let numbers: Vec<Option<u64>> = numbers.iter().map(|id| id.parse().ok()).collect();
                shown.insert("servers".to_owned(), json!(numbers));
                shown.insert("load_balancers".to_owned(), json!([]));
            }
            Resource::PrimaryIp => self.show_location(&mut shown),
            Resource::Server => self.show_server(id, &mut shown),
            Resource::LoadBalancer | Resource::Location | Resource::ServerType => {}
        }
        Value::Object(shown)
    }

    fn show_firewall(&self, shown: &mut Body) {
        let mut applied = items(shown, "applied_to").to_vec();
        for to in &mut applied {
            if to["type"] != "label_selector" {
                continue;
            }
            let chosen = self.chosen(to);
            let servers: Vec<Value> = chosen
                .iter()
                .map(|id| json!({ "type": "server", "server": { "id": id.parse::<u64>().ok() } }))
                .collect();
            to["applied_to_resources"] = json!(servers);
        }
        shown.insert("applied_to".to_owned(), json!(applied));
    }

    fn show_location(&self, shown: &mut Body) {
        let name = shown
            .get("location")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let mut all = self.store.list(Resource::Location.plural());
        let location = all.find(|location| location.text("name") == name);
        let location = location.map(|location| json!(location.body));
        shown.insert("location".to_owned(), location.unwrap_or_default());
    }

    fn show_server(&self, id: &str, shown: &mut Body) {
        self.show_location(shown);
        let mut public = json!({
            "ipv4": null, "ipv6": null, "floating_ips": [], "firewalls": self.firewalls_of(id),
        });
        for ip in self.store.list(Resource::PrimaryIp.plural()) {
            if ip.body.get("assignee_id").map(id_text).as_deref() != Some(id) {
                continue;
            }
            let family = ip.text("type");
            let text = ip.text("ip");
            let text = if family == "ipv6" {
                format!("{text}/64")
            } else {
                text.to_owned()
            };
            public[family] = json!({
                "id": ip.body["id"], "ip": text, "blocked": false, "dns_ptr": [],
            });
        }
        shown.insert("public_net".to_owned(), public);
        let mut nets = items(shown, "private_net").to_vec();
        for net in nets.iter_mut().filter_map(Value::as_object_mut) {
            net.retain(|name, _| !name.starts_with('_'));
        }
        shown.insert("private_net".to_owned(), json!(nets));
        let kind = shown.get("server_type").cloned().unwrap_or_default();
        let mut types = self.store.list(Resource::ServerType.plural());
        let kind = types.find(|one| kind == one.text("name") || kind == one.body["id"]);
        let kind = kind.map(|kind| json!(kind.body));
        shown.insert("server_type".to_owned(), kind.unwrap_or_default());
        for (name, value) in [
            ("image", Value::Null),
            ("iso", Value::Null),
            ("volumes", json!([])),
            ("rescue_enabled", json!(false)),
            ("locked", json!(false)),
            ("backup_window", Value::Null),
            ("placement_group", Value::Null),
            ("primary_disk_size", json!(40)),
            ("load_balancers", json!([])),
        ] {
            shown.insert(name.to_owned(), value);
        }
    }
}
