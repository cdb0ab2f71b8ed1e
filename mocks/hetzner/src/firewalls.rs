//! Firewalls: rules of both families, applied to servers one by one or by their labels.

use mock_cloud::{Body, Object};
use mock_rest::Wrong;
use serde_json::{Value, json};

use crate::actions::Effect;
use crate::cloud::{Hetzner, Said};
use crate::labels::Selector;
use crate::networks::items;
use crate::refused::{Answer, Refused};
use crate::resource::Resource;
use crate::tables::id_text;

pub(crate) const RULES_MAX: usize = 50;
pub(crate) const ADDRESSES_MAX: usize = 100;
/// A rule counts once for each of its addresses.
const EFFECTIVE_MAX: usize = 500;

/// A port, or a range of ports: `80`, `80-85`.
pub(crate) fn port(value: &Value) -> Result<Value, String> {
    let text = value.as_str().ok_or("is not a text")?;
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    let number = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    match (number(low), number(high)) {
        (Some(low), Some(high)) if low <= high => Ok(value.clone()),
        _ => Err("is not a port or a range of ports".to_owned()),
    }
}

/// What rules have to say together.
fn check_rules(rules: &[Value]) -> Answer<()> {
    let mut wrongs = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let count = |list: &str| rule[list].as_array().map_or(0, Vec::len);
        let mut wrong = |name: &str, why: &str| {
            wrongs.push(Wrong::new(format!("rules.{index}.{name}"), why));
        };
        let has_ports = rule["protocol"] == "tcp" || rule["protocol"] == "udp";
        match (has_ports, rule["port"].is_null()) {
            (true, true) => wrong("port", "is missing"),
            (false, false) => wrong("port", "is not allowed with this protocol"),
            (true, false) | (false, true) => {}
        }
        let (own, other) = match rule["direction"] == "in" {
            true => ("source_ips", "destination_ips"),
            false => ("destination_ips", "source_ips"),
        };
        if count(own) == 0 {
            wrong(own, "is missing");
        }
        if count(other) > 0 {
            wrong(other, "is not allowed in this direction");
        }
    }
    let of_rule = |rule: &Value, list: &str| rule[list].as_array().map_or(0, Vec::len);
    let effective: usize = rules
        .iter()
        .map(|rule| of_rule(rule, "source_ips") + of_rule(rule, "destination_ips"))
        .sum();
    match (wrongs.is_empty(), effective > EFFECTIVE_MAX) {
        (false, _) => Err(Refused::input(&wrongs)),
        (true, true) => Err(Refused::over_limit("effective_rules")),
        (true, false) => Ok(()),
    }
}

impl Hetzner {
    pub(crate) fn make_firewall(&mut self, mut body: Body) -> Answer<Said> {
        check_rules(items(&body, "rules"))?;
        let applied = body.remove("apply_to").unwrap_or_default();
        let applied = applied.as_array().cloned().unwrap_or_default();
        for resource in &applied {
            self.check_resource(resource)?;
        }
        body.insert("applied_to".to_owned(), json!(applied));
        let id = self.insert(Resource::Firewall, body);
        let started: Vec<u64> = applied.iter().map(|to| self.apply(&id, to)).collect();
        let actions: Vec<Option<Value>> = started
            .iter()
            .map(|action| self.shown_action(*action))
            .collect();
        let firewall = self.shown(Resource::Firewall, &id);
        Ok(Said::new(
            201,
            json!({ "firewall": firewall, "actions": actions }),
        ))
    }

    fn apply(&mut self, firewall: &str, to: &Value) -> u64 {
        let server = id_text(&to["server"]["id"]);
        let mut about = vec![(Resource::Firewall, firewall)];
        if !server.is_empty() {
            about.push((Resource::Server, &server));
        }
        self.start("apply_firewall", &about, Effect::None)
    }

    /// A resource is what its type says, and exists.
    fn check_resource(&self, resource: &Value) -> Answer<()> {
        let of_type = resource["type"].as_str().unwrap_or_default();
        if !resource[of_type].is_object() {
            return Err(Refused::field(of_type, "is missing"));
        }
        let server = id_text(&resource["server"]["id"]);
        let exists = self
            .store
            .find(Resource::Server.plural(), &server)
            .is_some();
        match of_type == "server" && !exists {
            true => Err(Refused::new(
                404,
                "firewall_resource_not_found",
                "server not found",
            )),
            false => Ok(()),
        }
    }

    pub(crate) fn firewall_command(
        &mut self,
        id: &str,
        command: &str,
        asked: &Body,
    ) -> Answer<Said> {
        self.idle(Resource::Firewall, id)?;
        let firewall = self.find(Resource::Firewall, id)?;
        let actions = match command {
            "set_rules" => vec![self.set_rules(id, asked)?],
            "apply_to_resources" => self.apply_to(&firewall, asked)?,
            "remove_from_resources" => self.remove_from(&firewall, asked)?,
            _ => return Err(Refused::no_route()),
        };
        let actions: Vec<Option<Value>> = actions
            .iter()
            .map(|action| self.shown_action(*action))
            .collect();
        Ok(Said::new(201, json!({ "actions": actions })))
    }

    /// Replaces every rule, whoever made it.
    fn set_rules(&mut self, id: &str, asked: &Body) -> Answer<u64> {
        check_rules(items(asked, "rules"))?;
        let rules = asked["rules"].clone();
        self.store.update(Resource::Firewall.plural(), id, |body| {
            body.insert("rules".to_owned(), rules);
        });
        Ok(self.start(
            "set_firewall_rules",
            &[(Resource::Firewall, id)],
            Effect::None,
        ))
    }

    fn apply_to(&mut self, firewall: &Object, asked: &Body) -> Answer<Vec<u64>> {
        let mut applied = items(&firewall.body, "applied_to").to_vec();
        for resource in items(asked, "apply_to") {
            self.check_resource(resource)?;
            if applied.contains(resource) {
                let message = "firewall was already applied on resource";
                return Err(Refused::new(409, "firewall_already_applied", message));
            }
            applied.push(resource.clone());
        }
        self.store
            .update(Resource::Firewall.plural(), &firewall.id, |body| {
                body.insert("applied_to".to_owned(), json!(applied));
            });
        let asked = items(asked, "apply_to").iter();
        Ok(asked.map(|to| self.apply(&firewall.id, to)).collect())
    }

    /// What is removed protects until the action ends.
    fn remove_from(&mut self, firewall: &Object, asked: &Body) -> Answer<Vec<u64>> {
        let mut applied = items(&firewall.body, "applied_to").to_vec();
        for resource in items(asked, "remove_from") {
            self.check_resource(resource)?;
            let by_label = resource["type"] == "server"
                && !applied.contains(resource)
                && self
                    .chosen_by(firewall)
                    .contains(&id_text(&resource["server"]["id"]));
            if by_label {
                let message = "firewall is applied by a label selector";
                return Err(Refused::new(
                    422,
                    "firewall_managed_by_label_selector",
                    message,
                ));
            }
            applied.retain(|own| own != resource);
        }
        let values = Body::from_iter([("applied_to".to_owned(), json!(applied))]);
        let effect = Effect::Set(Resource::Firewall, firewall.id.clone(), values);
        let about = [(Resource::Firewall, firewall.id.as_str())];
        Ok(vec![self.start("remove_firewall", &about, effect)])
    }

    pub(crate) fn delete_firewall(&mut self, firewall: &Object) -> Answer<Said> {
        if !items(&firewall.body, "applied_to").is_empty() {
            let message = "firewall is still in use";
            return Err(Refused::new(409, "resource_in_use", message));
        }
        self.store.remove(Resource::Firewall.plural(), &firewall.id);
        Ok(Said::nothing())
    }

    /// The servers that the selectors of a firewall choose.
    fn chosen_by(&self, firewall: &Object) -> Vec<String> {
        let applied = items(&firewall.body, "applied_to").iter();
        applied.flat_map(|to| self.chosen(to)).collect()
    }

    /// The servers that one label selector chooses.
    pub(crate) fn chosen(&self, applied: &Value) -> Vec<String> {
        let text = applied["label_selector"]["selector"].as_str();
        let Some(selector) = text.and_then(|text| Selector::read(text).ok()) else {
            return Vec::new();
        };
        let servers = self.store.list(Resource::Server.plural());
        let labels = |server: &Object| server.body.get("labels").cloned().unwrap_or_default();
        let chosen = servers.filter(|server| selector.fits(&labels(server)));
        chosen.map(|server| server.id.clone()).collect()
    }

    /// The firewalls of a server, as the server shows them.
    pub(crate) fn firewalls_of(&self, server: &str) -> Vec<Value> {
        let all = self.store.list(Resource::Firewall.plural());
        let applies = |firewall: &&std::sync::Arc<Object>| {
            let mut applied = items(&firewall.body, "applied_to").iter();
            let is_named = applied.any(|to| id_text(&to["server"]["id"]) == server);
            is_named || self.chosen_by(firewall).iter().any(|id| id == server)
        };
        all.filter(applies)
            .map(|firewall| json!({ "id": firewall.body["id"], "status": "applied" }))
            .collect()
    }
}
