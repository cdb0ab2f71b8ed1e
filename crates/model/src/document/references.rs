//! Which documents the clusters need: what is wrong with another one stops nobody.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::Tree;
use crate::{Finding, Severity, codes};

/// The annotation under which the reference system notes a cluster's preset.
pub(crate) const PRESET: &str = "presetName";

/// What clusters refer to, and what the other documents are called. Clusters and Seeds that cannot
/// be used count: what they refer to is looked at in the trees.
#[derive(Default)]
pub(super) struct References {
    clusters: BTreeSet<String>,
    datacenters: BTreeSet<String>,
    secrets: BTreeSet<String>,
    presets: BTreeSet<String>,
    /// Whether a cluster may take the only preset that there is.
    takes_any_preset: bool,
    /// The datacenters of each Seed.
    seeds: BTreeMap<String, BTreeSet<String>>,
}

impl References {
    /// Notes a document of any kind.
    pub(super) fn note(&mut self, kind: &str, name: &str, tree: &Tree) {
        match kind {
            "Cluster" => self.cluster(name, tree),
            "Network" => {
                let cloud = tree.child("spec").and_then(|spec| spec.child("cloud"));
                self.secrets.extend(secrets_of(cloud));
            }
            "Seed" => {
                let datacenters = tree
                    .child("spec")
                    .and_then(|spec| spec.child("datacenters"));
                let names = datacenters.into_iter().flat_map(Tree::entries);
                let names = names.map(|entry| entry.key.clone());
                self.seeds.entry(name.to_owned()).or_default().extend(names);
            }
            _ => {}
        }
    }

    fn cluster(&mut self, name: &str, tree: &Tree) {
        self.clusters.insert(name.to_owned());
        let cloud = tree.child("spec").and_then(|spec| spec.child("cloud"));
        let text = |tree: Option<&Tree>| tree.and_then(Tree::text).map(str::to_owned);
        self.datacenters
            .extend(text(cloud.and_then(|cloud| cloud.child("dc"))));
        let secrets = secrets_of(cloud);
        let annotations = tree.child("metadata").and_then(|m| m.child("annotations"));
        let preset = text(annotations.and_then(|all| all.child(PRESET)));
        self.takes_any_preset |= secrets.is_empty() && preset.is_none();
        self.secrets.extend(secrets);
        self.presets.extend(preset);
    }

    /// Whether a cluster of that name was given, fit or not.
    pub(super) fn has_cluster(&self, name: &str) -> bool {
        self.clusters.contains(name)
    }

    /// Makes warnings of errors in documents that no cluster refers to. Where there is no cluster at
    /// all, the documents themselves are what is asked about.
    pub(super) fn soften(&self, findings: &mut [Finding]) {
        if self.clusters.is_empty() {
            return;
        }
        // A name that is given twice is a question about the one that is used.
        let softens = |finding: &&mut Finding| {
            finding.is_error() && finding.code != codes::DOCUMENT_DUPLICATE.id
        };
        for finding in findings.iter_mut().filter(softens) {
            let subject = finding.subject.as_deref().unwrap_or_default();
            if subject
                .split_once(' ')
                .is_some_and(|(kind, name)| !self.is_needed(kind, name))
            {
                finding.severity = Severity::Warning;
                finding.message += "; nothing refers to this document, and it is left out";
            }
        }
    }

    fn is_needed(&self, kind: &str, name: &str) -> bool {
        match kind {
            "Secret" => self.secrets.contains(name),
            "Preset" => self.takes_any_preset || self.presets.contains(name),
            "Seed" => self
                .seeds
                .get(name)
                .is_none_or(|all| all.is_empty() || !all.is_disjoint(&self.datacenters)),
            "Network" => self.clusters.contains(name),
            _ => true,
        }
    }
}

/// The Secrets that the sections of clouds refer to, by name.
fn secrets_of(cloud: Option<&Tree>) -> BTreeSet<String> {
    let sections = cloud.into_iter().flat_map(Tree::entries);
    let secrets = sections.filter_map(|entry| {
        let reference = entry.value.child("credentialsReference")?;
        reference
            .child("name")
            .and_then(Tree::text)
            .map(str::to_owned)
    });
    secrets.collect()
}
