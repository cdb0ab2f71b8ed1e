//! Reading `-f`, and picking what a verb is about.

use std::{
    collections::BTreeMap,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use groundwork_engine::{Engine, Request};
use groundwork_model::{
    Addressing, Cluster, Documents, Finding, Preset, Secret, Source, codes, document::limits,
};
use serde_json::Value;

use crate::{clouds::drivers, context::Context, stop::Stop};

/// The documents of a command, and what is to be said about them.
pub(crate) struct Given {
    pub(crate) documents: Documents,
    pub(crate) findings: Vec<Finding>,
}

/// Reads every file that was given.
pub(crate) fn read(context: &mut Context<'_>) -> Result<Given, Stop> {
    let files: Vec<PathBuf> = context.common.files.clone();
    let mut sources = Vec::new();
    for file in &files {
        sources.push(source(context, file)?);
    }
    let schemas = drivers().schemas();
    let (documents, findings) = Documents::parse(&sources, &schemas, context.common.strict);
    Ok(Given {
        documents,
        findings,
    })
}

fn source(context: &mut Context<'_>, file: &Path) -> Result<Source, Stop> {
    // One byte more than is read shows that there is more.
    let bound = limits::SOURCE_BYTES_MAX as u64 + 1;
    let mut bytes = Vec::new();
    let name = file.display().to_string();
    if let Some(bytes) = context.around.files.get(&name) {
        return Ok(Source {
            name,
            bytes: bytes.clone(),
        });
    }
    let read = if name == "-" {
        (&mut context.around.input)
            .take(bound)
            .read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(bound).read_to_end(&mut bytes))
    };
    read.map_err(|error| Stop::Usage(format!("{name} cannot be read: {error}")))?;
    Ok(Source { name, bytes })
}

impl Given {
    /// The cluster that is asked about: the named one, or the only one.
    pub(crate) fn cluster(&self, context: &Context<'_>) -> Result<&Cluster, Stop> {
        if context.common.files.is_empty() {
            return Err(Stop::Usage("give the documents with -f".to_owned()));
        }
        let clusters = &self.documents.clusters;
        match (&context.common.cluster, clusters.as_slice()) {
            (Some(name), _) => self
                .documents
                .cluster(name)
                .ok_or_else(|| self.without(name)),
            (None, [only]) => Ok(only),
            (None, []) => Err(self.unfit(missing("the files hold no Cluster that can be used"))),
            (None, [_, _, ..]) => {
                let names: Vec<&str> = clusters.iter().map(|c| c.metadata.name.as_str()).collect();
                let names = names.join(", ");
                Err(Stop::Usage(format!(
                    "the files hold several clusters: pick one with --cluster ({names})"
                )))
            }
        }
    }

    fn without(&self, name: &str) -> Stop {
        if self.findings.iter().any(Finding::is_error) {
            return Stop::Unfit(self.findings.clone());
        }
        let known = self
            .documents
            .clusters
            .iter()
            .map(|cluster| cluster.metadata.name.as_str());
        let known = known.collect::<Vec<_>>().join(", ");
        let known = if known.is_empty() {
            "none".to_owned()
        } else {
            known
        };
        Stop::Usage(format!(
            "the files hold no cluster {name}; they hold: {known}"
        ))
    }

    fn unfit(&self, finding: Finding) -> Stop {
        let mut findings = self.findings.clone();
        if !findings.iter().any(Finding::is_error) {
            findings.push(finding);
        }
        Stop::Unfit(findings)
    }

    /// What is asked about one cluster, and what is to be said about its documents as such.
    /// Everything that is wrong with them at once.
    pub(crate) fn request(
        &self,
        context: &Context<'_>,
        engine: &Engine,
        cluster: &Cluster,
    ) -> Result<(Request, Vec<Finding>), Stop> {
        let mut said = self.findings.clone();
        let request = self.bare_request(context, cluster, &mut said);
        let checked = request.iter().flat_map(|request| engine.check(request));
        let findings: Vec<_> = said.iter().cloned().chain(checked).collect();
        match request.filter(|_| !findings.iter().any(Finding::is_error)) {
            Some(request) => Ok((request, said)),
            None => Err(Stop::Unfit(findings)),
        }
    }

    /// The same, with its findings added to others.
    pub(crate) fn bare_request(
        &self,
        context: &Context<'_>,
        cluster: &Cluster,
        findings: &mut Vec<Finding>,
    ) -> Option<Request> {
        let (secrets, found) = self.secrets(cluster);
        findings.extend(found);
        match self.documents.datacenter_of(cluster) {
            Ok(datacenter) => Some(Request {
                cluster: Arc::new(cluster.clone()),
                datacenter: Arc::new(datacenter.clone()),
                secrets,
                options: context.options(),
            }),
            Err(finding) => {
                findings.push(finding);
                // Its addresses can be judged wherever it is to run.
                let (_, mut addresses) = Addressing::resolve(cluster);
                cluster.place(&mut addresses);
                findings.extend(addresses);
                None
            }
        }
    }

    /// The values of the Secret that `credentialsReference` names, or else of a preset. What was
    /// not given leaves the environment to speak.
    fn secrets(&self, cluster: &Cluster) -> (BTreeMap<String, Secret>, Option<Finding>) {
        let Ok(provider) = cluster.provider() else {
            return (BTreeMap::new(), None);
        };
        let section = cluster.spec.cloud.clouds.get(provider);
        let reference = section.and_then(|section| section.value().get("credentialsReference"));
        let text = |key: &str| {
            reference?
                .get(key)?
                .as_str()
                .filter(|text| !text.is_empty())
        };
        let Some(name) = text("name") else {
            return self.preset(cluster, provider);
        };
        match self.documents.secret(text("namespace"), name) {
            Some(secret) => (secret.values.clone(), None),
            None => {
                let place = format!("spec.cloud.{provider}.credentialsReference");
                let finding = not_used(cluster, place, format!("Secret {name} was not given"));
                (BTreeMap::new(), Some(finding))
            }
        }
    }

    /// The values of the preset that the cluster was made with, as the reference system notes it;
    /// or of the only one that is for its cloud.
    fn preset(
        &self,
        cluster: &Cluster,
        provider: &str,
    ) -> (BTreeMap<String, Secret>, Option<Finding>) {
        let usable = |preset: &&Preset| preset.enabled && preset.cloud(provider).is_some();
        let named = cluster.metadata.annotations.get(PRESET);
        let preset = match named {
            Some(name) => self.documents.preset(name).filter(usable),
            None => {
                let mut all = self.documents.presets.iter().filter(usable);
                all.next().filter(|_| all.next().is_none())
            }
        };
        if let (Some(name), None) = (named, preset) {
            let place = format!("metadata.annotations.{PRESET}");
            let why = match self.documents.preset(name) {
                None => format!("Preset {name} was not given"),
                Some(preset) if !preset.enabled => format!("Preset {name} is disabled"),
                Some(_) => format!("Preset {name} is not for {provider}"),
            };
            return (BTreeMap::new(), Some(not_used(cluster, place, why)));
        }
        let section = preset.and_then(|preset| preset.cloud(provider));
        let fields = section.and_then(|section| section.value().as_object());
        let texts = fields
            .into_iter()
            .flatten()
            .filter_map(|(key, value)| match value {
                Value::String(text) => Some((key.clone(), Secret::new(text.clone()))),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::Array(_)
                | Value::Object(_) => None,
            });
        (texts.collect(), None)
    }
}

/// The annotation under which the reference system notes a cluster's preset.
const PRESET: &str = "presetName";

fn not_used(cluster: &Cluster, place: String, why: String) -> Finding {
    let message = format!("{why}: other credentials are used");
    let mut finding = Finding::warning(codes::DOCUMENT_REFERENCE, message)
        .at(place)
        .remedy("give the file that holds it with another -f, or correct the name");
    cluster.place(std::slice::from_mut(&mut finding));
    finding
}

fn missing(message: &str) -> Finding {
    Finding::error(codes::DOCUMENT_MISSING, message)
        .remedy("give a file with `kind: Cluster` and `apiVersion: kubermatic.k8c.io/v1`")
}
