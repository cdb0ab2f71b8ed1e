//! Networks and subnets: how they are created, changed and deleted.

use ipnet::IpNet;
use mock_cloud::{Body, Object};
use mock_rest::{created, updated};
use serde_json::{Value, json};

use crate::{
    cloud::Acorn,
    refused::{Answer, Refused},
    tables,
};

impl Acorn {
    /// Creates an object; its body.
    pub(crate) fn create(&mut self, collection: &str, asked: Body) -> Answer<Value> {
        let known = tables::of(collection).ok_or_else(Refused::absent)?;
        let mut body = created(&known, asked).map_err(Refused::body)?;
        if collection == "networks" {
            self.networks_made += 1;
            let prefix = format!("fd00:0:{:x}::/56", self.networks_made);
            body.insert("prefix".to_owned(), json!(prefix));
        } else {
            self.fits("", &body)?;
        }
        let id = self.store.fresh_uuid();
        body.insert("id".to_owned(), json!(id));
        body.insert("created_at".to_owned(), json!(self.calendar().at(self.now)));
        self.store.insert(collection, &id, body);
        self.shown(collection, &id)
    }

    /// Changes an object; its body.
    pub(crate) fn change(&mut self, collection: &str, id: &str, asked: Body) -> Answer<Value> {
        let known = tables::of(collection).ok_or_else(Refused::absent)?;
        let changes = updated(&known, asked).map_err(Refused::body)?;
        let former = self.store.find(collection, id).ok_or_else(Refused::absent)?;
        let mut body = former.body.clone();
        body.extend(changes.clone());
        if collection == "subnets" {
            self.fits(id, &body)?;
        }
        self.store.update(collection, id, |body| body.extend(changes));
        self.shown(collection, id)
    }

    /// Deletes an object that nothing is a part of.
    pub(crate) fn delete(&mut self, collection: &str, id: &str) -> Answer<()> {
        if self.store.list("subnets").any(|subnet| subnet.text("network") == id) {
            return Err(Refused::new(409, "in_use", "the network has a subnet"));
        }
        let removed = self.store.remove(collection, id);
        removed.map(drop).ok_or_else(Refused::absent)
    }

    /// An object as the API shows it.
    pub(crate) fn shown(&self, collection: &str, id: &str) -> Answer<Value> {
        let object = self.store.find(collection, id);
        object
            .map(|object| Value::Object(object.body.clone()))
            .ok_or_else(Refused::absent)
    }

    /// A subnet's ranges are parts of its network's, and no other subnet has them.
    fn fits(&self, id: &str, subnet: &Body) -> Answer<()> {
        let network = subnet["network"].as_str().unwrap_or_default();
        let Some(network) = self.store.find("networks", network) else {
            return Err(Refused::new(422, "invalid", "network does not exist"));
        };
        for field in ["range", "prefix"] {
            let Some(part) = net(&subnet[field]) else {
                continue;
            };
            if !net(&network.body[field]).is_some_and(|whole| whole.contains(&part)) {
                let message = format!("{field} is no part of the network's");
                return Err(Refused::new(422, "invalid", message));
            }
            let is_taken = |other: &Object| {
                let of_other = net(&other.body[field]);
                let overlaps = of_other.is_some_and(|of| of.contains(&part) || part.contains(&of));
                other.id != id && other.text("network") == network.id && overlaps
            };
            if self.store.list("subnets").any(|other| is_taken(other)) {
                let message = format!("another subnet has this {field}");
                return Err(Refused::new(409, "taken", message));
            }
        }
        Ok(())
    }
}

fn net(value: &Value) -> Option<IpNet> {
    value.as_str()?.parse().ok()
}
