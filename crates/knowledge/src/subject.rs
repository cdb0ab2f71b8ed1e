//! The cluster that is judged.

use groundwork_model::{
    Addressing, Cluster, CniKind, Finding, IpFamily, KubernetesVersion, MachineDeployment,
};

/// What knowledge asks of a cluster.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its name.
    pub(crate) name: String,
    /// The cloud, by its name in documents.
    pub(crate) provider: String,
    /// The families.
    pub(crate) family: IpFamily,
    /// The version of Kubernetes.
    pub(crate) kubernetes: Option<KubernetesVersion>,
    /// The network plugin.
    pub(crate) plugin: CniKind,
    /// Its version.
    pub(crate) plugin_version: Option<KubernetesVersion>,
    /// The machines, of whatever cloud they are.
    pub(crate) machines: Vec<MachineDeployment>,
}

impl Subject {
    /// What a cluster's document says, with the machines that were given beside it and those that
    /// its annotation asks for. A cluster without a cloud is no subject.
    pub fn of(cluster: &Cluster, beside: &[MachineDeployment]) -> (Option<Self>, Option<Finding>) {
        let (first, fault) = match cluster.first_machines() {
            Ok(first) => (first, None),
            Err(fault) => (None, Some(fault)),
        };
        let plugin = cluster.spec.cni_plugin.as_ref();
        let subject = cluster.provider().ok().map(|provider| Self {
            name: cluster.metadata.name.clone(),
            provider: provider.to_owned(),
            family: Addressing::readable(cluster).family,
            kubernetes: cluster.spec.version,
            plugin: cluster.cni(),
            plugin_version: plugin.and_then(|plugin| plugin.version.parse().ok()),
            machines: beside.iter().cloned().chain(first).collect(),
        });
        (subject, fault)
    }
}
