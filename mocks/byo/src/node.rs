//! Nodes, as kubelets and controllers leave them.

use mock_cloud::{Body, Hand as _};
use serde_json::{Value, json};

use crate::{
    apiserver::{Apiserver, NODES},
    collections::Collection,
};

/// A node that has joined.
#[derive(Clone, Debug, Default)]
pub struct Joined {
    /// Types and addresses, in the order of its status.
    pub addresses: Vec<(String, String)>,
    /// Its pods' ranges.
    pub pod_cidrs: Vec<String>,
    /// The kubelet's node-ip, where it was given one.
    pub node_ip: Option<String>,
    /// What a cloud controller has found it to be.
    pub provider_id: Option<String>,
    /// Whether it waits for a cloud controller.
    pub is_uninitialized: bool,
    /// Its zone.
    pub zone: Option<String>,
}

impl Joined {
    /// A node with these internal addresses, which are its node-ip too, and these pod ranges.
    pub fn new<'a>(
        addresses: impl IntoIterator<Item = &'a str>,
        pod_cidrs: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let addresses: Vec<String> = addresses.into_iter().map(str::to_owned).collect();
        let internal = |address: &String| ("InternalIP".to_owned(), address.clone());
        Self {
            node_ip: Some(addresses.join(",")),
            addresses: addresses.iter().map(internal).collect(),
            pod_cidrs: pod_cidrs.into_iter().map(str::to_owned).collect(),
            ..Self::default()
        }
    }

    fn object(&self, name: &str, uid: &str) -> Value {
        let mut addresses: Vec<Value> = self
            .addresses
            .iter()
            .map(|(kind, address)| json!({ "type": kind, "address": address }))
            .collect();
        addresses.push(json!({ "type": "Hostname", "address": name }));
        let mut annotations = json!({ "node.alpha.kubernetes.io/ttl": "0" });
        if let Some(node_ip) = &self.node_ip {
            annotations["alpha.kubernetes.io/provided-node-ip"] = json!(node_ip);
        }
        let mut labels = json!({ "kubernetes.io/hostname": name, "kubernetes.io/os": "linux" });
        if let Some(zone) = &self.zone {
            labels["topology.kubernetes.io/zone"] = json!(zone);
        }
        let mut spec = json!({});
        if let Some(first) = self.pod_cidrs.first() {
            spec["podCIDR"] = json!(first);
            spec["podCIDRs"] = json!(self.pod_cidrs);
        }
        if let Some(id) = &self.provider_id {
            spec["providerID"] = json!(id);
        }
        if self.is_uninitialized {
            spec["taints"] = json!([{
                "key": "node.cloudprovider.kubernetes.io/uninitialized",
                "value": "true", "effect": "NoSchedule",
            }]);
        }
        json!({
            "metadata": {
                "name": name, "uid": uid, "labels": labels, "annotations": annotations,
                "creationTimestamp": "2026-11-29T00:00:00Z", "resourceVersion": "1",
            },
            "spec": spec,
            "status": { "addresses": addresses, "nodeInfo": {
                "architecture": "amd64", "bootID": uid, "containerRuntimeVersion": "containerd://2.2.0",
                "kernelVersion": "6.12.0", "kubeProxyVersion": "", "kubeletVersion": "v1.36.3",
                "machineID": uid, "operatingSystem": "linux", "osImage": "Debian GNU/Linux 13",
                "systemUUID": uid,
            } },
        })
    }
}

impl Apiserver {
    /// A kubelet joins, or is there anew.
    pub fn join(&mut self, name: &str, node: &Joined) {
        let uid = self.store.fresh_uuid();
        let body: Body = node
            .object(name, &uid)
            .as_object()
            .cloned()
            .unwrap_or_default();
        self.store.insert(NODES, name, body);
        self.store.take_touches();
    }

    /// Lays objects down as they are: each has its kind, and a name.
    ///
    /// # Panics
    /// One is of a kind that the mock does not have.
    pub fn furnish(&mut self, objects: impl IntoIterator<Item = Value>) {
        for object in objects {
            let part = |name: &str| object[name].as_str().unwrap_or_default();
            let kind = part("kind");
            let collection = Collection::of_object(kind, part("apiVersion")).expect(kind);
            let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
            let id = match collection.is_namespaced {
                true => format!("{}/{}", text("namespace"), text("name")),
                false => text("name").to_owned(),
            };
            let body = object.as_object().cloned().unwrap_or_default();
            self.store.insert(collection.resource, &id, body);
        }
        self.store.take_touches();
    }

    /// Somebody changes a node in place; says whether it is there.
    pub fn change(&mut self, name: &str, change: impl FnOnce(&mut Value)) -> bool {
        self.edit(NODES, name, |body| {
            let mut node = Value::Object(std::mem::take(body));
            change(&mut node);
            *body = node.as_object().cloned().unwrap_or_default();
        })
    }
}
