//! kubeadm's own documents: what kubeadm refuses, told at its line, and what it lets pass and should
//! not. Everything else in them is kubeadm's.

use std::sync::Arc;

use ipnet::IpNet;

use super::{
    places::{Places, location},
    tree::{Content, Tree},
};
use crate::{
    Addressing, Cluster, ControlPlane, Family, Finding, KubernetesVersion, NodeIp, cidr, codes,
    kubeadm::{KubeadmApi, SINCE_BETA4, WITHOUT_BETA3, discovery_faults, token_fault},
};

/// The group of its documents, as `apiVersion` begins.
pub(super) const GROUP: &str = "kubeadm.k8s.io/";

/// One document, until the cluster is known that it is for.
pub(super) struct KubeadmDocument {
    source: Arc<str>,
    tree: Tree,
}

/// Where each kind has arguments.
const ARGUMENTS: &[(&str, &[&str])] = &[
    ("JoinConfiguration", &["nodeRegistration.kubeletExtraArgs"]),
    ("InitConfiguration", &["nodeRegistration.kubeletExtraArgs"]),
    (
        "ClusterConfiguration",
        &[
            "apiServer.extraArgs",
            "controllerManager.extraArgs",
            "scheduler.extraArgs",
            "etcd.local.extraArgs",
        ],
    ),
];

impl KubeadmDocument {
    pub(super) fn new(source: &Arc<str>, tree: &Tree) -> Self {
        Self {
            source: Arc::clone(source),
            tree: tree.clone(),
        }
    }

    /// Everything that is wrong with it, for the cluster that it is for.
    pub(super) fn check(&self, cluster: Option<&Cluster>) -> Vec<Finding> {
        let text = |field: &str| self.at(field).and_then(Tree::text).unwrap_or_default();
        let (kind, version) = (text("kind"), text("apiVersion"));
        let release = cluster.and_then(|cluster| cluster.spec.version);
        let mut findings = Vec::new();
        let api = match version {
            "kubeadm.k8s.io/v1beta4" => Some(KubeadmApi::V1Beta4),
            "kubeadm.k8s.io/v1beta3" => Some(KubeadmApi::V1Beta3),
            _ => None,
        };
        findings.extend(of_version(version, api, release));
        for (_, fields) in ARGUMENTS.iter().filter(|(of, _)| *of == kind) {
            for field in *fields {
                self.arguments(field, api, &mut findings);
                self.node_ips(field, cluster, &mut findings);
            }
        }
        match kind {
            "JoinConfiguration" => self.discovery(&mut findings),
            "ClusterConfiguration" => self.networking(&mut findings),
            _ => {}
        }
        let places = Places::new(&self.source, &self.tree, &mut Arc::default());
        for finding in &mut findings {
            let field = finding.field.as_deref();
            let place = field.and_then(|field| places.locate(field));
            let place = place.unwrap_or_else(|| location(&self.source, self.tree.place));
            finding.location = Some(place);
            finding.subject = Some(kind.to_owned());
        }
        findings
    }

    fn at(&self, field: &str) -> Option<&Tree> {
        let mut parts = field.split('.');
        parts.try_fold(&self.tree, |tree, part| tree.child(part))
    }

    /// Whether arguments have the form of the document's version.
    fn arguments(&self, field: &str, api: Option<KubeadmApi>, findings: &mut Vec<Finding>) {
        let (Some(api), Some(tree)) = (api, self.at(field)) else {
            return;
        };
        let version = api.version();
        let other = match (api, &tree.content) {
            (KubeadmApi::V1Beta4, Content::Object(_)) => Some((
                "a list of names and values, and this is the map of v1beta3",
                "write each as an entry of a list: - name: node-ip, and value: below it",
            )),
            (KubeadmApi::V1Beta3, Content::List(_)) => Some((
                "a map, and this is the list of v1beta4",
                "write each as a field, node-ip: and its value; or write v1beta4 into apiVersion",
            )),
            _ => None,
        };
        if let Some((form, remedy)) = other {
            let message = format!("{version} takes {form}: kubeadm refuses the file");
            let finding = Finding::error(codes::KUBEADM_EXTRA_ARGS, message);
            return findings.push(finding.at(field).remedy(remedy));
        }
        for (at, value) in values(field, tree) {
            let (message, remedy) = match value {
                Some(value) if value.text().is_some() => continue,
                Some(value) => (
                    format!("kubeadm takes text here, and this is {}", value.noun()),
                    "put it into quotes",
                ),
                None => (
                    "an argument has no value: kubeadm refuses the file".to_owned(),
                    "give it a name and a value",
                ),
            };
            let finding = Finding::error(codes::KUBEADM_EXTRA_ARGS, message);
            findings.push(finding.at(at).remedy(remedy));
        }
    }

    /// Each node-ip among some arguments, in either form.
    fn node_ips(&self, field: &str, cluster: Option<&Cluster>, findings: &mut Vec<Finding>) {
        let Some(tree) = self.at(field) else {
            return;
        };
        let listed = items(tree).iter().enumerate();
        let listed =
            listed.filter(|(_, item)| item.child("name").and_then(Tree::text) == Some("node-ip"));
        let listed = listed.filter_map(|(index, item)| {
            let text = item.child("value")?.text()?;
            Some((format!("{field}[{index}].value"), text))
        });
        let mapped = tree.child("node-ip").and_then(Tree::text);
        let mapped = mapped.map(|text| (format!("{field}.node-ip"), text));
        for (at, text) in listed.chain(mapped) {
            findings.extend(node_ip(&at, text, cluster));
        }
    }

    /// What a node is to know of the cluster that it joins.
    fn discovery(&self, findings: &mut Vec<Finding>) {
        const AT: &str = "discovery.bootstrapToken";
        let Some(tree) = self.at(AT) else {
            return;
        };
        let text = |name: &str| tree.child(name).and_then(Tree::text).unwrap_or_default();
        let hashes = tree.child("caCertHashes").map(items).unwrap_or_default();
        let hashes: Vec<&str> = hashes
            .iter()
            .map(|hash| hash.text().unwrap_or_default())
            .collect();
        let mut faults = discovery_faults(text("apiServerEndpoint"), &hashes);
        let skips = tree.child("unsafeSkipCAVerification");
        if skips.is_some_and(|tree| matches!(tree.content, Content::Bool(true))) {
            faults.retain(|(name, _)| name != "caCertHashes");
        }
        faults.extend(token_fault(text("token")).map(|why| ("token".to_owned(), why)));
        findings.extend(faults.into_iter().map(|(name, why)| {
            let message = format!("no node can join with it: {why}");
            let finding = Finding::error(codes::KUBEADM_DISCOVERY, message);
            finding
                .at(format!("{AT}.{name}"))
                .remedy("copy it from: kubeadm token create --print-join-command")
        }));
    }

    /// The ranges of a control plane, which kubeadm holds against each other in no way.
    fn networking(&self, findings: &mut Vec<Finding>) {
        let mut of = |name: &str| -> Vec<IpNet> {
            let field = format!("networking.{name}");
            let text = self.at(&field).and_then(Tree::text).unwrap_or_default();
            let parts = text.split(',').filter(|part| !part.is_empty());
            let read = |part: &str| match cidr::parse_range(part, &field) {
                Ok((range, doubt)) => {
                    findings.extend(doubt);
                    Some(range)
                }
                Err(fault) => {
                    findings.push(fault);
                    None
                }
            };
            parts.filter_map(read).collect()
        };
        let (pods, services) = (of("podSubnet"), of("serviceSubnet"));
        let named = |what: &str, ranges: &[IpNet]| -> Vec<(String, IpNet)> {
            let named = |range: &IpNet| (format!("{} {what}", Family::of(range)), *range);
            ranges.iter().map(named).collect()
        };
        let all = [named("pods", &pods), named("services", &services)].concat();
        let overlaps = cidr::overlaps(&all).into_iter();
        findings.extend(overlaps.map(|finding| finding.at("networking.podSubnet")));
        let families =
            |ranges: &[IpNet]| -> Vec<Family> { ranges.iter().map(Family::of).collect() };
        let (of_pods, of_services) = (families(&pods), families(&services));
        if !pods.is_empty() && !services.is_empty() && of_pods != of_services {
            let message = "pods and services have not the same families in the same order, and \
                           kubeadm does not say so";
            let finding = Finding::error(codes::KUBEADM_NETWORKING, message);
            findings.push(
                finding
                    .at("networking.serviceSubnet")
                    .remedy("give both one range of each family, IPv4 first"),
            );
        }
    }
}

/// The cluster that kubeadm's documents are for: the only one whose nodes a user brings.
pub(super) fn subject(clusters: &[Arc<Cluster>]) -> Option<&Cluster> {
    let mut own = clusters
        .iter()
        .filter(|cluster| cluster.control_plane() == ControlPlane::Kubeadm);
    own.next()
        .filter(|_| own.next().is_none())
        .map(|cluster| &**cluster)
}

fn items(tree: &Tree) -> &[Tree] {
    let Content::List(items) = &tree.content else {
        return &[];
    };
    items
}

/// The values of arguments and where they stand, in either form.
fn values<'t>(field: &str, tree: &'t Tree) -> Vec<(String, Option<&'t Tree>)> {
    let listed = items(tree).iter().enumerate();
    let listed = listed.map(|(index, item)| {
        let is_named = item.child("name").is_some();
        let value = item.child("value").filter(|_| is_named);
        (format!("{field}[{index}].value"), value)
    });
    let mapped = tree.entries().iter();
    let mapped = mapped.map(|entry| (format!("{field}.{}", entry.key), Some(&entry.value)));
    listed.chain(mapped).collect()
}

/// Whether a release reads the version of the document.
fn of_version(
    version: &str,
    api: Option<KubeadmApi>,
    release: Option<KubernetesVersion>,
) -> Option<Finding> {
    let is = |test: fn(&KubernetesVersion) -> bool| release.as_ref().is_some_and(test);
    let named = release
        .map(|release| release.to_string())
        .unwrap_or_default();
    let (is_error, message, remedy) = match api {
        None => (
            true,
            format!("no release of kubeadm in use reads {version}"),
            "write kubeadm.k8s.io/v1beta4, with arguments as a list of names and values",
        ),
        Some(KubeadmApi::V1Beta3) if is(|release| *release >= WITHOUT_BETA3) => (
            true,
            format!("kubeadm {named} does not read {version}: it was removed in 1.37"),
            "let a release up to 1.36 rewrite it (kubeadm config migrate), or write v1beta4 with \
             arguments as a list of names and values",
        ),
        Some(KubeadmApi::V1Beta3) if is(|release| *release >= SINCE_BETA4) => (
            false,
            format!("{version} is deprecated since 1.31, and 1.37 does not read it"),
            "let kubeadm rewrite it: kubeadm config migrate",
        ),
        Some(KubeadmApi::V1Beta4) if is(|release| *release < SINCE_BETA4) => (
            true,
            format!("kubeadm {named} does not read {version}, which came with 1.31"),
            "write kubeadm.k8s.io/v1beta3, with arguments as a map",
        ),
        Some(KubeadmApi::V1Beta3 | KubeadmApi::V1Beta4) => return None,
    };
    let finding = match is_error {
        true => Finding::error(codes::KUBEADM_API, message),
        false => Finding::warning(codes::KUBEADM_API, message),
    };
    Some(finding.at("apiVersion").remedy(remedy))
}

/// kubeadm hands node-ip to the kubelet without a look at it.
fn node_ip(at: &str, text: &str, cluster: Option<&Cluster>) -> Vec<Finding> {
    let told = |message: String, remedy: &str| {
        let finding = Finding::error(codes::KUBEADM_NODE_IP, message);
        finding.at(at).remedy(remedy)
    };
    const LIKE: &str = "write the node's addresses, IPv4 first: 10.0.6.11,fd0a:6::11";
    let ip = match NodeIp::parse(text) {
        Ok(ip) => ip,
        Err(why) => return vec![told(format!("kubeadm lets node-ip pass, but {why}"), LIKE)],
    };
    let mut findings = Vec::new();
    for address in ip.addresses() {
        findings.extend(cidr::routable(IpNet::from(*address), at).err());
    }
    let Some(cluster) = cluster else {
        return findings;
    };
    // With the ranges that the cluster has unasked.
    let addressing = Addressing::resolve(cluster).0;
    let addressing = addressing.unwrap_or_else(|| Addressing::readable(cluster));
    let named = addressing.named();
    for address in ip.addresses() {
        let node = ("node-ip".to_owned(), IpNet::from(*address));
        let overlaps = cidr::overlaps_of(&node, &named).into_iter();
        findings.extend(overlaps.map(|finding| finding.at(at)));
    }
    let lacks = addressing.family.families().iter();
    let mut lacks = lacks.filter(|family| ip.of(**family).is_none());
    if let Some(family) = lacks.next() {
        let message = format!("node-ip names no {family} address, and the cluster has {family}");
        findings.push(told(message, LIKE));
    } else if ip.addresses()[0].is_ipv6() {
        let message = "node-ip has IPv6 first, and the cluster's first family is IPv4".to_owned();
        findings.push(told(message, LIKE));
    }
    findings
}
