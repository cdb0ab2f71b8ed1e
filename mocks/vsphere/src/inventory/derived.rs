//! What objects show that follows from others.

use mock_cloud::Object;
use serde_json::{Map, Value, json};

use crate::cloud::Vsphere;
use crate::inventory::Kind;

/// Every kind of network that a machine can be named to be on.
const NETWORKS: [Kind; 3] = [Kind::Network, Kind::Opaque, Kind::Portgroup];

impl Vsphere {
    /// A property of an object of the inventory; `None` where it is not set.
    pub(crate) fn entity_property(&self, object: &Object, name: &str) -> Option<Value> {
        let kind = Kind::of_id(&object.id)?;
        let id = object.id.as_str();
        match (kind, name) {
            (_, "overallStatus" | "configStatus") => Some(json!("green")),
            (_, "tag" | "disabledMethod" | "declaredAlarmState" | "recentTask") => Some(json!([])),
            (_, "customValue" | "value") => Some(self.custom_values(object)),
            (_, "availableField") => Some(self.fields_for(kind.name())),
            (Kind::Folder | Kind::StoragePod, "childEntity") => Some(self.ids_in(id)),
            (Kind::Cluster, "host") => Some(self.inside(id, &[Kind::Host])),
            (Kind::Datacenter, "network") => Some(self.inside(id, &NETWORKS)),
            (Kind::Datacenter, "datastore") => Some(self.inside(id, &[Kind::Datastore])),
            (Kind::Pool, "resourcePool") => Some(self.ids_in(id)),
            (Kind::Switch, "portgroup") => Some(self.portgroups(id)),
            (Kind::Pool, "vm") => Some(self.referring(Kind::Machine, "resourcePool", id)),
            (Kind::Datastore, "vm") => Some(self.referring(Kind::Machine, "datastore", id)),
            (Kind::Network | Kind::Opaque | Kind::Portgroup, "vm") => {
                Some(self.referring(Kind::Machine, "network", id))
            }
            (Kind::Network | Kind::Opaque | Kind::Portgroup, "host") => {
                Some(self.referring(Kind::Host, "network", id))
            }
            (Kind::Machine, "summary") => Some(summary_of_machine(object)),
            _ => object
                .body
                .get(name)
                .map(|value| named(kind, object, name, value)),
        }
    }

    fn ids_in(&self, id: &str) -> Value {
        let children = self.children(id);
        children.iter().map(|child| json!(child.id)).collect()
    }

    fn inside(&self, id: &str, kinds: &[Kind]) -> Value {
        let all = self.descendants(id).into_iter();
        let wanted = |one: &Kind| kinds.contains(one);
        let all = all.filter(|object| Kind::of_id(&object.id).is_some_and(|kind| wanted(&kind)));
        all.map(|object| json!(object.id)).collect()
    }

    /// The ids of what names the object in an attribute that holds an id or a list of them.
    fn referring(&self, kind: Kind, attribute: &str, id: &str) -> Value {
        let names = |object: &Object| match object.body.get(attribute) {
            Some(Value::Array(all)) => all.iter().any(|one| one == id),
            Some(one) => one == id,
            None => false,
        };
        let all = self.store.list(kind.name()).filter(|object| names(object));
        all.map(|object| json!(object.id)).collect()
    }

    fn portgroups(&self, switch: &str) -> Value {
        let all = self.store.list(Kind::Portgroup.name());
        let own = all.filter(|group| group.body["config"]["distributedVirtualSwitch"] == switch);
        own.map(|group| json!(group.id)).collect()
    }
}

/// A part of an object that tells its name or id, too.
fn named(kind: Kind, object: &Object, part: &str, value: &Value) -> Value {
    let mut value = value.clone();
    let mut tell = |name: &str, own: &str| value[name] = json!(own);
    match (kind, part) {
        (Kind::Machine, "config") => {
            tell("name", object.text("name"));
            tell("uuid", &uuid(object));
        }
        (Kind::Portgroup, "config") => {
            tell("name", object.text("name"));
            tell("key", &object.id);
        }
        (Kind::Network | Kind::Opaque | Kind::Portgroup, "summary") => {
            tell("name", object.text("name"));
            tell("network", &object.id);
        }
        (Kind::Datastore, "summary") => {
            tell("name", object.text("name"));
            tell("datastore", &object.id);
        }
        (Kind::StoragePod | Kind::Switch, "summary" | "config") => {
            tell("name", object.text("name"));
        }
        _ => {}
    }
    value
}

fn summary_of_machine(object: &Object) -> Value {
    let nothing = Value::Object(Map::new());
    let part = |name: &str| object.body.get(name).unwrap_or(&nothing);
    json!({
        "vm": object.id, "overallStatus": "green", "runtime": part("runtime"),
        "guest": {
            "hostName": part("guest")["hostName"], "ipAddress": part("guest")["ipAddress"],
            "toolsRunningStatus": part("guest")["toolsRunningStatus"],
        },
        "config": {
            "name": object.text("name"), "template": part("config")["template"], "uuid": uuid(object),
        },
    })
}

/// What its BIOS says it is: as it was made, or after its id.
fn uuid(object: &Object) -> String {
    let config = object.body.get("config");
    if let Some(own) = config.and_then(|config| config["uuid"].as_str()) {
        return own.to_owned();
    }
    let number = object.id.rsplit('-').next().unwrap_or_default();
    format!("4201c0de-0000-4000-8000-{number:0>12}")
}
