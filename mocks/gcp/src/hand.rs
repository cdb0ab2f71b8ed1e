//! What somebody else does to the project, and what is there from the beginning.

use mock_cloud::{Author, Hand as _};
use serde_json::{Value, json};

use crate::cloud::{Gcp, object};
use crate::collection::{Collection, Place};
use crate::links::Scope;
use crate::refused::Answer;

impl Gcp {
    /// Makes an object as somebody else in the project would, with every check of the API, and waits
    /// for it; its path (`projects/p/global/networks/n`). `kind` is the collection (`networks`),
    /// `body` the request's, with the name of the region or zone in `region` or `zone`.
    ///
    /// # Panics
    /// If the API refuses it: a test asked for something that cannot be.
    pub fn make(&mut self, kind: &str, body: Value) -> String {
        let made = self.make_it(kind, body);
        made.unwrap_or_else(|why| panic!("making {kind}: {why}"))
    }

    /// Makes an object as [`make`](Self::make) does, where the API allows it.
    pub fn make_if_allowed(&mut self, kind: &str, body: Value) -> Option<String> {
        self.make_it(kind, body).ok()
    }

    fn make_it(&mut self, kind: &str, body: Value) -> Result<String, String> {
        let collection = known(kind);
        let mut body = object(body);
        let mut place = |name: &str| {
            let place = body.remove(name);
            let place = place.as_ref().and_then(Value::as_str);
            place.unwrap_or_default().to_owned()
        };
        let scope = match collection.place() {
            Place::Project => Scope::Global,
            Place::Region => Scope::Region(place("region")),
            Place::Zone => Scope::Zone(place("zone")),
        };
        let name = body["name"].as_str().unwrap_or_default().to_owned();
        self.somebody(|cloud| cloud.insert(collection, &scope, body))?;
        Ok(self.path_of(collection, &scope, &name))
    }

    /// Changes attributes of an object as somebody else would, with the latest fingerprint.
    ///
    /// # Panics
    /// If the API refuses it, or the object does not exist.
    pub fn change(&mut self, kind: &str, id: &str, body: Value) {
        let collection = known(kind);
        let mut body = object(body);
        let own = self
            .store
            .find(kind, id)
            .and_then(|own| own.body.get("fingerprint"));
        if let Some(fingerprint) = own.cloned() {
            body.insert("fingerprint".to_owned(), fingerprint);
        }
        let changed = self.somebody(|cloud| cloud.patch(collection, id, body));
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

    /// Does something to an object as somebody else would (`("networks", id, "addPeering", …)`).
    ///
    /// # Panics
    /// If the API refuses it, or the object does not exist.
    pub fn act(&mut self, kind: &str, id: &str, command: &str, body: Value) {
        let done = self.somebody(|cloud| cloud.command(known(kind), id, command, object(body)));
        done.unwrap_or_else(|why| panic!("{command} of {kind}/{id}: {why}"));
    }

    /// Writes the firewall policies of a network or of its organisation, as
    /// `regionNetworkFirewallPolicies.getEffectiveFirewalls` lists them (`firewallPolicys`); those of a
    /// region are of each.
    pub fn set_policies(&mut self, network: &str, policies: Value) {
        self.edit("networks", network, |body| {
            body.insert("_policies".to_owned(), policies);
        });
    }

    /// Adds a network profile, which only Google makes; its path.
    pub fn add_profile(&mut self, name: &str, features: Value) -> String {
        let id = self.path_of(Collection::NetworkProfiles, &Scope::Global, name);
        let body = object(json!({ "name": name, "features": features }));
        self.keep(Collection::NetworkProfiles, &Scope::Global, &id, body);
        id
    }

    /// Lets another project share its networks with this one. Its account is the same, with permissions of
    /// its own there.
    pub fn attach_to(&mut self, host: Self) {
        self.host = Some(Box::new(host));
    }

    fn somebody(&mut self, work: impl FnOnce(&mut Self) -> Answer<Value>) -> Result<Value, String> {
        self.is_hand = true;
        let result = self.by_hand(|cloud| cloud.attempt(work));
        while let Some((_, step)) = self.schedule.pop_due(self.now) {
            self.finish(step);
        }
        self.is_hand = false;
        self.store.take_touches();
        result.map_err(|refused| format!("{}: {}", refused.reason, refused.message))
    }

    /// Lets every operation come to its end.
    pub fn settle(&mut self) {
        let kept = self.config.operations_kept;
        self.config.operations_kept = std::time::Duration::MAX / 2;
        while let Some((_, step)) = self.schedule.pop_due(std::time::Duration::MAX / 4) {
            self.finish(step);
        }
        self.config.operations_kept = kept;
        self.store.take_touches();
    }

    pub(crate) fn furnish(&mut self) {
        if !self.config.has_default_network {
            return;
        }
        let network = json!({
            "name": "default", "autoCreateSubnetworks": true,
            "description": "Default network for the project",
        });
        self.make("networks", network);
        for (name, allowed, ranges) in [
            (
                "default-allow-icmp",
                json!([{ "IPProtocol": "icmp" }]),
                "0.0.0.0/0",
            ),
            (
                "default-allow-ssh",
                json!([{ "IPProtocol": "tcp", "ports": ["22"] }]),
                "0.0.0.0/0",
            ),
            (
                "default-allow-internal",
                json!([{ "IPProtocol": "all" }]),
                "10.128.0.0/9",
            ),
        ] {
            let rule = json!({
                "name": name, "allowed": allowed, "sourceRanges": [ranges], "priority": 65534,
            });
            self.make("firewalls", rule);
        }
        self.store.set_author(Author::Hand);
    }
}

fn known(kind: &str) -> Collection {
    Collection::by_plural(kind).unwrap_or_else(|| panic!("the API has no collection {kind}"))
}
