//! From located trees to documents, by kind.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    Documents,
    beside::{self, Beside, NetworkDocument},
    check::Check,
    grammar::{self, ClusterDocument, PresetDocument, SecretKindDocument, SeedDocument},
    kubeadm::{self, KubeadmDocument},
    limits::{DOCUMENT_BYTES_MAX, DOCUMENTS_MAX},
    nearest::nearest,
    places::{Paths, Places, location},
    references::References,
    salvage,
    shape::Shape,
    sink::Sink,
    tree::{Content, Tree},
};
use crate::{
    Cluster, Datacenter, Finding, MachineDeployment, Metadata, Preset, SecretDocument,
    cloud_section, codes, machine_deployment::MachineDeploymentDocument, preset::PresetSpec,
};

/// Reads the trees of all sources, one after the other.
pub(super) struct Reading<'a> {
    grammar: &'a Value,
    shape: Shape<'a>,
    strict: bool,
    pub(super) documents: Documents,
    pub(super) findings: Vec<Finding>,
    /// How many documents there were, of any kind.
    count: usize,
    /// By what names documents went so far.
    names: BTreeSet<(&'static str, String)>,
    /// The paths of the last document.
    paths: Arc<Paths>,
    /// The Networks, which are joined to their Clusters at the end.
    networks: Vec<Beside>,
    /// kubeadm's documents, which are held against their cluster at the end.
    kubeadm: Vec<KubeadmDocument>,
    references: References,
}

/// One document while it is read.
struct Item<'a> {
    source: &'a Arc<str>,
    tree: &'a Tree,
    /// `Cluster demo`, for findings.
    subject: String,
}

const LISTS: [(&str, &str); 7] = [
    ("List", ""),
    ("ClusterList", "Cluster"),
    ("MachineDeploymentList", "MachineDeployment"),
    ("NetworkList", "Network"),
    ("PresetList", "Preset"),
    ("SecretList", "Secret"),
    ("SeedList", "Seed"),
];

const KINDS: [&str; 7] = [
    "Cluster",
    "List",
    "MachineDeployment",
    "Network",
    "Preset",
    "Secret",
    "Seed",
];

impl<'a> Reading<'a> {
    pub(super) fn new(grammar: &'a Value, strict: bool) -> Self {
        let (documents, findings, names, paths, networks, kubeadm, references) = Default::default();
        Self {
            grammar,
            shape: Shape::new(grammar),
            strict,
            documents,
            findings,
            count: 0,
            names,
            paths,
            networks,
            kubeadm,
            references,
        }
    }

    /// What can be done once every document is read.
    pub(super) fn finish(&mut self) {
        let mut findings = Vec::new();
        let networks = self.networks.iter();
        let networks: BTreeMap<_, _> = networks.map(|one| (one.name.clone(), one)).collect();
        for cluster in &mut self.documents.clusters {
            // Nobody else holds it yet: nothing is copied.
            let cluster = Arc::make_mut(cluster);
            let mut said = beside::in_the_old_place(cluster, self.grammar);
            let mut joined = Vec::new();
            if let Some(network) = networks.get(&cluster.metadata.name) {
                let subject = format!("Network {}", network.name);
                let faults = network.join(cluster, self.grammar).into_iter();
                joined.extend(faults.map(|finding| finding.about(&subject)));
            }
            said.extend(beside::of_another_family(cluster, self.grammar));
            cluster.set_own(beside::own(cluster, self.grammar));
            cluster.place(&mut said);
            findings.extend(said.into_iter().chain(joined));
        }
        self.findings.extend(findings);
        let subject = kubeadm::subject(&self.documents.clusters);
        let of_kubeadm = self.kubeadm.iter();
        let of_kubeadm = of_kubeadm.flat_map(|document| document.check(subject));
        self.findings.extend(of_kubeadm);
        self.without_cluster();
        self.references.soften(&mut self.findings);
    }

    /// Networks whose Cluster was not given, and not refused either.
    fn without_cluster(&mut self) {
        for Beside { name, places, .. } in &self.networks {
            if self.references.has_cluster(name) {
                continue;
            }
            let message = format!("no Cluster {name} was given: this document has no effect");
            let mut finding = Finding::warning(codes::DOCUMENT_REFERENCE, message)
                .about(format!("Network {name}"))
                .at("metadata.name")
                .remedy("give it the name of its Cluster");
            finding.location = places.locate("metadata.name");
            self.findings.push(finding);
        }
    }

    /// Reads one tree: a document, or a list of documents.
    pub(super) fn tree(&mut self, source: &Arc<str>, tree: &Tree) {
        let kind = tree.child("kind").and_then(Tree::text).unwrap_or_default();
        match LISTS.iter().find(|(list, _)| *list == kind) {
            Some((_, of)) => self.list(source, tree, of),
            None => self.item(source, tree, ""),
        }
    }

    fn list(&mut self, source: &Arc<str>, tree: &Tree, of: &str) {
        match tree.child("items").map(|items| &items.content) {
            None => {}
            Some(Content::List(items)) => {
                for item in items {
                    self.item(source, item, of);
                }
            }
            Some(
                Content::Null
                | Content::Bool(_)
                | Content::Number(..)
                | Content::NotFinite
                | Content::Text(_)
                | Content::Object(_),
            ) => {
                let finding = Finding::error(codes::DOCUMENT_TYPE, "expected a list of documents");
                self.push(source, tree, finding.at("items"));
            }
        }
    }

    /// Reads one document; `assumed` is its kind where a typed list leaves that out.
    fn item(&mut self, source: &Arc<str>, tree: &Tree, assumed: &str) {
        self.count += 1;
        if self.count > DOCUMENTS_MAX {
            if self.count == DOCUMENTS_MAX + 1 {
                let message = format!("more than {DOCUMENTS_MAX} documents are given");
                let finding = Finding::error(codes::DOCUMENT_SIZE, message);
                self.push(source, tree, finding.remedy("give fewer at a time"));
            }
            return;
        }
        if let Some(fault) = unfit(tree) {
            return self.push(source, tree, fault);
        }
        let said = |field| tree.child(field).and_then(Tree::text);
        let kind = said("kind").unwrap_or(assumed);
        let default_version = match kind {
            "Secret" => "v1",
            "Network" => grammar::OURS,
            "MachineDeployment" => grammar::MACHINES,
            _ => grammar::KUBERMATIC,
        };
        let version = match said("apiVersion") {
            None if !assumed.is_empty() => default_version,
            said => said.unwrap_or_default(),
        };
        let name = tree
            .child("metadata")
            .and_then(|m| m.child("name"))
            .and_then(Tree::text);
        let subject = format!("{kind} {}", name.unwrap_or_default())
            .trim()
            .to_owned();
        let item = Item {
            source,
            tree,
            subject,
        };
        self.references.note(kind, name.unwrap_or_default(), tree);
        match (kind, version) {
            ("Cluster", grammar::KUBERMATIC) => self.cluster(&item),
            ("MachineDeployment", grammar::MACHINES) => self.machine_deployment(&item),
            ("Network", grammar::OURS) => self.network(&item),
            ("Seed", grammar::KUBERMATIC) => self.seed(&item),
            ("Preset", grammar::KUBERMATIC) => self.preset(&item),
            ("Secret", "v1") => self.secret(&item),
            (_, version) if version.starts_with(kubeadm::GROUP) => {
                self.kubeadm.push(KubeadmDocument::new(source, tree));
            }
            (_, _) => self.push(source, tree, other_kind(kind, version, default_version)),
        }
    }

    fn cluster(&mut self, item: &Item<'_>) {
        let Some((places, document)) = self.read::<ClusterDocument>(item, "Cluster") else {
            return;
        };
        let ClusterDocument { metadata, mut spec } = document;
        if let Some(before) = self.documents.clusters.last() {
            spec.cloud.clouds.share(&before.spec.cloud.clouds);
        }
        let name = metadata.name.clone();
        let places = Arc::new(places);
        match Cluster::new(metadata, spec, Arc::clone(&places)) {
            Err(finding) => self.push_about(item, &places, finding),
            Ok(cluster) => {
                let first = self.is_first("cluster", &name);
                if first && self.is_first("cluster key", cluster.key().as_str()) {
                    self.documents.clusters.push(Arc::new(cluster));
                } else {
                    self.push_about(item, &places, twice("cluster", &name));
                }
            }
        }
    }

    fn machine_deployment(&mut self, item: &Item<'_>) {
        let read = self.read::<MachineDeploymentDocument>(item, "MachineDeployment");
        // Clusters may have machines of one name.
        let machines =
            read.map(|(places, document)| MachineDeployment::new(document, Arc::new(places), None));
        self.documents.machine_deployments.extend(machines);
    }

    fn network(&mut self, item: &Item<'_>) {
        let Some((places, document)) = self.read::<NetworkDocument>(item, "Network") else {
            return;
        };
        let NetworkDocument { metadata, spec } = document;
        let name = metadata.name;
        if self.is_first("network", &name) {
            self.networks.push(Beside {
                name,
                clouds: spec.cloud,
                places: Arc::new(places),
            });
        } else {
            self.push_about(item, &places, twice("network", &name));
        }
    }

    fn seed(&mut self, item: &Item<'_>) {
        let Some((places, document)) = self.read::<SeedDocument>(item, "Seed") else {
            return;
        };
        let SeedDocument { metadata, spec } = document;
        let places = Arc::new(places);
        let unused = grammar::unused_of_datacenters();
        for (name, raw) in spec.datacenters {
            if self.is_first("datacenter", &name) {
                let datacenter =
                    Datacenter::new(name.clone(), &metadata.name, raw, &unused, &places);
                self.documents
                    .datacenters
                    .insert(name, Arc::new(datacenter));
            } else {
                let mut field = "spec.datacenters".to_owned();
                super::append(&mut field, &name);
                self.push_about(item, &places, twice("datacenter", &name).at(field));
            }
        }
    }

    fn preset(&mut self, item: &Item<'_>) {
        let Some((places, document)) = self.read::<PresetDocument>(item, "Preset") else {
            return;
        };
        let PresetSpec {
            enabled, clouds, ..
        } = document.spec;
        let name = document.metadata.name;
        if self.is_first("preset", &name) {
            let enabled = enabled.unwrap_or(true);
            // What is no section was told as a field that nothing reads.
            let clouds = clouds.only(|section| section.value().is_object());
            self.documents.presets.push(Preset {
                name,
                enabled,
                clouds,
            });
        } else {
            self.push_about(item, &places, twice("preset", &name));
        }
    }

    fn secret(&mut self, item: &Item<'_>) {
        let Some((places, document)) = self.read::<SecretKindDocument>(item, "Secret") else {
            return;
        };
        let SecretKindDocument {
            metadata: Metadata {
                name, namespace, ..
            },
            values,
        } = document;
        let (values, findings) = values.decode();
        let unfit = findings.iter().any(Finding::is_error);
        for finding in findings {
            self.push_about(item, &places, finding);
        }
        if unfit {
            return;
        }
        let full_name = format!("{}/{name}", namespace.as_deref().unwrap_or_default());
        if self.is_first("secret", &full_name) {
            self.documents.secrets.push(SecretDocument {
                name,
                namespace,
                values,
            });
        } else {
            self.push_about(item, &places, twice("secret", &name));
        }
    }

    /// Whether no document went by that name before.
    fn is_first(&mut self, what: &'static str, name: &str) -> bool {
        self.names.insert((what, name.to_owned()))
    }

    /// Checks a document whole, and reads it when it has no error.
    fn read<T: DeserializeOwned>(&mut self, item: &Item<'_>, kind: &str) -> Option<(Places, T)> {
        let Item { source, tree, .. } = item;
        let mut sink = Sink::default();
        let definition = &self.grammar["$defs"][kind];
        let mut check = Check {
            source,
            shape: &self.shape,
            strict: self.strict,
            findings: &mut sink,
        };
        check.value(tree, definition, &mut String::new());
        check_name(tree, source, &mut sink);
        let fit = !sink.has_errors();
        let mut findings = sink.into_findings(&location(source, tree.place));
        let places = Places::new(source, tree, &mut self.paths);
        if !fit {
            if kind == "Cluster" {
                let unread = findings.iter().filter(|finding| finding.is_error());
                let unread = unread.filter_map(|finding| finding.field.clone()).collect();
                findings.extend(salvage::findings(tree, places, &unread));
            }
            self.extend_about(item, findings);
            return None;
        }
        self.extend_about(item, findings);
        match cloud_section::read(tree.to_value(), "") {
            Ok(document) => Some((places, document)),
            Err(finding) => {
                self.push_about(item, &places, finding);
                None
            }
        }
    }

    fn extend_about(&mut self, item: &Item<'_>, findings: Vec<Finding>) {
        self.findings.extend(
            findings
                .into_iter()
                .map(|finding| finding.about(&item.subject)),
        );
    }

    fn push_about(&mut self, item: &Item<'_>, places: &Places, mut finding: Finding) {
        finding.location = finding
            .field
            .as_deref()
            .and_then(|field| places.locate(field));
        self.push(item.source, item.tree, finding.about(&item.subject));
    }

    fn push(&mut self, source: &str, tree: &Tree, mut finding: Finding) {
        finding
            .location
            .get_or_insert_with(|| location(source, tree.place));
        self.findings.push(finding);
    }
}

/// What keeps a tree from being looked at.
fn unfit(tree: &Tree) -> Option<Finding> {
    if tree.bytes > DOCUMENT_BYTES_MAX {
        let message = format!(
            "the document is {} KiB, and at most {} KiB are read",
            tree.bytes.div_ceil(1 << 10),
            DOCUMENT_BYTES_MAX >> 10
        );
        return Some(Finding::error(codes::DOCUMENT_SIZE, message));
    }
    if !matches!(tree.content, Content::Object(_)) {
        let message = format!(
            "expected a document with kind and apiVersion, found {}",
            tree.noun()
        );
        return Some(Finding::error(codes::DOCUMENT_TYPE, message));
    }
    None
}

fn other_kind(kind: &str, version: &str, expected: &str) -> Finding {
    if kind.is_empty() {
        let remedy = format!("add kind: one of {}", KINDS.join(", "));
        let finding = Finding::error(
            codes::DOCUMENT_MISSING,
            "the document does not say its kind",
        );
        return finding.at("kind").remedy(remedy);
    }
    if KINDS.contains(&kind) && version.is_empty() {
        let message = "the document does not say its apiVersion";
        let finding = Finding::error(codes::DOCUMENT_MISSING, message);
        return finding
            .at("apiVersion")
            .remedy(format!("add apiVersion: {expected}"));
    }
    let message = format!("a document of kind {kind:?} ({version}) is not read and is left out");
    let finding = Finding::warning(codes::DOCUMENT_UNKNOWN_KIND, message).at("kind");
    match nearest(kind, KINDS.into_iter()) {
        Some(known) if known == kind => {
            finding.remedy(format!("did you mean apiVersion {expected}?"))
        }
        Some(known) => finding.remedy(format!("did you mean {known}?")),
        None => finding,
    }
}

/// A name has to be there, and be one that Kubernetes allows.
fn check_name(tree: &Tree, source: &str, sink: &mut Sink) {
    let Some(metadata) = tree.child("metadata") else {
        return;
    };
    let name = metadata.child("name");
    let (finding, place) = match name.map(|name| (name.text(), name.place)) {
        // The schema has said already that it has to be text.
        Some((None, _)) => return,
        Some((Some(text), _)) if is_kubernetes_name(text) => return,
        Some((Some(text), place)) if !text.is_empty() => {
            let message = format!("{text:?} is not a name that Kubernetes allows");
            let remedy = "use at most 253 lower-case letters, digits, '-' and '.', a letter or a digit at both ends";
            (
                Finding::error(codes::DOCUMENT_NAME, message).remedy(remedy),
                place,
            )
        }
        None | Some((Some(_), _)) => {
            let message = "the document has no name";
            (
                Finding::error(codes::DOCUMENT_MISSING, message),
                metadata.place,
            )
        }
    };
    let mut finding = finding.at("metadata.name");
    finding.location = Some(location(source, place));
    sink.push(finding);
}

/// A DNS subdomain as in RFC 1123.
fn is_kubernetes_name(text: &str) -> bool {
    const LENGTH_MAX: usize = 253;
    let end = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.len() <= LENGTH_MAX
        && end(text.bytes().next())
        && end(text.bytes().last())
        && text
            .bytes()
            .all(|b| end(Some(b)) || matches!(b, b'-' | b'.'))
}

fn twice(what: &str, name: &str) -> Finding {
    let message = format!("a {what} {name:?} was given already");
    Finding::error(codes::DOCUMENT_DUPLICATE, message)
        .at("metadata.name")
        .remedy("give it once, or rename one of them")
}
