//! What somebody else does in the subscription.

use std::time::Duration;

use mock_cloud::{Body, Hand as _};
use serde_json::{Map, Value, json};

use crate::changes::Conditions;
use crate::cloud::{Azure, object};
use crate::kind::Kind;
use crate::refused::Answer;

impl Azure {
    /// Makes a resource, or changes it wholly, as somebody else in the subscription would, with every
    /// check of the API, and waits for it; its id. `kind` is the collection (`subnets`), `names` the
    /// names from the resource group on (`group/network/subnet`), `body` the request's.
    ///
    /// # Panics
    /// If the API refuses it: a test asked for something that cannot be.
    pub fn make(&mut self, kind: &str, names: &str, body: Value) -> String {
        let made = self.make_it(kind, names, body);
        made.unwrap_or_else(|why| panic!("making {kind} {names}: {why}"))
    }

    /// Makes a resource as [`make`](Self::make) does, where the API allows it.
    pub fn make_if_allowed(&mut self, kind: &str, names: &str, body: Value) -> Option<String> {
        self.make_it(kind, names, body).ok()
    }

    fn make_it(&mut self, kind: &str, names: &str, body: Value) -> Result<String, String> {
        let kind = known(kind);
        let id = self.id_of(kind.plural(), names);
        self.somebody(|cloud| {
            let version = cloud.newest();
            cloud.put(kind, &id, object(body), &Conditions::default(), &version)
        })?;
        Ok(id)
    }

    /// Gives the application these roles from now on, less what a deny assignment takes from them.
    pub fn allow_only(&mut self, actions: Vec<String>, denied: Vec<String>) {
        self.config.actions = actions;
        self.config.denied = denied;
    }

    /// The id of a resource by its names from the resource group on (`group/network/subnet`).
    ///
    /// # Panics
    /// If there is no such collection, or the names are too few.
    pub fn id_of(&self, kind: &str, names: &str) -> String {
        let kind = known(kind);
        let names: Vec<&str> = names.split('/').collect();
        let mut parts = vec!["resourceGroups", names[0]];
        let chain = kind.parent().into_iter().chain([kind]);
        let chain: Vec<Kind> = chain.filter(|kind| *kind != Kind::ResourceGroup).collect();
        if !chain.is_empty() {
            parts.extend(["providers", kind.provider()]);
        }
        for (kind, name) in chain.iter().zip(names.iter().skip(1)) {
            parts.extend([kind.plural(), name]);
        }
        match self.target(&parts) {
            Some(crate::ids::Target::One(_, id)) => id,
            Some(crate::ids::Target::All(..)) | None => panic!("{names:?} name no {kind:?}"),
        }
    }

    /// Changes fields of a resource as somebody else would: reads it, puts the patch into what was
    /// read (RFC 7396), and writes it back.
    ///
    /// # Panics
    /// If the API refuses it, or the resource does not exist.
    pub fn change(&mut self, kind: &str, id: &str, patch: Value) {
        let known = known(kind);
        let version = self.newest();
        let found = self
            .find(known, id)
            .unwrap_or_else(|| panic!("there is no {kind}/{id}"));
        let mut body = self.shown(known, &found, &version);
        merge(&mut body, &patch);
        let id = found.id.clone();
        let changed = self.somebody(|cloud| {
            cloud.put(known, &id, object(body), &Conditions::default(), &version)
        });
        changed.unwrap_or_else(|why| panic!("changing {kind}/{id}: {why}"));
    }

    /// Makes a machine of `Microsoft.Compute` with these interfaces, which say from then on whose they are.
    ///
    /// # Panics
    /// If one does not exist.
    pub fn run(&mut self, machine: &str, interfaces: &[String]) {
        for id in interfaces {
            let known = self
                .find(Kind::NetworkInterface, id)
                .map(|found| found.id.clone());
            let id = known.unwrap_or_else(|| panic!("there is no networkInterfaces/{id}"));
            self.edit(Kind::NetworkInterface.plural(), &id, |body| {
                body.insert("virtualMachine".to_owned(), json!({ "id": machine }));
            });
        }
        self.store.take_touches();
    }

    /// Deletes a resource as somebody else would.
    ///
    /// # Panics
    /// If the API refuses it, or the resource does not exist.
    pub fn delete(&mut self, kind: &str, id: &str) {
        let deleted =
            self.somebody(|cloud| cloud.delete_one(known(kind), id, &Conditions::default()));
        let deleted = deleted.unwrap_or_else(|why| panic!("deleting {kind}/{id}: {why}"));
        assert!(deleted.is_some(), "there is no {kind}/{id}");
    }

    fn somebody<R>(&mut self, work: impl FnOnce(&mut Self) -> Answer<R>) -> Result<R, String> {
        self.is_hand = true;
        let result = self.by_hand(|cloud| cloud.attempt(work));
        while let Some((_, step)) = self.schedule.pop_due(self.now) {
            self.finish(step);
        }
        self.is_hand = false;
        self.store.take_touches();
        result.map_err(|refused| {
            format!(
                "{}: {} {:?}",
                refused.code, refused.message, refused.details
            )
        })
    }

    /// Lets every operation come to its end.
    pub fn settle(&mut self) {
        let kept = self.config.operations_kept;
        self.config.operations_kept = Duration::MAX / 2;
        while let Some((_, step)) = self.schedule.pop_due(Duration::MAX / 4) {
            self.finish(step);
        }
        self.config.operations_kept = kept;
        self.store.take_touches();
    }
}

fn known(kind: &str) -> Kind {
    Kind::by_plural(kind).unwrap_or_else(|| panic!("the API has no collection {kind}"))
}

/// RFC 7396.
fn merge(into: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *into = patch.clone();
        return;
    };
    if !into.is_object() {
        *into = Value::Object(Map::new());
    }
    let body: &mut Body = into.as_object_mut().expect("it is an object now");
    for (name, value) in patch {
        match value.is_null() {
            true => drop(body.remove(name)),
            false => merge(body.entry(name.clone()).or_insert(json!(null)), value),
        }
    }
}
