//! From what a user asks for to the addresses of a cluster: defaults and validation.

mod admission;
mod families;
mod limits;
mod masks;
mod node_ports;

use ipnet::IpNet;

use crate::{
    Cluster, CniKind, Family, Finding, IpFamily, KubernetesVersion, cidr,
    cluster_network::NetworkRanges, codes,
};

pub use node_ports::NodePorts;

/// The addresses of a cluster: what the user gave, completed with the documented defaults.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Addressing {
    /// IPv4, or both with IPv4 as the primary family.
    pub family: IpFamily,
    /// Where pods get their addresses: one CIDR a family, IPv4 first.
    pub pods: Vec<IpNet>,
    /// Where services get their addresses: one CIDR a family, IPv4 first.
    pub services: Vec<IpNet>,
    /// The prefix length of one node's part of the pods' IPv4 range.
    pub node_mask_v4: u8,
    /// The prefix length of one node's part of the pods' IPv6 range, in a dual-stack cluster.
    pub node_mask_v6: Option<u8>,
    /// The ports of services of type NodePort.
    pub node_ports: NodePorts,
    /// What the user did not say, in the order of the document.
    pub chosen: Vec<Choice>,
}

/// A value that was filled in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Choice {
    /// Where it would stand in the document.
    pub field: String,
    /// The value.
    pub value: String,
}

const NETWORK: &str = "spec.clusterNetwork";

impl Addressing {
    /// Fills in the defaults and checks the whole.
    ///
    /// # Guarantees
    /// What the user gave is never overwritten. All findings come at once, each with its field and
    /// location; there is an addressing exactly when none of them is an error.
    pub fn resolve(cluster: &Cluster) -> (Option<Self>, Vec<Finding>) {
        let mut draft = Draft {
            cluster,
            findings: Vec::new(),
            chosen: Vec::new(),
        };
        let addressing = draft.resolve();
        let Draft { mut findings, .. } = draft;
        cluster.place(&mut findings);
        let fit = !findings.iter().any(Finding::is_error);
        (addressing.filter(|_| fit), findings)
    }

    /// What can be read of addresses that are unfit: the family, and the ranges that are CIDRs.
    ///
    /// For checks of other fields, so that all findings come at once; nothing is made from it.
    pub fn readable(cluster: &Cluster) -> Self {
        let mut draft = Draft {
            cluster,
            findings: Vec::new(),
            chosen: Vec::new(),
        };
        let network = &cluster.spec.cluster_network;
        let pods = draft.ranges("pods", &network.pods);
        let services = draft.ranges("services", &network.services);
        let family = draft.family(&pods, &services);
        Self {
            family,
            node_mask_v4: draft.node_mask(Family::V4, &pods),
            node_mask_v6: None,
            node_ports: draft.node_ports(),
            pods: pods.into_iter().flatten().collect(),
            services: services.into_iter().flatten().collect(),
            chosen: Vec::new(),
        }
    }

    /// The pods' CIDR of a family.
    pub fn pods_of(&self, family: Family) -> Option<IpNet> {
        self.pods
            .iter()
            .copied()
            .find(|net| Family::of(net) == family)
    }

    /// The services' CIDR of a family.
    pub fn services_of(&self, family: Family) -> Option<IpNet> {
        self.services
            .iter()
            .copied()
            .find(|net| Family::of(net) == family)
    }

    /// Pods and services with what they are, for [`cidr::overlaps`] together with node subnets.
    pub fn named(&self) -> Vec<(String, IpNet)> {
        let pods = self
            .pods
            .iter()
            .map(|net| (format!("{} pods", Family::of(net)), *net));
        let services = self
            .services
            .iter()
            .map(|net| (format!("{} services", Family::of(net)), *net));
        pods.chain(services).collect()
    }

    /// Findings for pods and services that overlap with a range of nodes.
    pub fn overlaps_of_nodes(&self, net: IpNet) -> Vec<Finding> {
        let nodes = (format!("{} nodes", Family::of(&net)), net);
        cidr::overlaps_of(&nodes, &self.named())
    }
}

/// What is found and chosen while a cluster is looked at.
struct Draft<'a> {
    cluster: &'a Cluster,
    findings: Vec<Finding>,
    chosen: Vec<Choice>,
}

impl Draft<'_> {
    fn resolve(&mut self) -> Option<Addressing> {
        let network = &self.cluster.spec.cluster_network;
        let pods = self.ranges("pods", &network.pods);
        let services = self.ranges("services", &network.services);
        let family = self.family(&pods, &services);
        let pods = self.complete("pods", family, pods);
        let services = self.complete("services", family, services);
        self.counts(&pods, &services);
        let node_mask_v4 = self.node_mask(Family::V4, &pods);
        let node_mask_v6 = family
            .is_dual_stack()
            .then(|| self.node_mask(Family::V6, &pods));
        self.unused_mask(family);
        self.service_sizes(&services);
        self.overlaps(&pods, &services);
        self.dual_stack(family);
        self.admission();
        let node_ports = self.node_ports();
        let pods: Vec<_> = pods.into_iter().collect::<Option<_>>()?;
        let services: Vec<_> = services.into_iter().collect::<Option<_>>()?;
        let chosen = std::mem::take(&mut self.chosen);
        let addressing = Addressing {
            family,
            pods,
            services,
            node_mask_v4,
            node_mask_v6,
            node_ports,
            chosen,
        };
        self.capacity(&addressing);
        Some(addressing)
    }

    fn choose(&mut self, field: impl Into<String>, value: impl ToString) {
        self.chosen.push(Choice {
            field: field.into(),
            value: value.to_string(),
        });
    }

    /// Reads a list of CIDRs; one that cannot be read keeps its place as `None`.
    fn ranges(&mut self, list: &str, ranges: &NetworkRanges) -> Vec<Option<IpNet>> {
        let texts = &ranges.cidr_blocks;
        if texts.len() > 2 {
            let message = format!(
                "{} CIDRs are given, but a cluster has at most one of each family",
                texts.len()
            );
            let finding = Finding::error(codes::NETWORK_CIDR_COUNT, message)
                .at(format!("{NETWORK}.{list}.cidrBlocks"))
                .remedy("keep one IPv4 CIDR and one IPv6 CIDR");
            self.findings.push(finding);
        }
        texts
            .iter()
            .enumerate()
            .map(|(index, text)| {
                let field = block(list, index);
                let net = cidr::parse_range(text, &field).and_then(|(net, doubt)| {
                    self.findings.extend(doubt);
                    cidr::routable(net, &field).map(|()| net)
                });
                net.map_err(|finding| self.findings.push(finding)).ok()
            })
            .collect()
    }

    /// Pods, services: in either family, nothing may be in both.
    fn overlaps(&mut self, pods: &[Option<IpNet>], services: &[Option<IpNet>]) {
        let named = |list: &'static str| {
            move |(index, net): (usize, &Option<IpNet>)| {
                Some((block(list, index), (list.to_owned(), (*net)?)))
            }
        };
        let pods: Vec<_> = pods.iter().enumerate().filter_map(named("pods")).collect();
        for (field, service) in services.iter().enumerate().filter_map(named("services")) {
            for (_, pod) in pods
                .iter()
                .filter(|(_, pod)| cidr::overlap(&pod.1, &service.1))
            {
                self.findings
                    .push(cidr::overlap_finding(pod, &service).at(&field));
            }
        }
    }

    /// What two families need.
    fn dual_stack(&mut self, family: IpFamily) {
        if !family.is_dual_stack() {
            return;
        }
        let version = self.cluster.spec.version;
        if let Some(version) = version.filter(|_| limits::DUAL_STACK.holds(self.cluster)) {
            let message =
                format!("Kubernetes {version} has no dual-stack services; they came with 1.21");
            let mut finding = Finding::error(codes::NETWORK_KUBERNETES_VERSION, message)
                .at("spec.version")
                .remedy("use 1.21 or newer, or ipFamily IPv4");
            finding.reference = Some(limits::DUAL_STACK.source.into());
            self.findings.push(finding);
        }
        let plugin = self.cluster.spec.cni_plugin.as_ref();
        let Some(canal) =
            plugin.filter(|plugin| plugin.kind == CniKind::Canal && !plugin.version.is_empty())
        else {
            return;
        };
        let message = match canal.version.parse::<KubernetesVersion>() {
            Ok(version) if version >= limits::CANAL_DUAL_STACK => return,
            Ok(_) => format!(
                "Canal {} has no dual-stack; it came with 3.22",
                canal.version
            ),
            Err(fault) => format!("the version of Canal cannot be read: {fault}"),
        };
        let finding = Finding::error(codes::NETWORK_CNI_VERSION, message);
        self.findings.push(
            finding
                .at("spec.cniPlugin.version")
                .remedy("use Canal v3.22 or newer, or Cilium"),
        );
    }
}

fn block(list: &str, index: usize) -> String {
    format!("{NETWORK}.{list}.cidrBlocks[{index}]")
}
