//! What somebody else does to the installation, and what is there from the beginning.

use mock_cloud::{Author, Hand as _};
use serde_json::{Value, json};

use crate::api::members;
use crate::cloud::Equinix;
use crate::projects::inside;
use crate::resource::Resource;

impl Equinix {
    /// Makes an object of a project as somebody else would, with every check of the API, and waits
    /// for it; its id. `kind` is the collection (`virtual-networks`), `body` the request's.
    ///
    /// # Panics
    /// If the API refuses it: a test asked for something that cannot be.
    pub fn make(&mut self, project: &str, kind: &str, body: Value) -> String {
        let resource = known(kind);
        let made = self
            .by_hand(|cloud| cloud.attempt(|cloud| cloud.create(project, resource, members(body))));
        let (_, made) = made.unwrap_or_else(|why| panic!("making {kind}: {:?}", why.errors));
        let id = made.unwrap_or_default()["id"].clone();
        let id = id.as_str().unwrap_or_default().to_owned();
        if resource == Resource::Device {
            self.ready(&id);
        }
        self.store.take_touches();
        id
    }

    /// The IPv6 block that a project has in a metro; its id.
    ///
    /// # Panics
    /// If there is no such metro.
    pub fn ipv6_block(&self, project: &str, metro: &str) -> Option<String> {
        let metro = self.metro(&json!(metro));
        let metro = metro.unwrap_or_else(|why| panic!("{:?}", why.errors));
        let block = self.management_block(project, "public_ipv6", &metro)?;
        Some(block.0)
    }

    pub(crate) fn furnish(&mut self) {
        self.store.set_author(Author::Cloud);
        for metro in self.config.metros.clone() {
            let plural = Resource::Metro.plural();
            self.store
                .insert(plural, &metro.id, members(inside(&metro)));
        }
        self.store.set_author(Author::Hand);
        let project = self.config.project.clone();
        self.add_project(&project.id, &project.name);
    }

    /// Another project that is there from the beginning.
    pub fn add_project(&mut self, id: &str, name: &str) {
        let body = json!({
            "id": id, "name": name, "type": "default", "tags": [], "customdata": {},
            "backend_transfer_enabled": false, "created_at": self.stamp(),
        });
        let plural = Resource::Project.plural();
        self.store.insert(plural, id, members(body));
        self.store.take_touches();
    }
}

fn known(kind: &str) -> Resource {
    Resource::by_plural(kind).unwrap_or_else(|| panic!("the API has no collection {kind}"))
}
