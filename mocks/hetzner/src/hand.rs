//! What somebody else does to the project, and what is there from the beginning.

use std::time::Duration;

use mock_cloud::{Author, Body, Hand as _};
use serde_json::{Value, json};

use crate::cloud::{Hetzner, Said};
use crate::refused::Answer;
use crate::resource::Resource;

impl Hetzner {
    /// Makes an object as somebody else with a token of the project would, with every check of the
    /// API, and waits for it; its id. `kind` is the collection (`networks`), `body` the request's.
    ///
    /// # Panics
    /// If the API refuses it: a test asked for something that cannot be.
    pub fn make(&mut self, kind: &str, body: Value) -> String {
        let resource = known(kind);
        let body = object(body);
        let made = self.somebody(|cloud| cloud.create(resource, &body));
        let said = made.unwrap_or_else(|why| panic!("making {kind}: {why}"));
        crate::tables::id_text(&said.body.unwrap_or_default()[resource.singular()]["id"])
    }

    /// Makes an object as [`make`](Self::make) does, where the API allows it.
    pub fn make_if_allowed(&mut self, kind: &str, body: Value) {
        let (resource, body) = (known(kind), object(body));
        self.somebody(|cloud| cloud.create(resource, &body)).ok();
    }

    /// Changes attributes of an object as somebody else would.
    ///
    /// # Panics
    /// If the API refuses it, or the object does not exist.
    pub fn change(&mut self, kind: &str, id: &str, body: Value) {
        let changed = self.somebody(|cloud| cloud.update(known(kind), id, object(body)));
        changed.unwrap_or_else(|why| panic!("changing {kind}/{id}: {why}"));
    }

    /// Deletes an object as somebody else would.
    ///
    /// # Panics
    /// If the API refuses it, or the object does not exist.
    pub fn delete(&mut self, kind: &str, id: &str) {
        let deleted = self.somebody(|cloud| cloud.delete_one(known(kind), id));
        deleted.unwrap_or_else(|why| panic!("deleting {kind}/{id}: {why}"));
    }

    /// Starts an action as somebody else would, and waits for it (`("networks", id, "add_subnet",
    /// …)`).
    ///
    /// # Panics
    /// If the API refuses it, or the object does not exist.
    pub fn act(&mut self, kind: &str, id: &str, command: &str, body: Value) {
        let done = self.somebody(|cloud| {
            cloud.find(known(kind), id)?;
            cloud.command(known(kind), id, command, object(body))
        });
        done.unwrap_or_else(|why| panic!("{command} of {kind}/{id}: {why}"));
    }

    fn somebody(&mut self, work: impl FnOnce(&mut Self) -> Answer<Said>) -> Result<Said, String> {
        self.is_hand = true;
        let result = self.by_hand(|cloud| cloud.attempt(work));
        self.is_hand = false;
        self.advance(self.now);
        result.map_err(|refused| format!("{}: {}", refused.code, refused.message))
    }

    /// Lets every action come to its end.
    pub fn settle(&mut self) {
        while let Some((_, step)) = self.schedule.pop_due(Duration::MAX) {
            self.finish(step);
        }
        self.store.take_touches();
    }

    pub(crate) fn furnish(&mut self) {
        self.store.set_author(Author::Cloud);
        for location in self.config.locations.clone() {
            let (city, country) = location.place;
            let body = json!({
                "name": location.name, "network_zone": location.network_zone, "city": city,
                "country": country, "description": format!("{city} DC Park"),
                "latitude": 0.0, "longitude": 0.0,
            });
            self.insert(Resource::Location, object(body));
        }
        for (name, cores, memory) in [("cx23", 2, 4.0), ("cax11", 2, 4.0), ("ccx13", 2, 8.0)] {
            let body = json!({
                "name": name, "description": name.to_uppercase(), "cores": cores,
                "memory": memory, "disk": 40, "prices": [], "storage_type": "local",
                "cpu_type": "shared", "category": "cost_optimized", "locations": [],
                "architecture": if name.starts_with("cax") { "arm" } else { "x86" },
                "deprecated": false, "deprecation": null,
            });
            self.insert(Resource::ServerType, object(body));
        }
        self.store.set_author(Author::Hand);
    }
}

fn object(value: Value) -> Body {
    value.as_object().cloned().unwrap_or_default()
}

fn known(kind: &str) -> Resource {
    Resource::by_plural(kind).unwrap_or_else(|| panic!("the API has no collection {kind}"))
}
