//! The cluster that is judged.

use groundwork_model::{
    Addressing, Cluster, Finding, IpFamily, KubernetesVersion, MachineDeployment,
};

/// What knowledge asks of a cluster.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    pub(crate) cluster: &'a Cluster,
    /// The cloud, by its name in documents.
    pub(crate) provider: &'a str,
    /// The families.
    pub(crate) family: IpFamily,
    /// The version of the network plugin, where it is said and can be read.
    pub(crate) plugin_version: Option<KubernetesVersion>,
    /// The machines, of whatever cloud they are.
    pub(crate) machines: Vec<MachineDeployment>,
}

impl<'a> Subject<'a> {
    /// What a cluster's document says, with the machines that were given beside it and those that
    /// its annotation asks for; and what is wrong with that. A cluster without a cloud is no subject.
    pub fn of(
        cluster: &'a Cluster,
        beside: &[MachineDeployment],
    ) -> (Option<Self>, Option<Finding>) {
        let (first, fault) = match cluster.first_machines() {
            Ok(first) => (first, None),
            Err(fault) => (None, Some(fault)),
        };
        let plugin = cluster.spec.cni_plugin.as_ref();
        let subject = cluster.provider().ok().map(|provider| Self {
            cluster,
            provider,
            family: Addressing::readable(cluster).family,
            plugin_version: plugin.and_then(|plugin| plugin.version.parse().ok()),
            machines: beside.iter().cloned().chain(first).collect(),
        });
        (subject, fault)
    }
}
