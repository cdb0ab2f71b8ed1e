//! What a cluster is meant to be: families and ranges, and who says so.

use groundwork_model::{Addressing, Family, cidr};
use ipnet::IpNet;

use crate::facts::{Container, Facts, ranges};

/// What a cluster is meant to be.
#[derive(Debug)]
pub(crate) struct Expected {
    /// The families that everything has to have, the primary one first.
    pub(crate) families: Vec<Family>,
    /// The ranges of pods; empty where nobody says.
    pub(crate) pods: Vec<IpNet>,
    /// Who says them, for sentences.
    pub(crate) pods_of: &'static str,
    /// The ranges of services, those of the API server first; empty where nobody says.
    pub(crate) services: Vec<IpNet>,
    /// The prefix length of a node's part of the pods' range, by family, where somebody says.
    masks: [Option<u8>; 2],
    /// Whether nodes get their ranges from the controller manager, where that can be seen.
    pub(crate) allocates: Option<bool>,
}

impl Expected {
    /// What the cluster's own objects say; what they do not say, the document does.
    pub(crate) fn of(facts: &Facts, document: Option<&Addressing>) -> Self {
        let services = services(facts, document);
        let (pods, pods_of) = pods(facts, document);
        let manager = controller_manager(facts);
        Self {
            families: families(&services, document),
            masks: masks(manager, document),
            allocates: manager.map(|own| own.flag("allocate-node-cidrs") == Some("true")),
            pods,
            pods_of,
            services,
        }
    }

    /// The primary family.
    pub(crate) fn primary(&self) -> Family {
        self.families.first().copied().unwrap_or(Family::V4)
    }

    /// The families that are missing among those.
    pub(crate) fn missing(&self, has: &[Family]) -> Vec<Family> {
        let wanted = self.families.iter();
        wanted.filter(|one| !has.contains(one)).copied().collect()
    }

    /// The pods' range of a family.
    pub(crate) fn pods_of_family(&self, family: Family) -> Option<&IpNet> {
        self.pods.iter().find(|range| Family::of(range) == family)
    }

    /// The node mask of a family, where somebody says it.
    pub(crate) fn mask(&self, family: Family) -> Option<u8> {
        match family {
            Family::V4 => self.masks[0],
            Family::V6 => self.masks[1],
        }
    }

    /// How many nodes a family has ranges for; none where that is not known.
    pub(crate) fn nodes_max(&self, family: Family) -> Option<u128> {
        let pods = self.pods_of_family(family)?;
        Some(cidr::subnet_count(pods, self.mask(family)?))
    }
}

/// The API server's own ranges: an object of the cluster, or its argument, or the document.
fn services(facts: &Facts, document: Option<&Addressing>) -> Vec<IpNet> {
    let objects = facts.service_cidrs.iter().flatten();
    let mut objects: Vec<_> = objects.collect();
    objects.sort_by_key(|range| range.name() != "kubernetes");
    let all: Vec<IpNet> = objects.iter().flat_map(|range| range.ranges()).collect();
    if !all.is_empty() {
        return all;
    }
    let flag = api_server(facts).and_then(|own| own.flag("service-cluster-ip-range"));
    let all = flag.map(ranges).unwrap_or_default();
    if !all.is_empty() {
        return all;
    }
    document.map(|own| own.services.clone()).unwrap_or_default()
}

fn pods(facts: &Facts, document: Option<&Addressing>) -> (Vec<IpNet>, &'static str) {
    let flag = controller_manager(facts).and_then(|own| own.flag("cluster-cidr"));
    let kubeadm = || {
        let text = facts.config("kubeadm-config")?.text("ClusterConfiguration");
        let lines = text.lines().map(str::trim);
        let mut found = lines.filter_map(|line| line.strip_prefix("podSubnet:"));
        Some(ranges(found.next()?.trim().trim_matches('"')))
    };
    let all = [
        (flag.map(ranges), "--cluster-cidr of the controller manager"),
        (kubeadm(), "podSubnet of kubeadm-config"),
        (document.map(|own| own.pods.clone()), "the document"),
    ];
    let mut all = all.into_iter();
    let found = all.find_map(|(ranges, of)| Some((ranges.filter(|all| !all.is_empty())?, of)));
    found.unwrap_or((Vec::new(), ""))
}

fn families(services: &[IpNet], document: Option<&Addressing>) -> Vec<Family> {
    let wanted = document.map(|own| own.family.families().to_vec());
    let mut families = wanted.unwrap_or_else(|| Family::BOTH.to_vec());
    // The API server's first range decides which family is the primary one.
    if services.first().map(Family::of) == Some(Family::V6) {
        families.reverse();
    }
    families
}

fn masks(manager: Option<&Container>, document: Option<&Addressing>) -> [Option<u8>; 2] {
    if let Some(manager) = manager {
        let number = |name: &str| manager.flag(name)?.parse().ok();
        let one = number("node-cidr-mask-size");
        return [
            number("node-cidr-mask-size-ipv4").or(one).or(Some(24)),
            number("node-cidr-mask-size-ipv6").or(Some(64)),
        ];
    }
    match document {
        Some(own) => [Some(own.node_mask_v4), own.node_mask_v6],
        None => [None, None],
    }
}

/// The container of the API server, where it can be seen.
pub(crate) fn api_server(facts: &Facts) -> Option<&Container> {
    parts(facts, "kube-apiserver").next().map(|(_, own)| own)
}

/// The container of the controller manager, where it can be seen.
pub(crate) fn controller_manager(facts: &Facts) -> Option<&Container> {
    parts(facts, "kube-controller-manager")
        .next()
        .map(|(_, own)| own)
}

/// Every pod of a part of the control plane and its Deployment in the seed: their names, and the container that is the
/// part.
pub(crate) fn parts<'a>(
    facts: &'a Facts,
    component: &'a str,
) -> impl Iterator<Item = (&'a str, &'a Container)> {
    let pods = facts.pods.iter().flatten();
    let pods = pods.filter(move |pod| pod.component == component);
    let pods = pods.filter_map(|pod| Some((pod.name.as_str(), pod.containers.first()?)));
    // KKP leaves the prefix out, of the Deployment and of its container.
    let short = component.trim_start_matches("kube-");
    let seed = facts.seed.iter().flatten();
    let seed = seed.filter(move |workload| workload.name() == short);
    pods.chain(seed.filter_map(move |workload| Some((workload.name(), workload.container(short)?))))
}
