//! What a cluster says of itself, as far as it is judged.
//!
//! Each type is read from the API object of its name. Texts stay texts: an object may hold anything, and
//! what cannot be read as an address or a range is judged, not refused.

mod config;
mod ip_pool;
mod metadata;
mod node;
mod pod;
mod service;
mod workload;

use std::net::IpAddr;

use groundwork_model::{Family, Finding};
use groundwork_provider::Machines;
use ipnet::IpNet;

pub use config::ConfigMap;
pub(crate) use config::JUDGED;
pub use ip_pool::IpPool;
pub use node::{Condition, Node, NodeAddress, NodeEvent, Taint};
pub use pod::{Pod, Sysctl};
pub use service::{Service, ServiceCidr};
pub use workload::{Container, Value, Workload};

/// Everything that was read. A listing that was refused is `None`, and `not_asked` says so.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The version of the API server: `v1.36.3`.
    pub version: String,
    /// Every node.
    pub nodes: Vec<Node>,
    /// Every service.
    pub services: Option<Vec<Service>>,
    /// Every range of services; `None` also where the server is too old to have such objects.
    pub service_cidrs: Option<Vec<ServiceCidr>>,
    /// Every pod.
    pub pods: Option<Vec<Pod>>,
    /// The config maps of `kube-system`.
    pub configs: Option<Vec<ConfigMap>>,
    /// DaemonSets and Deployments of `kube-system`.
    pub workloads: Option<Vec<Workload>>,
    /// Every pool of Calico; `None` also where the cluster has no such objects.
    pub ip_pools: Option<Vec<IpPool>>,
    /// Events about nodes.
    pub events: Option<Vec<NodeEvent>>,
    /// The Deployments of the cluster's namespace in KKP's seed, where that was read.
    pub seed: Option<Vec<Workload>>,
    /// The machines of the document's account, where the cloud was asked.
    pub machines: Option<Machines>,
    /// What was not asked, and why.
    pub not_asked: Vec<Finding>,
}

impl Facts {
    /// A config map of `kube-system` that is judged by its name.
    pub(crate) fn config(&self, name: &str) -> Option<&ConfigMap> {
        debug_assert!(
            JUDGED.contains(&name),
            "{name} is not read: it has to be in JUDGED"
        );
        let mut all = self.configs.iter().flatten();
        all.find(|config| config.name == name)
    }

    /// The cloud controller whose name or image holds the text: in the cluster, else in its seed.
    pub(crate) fn cloud_controller(&self, part: &str) -> Option<&Workload> {
        let mut seed = self.seed.iter().flatten();
        self.workload(part)
            .or_else(|| seed.find(|workload| workload.runs(part)))
    }

    /// The texts of the config maps that a cloud controller mounts.
    pub(crate) fn mounted<'a>(
        &'a self,
        workload: &'a Workload,
    ) -> impl Iterator<Item = &'a String> {
        let all = self.configs.iter().flatten();
        all.filter(|config| workload.configs().any(|name| name == config.name))
            .flat_map(|config| config.data.values())
    }

    /// The first workload whose name or image holds the text.
    pub(crate) fn workload(&self, part: &str) -> Option<&Workload> {
        let mut all = self.workloads.iter().flatten();
        all.find(|workload| workload.runs(part))
    }
}

/// The families of some addresses, in their order, each once.
pub(crate) fn families<'a>(ips: impl IntoIterator<Item = &'a IpAddr>) -> Vec<Family> {
    let mut families = Vec::new();
    for ip in ips {
        let family = Family::of_address(ip);
        if !families.contains(&family) {
            families.push(family);
        }
    }
    families
}

/// The same of some ranges.
pub(crate) fn families_of(ranges: &[IpNet]) -> Vec<Family> {
    let ips: Vec<IpAddr> = ranges.iter().map(IpNet::addr).collect();
    families(&ips)
}

/// The ranges in a list that commas divide, as arguments and config maps have them.
pub(crate) fn ranges(text: &str) -> Vec<IpNet> {
    let parts = text.split([',', ' ']).map(str::trim);
    parts.filter_map(|part| part.parse().ok()).collect()
}

/// Families, for sentences: `IPv4`, `IPv4 and IPv6`, `no family`.
pub(crate) fn named(families: &[Family]) -> String {
    match families {
        [] => "no family".to_owned(),
        [one] => one.to_string(),
        several => {
            let names: Vec<String> = several.iter().map(Family::to_string).collect();
            names.join(" and ")
        }
    }
}
