//! Config maps.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::metadata::Metadata;

/// The config maps of `kube-system` that are judged by their names. Whichever a cloud controller mounts is read
/// beside them; any other may be large, and is not read.
pub(crate) const JUDGED: [&str; 6] = [
    "calico-config",
    "canal-config",
    "cilium-config",
    "kube-proxy",
    "kubeadm-config",
    "kubelet-config",
];

/// A ConfigMap.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(from = "Object")]
pub struct ConfigMap {
    /// Its name.
    pub name: String,
    /// Its keys and texts.
    pub data: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Object {
    metadata: Metadata,
    #[serde(default)]
    data: BTreeMap<String, String>,
}

impl From<Object> for ConfigMap {
    fn from(object: Object) -> Self {
        let Object { metadata, data } = object;
        Self {
            name: metadata.name,
            data,
        }
    }
}

impl ConfigMap {
    /// The text under a key; empty where there is none.
    pub fn text(&self, key: &str) -> &str {
        self.data.get(key).map_or("", String::as_str)
    }
}
