//! What somebody else does to the vCenter.

use mock_cloud::{Body, Hand as _};
use serde_json::{Value, json};

use crate::cloud::Vsphere;
use crate::inventory::Kind;
use crate::permissions::Caller;
use crate::rest::Tagging;
use crate::soap::Fault;

impl Vsphere {
    /// Makes an object as somebody else would, in a place that may hold it; its id. `body` has its
    /// name, and what is to be different from the usual object of the kind, as properties spell it
    /// (`{"name": "nodes", "config": {"uplink": true}}`); ids stand where objects are named.
    ///
    /// # Panics
    /// If the name is taken or cannot be one, or the place does not exist.
    pub fn make(&mut self, kind: Kind, parent: &str, body: Value) -> String {
        let name = body["name"].as_str().unwrap_or_default().to_owned();
        let name = self.free_name(parent, &name, "");
        let name = name.unwrap_or_else(|fault| panic!("making {}: {fault}", kind.name()));
        let mut whole = usual(kind);
        merge(&mut whole, body);
        whole["name"] = json!(name);
        if kind == Kind::Datacenter {
            return self.bare_datacenter(parent, &whole);
        }
        let id = self.insert(kind, kind.prefix(), parent, whole);
        self.complete(kind, &id);
        id
    }

    /// What comes with a new object.
    fn complete(&mut self, kind: Kind, id: &str) {
        match kind {
            Kind::Cluster => {
                let pool = json!({ "name": "Resources", "owner": id });
                let pool = self.insert(Kind::Pool, Kind::Pool.prefix(), id, pool);
                self.set(id, "resourcePool", json!(pool));
            }
            Kind::Switch => {
                let parent = self.parent(id).unwrap_or_default();
                let config = json!({ "distributedVirtualSwitch": id, "uplink": true });
                let name = format!("{}-DVUplinks", self.store_name(id));
                let uplinks = json!({ "name": name, "config": config });
                let uplinks = self.make(Kind::Portgroup, &parent, uplinks);
                self.set(id, "config", json!({ "uplinkPortgroup": [uplinks] }));
            }
            Kind::Pool => {
                let parent = self
                    .parent(id)
                    .and_then(|parent| self.entity(&parent).cloned());
                let owner = parent.map(|parent| match parent.text("owner") {
                    "" => parent.id.clone(),
                    owner => owner.to_owned(),
                });
                self.set(id, "owner", json!(owner));
            }
            Kind::Datacenter
            | Kind::Datastore
            | Kind::Folder
            | Kind::Host
            | Kind::Machine
            | Kind::Network
            | Kind::Opaque
            | Kind::Portgroup
            | Kind::StoragePod => {}
        }
    }

    /// Changes a property of an object as vCenter itself would, without any check.
    ///
    /// # Panics
    /// If the object does not exist.
    pub fn set(&mut self, id: &str, property: &str, value: Value) {
        let kind = Kind::of_id(id).unwrap_or_else(|| panic!("no object has an id like {id}"));
        let set = |body: &mut Body| drop(body.insert(property.to_owned(), value));
        assert!(self.entity(id).is_some(), "{id} does not exist");
        self.edit(kind.name(), id, set);
    }

    /// What is at an inventory path (`/dc-1/vm/folder`).
    pub fn find(&self, path: &str) -> Option<String> {
        self.at_path(path)
    }

    /// What is at an inventory path; made where it is not there, with the folders above it. `None`
    /// where the path does not begin with a datacenter or a name cannot be one.
    pub fn find_or_make(&mut self, kind: Kind, path: &str) -> Option<String> {
        if let Some(found) = self.find(path) {
            return Some(found);
        }
        let (above, name) = path
            .rsplit_once('/')
            .filter(|(above, _)| !above.is_empty())?;
        let parent = self.find_or_make(Kind::Folder, above)?;
        self.free_name(&parent, name, "").ok()?;
        Some(self.make(kind, &parent, json!({ "name": name })))
    }

    /// Connects the hosts of a datacenter with every network and datastore in it.
    ///
    /// # Panics
    /// If there is no such datacenter.
    pub fn connect(&mut self, datacenter: &str) {
        let whole = self
            .entity(datacenter)
            .cloned()
            .unwrap_or_else(|| panic!("{datacenter} does not exist"));
        let of = |name| self.entity_property(&whole, name).unwrap_or_default();
        let (networks, datastores) = (of("network"), of("datastore"));
        for object in self.descendants(datacenter) {
            if let Some(Kind::Cluster | Kind::Host) = Kind::of_id(&object.id) {
                self.set(&object.id, "network", networks.clone());
                self.set(&object.id, "datastore", datastores.clone());
            }
        }
    }

    /// Makes a tag category for folders with an id that is known already.
    pub fn make_category(&mut self, id: &str, name: &str) {
        let body = json!({
            "id": id, "name": name, "description": "", "cardinality": "MULTIPLE",
            "associable_types": ["Folder", "VirtualMachine"], "used_by": [],
        });
        let body = body.as_object().cloned().unwrap_or_default();
        self.store.insert(Tagging::Category.kind(), id, body);
    }

    /// Destroys an object and everything inside, and waits for it.
    ///
    /// # Panics
    /// If a machine in it runs, or it does not exist.
    pub fn destroy(&mut self, id: &str) {
        let destroyed = self.by_hand(|cloud| cloud.destroy_all(id));
        destroyed.unwrap_or_else(|fault| panic!("destroying {id}: {fault}"));
    }

    /// Gives an object another name.
    ///
    /// # Panics
    /// If the name is taken or cannot be one, or the object does not exist.
    pub fn rename_to(&mut self, id: &str, name: &str) {
        let renamed = self.by_hand(|cloud| cloud.rename(id, name));
        renamed.unwrap_or_else(|fault| panic!("renaming {id}: {fault}"));
    }

    /// Defines a custom attribute, for one type of object or for all; its key.
    ///
    /// # Panics
    /// If there is one of that name.
    pub fn define_field(&mut self, name: &str, managed_type: Option<&str>) -> i64 {
        let defined = self.by_hand(|cloud| cloud.add_field(name, managed_type));
        let defined = defined.unwrap_or_else(|fault| panic!("defining {name}: {fault}"));
        defined["key"].as_i64().unwrap_or_default()
    }

    /// Sets a custom attribute of an object; an empty text takes it away.
    ///
    /// # Panics
    /// If there is no such attribute, or no such object.
    pub fn set_field(&mut self, id: &str, name: &str, value: &str) {
        let key = self
            .field_key(name)
            .unwrap_or_else(|| panic!("no attribute is called {name}"));
        let set = self.by_hand(|cloud| cloud.set_custom(id, key, value));
        set.unwrap_or_else(|fault: Fault| panic!("setting {name} of {id}: {fault}"));
    }

    /// Makes an IP pool of a datacenter, with the members that the API gives it; its id.
    pub fn ip_pool(&mut self, datacenter: &str, body: Value) -> i64 {
        self.make_pool(datacenter, body)
    }

    /// Makes a tag category (`{"name": …, "cardinality": "SINGLE", "associable_types": […]}`), or a
    /// tag (`{"name": …, "category_id": …}`); its id.
    ///
    /// # Panics
    /// If the API refuses it: a test asked for something that cannot be.
    pub fn make_tagging(&mut self, what: Tagging, body: Value) -> String {
        let body = body.as_object().cloned().unwrap_or_default();
        let made = self.by_hand(|cloud| cloud.create_tagging(&Caller::Hand, what, body));
        made.unwrap_or_else(|refused| panic!("making {}: {refused}", what.name()))
    }

    /// Attaches a tag to an object.
    ///
    /// # Panics
    /// If the API refuses it.
    pub fn attach(&mut self, tag: &str, object: &str) {
        let attached = self.by_hand(|cloud| cloud.attach_one(&Caller::Hand, tag, object));
        attached.unwrap_or_else(|refused| panic!("attaching {tag} to {object}: {refused}"));
    }

    /// Detaches a tag from an object, if it is attached.
    pub fn detach(&mut self, tag: &str, object: &str) {
        self.store.remove("Association", &format!("{tag}|{object}"));
    }

    /// The ids of the tags that are attached to an object, in order.
    pub fn tags_of(&self, object: &str) -> Vec<String> {
        let attached = self.store.by("Association", "object", object);
        attached.map(|one| one.text("tag").to_owned()).collect()
    }

    /// Ends every session, as a restart does.
    pub fn end_sessions(&mut self) {
        self.sessions().open.clear();
    }

    /// How many sessions there are.
    pub fn open_sessions(&self) -> usize {
        self.sessions().open.len()
    }
}

/// What an object of a kind has where nothing else was said.
fn usual(kind: Kind) -> Value {
    let ipv6 = json!({ "network": { "ipV6Enabled": true, "atBootIpV6Enabled": true } });
    match kind {
        Kind::Cluster => json!({ "host": [], "network": [], "datastore": [] }),
        Kind::Datacenter => json!({}),
        Kind::Datastore => json!({ "summary": {
            "url": "ds:///vmfs/volumes/1/", "type": "VMFS", "accessible": true,
            "multipleHostAccess": true, "maintenanceMode": "normal",
            "capacity": 1_099_511_627_776_i64, "freeSpace": 549_755_813_888_i64,
        } }),
        Kind::Folder => json!({ "childType": ["Folder", "VirtualMachine", "VirtualApp"] }),
        Kind::Host => json!({ "config": ipv6, "network": [], "datastore": [] }),
        Kind::Machine => json!({
            "config": { "template": false, "guestId": "debian12_64Guest" },
            "runtime": { "powerState": "poweredOff", "connectionState": "connected" },
            "guest": { "toolsRunningStatus": "guestToolsNotRunning", "net": [] },
            "network": [], "datastore": [],
        }),
        Kind::Network => json!({ "summary": { "accessible": true, "ipPoolName": "" } }),
        Kind::Opaque => json!({ "summary": {
            "_type": "OpaqueNetworkSummary", "accessible": true, "ipPoolName": "",
            "opaqueNetworkId": "a7d5c3f0", "opaqueNetworkType": "nsx.LogicalSwitch",
        } }),
        Kind::Pool => json!({}),
        Kind::Portgroup => json!({
            "summary": { "accessible": true, "ipPoolName": "" },
            "config": {
                "numPorts": 8, "type": "earlyBinding", "backingType": "standard", "uplink": false,
                "defaultPortConfig": {
                    "_type": "VMwareDVSPortSetting",
                    "vlan": { "_type": "VmwareDistributedVirtualSwitchVlanIdSpec", "vlanId": 0 },
                },
            },
        }),
        Kind::StoragePod => json!({
            "childType": ["Datastore"],
            "summary": { "capacity": 1_099_511_627_776_i64, "freeSpace": 549_755_813_888_i64 },
        }),
        Kind::Switch => json!({ "config": {}, "uuid": "50 2c 1f 8a" }),
    }
}

/// Puts one value over another; objects are merged, everything else is replaced.
fn merge(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (name, value) in over {
                merge(base.entry(name).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over,
    }
}
