//! What a method may be called on, and what can be read of it.

use serde_json::{Value, json};

use super::fault::{Answer, Fault};
use super::schema::{self, Type};
use super::session::Visitor;
use crate::cloud::Vsphere;
use crate::inventory::Kind;

/// The services: attribute of the content, type and id.
pub(crate) const SERVICES: [(&str, &str, &str); 7] = [
    (
        "authorizationManager",
        "AuthorizationManager",
        "AuthorizationManager",
    ),
    (
        "customFieldsManager",
        "CustomFieldsManager",
        "CustomFieldsManager",
    ),
    ("ipPoolManager", "IpPoolManager", "IpPoolManager"),
    (
        "propertyCollector",
        "PropertyCollector",
        "propertyCollector",
    ),
    ("searchIndex", "SearchIndex", "SearchIndex"),
    ("sessionManager", "SessionManager", "SessionManager"),
    ("viewManager", "ViewManager", "ViewManager"),
];

/// The type of what has this id.
pub(crate) fn type_of(id: &str) -> &'static str {
    let service = SERVICES.iter().find(|(_, _, own)| *own == id);
    match (service, Kind::of_id(id)) {
        (Some((_, of, _)), _) => of,
        (None, Some(kind)) => kind.name(),
        (None, None) if id.starts_with("task-") => "Task",
        (None, None) if id.starts_with("session[") => "ContainerView",
        (None, None) if id == "ServiceInstance" => "ServiceInstance",
        (None, None) => "ManagedEntity",
    }
}

/// Every type of what has this id.
pub(crate) fn types_of(id: &str) -> Vec<&'static str> {
    Kind::of_id(id).map_or_else(|| vec![type_of(id)], Kind::types)
}

/// The type of this name, with those that it extends; nothing where there is none of that name.
pub(crate) fn lineage(name: &str) -> Vec<&str> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    match (kind, name) {
        (Some(kind), _) => kind.types(),
        (None, "ComputeResource" | "DistributedVirtualSwitch") => vec![name, "ManagedEntity"],
        (None, _) if schema::properties(&[name]).is_empty() => Vec::new(),
        (None, _) => vec![name],
    }
}

impl Vsphere {
    /// A property of anything, with its type; `None` where it is not set.
    ///
    /// # Errors
    /// `InvalidProperty` where the object has none of that path; `ManagedObjectNotFound`.
    pub(crate) fn property(
        &self,
        visitor: &Visitor,
        id: &str,
        path: &str,
    ) -> Answer<Option<(Type, Value)>> {
        let (name, rest) = path
            .split_once('.')
            .map_or((path, None), |(name, rest)| (name, Some(rest)));
        let unknown = || Fault::invalid_property(path);
        let top = schema::property(&types_of(id), name).ok_or_else(unknown)?;
        let of = rest
            .map_or(Some(top), |rest| schema::below(top, rest))
            .ok_or_else(unknown)?;
        let value = self.top_property(visitor, id, name)?;
        let steps = rest.into_iter().flat_map(|rest| rest.split('.'));
        let value = steps.fold(value, |value, name| Some(value?.get(name)?.clone()));
        Ok(value
            .filter(|value| !value.is_null())
            .map(|value| (of, value)))
    }

    fn top_property(&self, visitor: &Visitor, id: &str, name: &str) -> Answer<Option<Value>> {
        match type_of(id) {
            "Task" => self
                .task_info(id)
                .map(Some)
                .ok_or_else(|| Fault::not_found(id)),
            "ContainerView" => self.view_property(visitor, id, name),
            "AuthorizationManager" => Ok(Some(known_privileges())),
            "CustomFieldsManager" => Ok(Some(self.all_fields())),
            "ServiceInstance" if name == "content" => Ok(Some(self.content())),
            "ServiceInstance" => Ok(Some(json!(self.config.calendar.seconds(self.now)))),
            "SessionManager" => {
                let session = self.sessions().open.get(&visitor.shown).cloned();
                Ok(session.map(|session| self.user_session(&session)))
            }
            "ViewManager" => Ok(Some(json!([]))),
            _ => {
                let object = self.existing(id)?;
                Ok(self.entity_property(object, name))
            }
        }
    }
}

fn known_privileges() -> Value {
    let one = |id: &&str| {
        let (group, name) = id.rsplit_once('.').unwrap_or(("", id));
        json!({ "privId": id, "onParent": false, "name": name, "privGroupName": group })
    };
    crate::permissions::PRIVILEGES.iter().map(one).collect()
}
