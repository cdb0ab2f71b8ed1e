//! Reading `-f`, and picking what a verb is about.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read},
    mem,
    path::PathBuf,
    sync::Arc,
};

use groundwork_engine::{Engine, Request};
use groundwork_model::{
    Addressing, Cluster, Documents, Finding, Preset, Secret, Source, codes, document::limits,
};
use serde_json::Value;

use crate::{beside::beside, clouds::drivers, context::Context, stop::Stop};

/// The documents of a command, and what is to be said about them.
pub(crate) struct Given {
    pub(crate) documents: Documents,
    pub(crate) findings: Vec<Finding>,
}

/// Reads every file that was given.
pub(crate) async fn read(context: &mut Context<'_>) -> Result<Given, Stop> {
    let files: Vec<PathBuf> = context.common.files.clone();
    let mut sources = Vec::new();
    for file in files {
        sources.push(source(context, file).await?);
    }
    let schemas = drivers().schemas();
    let (documents, findings) = Documents::parse(&sources, &schemas, context.common.strict);
    Ok(Given {
        documents,
        findings,
    })
}

/// Reads one file, as far as it is read at all.
pub(crate) async fn source(context: &mut Context<'_>, file: PathBuf) -> Result<Source, Stop> {
    let name = file.display().to_string();
    if let Some(bytes) = context.around.files.get(&name) {
        return Ok(Source {
            name,
            bytes: bytes.clone(),
        });
    }
    // Standard input, a pipe or a distant disk may keep one waiting.
    let read = if name == "-" {
        let mut input = mem::replace(&mut context.around.input, Box::new(io::empty()));
        let (input, read) = beside(move || {
            let read = bounded(&mut input);
            (input, read)
        })
        .await?;
        context.around.input = input;
        read
    } else {
        beside(move || File::open(file).and_then(bounded)).await?
    };
    let bytes = read.map_err(|error| Stop::Usage(format!("{name} cannot be read: {error}")))?;
    Ok(Source { name, bytes })
}

fn bounded(from: impl Read) -> io::Result<Vec<u8>> {
    // One byte more than is read shows that there is more.
    let bound = limits::SOURCE_BYTES_MAX as u64 + 1;
    let mut bytes = Vec::new();
    from.take(bound).read_to_end(&mut bytes).map(|_| bytes)
}

impl Given {
    /// The cluster that is asked about: the named one, or the only one.
    pub(crate) fn cluster(&self, context: &Context<'_>) -> Result<&Arc<Cluster>, Stop> {
        if context.common.files.is_empty() {
            return Err(Stop::Usage("give the documents with -f".to_owned()));
        }
        let clusters = &self.documents.clusters;
        match (&context.common.cluster, clusters.as_slice()) {
            (Some(name), _) => clusters
                .iter()
                .find(|cluster| cluster.metadata.name == *name)
                .ok_or_else(|| self.without(name)),
            (None, [only]) => Ok(only),
            (None, []) => Err(self.unfit(missing("the files hold no Cluster that can be used"))),
            (None, several @ [_, _, ..]) => Err(Stop::Usage(format!(
                "the files hold {} clusters: pick one with --cluster ({})",
                several.len(),
                names(several)
            ))),
        }
    }

    fn without(&self, name: &str) -> Stop {
        if self.findings.iter().any(Finding::is_error) {
            return Stop::Unfit(self.findings.clone());
        }
        let known = names(&self.documents.clusters);
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
        cluster: &Arc<Cluster>,
    ) -> Result<(Request, Vec<Finding>), Stop> {
        if let (Some(said), Ok(name)) = (&context.common.provider, cluster.provider())
            && said != name
        {
            return Err(Stop::Usage(format!(
                "--provider says {said}, but the document of cluster {} says {name}: leave \
                 --provider out",
                cluster.metadata.name
            )));
        }
        let mut said = self.findings_for(cluster);
        let request = self.bare_request(context, cluster, &mut said);
        let checked = request.iter().flat_map(|request| engine.check(request));
        let findings: Vec<_> = said.iter().cloned().chain(checked).collect();
        match request.filter(|_| !findings.iter().any(Finding::is_error)) {
            Some(request) => Ok((request, said)),
            None => Err(Stop::Unfit(findings)),
        }
    }

    /// What is to be said of the documents when one cluster is asked about: what is wrong with the
    /// others stops nobody.
    pub(crate) fn findings_for(&self, cluster: &Cluster) -> Vec<Finding> {
        let own = &cluster.metadata.name;
        let concerns = |finding: &&Finding| {
            let subject = finding.subject.as_deref().unwrap_or_default();
            let (kind, name) = subject.split_once(' ').unwrap_or((subject, ""));
            let of_another = name != own && self.documents.cluster(name).is_some();
            match kind {
                "Cluster" => name == own,
                // One that belongs to no cluster may be misspelt.
                "Network" => !of_another,
                _ => true,
            }
        };
        self.findings.iter().filter(concerns).cloned().collect()
    }

    /// The same, with its findings added to others.
    pub(crate) fn bare_request(
        &self,
        context: &Context<'_>,
        cluster: &Arc<Cluster>,
        findings: &mut Vec<Finding>,
    ) -> Option<Request> {
        let (secrets, found) = self.secrets(cluster);
        findings.extend(found);
        match self.documents.datacenter_of(cluster) {
            Ok(datacenter) => Some(Request {
                cluster: cluster.clone(),
                datacenter: datacenter.clone(),
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

/// The names of clusters, as many as a person reads.
fn names(clusters: &[Arc<Cluster>]) -> String {
    const NAMES_MAX: usize = 10;
    let names = clusters
        .iter()
        .map(|cluster| cluster.metadata.name.as_str());
    let first: Vec<&str> = names.take(NAMES_MAX).collect();
    match (first.is_empty(), clusters.len().saturating_sub(NAMES_MAX)) {
        (true, _) => "none".to_owned(),
        (false, 0) => first.join(", "),
        (false, more) => format!("{} and {more} more", first.join(", ")),
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
