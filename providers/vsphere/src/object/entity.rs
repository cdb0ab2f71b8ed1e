//! The inventory: folders, networks, and whatever else machines need, in one listing for all kinds.

use std::collections::BTreeMap;

use async_trait::async_trait;
use groundwork_model::Label;
use groundwork_provider::{Found, Listing, Look, Result, Scope, Told};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{
    api::{
        Api, Content,
        collector::{Object, Wanted},
        xml::Element,
    },
    path,
};

/// The custom attribute of folders that holds our label.
pub(crate) const ATTRIBUTE: &str = "groundwork.label";
/// The property with the definitions of custom attributes.
const DEFINITIONS: &str = "field";

const COMMON: &[&str] = &["name", "parent"];
const FOLDER: &[&str] = &["name", "parent", "childType", "customValue"];
const NETWORK: &[&str] = &["name", "parent", "summary.accessible"];
const PORT_GROUP: &[&str] = &[
    "name",
    "parent",
    "summary.accessible",
    "config.uplink",
    "tag",
];
/// The ranges of NSX-backed port groups, which vCenter knows since 9.1.
const PORT_GROUP_9_1: &[&str] = &[
    "name",
    "parent",
    "summary.accessible",
    "config.uplink",
    "tag",
    RANGES,
];
const RANGES: &str = "config.nsxConfig.subnetAddresses.cidr";

/// One object of the inventory, machines aside.
#[derive(Debug)]
pub(crate) struct Entity;

/// What vCenter says an object of the inventory is, as far as it matters here. Which fields are there
/// depends on its type.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct EntityState {
    /// Its id: `group-v3`.
    pub id: String,
    /// Its type: `Folder`.
    #[serde(rename = "type")]
    pub of: String,
    /// Its name, as people see it.
    pub name: String,
    /// Its inventory path, with names as vCenter stores them.
    pub path: String,
    /// The id of what it is inside of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The types that a folder takes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub child_type: Vec<String>,
    /// The text of our custom attribute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Whether hosts reach the network or datastore.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accessible: Option<bool>,
    /// Of a datastore: `normal`, or what is done to it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub maintenance_mode: String,
    /// Of a resource pool: the compute cluster.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// Of a compute cluster: the networks of its hosts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<String>,
    /// Of a compute cluster: the datastores of its hosts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub datastores: Vec<String>,
    /// Whether a port group is for the uplinks of its switch.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub uplink: bool,
    /// The ranges of an NSX-backed port group.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<IpNet>,
}

impl EntityState {
    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!("{} ({})", self.path, self.id)
    }

    /// Whose it is: by the attribute, or by the name that it was made with.
    pub(crate) fn owner_label(&self) -> Option<Label> {
        let written = self.label.as_deref().and_then(Label::parse);
        written.or_else(|| Label::of_name(&self.name))
    }

    /// What people see of it.
    pub(crate) fn seen(&self) -> Told {
        Told::named(&self.name).with_detail(&self.path)
    }
}

/// What is asked of the objects of each type.
fn wanted(content: &Content) -> [Wanted; 11] {
    let of = |of, paths| Wanted { of, paths };
    let has_ranges = content.is_at_least((9, 1));
    let port_group = if has_ranges {
        PORT_GROUP_9_1
    } else {
        PORT_GROUP
    };
    const COMPUTE: &[&str] = &["name", "parent", "network", "datastore"];
    const DATASTORE: &[&str] = &[
        "name",
        "parent",
        "summary.accessible",
        "summary.maintenanceMode",
    ];
    const POOL: &[&str] = &["name", "parent", "owner"];
    [
        of("Datacenter", COMMON),
        of("Folder", FOLDER),
        of("StoragePod", COMMON),
        of("ComputeResource", COMPUTE),
        of("ClusterComputeResource", COMPUTE),
        of("ResourcePool", POOL),
        of("Datastore", DATASTORE),
        of("Network", NETWORK),
        of("OpaqueNetwork", NETWORK),
        of("DistributedVirtualPortgroup", port_group),
        of("CustomFieldsManager", &[DEFINITIONS]),
    ]
}

/// An object, and the texts of its custom attributes, or their definitions.
enum Read {
    Entity(Box<EntityState>, BTreeMap<String, String>),
    Attribute(Option<String>),
}

fn read(object: Object) -> Option<Read> {
    if object.of.kind == "CustomFieldsManager" {
        return Some(Read::Attribute(attribute(&object).map(|(key, _)| key)));
    }
    let name = object.text("name");
    if name.is_empty() {
        // Whoever may not read its name cannot use it.
        return None;
    }
    Some(Read::Entity(Box::new(entity(&object)), values(&object)))
}

/// The key of our custom attribute, and the type that it is defined for.
pub(crate) fn attribute(fields: &Object) -> Option<(String, String)> {
    let mut definitions = fields.property(DEFINITIONS)?.inside.iter();
    let ours = definitions.find(|definition| definition.text_at("name") == ATTRIBUTE)?;
    let of = |name| ours.text_at(name).to_owned();
    Some((of("key"), of("managedObjectType")))
}

/// The object with the definitions, read.
pub(crate) async fn definitions(api: &Api, content: &Content) -> Result<Option<(String, String)>> {
    let fields = api.object_of(&content.fields, &[DEFINITIONS]).await?;
    Ok(fields.as_ref().and_then(attribute))
}

/// The texts of custom attributes, by key.
pub(crate) fn values(object: &Object) -> BTreeMap<String, String> {
    let values = object.property("customValue").map(|values| &values.inside);
    let text = |value: &Element| {
        (
            value.text_at("key").to_owned(),
            value.text_at("value").to_owned(),
        )
    };
    values.into_iter().flatten().map(text).collect()
}

/// What an object says of itself: not yet its path and label.
pub(crate) fn entity(object: &Object) -> EntityState {
    let name = path::decoded(object.text("name"));
    let flag = |path: &str| object.property(path).map(|value| value.text == "true");
    let tags = object.ids("tag");
    let tags = object.property("tag").map_or(tags, |tags| {
        tags.inside
            .iter()
            .map(|tag| tag.text_at("key").to_owned())
            .collect()
    });
    // vCenter tags the uplinks; govmomi's simulator gives them the usual name alone.
    let is_uplink = flag("config.uplink") == Some(true)
        || tags.iter().any(|tag| tag.contains("UPLINK"))
        || (object.of.kind == "DistributedVirtualPortgroup" && name.contains("-DVUplinks-"));
    let ranges = object.ids(RANGES);
    EntityState {
        id: object.of.id.clone(),
        of: object.of.kind.clone(),
        name,
        path: String::new(),
        parent: object.reference("parent").map(|parent| parent.id),
        child_type: object.ids("childType"),
        label: None,
        accessible: flag("summary.accessible"),
        maintenance_mode: object.text("summary.maintenanceMode").to_owned(),
        owner: object.text("owner").to_owned(),
        networks: object.ids("network"),
        datastores: object.ids("datastore"),
        uplink: is_uplink,
        ranges: ranges
            .iter()
            .filter_map(|range| range.parse().ok())
            .collect(),
    }
}

/// The paths of objects, by id.
fn paths(all: &[EntityState]) -> BTreeMap<String, String> {
    let by_id: BTreeMap<&str, &EntityState> =
        all.iter().map(|entity| (&*entity.id, entity)).collect();
    let path = |entity: &EntityState| {
        let (mut names, mut at) = (Vec::new(), Some(entity));
        // The root of the inventory has no name in paths, and no parent.
        while let Some(entity) = at.filter(|_| names.len() < 100) {
            let parent = entity.parent.as_deref();
            names.push(&*entity.name);
            at = parent.and_then(|parent| by_id.get(parent).copied());
        }
        names.reverse();
        path::absolute(names)
    };
    all.iter()
        .map(|entity| (entity.id.clone(), path(entity)))
        .collect()
}

/// The objects of a listing, each with its path and its label.
fn whole(read: Vec<Read>) -> Vec<EntityState> {
    let mut key = None;
    let (mut all, mut texts) = (Vec::new(), Vec::new());
    for read in read {
        match read {
            Read::Attribute(found) => key = found,
            Read::Entity(entity, values) => {
                all.push(*entity);
                texts.push(values);
            }
        }
    }
    let mut paths = paths(&all);
    for (entity, mut values) in all.iter_mut().zip(texts) {
        entity.path = paths.remove(&entity.id).unwrap_or_default();
        entity.label = key.as_ref().and_then(|key| values.remove(key));
    }
    all
}

#[async_trait]
impl Listing for Entity {
    const KIND: &'static str = "vsphere.entity/1";
    type Api = Api;
    type State = EntityState;

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<EntityState>>> {
        let content = api.content().await?;
        let wanted = wanted(&content);
        let read = api.everything(&wanted, &[content.fields], read).await?;
        Ok(whole(read).into_iter().map(found).collect())
    }
}

/// An object as the engine sees it.
pub(crate) fn found(state: EntityState) -> Found<EntityState> {
    let is_folder = state.of == "Folder";
    let label = state.owner_label().filter(|_| is_folder);
    Found::labelled(state.id.clone(), label, state)
}

/// The objects of some types, of the one listing.
pub(crate) async fn of_types(
    look: &Look<'_, Api>,
    types: &[&str],
) -> Result<Vec<Found<EntityState>>> {
    let all = look.list::<Entity>(&look.scope()).await?;
    let of = all.iter().filter(|found| types.contains(&&*found.state.of));
    Ok(of.map(|found| Found::clone(found)).collect())
}

/// The same without a look.
pub(crate) async fn listed(api: &Api, types: &[&str]) -> Result<Vec<Found<EntityState>>> {
    let all = Entity::list(api, &Scope::default()).await?;
    let of = all
        .into_iter()
        .filter(|found| types.contains(&&*found.state.of));
    Ok(of.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(id: &str, parent: Option<&str>, name: &str) -> EntityState {
        EntityState {
            id: id.to_owned(),
            name: name.to_owned(),
            parent: parent.map(str::to_owned),
            ..EntityState::default()
        }
    }

    #[test]
    fn paths_are_those_of_govc() {
        let all = [
            named("dc", Some("group-d1"), "dc"),
            named("vm", Some("dc"), "vm"),
            named("f", Some("vm"), "a/b %"),
        ];
        assert_eq!(paths(&all)["f"], "/dc/vm/a%2fb %25");
    }

    #[test]
    fn a_circle_of_parents_ends() {
        let all = [named("a", Some("b"), "a"), named("b", Some("a"), "b")];
        assert!(paths(&all)["a"].len() <= 200);
    }
}
