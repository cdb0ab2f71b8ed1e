//! What is there from the beginning.

use mock_cloud::Author;
use serde_json::{Value, json};

use crate::cloud::Vsphere;
use crate::inventory::Kind;

/// The folders of a datacenter: attribute, name, beginning of ids, and what goes into it.
const ROOMS: [(&str, &str, &str, &[&str]); 4] = [
    (
        "vmFolder",
        "vm",
        "group-v",
        &["Folder", "VirtualMachine", "VirtualApp"],
    ),
    (
        "hostFolder",
        "host",
        "group-h",
        &["Folder", "ComputeResource"],
    ),
    (
        "datastoreFolder",
        "datastore",
        "group-s",
        &["Folder", "Datastore", "StoragePod"],
    ),
    (
        "networkFolder",
        "network",
        "group-n",
        &["Folder", "Network", "DistributedVirtualSwitch"],
    ),
];

impl Vsphere {
    pub(crate) fn furnish(&mut self) {
        self.store.set_author(Author::Hand);
        let body = json!({ "name": "Datacenters", "childType": ["Folder", "Datacenter"] });
        self.root = self.insert(Kind::Folder, "group-d", "", body);
        for name in self.config.datacenters.clone() {
            self.datacenter(&name);
        }
        self.store.take_touches();
    }

    /// A datacenter with everything that the usual one has; its id.
    fn datacenter(&mut self, name: &str) -> String {
        let root = self.root.clone();
        let id = self.bare_datacenter(&root, &json!({ "name": name }));
        let (cluster, pool) = self.compute(&id);
        let networks = self.networks(&id);
        let datastores = self.storage(&id);
        for host in ["esx-1.example.com", "esx-2.example.com"] {
            let body = json!({ "name": host, "network": networks, "datastore": datastores });
            self.make(Kind::Host, &cluster, body);
        }
        self.set(&cluster, "network", json!(networks));
        self.set(&cluster, "datastore", json!(datastores));
        let template = json!({
            "name": "debian-13", "config": { "template": true }, "resourcePool": pool,
            "network": networks[..1], "datastore": datastores[..1],
        });
        let room = self.room(&id, "vmFolder");
        self.make(Kind::Machine, &room, template);
        id
    }

    /// A datacenter with its four folders, and nothing in them.
    pub(crate) fn bare_datacenter(&mut self, parent: &str, body: &Value) -> String {
        let prefix = Kind::Datacenter.prefix();
        let id = self.insert(Kind::Datacenter, prefix, parent, body.clone());
        for (attribute, name, prefix, types) in ROOMS {
            let body = json!({ "name": name, "childType": types });
            let room = self.insert(Kind::Folder, prefix, &id, body);
            self.set(&id, attribute, json!(room));
        }
        id
    }

    /// One of the folders of a datacenter.
    pub(crate) fn room(&self, datacenter: &str, attribute: &str) -> String {
        let datacenter = self.entity(datacenter);
        datacenter
            .map(|one| one.text(attribute).to_owned())
            .unwrap_or_default()
    }

    fn compute(&mut self, datacenter: &str) -> (String, String) {
        let hosts = self.room(datacenter, "hostFolder");
        let cluster = self.make(Kind::Cluster, &hosts, json!({ "name": "cluster-1" }));
        let root = self.root_pool(&cluster);
        self.make(Kind::Pool, &root, json!({ "name": "pool-1" }));
        (cluster, root)
    }

    /// The resource pool that a cluster has from its beginning.
    pub(crate) fn root_pool(&self, cluster: &str) -> String {
        let cluster = self.entity(cluster);
        cluster
            .map(|one| one.text("resourcePool").to_owned())
            .unwrap_or_default()
    }

    fn storage(&mut self, datacenter: &str) -> Vec<String> {
        let room = self.room(datacenter, "datastoreFolder");
        let pod = self.make(Kind::StoragePod, &room, json!({ "name": "pod-1" }));
        let one = self.make(Kind::Datastore, &room, json!({ "name": "datastore-1" }));
        let two = self.make(Kind::Datastore, &pod, json!({ "name": "datastore-2" }));
        vec![one, two]
    }

    /// Networks of every kind. The uplinks of the switch are none that a machine can use.
    fn networks(&mut self, datacenter: &str) -> Vec<String> {
        let room = self.room(datacenter, "networkFolder");
        let switch = self.make(Kind::Switch, &room, json!({ "name": "switch-1" }));
        let of_switch = json!({ "distributedVirtualSwitch": switch });
        let of_nsx = json!({
            "distributedVirtualSwitch": switch, "backingType": "nsx",
            "segmentId": "/infra/segments/web",
        });
        vec![
            self.make(Kind::Network, &room, json!({ "name": "VM Network" })),
            self.make(
                Kind::Portgroup,
                &room,
                json!({ "name": "nodes", "config": of_switch }),
            ),
            self.make(
                Kind::Portgroup,
                &room,
                json!({ "name": "segment-web", "config": of_nsx }),
            ),
            self.make(Kind::Opaque, &room, json!({ "name": "segment-opaque" })),
        ]
    }
}
