//! What somebody else does to the account, and what is there from the beginning.

use std::time::Duration;

use mock_cloud::{Author, Body, Hand as _};
use serde_json::{Value, json};

use crate::api::read;
use crate::cloud::{DigitalOcean, Said};
use crate::refused::Answer;
use crate::resource::Resource;
use crate::tables;

impl DigitalOcean {
    /// Makes an object as somebody else of the team would, with every check of the API; its id.
    /// `kind` is the collection (`vpcs`), `body` the request's.
    ///
    /// # Panics
    /// If the API refuses it: a test asked for something that cannot be.
    pub fn make(&mut self, kind: &str, body: Value) -> String {
        let resource = known(kind);
        let made = self.somebody(|cloud| cloud.create(resource, object(body)));
        let said = made.unwrap_or_else(|why| panic!("making {kind}: {why}"));
        id_of(resource, &said.body.unwrap_or_default())
    }

    /// Makes an object as [`make`](Self::make) does, where the API allows it.
    pub fn make_if_allowed(&mut self, kind: &str, body: Value) {
        let resource = known(kind);
        self.somebody(|cloud| cloud.create(resource, object(body)))
            .ok();
    }

    /// Makes an object as the client under test would: what an effect that came late has left.
    ///
    /// # Panics
    /// If the API refuses it.
    pub fn make_as_client(&mut self, kind: &str, body: Value) -> String {
        let author = self.store.author();
        self.store.set_author(Author::Api);
        let resource = known(kind);
        let made = self.attempt(|cloud| cloud.create(resource, object(body)));
        self.store.set_author(author);
        let said = made.unwrap_or_else(|why| panic!("making {kind}: {}", why.message));
        id_of(resource, &said.body.unwrap_or_default())
    }

    /// Makes a subnet in a VPC as somebody else would; its id.
    ///
    /// # Panics
    /// If the API refuses it.
    pub fn make_subnet_of(&mut self, vpc: &str, body: Value) -> String {
        let made = self.by_hand(|cloud| {
            cloud.attempt(|cloud| cloud.make_subnet(vpc, read(tables::SUBNET, object(body))?))
        });
        made.unwrap_or_else(|why| panic!("making a subnet: {}", why.message))
    }

    /// Changes an object as somebody else would.
    ///
    /// # Panics
    /// If the API refuses it, or the object does not exist.
    pub fn change(&mut self, kind: &str, id: &str, body: Value) {
        let changed = self.somebody(|cloud| cloud.update(known(kind), id, object(body)));
        changed.unwrap_or_else(|why| panic!("changing {kind}/{id}: {why}"));
    }

    /// Adds to one of the lists of a firewall (`rules`, `tags`, `droplets`) as somebody else would,
    /// or removes from it.
    ///
    /// # Panics
    /// If the API refuses it, or the firewall does not exist.
    pub fn change_firewall(&mut self, id: &str, list: &str, is_added: bool, body: Value) {
        let changed = self.somebody(|cloud| {
            let firewall = cloud.find(Resource::Firewall, id)?;
            cloud.change_list(&firewall, list, is_added, object(body))
        });
        changed.unwrap_or_else(|why| panic!("changing {list} of firewall {id}: {why}"));
    }

    /// Deletes an object as somebody else would.
    ///
    /// # Panics
    /// If the API refuses it, or the object does not exist.
    pub fn delete(&mut self, kind: &str, id: &str) {
        let deleted = self.somebody(|cloud| cloud.delete_one(known(kind), id));
        deleted.unwrap_or_else(|why| panic!("deleting {kind}/{id}: {why}"));
    }

    fn somebody(&mut self, work: impl FnOnce(&mut Self) -> Answer<Said>) -> Result<Said, String> {
        let result = self.by_hand(|cloud| cloud.attempt(work));
        result.map_err(|refused| format!("{}: {}", refused.status, refused.message))
    }

    /// Lets everything come to its end that time does.
    pub fn settle(&mut self) {
        while let Some((_, step)) = self.schedule.pop_due(Duration::MAX) {
            self.take(step);
        }
        self.store.take_touches();
    }

    pub(crate) fn furnish(&mut self) {
        self.store.set_author(Author::Cloud);
        for region in self.config.regions.clone() {
            let body =
                json!({ "name": region, "available": true, "features": ["ipv6"], "sizes": [] });
            self.insert(Resource::Region, object(body));
        }
        for region in self.config.default_vpcs.clone() {
            let vpc =
                json!({ "name": format!("default-{region}"), "region": region, "description": "" });
            let made = self.make_vpc(object(vpc));
            made.unwrap_or_else(|why| panic!("making the default VPC: {}", why.message));
        }
        self.store.set_author(Author::Hand);
    }
}

/// The id of the object that a reply shows.
fn id_of(resource: Resource, body: &Value) -> String {
    let shown = &body[resource.singular()];
    let id = match resource == Resource::Tag {
        true => &shown["name"],
        false => &shown["id"],
    };
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

fn object(value: Value) -> Body {
    value.as_object().cloned().unwrap_or_default()
}

fn known(kind: &str) -> Resource {
    Resource::by_plural(kind).unwrap_or_else(|| panic!("the API has no collection {kind}"))
}
