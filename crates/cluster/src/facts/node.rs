//! Nodes, and what is noted of them.

use std::net::IpAddr;

use groundwork_model::Family;
use ipnet::IpNet;
use serde::Deserialize;

use super::families;

/// The taint of a node that waits for a cloud controller.
const UNINITIALIZED: &str = "node.cloudprovider.kubernetes.io/uninitialized";

/// A Node.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub struct Node {
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
struct Metadata {
    name: String,
    #[serde(default)]
    annotations: Annotations,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
struct Annotations {
    #[serde(default, rename = "alpha.kubernetes.io/provided-node-ip")]
    node_ip: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct Spec {
    #[serde(rename = "podCIDRs")]
    pod_cidrs: Vec<String>,
    #[serde(rename = "providerID")]
    provider_id: String,
    taints: Vec<Taint>,
    unschedulable: bool,
}

/// What keeps pods away that do not tolerate it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Taint {
    /// `node-role.kubernetes.io/control-plane`, …
    pub key: String,
    /// `NoSchedule`, `NoExecute` or `PreferNoSchedule`.
    pub effect: String,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct Status {
    addresses: Vec<NodeAddress>,
    conditions: Vec<Condition>,
    #[serde(rename = "nodeInfo")]
    info: Info,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct Info {
    #[serde(rename = "operatingSystem")]
    system: String,
}

/// One address of a node.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct NodeAddress {
    /// `InternalIP`, `ExternalIP`, `Hostname`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// The address or the name.
    pub address: String,
}

/// A condition of an object.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Condition {
    /// `Ready`, `NetworkUnavailable`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// Why, for programs.
    pub reason: String,
    /// Why, for people.
    pub message: String,
}

impl Node {
    /// The type of addresses inside of the cloud.
    pub const INTERNAL: &'static str = "InternalIP";
    /// The type of addresses that everybody reaches.
    pub const EXTERNAL: &'static str = "ExternalIP";

    /// Its name.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// The kubelet's node-ip.
    pub fn node_ip(&self) -> Option<&str> {
        self.metadata.annotations.node_ip.as_deref()
    }

    /// What it is at its cloud: `hcloud://42`; empty before a controller has said so.
    pub fn provider_id(&self) -> &str {
        &self.spec.provider_id
    }

    /// Whether it waits for a cloud controller.
    pub fn is_uninitialized(&self) -> bool {
        self.spec
            .taints
            .iter()
            .any(|taint| taint.key == UNINITIALIZED)
    }

    /// What keeps pods away from it.
    pub fn taints(&self) -> &[Taint] {
        &self.spec.taints
    }

    /// Whether somebody has told the scheduler to give it no more pods.
    pub fn is_cordoned(&self) -> bool {
        self.spec.unschedulable
    }

    /// Whether it runs Windows.
    pub fn is_windows(&self) -> bool {
        self.status.info.system == "windows"
    }

    /// Its addresses, in the order of its status.
    pub fn addresses(&self) -> &[NodeAddress] {
        &self.status.addresses
    }

    /// The addresses of a type, in their order.
    pub fn ips_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = IpAddr> + 'a {
        let all = self.status.addresses.iter();
        let all = all.filter(move |one| one.kind == kind);
        all.filter_map(|one| one.address.parse().ok())
    }

    /// Every internal and external address, in the order of its status.
    pub fn ips(&self) -> Vec<IpAddr> {
        let all = self.status.addresses.iter();
        let is_ip = |one: &&NodeAddress| one.kind == Self::INTERNAL || one.kind == Self::EXTERNAL;
        let all = all.filter(is_ip);
        all.filter_map(|one| one.address.parse().ok()).collect()
    }

    /// The families of its addresses, in their order.
    pub fn families(&self) -> Vec<Family> {
        families(&self.ips())
    }

    /// Its pods' ranges, as far as they are ranges.
    pub fn pod_cidrs(&self) -> Vec<IpNet> {
        let texts = self.spec.pod_cidrs.iter();
        texts.filter_map(|text| text.parse().ok()).collect()
    }

    /// Its pods' ranges as they are written.
    pub fn pod_cidr_texts(&self) -> &[String] {
        &self.spec.pod_cidrs
    }

    /// A condition.
    pub fn condition(&self, kind: &str) -> Option<&Condition> {
        let mut all = self.status.conditions.iter();
        all.find(|condition| condition.kind == kind)
    }

    /// Whether the kubelet reports that it is ready.
    pub fn is_ready(&self) -> bool {
        self.condition("Ready")
            .is_some_and(|ready| ready.status == "True")
    }
}

/// An Event about a node.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct NodeEvent {
    metadata: Named,
    #[serde(rename = "involvedObject")]
    involved: Involved,
    /// `CIDRNotAvailable`, `FailedToCreateRoute`, …
    pub reason: String,
    /// For people.
    pub message: String,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct Named {
    namespace: String,
    name: String,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct Involved {
    name: String,
}

impl NodeEvent {
    /// Its own `namespace/name`.
    pub(crate) fn name(&self) -> String {
        format!("{}/{}", self.metadata.namespace, self.metadata.name)
    }

    /// The name of the node.
    pub fn node(&self) -> &str {
        &self.involved.name
    }
}
