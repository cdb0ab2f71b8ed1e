//! A node as the API shows it, as far as it is read.

use std::collections::BTreeMap;

use ipnet::IpNet;
use serde::Deserialize;

use super::{NodeAddress, NodeState};

/// The kubelet's node-ip.
const NODE_IP: &str = "alpha.kubernetes.io/provided-node-ip";
/// The taint of a node that waits for a cloud controller.
const UNINITIALIZED: &str = "node.cloudprovider.kubernetes.io/uninitialized";
const ZONE: &str = "topology.kubernetes.io/zone";

/// A Node of the API.
#[derive(Debug, Deserialize)]
pub(crate) struct NodeObject {
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    name: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Spec {
    #[serde(rename = "podCIDRs")]
    pod_cidrs: Vec<IpNet>,
    #[serde(rename = "providerID")]
    provider_id: Option<String>,
    taints: Vec<Taint>,
}

#[derive(Debug, Deserialize)]
struct Taint {
    key: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Status {
    addresses: Vec<NodeAddress>,
}

impl From<NodeObject> for NodeState {
    fn from(object: NodeObject) -> Self {
        let NodeObject {
            metadata:
                Metadata {
                    name,
                    mut labels,
                    mut annotations,
                },
            spec:
                Spec {
                    pod_cidrs,
                    provider_id,
                    taints,
                },
            status: Status { addresses },
        } = object;
        Self {
            name,
            provider_id: provider_id.filter(|id| !id.is_empty()),
            addresses,
            pod_cidrs,
            node_ip: annotations.remove(NODE_IP),
            is_uninitialized: taints.iter().any(|taint| taint.key == UNINITIALIZED),
            zone: labels.remove(ZONE),
        }
    }
}
