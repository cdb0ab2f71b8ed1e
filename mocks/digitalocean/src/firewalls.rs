//! Cloud firewalls: rules of both families, applied to droplets one by one or by their tags.

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use crate::api::{items, read, text};
use crate::cloud::{DigitalOcean, Said, Step};
use crate::refused::{Answer, Refused};
use crate::resource::Resource;
use crate::rules::LISTS;
use crate::tables;

/// Rules of a firewall, in and out together.
const RULES_MAX: usize = 50;
const TAGS_MAX: usize = 5;
const DROPLETS_MAX: usize = 10;

/// What only the API sets: a whole firewall may be sent back with it.
const READ_ONLY: [&str; 4] = ["id", "created_at", "status", "pending_changes"];

/// A letter or a digit, then also dashes and periods.
pub(crate) fn name(value: &Value) -> Result<Value, String> {
    let fit = crate::vpcs::name(value)?;
    let text = value.as_str().unwrap_or_default();
    match text.len() > 1 && text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        true => Ok(fit),
        false => Err("must begin with an alphanumeric character".to_owned()),
    }
}

impl DigitalOcean {
    pub(crate) fn make_firewall(&mut self, mut body: Body) -> Answer<String> {
        self.whole_firewall(&mut body, "")?;
        let id = self.insert(Resource::Firewall, body);
        self.settle_firewall(&id);
        Ok(id)
    }

    /// Everything that is not said gets its default.
    pub(crate) fn replace_firewall(&mut self, firewall: &Object, mut asked: Body) -> Answer<()> {
        asked.retain(|name, _| !READ_ONLY.contains(&name.as_str()));
        let mut body = read(tables::FIREWALL, asked)?;
        self.whole_firewall(&mut body, &firewall.id)?;
        let kind = Resource::Firewall.plural();
        self.store
            .update(kind, &firewall.id, |own| own.extend(body));
        self.settle_firewall(&firewall.id);
        Ok(())
    }

    /// Checks a firewall as a whole.
    fn whole_firewall(&self, body: &mut Body, own: &str) -> Answer<()> {
        for list in ["inbound_rules", "outbound_rules", "tags", "droplet_ids"] {
            if body.get(list).is_none_or(Value::is_null) {
                body.insert(list.to_owned(), json!([]));
            }
        }
        let is_taken = {
            let name = text(body, "name");
            let mut same = self.store.by(Resource::Firewall.plural(), "name", name);
            same.any(|firewall| firewall.id != own)
        };
        if is_taken {
            return Err(Refused::new(409, "duplicate name"));
        }
        let count = |list: &str| items(body, list).len();
        let rules = count("inbound_rules") + count("outbound_rules");
        let wrong = match (rules, count("tags"), count("droplet_ids")) {
            (0, _, _) => Some("at least one rule must be specified"),
            (rules, _, _) if rules > RULES_MAX => Some("a firewall has 50 rules at most"),
            (_, tags, _) if tags > TAGS_MAX => Some("a firewall has 5 tags at most"),
            (_, _, droplets) if droplets > DROPLETS_MAX => {
                Some("a firewall has 10 droplets at most")
            }
            _ => None,
        };
        if let Some(wrong) = wrong {
            return Err(Refused::value(wrong));
        }
        self.known_targets(body)?;
        self.stored_rules(body)
    }

    /// Rules reach droplets some time after they are changed.
    fn settle_firewall(&mut self, id: &str) {
        let is_applied = !self.droplets_behind(id).is_empty();
        let now = if is_applied { "waiting" } else { "succeeded" };
        self.store.update(Resource::Firewall.plural(), id, |body| {
            body.insert("status".to_owned(), json!(now));
        });
        if is_applied {
            let kind = Resource::Firewall;
            self.later(Step::Set(kind, id.to_owned(), "status", json!("succeeded")));
        }
    }

    /// The droplets to which a firewall applies.
    pub(crate) fn droplets_behind(&self, id: &str) -> Vec<String> {
        let Some(firewall) = self.store.find(Resource::Firewall.plural(), id) else {
            return Vec::new();
        };
        let named = items(&firewall.body, "droplet_ids")
            .iter()
            .map(Value::to_string);
        let tags = items(&firewall.body, "tags")
            .iter()
            .filter_map(Value::as_str);
        named.chain(tags.flat_map(|tag| self.tagged(tag))).collect()
    }

    /// Adds to, or removes from, one of the lists of a firewall: `rules`, `tags`, `droplets`.
    pub(crate) fn change_list(
        &mut self,
        firewall: &Object,
        list: &str,
        is_added: bool,
        asked: Body,
    ) -> Answer<Said> {
        let table = match list {
            "rules" => tables::RULES,
            "tags" => tables::TAGS,
            "droplets" => tables::DROPLETS,
            _ => return Err(Refused::absent()),
        };
        let mut asked = read(table, asked)?;
        self.stored_rules(&mut asked)?;
        let mut body = firewall.body.clone();
        for (name, values) in asked {
            let values = values.as_array().cloned().unwrap_or_default();
            let Some(Value::Array(own)) = body.get_mut(&name) else {
                continue;
            };
            for value in values {
                let is_there = own.iter().any(|one| same(one, &value));
                match (is_added, is_there) {
                    (true, false) => own.push(value),
                    (false, true) => own.retain(|one| !same(one, &value)),
                    (true, true) => {}
                    (false, false) => return Err(Refused::absent()),
                }
            }
        }
        self.whole_firewall(&mut body, &firewall.id)?;
        let kind = Resource::Firewall.plural();
        self.store.update(kind, &firewall.id, |own| *own = body);
        self.settle_firewall(&firewall.id);
        Ok(Said::nothing())
    }
}

/// Whether two values are equal, whatever the order of the lists in them.
fn same(one: &Value, other: &Value) -> bool {
    sorted(one.clone()) == sorted(other.clone())
}

fn sorted(mut rule: Value) -> Value {
    for (_, peers) in LISTS {
        let peers = rule.get_mut(peers).and_then(Value::as_object_mut);
        let lists = peers.into_iter().flat_map(|peers| peers.values_mut());
        for list in lists.filter_map(Value::as_array_mut) {
            list.sort_by_key(Value::to_string);
        }
    }
    rule
}
