//! Peerings: two VPCs of the account that are routed together.

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use crate::api::{items, text};
use crate::cloud::{DigitalOcean, Said, Step};
use crate::refused::{Answer, Refused};
use crate::resource::Resource;

impl DigitalOcean {
    pub(crate) fn make_peering(&mut self, mut body: Body) -> Answer<String> {
        let ids: Vec<&str> = items(&body, "vpc_ids")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let &[one, other] = ids.as_slice() else {
            return Err(Refused::value("vpc_ids must be two VPCs"));
        };
        for id in [one, other] {
            self.find(Resource::Vpc, id)?;
        }
        let kind = Resource::Peering.plural();
        if one == other || self.peerings_between(one, other) {
            return Err(Refused::new(409, "these VPCs are peered already"));
        }
        if self.store.count_by(kind, "name", text(&body, "name")) > 0 {
            return Err(Refused::new(409, "name must be unique"));
        }
        body.insert("status".to_owned(), json!("PROVISIONING"));
        let id = self.insert(Resource::Peering, body);
        let step = Step::Set(Resource::Peering, id.clone(), "status", json!("ACTIVE"));
        self.later(step);
        Ok(id)
    }

    fn peerings_between(&self, one: &str, other: &str) -> bool {
        let has =
            |peering: &Object, vpc: &str| items(&peering.body, "vpc_ids").contains(&json!(vpc));
        let mut all = self.store.list(Resource::Peering.plural());
        all.any(|peering| has(peering, one) && has(peering, other))
    }

    pub(crate) fn peerings_of(&self, vpc: &str) -> Vec<Value> {
        let all = self.store.list(Resource::Peering.plural());
        let own = all.filter(|peering| items(&peering.body, "vpc_ids").contains(&json!(vpc)));
        own.map(|peering| json!(peering.body)).collect()
    }

    pub(crate) fn delete_peering(&mut self, peering: &Object) -> Said {
        let kind = Resource::Peering;
        self.store.update(kind.plural(), &peering.id, |body| {
            body.insert("status".to_owned(), json!("DELETING"));
        });
        self.later(Step::Remove(kind, peering.id.clone()));
        self.shown_alone(202, kind, &peering.id)
    }
}
