//! Where things are: parents and children, and how they come and go.

use std::sync::Arc;

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use crate::cloud::Vsphere;
use crate::inventory::Kind;
use crate::names::{NAME_MAX, folded, stored};
use crate::soap::{Answer, Fault};

impl Vsphere {
    /// An object of the inventory; `None` if it is not there.
    pub(crate) fn entity(&self, id: &str) -> Option<&Arc<Object>> {
        self.store.find(Kind::of_id(id)?.name(), id)
    }

    /// # Errors
    /// `ManagedObjectNotFound`.
    pub(crate) fn existing(&self, id: &str) -> Answer<&Arc<Object>> {
        self.entity(id).ok_or_else(|| Fault::not_found(id))
    }

    /// The name of an object, as it is stored; empty if it is not there.
    pub(crate) fn store_name(&self, id: &str) -> String {
        let entity = self.entity(id);
        entity
            .map(|one| one.text("name").to_owned())
            .unwrap_or_default()
    }

    pub(crate) fn parent(&self, id: &str) -> Option<String> {
        let parent = self.entity(id)?.text("parent");
        (!parent.is_empty()).then(|| parent.to_owned())
    }

    /// What is directly in an object, by kind and id.
    pub(crate) fn children(&self, id: &str) -> Vec<Arc<Object>> {
        let of_kind = |kind: Kind| self.store.by(kind.name(), "parent", id).cloned();
        Kind::ALL.into_iter().flat_map(of_kind).collect()
    }

    /// The same, with what is in those.
    pub(crate) fn descendants(&self, id: &str) -> Vec<Arc<Object>> {
        let mut all = Vec::new();
        for child in self.children(id) {
            let below = self.descendants(&child.id);
            all.push(child);
            all.extend(below);
        }
        all
    }

    /// Adds an object without any check; its id.
    pub(crate) fn insert(&mut self, kind: Kind, prefix: &str, parent: &str, body: Value) -> String {
        let id = format!("{prefix}{}", self.next_number());
        let mut body = body.as_object().cloned().unwrap_or_default();
        if !parent.is_empty() {
            let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
            let place = place(parent, name);
            body.insert("parent".to_owned(), json!(parent));
            body.insert("place".to_owned(), json!(place));
        }
        self.store.insert(kind.name(), &id, body);
        id
    }

    /// Makes a folder in a folder.
    pub(crate) fn create_folder(&mut self, parent: &str, name: &str) -> Answer<String> {
        let name = self.free_name(parent, name, "")?;
        let types = self.existing(parent)?.body.get("childType").cloned();
        let prefix = parent.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let body = json!({ "name": name, "childType": types });
        Ok(self.insert(Kind::Folder, prefix, parent, body))
    }

    pub(crate) fn rename(&mut self, id: &str, name: &str) -> Answer<()> {
        let object = self.existing(id)?;
        let (kind, parent) = (object.kind.clone(), object.text("parent").to_owned());
        let name = self.free_name(&parent, name, id)?;
        let rename = |body: &mut Body| {
            body.insert("place".to_owned(), json!(place(&parent, &name)));
            body.insert("name".to_owned(), json!(name));
        };
        self.store.update(&kind, id, rename);
        Ok(())
    }

    /// A name as it is stored, if nothing else in the place has it.
    pub(crate) fn free_name(&self, parent: &str, name: &str, but: &str) -> Answer<String> {
        let name = stored(name);
        if name.is_empty() || name.chars().count() > NAME_MAX {
            return Err(Fault::invalid_name(&name));
        }
        let place = place(parent, &name);
        let of_kind = |kind: Kind| self.store.by(kind.name(), "place", &place);
        let mut others = Kind::ALL.into_iter().flat_map(of_kind);
        match others.find(|other| other.id != but) {
            Some(taken) => Err(Fault::duplicate_name(&name, &taken.id)),
            None => Ok(name),
        }
    }

    /// Destroys an object and everything inside, from the bottom up. What runs stops it; what is
    /// gone by then stays gone (vSphere API reference, `Folder`: a destroy is not atomic).
    pub(crate) fn destroy_all(&mut self, id: &str) -> Answer<()> {
        self.existing(id)?;
        for child in self.children(id) {
            self.destroy_all(&child.id)?;
        }
        let object = self.existing(id)?;
        if object
            .body
            .get("runtime")
            .is_some_and(|runtime| runtime["powerState"] == "poweredOn")
        {
            return Err(Fault::powered_on());
        }
        let kind = object.kind.clone();
        let associations = self.store.by("Association", "object", id);
        let associations: Vec<String> = associations.map(|one| one.id.clone()).collect();
        for association in associations {
            self.store.remove("Association", &association);
        }
        self.permissions.retain(|(object, _), _| object != id);
        self.store.remove(&kind, id);
        Ok(())
    }
}

/// What two objects cannot have in common: where they are, and a name without its case.
fn place(parent: &str, name: &str) -> String {
    format!("{parent}/{}", folded(name))
}
