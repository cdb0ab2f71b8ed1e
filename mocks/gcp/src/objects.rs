//! What is done to an object of any collection.

use std::sync::Arc;

use mock_cloud::{Body, Object};
use mock_rest::{Attribute, Plain};
use serde_json::{Value, json};

use crate::cloud::Gcp;
use crate::collection::Collection;
use crate::links::{Scope, meant, path, url};
use crate::operations::{Effect, WORK};
use crate::refused::{Answer, Refused};
use crate::tables::OUTPUT;

impl Gcp {
    /// `projects/p/global/networks/n`
    pub(crate) fn path_of(&self, collection: Collection, scope: &Scope, name: &str) -> String {
        let (project, plural) = (&self.config.project, collection.plural());
        format!("projects/{project}/{scope}/{plural}/{name}")
    }

    /// The path of what a request calls by its name, or by its number.
    pub(crate) fn called(&self, collection: Collection, scope: &Scope, name: &str) -> String {
        let path = self.path_of(collection, scope, "");
        let is_it = |object: &&Object| object.text("id") == name && object.id.starts_with(&path);
        let all = self.store.list(collection.plural()).map(|object| &**object);
        let numbered = name.starts_with(|char: char| char.is_ascii_digit());
        let mut all = all.filter(|_| numbered);
        all.find(is_it)
            .map_or(path + name, |object| object.id.clone())
    }

    pub(crate) fn scope_of(&self, id: &str) -> Scope {
        let mut parts = id.split('/').skip(2);
        match (parts.next(), parts.next()) {
            (Some("regions"), Some(name)) => Scope::Region(name.to_owned()),
            (Some("zones"), Some(name)) => Scope::Zone(name.to_owned()),
            _ => Scope::Global,
        }
    }

    pub(crate) fn scope_url(&self, scope: &Scope) -> String {
        url(&format!("projects/{}/{scope}", self.config.project))
    }

    /// The object, or that it is not found.
    pub(crate) fn find(&self, collection: Collection, id: &str) -> Answer<Arc<Object>> {
        let found = self.store.find(collection.plural(), id);
        found.cloned().ok_or_else(|| Refused::absent(id))
    }

    fn seen(&self, collection: Collection, id: &str) -> Answer<Arc<Object>> {
        let found = self.find(collection, id)?;
        match self.is_seen(&found.body, id) {
            true => Ok(found),
            false => Err(Refused::absent(id)),
        }
    }

    /// The object, while no operation works on it.
    pub(crate) fn ready(&self, collection: Collection, id: &str) -> Answer<Arc<Object>> {
        let found = self.seen(collection, id)?;
        match found.body.contains_key(WORK) {
            true => Err(Refused::not_ready(id)),
            false => Ok(found),
        }
    }

    /// The object that a field of a request refers to, and that can be used.
    pub(crate) fn referred(
        &self,
        collection: Collection,
        field: &str,
        text: &str,
    ) -> Answer<Arc<Object>> {
        let value = json!(text);
        let singular = collection.singular();
        let malformed = || Refused::field(field, &value, "The URL is malformed.");
        let id = meant(&self.config, text).ok_or_else(malformed)?;
        if !id.contains(&format!("/{}/", collection.plural())) {
            return Err(malformed());
        }
        match self.ready(collection, &id) {
            Err(refused) if refused.status == 404 => {
                let why = format!("The referenced {singular} resource cannot be found.");
                Err(Refused::field(field, &value, why))
            }
            other => other,
        }
    }

    pub(crate) fn get(&self, collection: Collection, id: &str) -> Answer<Value> {
        self.may(&permission(collection, "get"), id)?;
        let object = self.seen(collection, id)?;
        Ok(self.shown(collection, &object))
    }

    pub(crate) fn insert(
        &mut self,
        collection: Collection,
        scope: &Scope,
        asked: Body,
    ) -> Answer<Value> {
        let body = read(collection, asked)?;
        let name = name_of(&body)?;
        let id = self.path_of(collection, scope, &name);
        self.may(&permission(collection, "create"), &id)?;
        if self.store.find(collection.plural(), &id).is_some() {
            return Err(Refused::exists(&id));
        }
        self.within_quota(collection)?;
        let body = self.prepared(collection, scope, body)?;
        self.keep(collection, scope, &id, body);
        self.start("insert", collection, &id, Effect::Made)
    }

    fn prepared(&mut self, collection: Collection, scope: &Scope, body: Body) -> Answer<Body> {
        match collection {
            Collection::Addresses => self.new_address(body),
            Collection::Firewalls => self.new_firewall(body),
            Collection::Instances => self.new_instance(scope, body),
            Collection::NetworkProfiles => Err(Refused::no_route()),
            Collection::Networks => self.new_network(body),
            Collection::PublicDelegatedPrefixes => Ok(body),
            Collection::Routers => self.new_router(scope, body),
            Collection::Routes => self.new_route(body),
            Collection::Subnetworks => self.new_subnetwork(scope, body),
        }
    }

    /// Stores an object with what every object has.
    pub(crate) fn keep(&mut self, collection: Collection, scope: &Scope, id: &str, body: Body) {
        let number = (self.store.draw() >> 1).max(1);
        let mut body = body;
        body.insert(
            "kind".to_owned(),
            json!(format!("compute#{}", collection.singular())),
        );
        body.insert("id".to_owned(), json!(number.to_string()));
        body.insert("selfLink".to_owned(), json!(url(id)));
        body.insert("creationTimestamp".to_owned(), json!(self.stamp(self.now)));
        match scope {
            Scope::Global => {}
            Scope::Region(_) => {
                drop(body.insert("region".to_owned(), json!(self.scope_url(scope))))
            }
            Scope::Zone(_) => drop(body.insert("zone".to_owned(), json!(self.scope_url(scope)))),
        }
        self.store.insert(collection.plural(), id, body);
    }

    /// Changes what a request names, and leaves the rest (RFC 7396).
    pub(crate) fn patch(&mut self, collection: Collection, id: &str, asked: Body) -> Answer<Value> {
        self.may(&permission(collection, "update"), id)?;
        let object = self.ready(collection, id)?;
        let mut asked = asked;
        merge(&mut asked, &object.body);
        let fingerprint = asked.remove("fingerprint");
        if collection == Collection::Subnetworks
            && fingerprint != object.body.get("fingerprint").cloned()
        {
            let message = "Supplied fingerprint does not match current metadata fingerprint.";
            return Err(Refused::new(412, "conditionNotMet", message));
        }
        let values = changes(collection, asked)?;
        let values = self.permitted(collection, &object, values)?;
        self.start("patch", collection, id, Effect::Changed(values))
    }

    /// Changes what can be changed to what a request says, or to nothing where it says nothing.
    pub(crate) fn replace(
        &mut self,
        collection: Collection,
        id: &str,
        asked: Body,
    ) -> Answer<Value> {
        if !matches!(collection, Collection::Firewalls | Collection::Routers) {
            return Err(Refused::no_route());
        }
        let mut asked = asked;
        for attribute in collection.attributes().unwrap_or_default() {
            if attribute.put {
                asked.entry(attribute.name).or_insert(Value::Null);
            }
        }
        self.patch(collection, id, asked)
    }

    /// The changes that an object takes, completed.
    fn permitted(&mut self, collection: Collection, object: &Object, values: Body) -> Answer<Body> {
        match collection {
            Collection::Firewalls => self.changed_firewall(object, values),
            Collection::Networks => self.changed_network(object, values),
            Collection::Routers => self.changed_router(object, values),
            Collection::Subnetworks => self.changed_subnetwork(object, values),
            Collection::Addresses
            | Collection::Instances
            | Collection::NetworkProfiles
            | Collection::PublicDelegatedPrefixes
            | Collection::Routes => Err(Refused::no_route()),
        }
    }

    pub(crate) fn delete_one(&mut self, collection: Collection, id: &str) -> Answer<Value> {
        self.may(&permission(collection, "delete"), id)?;
        let object = self.ready(collection, id)?;
        if object.text("routeType") == "SUBNET" {
            let message = format!("The route '{id}' is a subnet route, and cannot be deleted.");
            return Err(Refused::new(400, "invalid", message));
        }
        self.unused(id)?;
        self.start("delete", collection, id, Effect::Deleted)
    }

    pub(crate) fn command(
        &mut self,
        collection: Collection,
        id: &str,
        command: &str,
        asked: Body,
    ) -> Answer<Value> {
        match (collection, command) {
            (Collection::Networks, "addPeering") => self.add_peering(id, asked),
            (Collection::Networks, "removePeering") => self.remove_peering(id, asked),
            (Collection::Networks, "switchToCustomMode") => {
                self.ready(collection, id)?;
                let values = crate::cloud::object(json!({ "autoCreateSubnetworks": false }));
                self.start(
                    "switchToCustomMode",
                    collection,
                    id,
                    Effect::Changed(values),
                )
            }
            (Collection::Subnetworks, "expandIpCidrRange") => self.expand(id, asked),
            _ => Err(Refused::no_route()),
        }
    }

    /// An operation has made an object.
    pub(crate) fn made(&mut self, collection: Collection, id: &str) {
        self.rest(collection, id);
        match collection {
            Collection::Networks => self.made_network(id),
            Collection::Subnetworks => self.made_subnetwork(id),
            Collection::Addresses
            | Collection::Firewalls
            | Collection::Instances
            | Collection::NetworkProfiles
            | Collection::PublicDelegatedPrefixes
            | Collection::Routers
            | Collection::Routes => {}
        }
    }

    /// An operation has changed an object.
    pub(crate) fn changed(&mut self, collection: Collection, id: &str, values: Body) {
        self.rest(collection, id);
        let fingerprint = self.new_fingerprint();
        let has_fingerprint = collection == Collection::Subnetworks;
        self.store.update(collection.plural(), id, |body| {
            for (name, value) in values {
                match value.is_null() {
                    true => drop(body.remove(&name)),
                    false => drop(body.insert(name, value)),
                }
            }
            if has_fingerprint {
                body.insert("fingerprint".to_owned(), json!(fingerprint));
            }
        });
        match collection {
            Collection::Networks => self.assign_range(id),
            Collection::Subnetworks => self.made_subnetwork(id),
            Collection::Addresses
            | Collection::Firewalls
            | Collection::Instances
            | Collection::NetworkProfiles
            | Collection::PublicDelegatedPrefixes
            | Collection::Routers
            | Collection::Routes => {}
        }
    }

    /// No operation works on an object any more.
    pub(crate) fn rest(&mut self, collection: Collection, id: &str) {
        self.store.update(collection.plural(), id, |body| {
            body.remove(WORK);
        });
    }

    /// An object is gone, with what the cloud has made for it.
    pub(crate) fn gone(&mut self, collection: Collection, id: &str) {
        self.store.remove(collection.plural(), id);
        if matches!(collection, Collection::Networks | Collection::Subnetworks) {
            self.drop_routes(id);
        }
        if collection == Collection::Networks {
            for subnetwork in self.in_network(Collection::Subnetworks, id) {
                self.gone(Collection::Subnetworks, &subnetwork.id);
            }
        }
    }

    /// The objects of a collection that are in a network.
    pub(crate) fn in_network(&self, collection: Collection, network: &str) -> Vec<Arc<Object>> {
        let network = url(network);
        let all = self.store.by(collection.plural(), "network", &network);
        all.cloned().collect()
    }

    pub(crate) fn new_fingerprint(&mut self) -> String {
        use base64::Engine as _;
        let bytes = self.store.draw().to_be_bytes();
        base64::engine::general_purpose::STANDARD.encode(bytes)
    }

    /// An object as the API shows it.
    pub(crate) fn shown(&self, collection: Collection, object: &Object) -> Value {
        let mut shown = object.body.clone();
        shown.retain(|name, _| !name.starts_with('_'));
        if collection == Collection::Networks {
            let inside = self.in_network(Collection::Subnetworks, &object.id);
            let links: Vec<String> = inside.iter().map(|inside| url(&inside.id)).collect();
            if !links.is_empty() {
                shown.insert("subnetworks".to_owned(), json!(links));
            }
        }
        Value::Object(shown)
    }
}

/// `compute.networks.create`
pub(crate) fn permission(collection: Collection, verb: &str) -> String {
    format!("compute.{}.{verb}", collection.plural())
}

/// The path that a stored link leads to; empty where there is none.
pub(crate) fn linked<'a>(body: &'a Body, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).map_or("", path)
}

fn read(collection: Collection, asked: Body) -> Answer<Body> {
    let mut asked = asked;
    asked.retain(|name, value| !value.is_null() && !is_output(collection, name));
    taken(
        collection.attributes().ok_or_else(Refused::no_route)?,
        asked,
    )
}

/// The body of a request, as a table has it.
pub(crate) fn taken(known: &'static [Attribute<Plain>], asked: Body) -> Answer<Body> {
    let known: Vec<&Attribute<Plain>> = known.iter().collect();
    mock_rest::created(&known, asked).map_err(Refused::body)
}

fn is_output(collection: Collection, name: &str) -> bool {
    let known = collection.attributes().unwrap_or_default();
    OUTPUT.contains(&name) && !known.iter().any(|attribute| attribute.name == name)
}

/// What a request changes, in its stored form; `null` where something goes.
fn changes(collection: Collection, asked: Body) -> Answer<Body> {
    let mut asked = asked;
    asked.retain(|name, _| !is_output(collection, name));
    let known = collection.attributes().ok_or_else(Refused::no_route)?;
    let fixed = known
        .iter()
        .find(|one| !one.put && asked.contains_key(one.name));
    if let Some(fixed) = fixed {
        let why = "The field cannot be changed.";
        return Err(Refused::field(fixed.name, &asked[fixed.name], why));
    }
    let (gone, asked): (Vec<_>, Vec<_>) = asked.into_iter().partition(|(_, value)| value.is_null());
    let known: Vec<&Attribute<Plain>> = known.iter().collect();
    let mut values =
        mock_rest::updated(&known, asked.into_iter().collect()).map_err(Refused::body)?;
    values.extend(gone);
    Ok(values)
}

/// Completes objects inside a patch from what is stored, and forgets what is so already.
fn merge(asked: &mut Body, stored: &Body) {
    for (name, value) in asked.iter_mut() {
        if let (Value::Object(new), Some(Value::Object(old))) = (&mut *value, stored.get(name)) {
            for (inner, old) in old {
                new.entry(inner).or_insert_with(|| old.clone());
            }
        }
    }
    let is_same = |name: &str, value: &Value| match stored.get(name) {
        Some(old) => old == value,
        None => value.is_null(),
    };
    asked.retain(|name, value| name == "fingerprint" || !is_same(name, value));
}

fn name_of(body: &Body) -> Answer<String> {
    let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
    match is_name(name) {
        true => Ok(name.to_owned()),
        false => {
            let why = "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'";
            Err(Refused::field("name", &json!(name), why))
        }
    }
}

/// Whether a name is one of RFC 1035: letters, digits and hyphens, 63 at most.
pub(crate) fn is_name(name: &str) -> bool {
    let is_inside = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
    (1..=63).contains(&name.len())
        && name.starts_with(|char: char| char.is_ascii_lowercase())
        && name.chars().all(is_inside)
        && !name.ends_with('-')
}
