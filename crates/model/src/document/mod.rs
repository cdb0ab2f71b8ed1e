//! Reading documents: YAML or JSON, several in a file, within limits, with every finding at once.
//!
//! # Flow
//! Bytes become text (`text`), text becomes trees whose values know their places (`build`), a tree
//! is held against the JSON Schema of its kind (`check`), and what has no error becomes a document
//! (`kinds`). The schema is composed of ours and of the drivers' (`grammar`), so that one mechanism
//! finds a misspelt field in either.

pub mod beside;
mod build;
mod check;
mod draft;
mod format;
mod grammar;
mod kinds;
mod kubeadm;
pub mod limits;
mod nearest;
mod one;
mod places;
mod references;
mod salvage;
mod scalar;
mod shape;
mod sink;
mod text;
mod tree;

use std::{collections::BTreeMap, sync::Arc};

pub use grammar::{Schemas, schema};
pub use one::One;
pub(crate) use places::{Places, append};

use crate::{Cluster, Datacenter, Finding, MachineDeployment, Preset, SecretDocument, codes};

/// A file, or standard input.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file as the user named it, or `-`.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// All documents that were given and have no error.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// The clusters, in the order in which they were given.
    pub clusters: Vec<Arc<Cluster>>,
    /// The datacenters of all Seeds, by name.
    pub datacenters: BTreeMap<String, Arc<Datacenter>>,
    /// The presets.
    pub presets: Vec<Preset>,
    /// The secrets.
    pub secrets: Vec<SecretDocument>,
    /// The machines of clusters, without those that a Cluster's annotation asks for.
    pub machine_deployments: Vec<MachineDeployment>,
}

impl Documents {
    /// Reads documents, and says everything that is wrong with them.
    ///
    /// A document with an error is left out: what is returned can be worked with, the findings
    /// say what is missing. With `strict`, a field that nothing reads is an error. Never panics.
    ///
    /// ```
    /// use groundwork_model::{Addressing, Documents, Schemas, Source};
    ///
    /// let text = "
    /// apiVersion: kubermatic.k8c.io/v1
    /// kind: Cluster
    /// metadata: {name: demo}
    /// spec:
    ///   clusterNetwork: {ipFamily: IPv4+IPv6}
    /// ";
    /// let source = Source { name: "demo.yaml".to_owned(), bytes: text.into() };
    /// let (documents, findings) = Documents::parse(&[source], &Schemas::default(), false);
    /// assert!(findings.is_empty());
    /// let (addressing, _) = Addressing::resolve(&documents.clusters[0]);
    /// assert_eq!(addressing.unwrap().pods[1].to_string(), "fd01::/48");
    /// ```
    pub fn parse(sources: &[Source], schemas: &Schemas, strict: bool) -> (Self, Vec<Finding>) {
        let grammar = schema(schemas);
        let mut reading = kinds::Reading::new(&grammar, strict);
        for Source { name, bytes } in sources {
            let text = match text::text(name, bytes) {
                Ok(text) => text,
                Err(finding) => {
                    reading.findings.push(finding);
                    continue;
                }
            };
            let before = reading.findings.len();
            let source = Arc::from(name.as_str());
            let malformed = build::read(name, text, &mut |tree| reading.tree(&source, &tree));
            // What is malformed comes first.
            reading.findings.splice(before..before, malformed);
        }
        reading.finish();
        (reading.documents, reading.findings)
    }

    /// The cluster of that name.
    pub fn cluster(&self, name: &str) -> Option<&Cluster> {
        self.clusters
            .iter()
            .find(|cluster| cluster.metadata.name == name)
            .map(|cluster| &**cluster)
    }

    /// The datacenter that a cluster names in `spec.cloud.dc`.
    ///
    /// # Errors
    /// It names none, or one that no Seed has.
    pub fn datacenter_of(&self, cluster: &Cluster) -> Result<&Arc<Datacenter>, Finding> {
        let name = cluster.spec.cloud.dc.as_str();
        self.datacenters.get(name).ok_or_else(|| {
            let mut finding = self.no_datacenter(name);
            cluster.place(std::slice::from_mut(&mut finding));
            finding
        })
    }

    fn no_datacenter(&self, name: &str) -> Finding {
        if name.is_empty() {
            let message = "the cluster names no datacenter";
            let finding = Finding::error(codes::DOCUMENT_REFERENCE, message).at("spec.cloud.dc");
            return finding.remedy("name one of a Seed's spec.datacenters");
        }
        let message = format!("no Seed that was given has a datacenter {name:?}");
        let finding = Finding::error(codes::DOCUMENT_REFERENCE, message).at("spec.cloud.dc");
        match nearest::nearest(name, self.datacenters.keys().map(String::as_str)) {
            Some(known) => finding.remedy(format!("did you mean {known}?")),
            None => finding.remedy("give the Seed that has it as well"),
        }
    }

    /// The preset of that name.
    pub fn preset(&self, name: &str) -> Option<&Preset> {
        self.presets.iter().find(|preset| preset.name == name)
    }

    /// The secret of that name and namespace. Where the reference or the document has no namespace,
    /// it is the only one that fits.
    pub fn secret(&self, namespace: Option<&str>, name: &str) -> Option<&SecretDocument> {
        let named = || self.secrets.iter().filter(|secret| secret.name == name);
        let exact = named().find(|secret| secret.namespace.as_deref() == namespace);
        exact.or_else(|| {
            let mut fit = named().filter(|s| namespace.is_none() || s.namespace.is_none());
            fit.next().filter(|_| fit.next().is_none())
        })
    }
}
