//! Vocabulary of Groundwork: clusters, datacenters, CIDR arithmetic, labels and findings.
//!
//! No I/O, nothing asynchronous, no cloud by name.

mod addressing;
pub mod cidr;
mod cloud_section;
mod cluster;
mod cluster_network;
pub mod codes;
mod datacenter;
pub mod document;
mod finding;
mod id;
pub mod kubeadm;
mod label;
mod machine_deployment;
mod metadata;
mod node_ip;
mod preset;
mod secret;
mod secret_document;
mod sections;
mod special;
mod version;

pub use addressing::{Addressing, Choice, NodePorts};
pub use cloud_section::CloudSection;
pub use cluster::{
    Apiserver, CloudSpec, Cluster, ClusterSpec, CniKind, CniPlugin, ComponentsOverride,
    ControlPlane, OwnField,
};
pub use cluster_network::{ClusterNetwork, Family, IpFamily, Ipvs, NetworkRanges};
pub use datacenter::{Datacenter, DatacenterSpec};
pub use document::{Documents, Schemas, Source};
pub use finding::{Code, Finding, Location, Severity};
pub use id::{Address, ClusterKey, InstallationId, NameError, RunId};
pub use label::Label;
pub use machine_deployment::MachineDeployment;
pub use metadata::Metadata;
pub use node_ip::NodeIp;
pub use preset::Preset;
pub use secret::Secret;
pub use secret_document::SecretDocument;
pub use sections::Sections;
pub use special::Special;
pub use version::{KubernetesVersion, VersionError};
