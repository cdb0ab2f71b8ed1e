//! A file of knowledge: ours, and one that a user brings.

use groundwork_model::{Finding, Source, codes, document::One};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::Deserialize;
use serde_json::Value;

use crate::{Cell, Entry, LoadBalancer, Named, NetworkForm, NodeFile, ProxyDefault, SystemProfile};

/// A file of knowledge. Every part of it may be left out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Knowledge")]
pub(crate) struct KnowledgeFile {
    /// `groundwork.dev/v1alpha1`.
    #[schemars(extend("const" = "groundwork.dev/v1alpha1"))]
    #[expect(dead_code, reason = "the schema has held it against its one value")]
    api_version: String,
    /// `Knowledge`.
    #[schemars(extend("const" = "Knowledge"))]
    #[expect(dead_code, reason = "the schema has held it against its one value")]
    kind: String,
    /// The clouds, in the order of the matrix.
    #[serde(default)]
    pub(crate) providers: Vec<Named>,
    /// The operating systems, in the order of the matrix.
    #[serde(default)]
    pub(crate) systems: Vec<Named>,
    /// The cells of the matrix.
    #[serde(default)]
    pub(crate) matrix: Vec<Cell>,
    /// The entries that are notes of the matrix as a whole.
    #[serde(default)]
    pub(crate) notes: Vec<String>,
    /// How services are forwarded where the document does not say it. A file that has such a list
    /// replaces ours.
    #[serde(default)]
    pub(crate) proxy_defaults: Vec<ProxyDefault>,
    /// What Services of type LoadBalancer need, by cloud. A cloud that a file has is the file's.
    #[serde(default)]
    pub(crate) load_balancers: Vec<LoadBalancer>,
    /// Which operating systems are told of their network in which form; those of a system that a file
    /// has are the file's.
    #[serde(default)]
    pub(crate) profiles: Vec<SystemProfile>,
    /// The forms.
    #[serde(default)]
    pub(crate) forms: Vec<NetworkForm>,
    /// The kernel's settings on nodes.
    #[serde(default)]
    pub(crate) sysctls: Option<NodeFile>,
    /// Everything else.
    #[serde(default)]
    pub(crate) entries: Vec<Entry>,
}

/// The JSON Schema of a file of knowledge.
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    generator.into_root_schema_for::<KnowledgeFile>().into()
}

impl KnowledgeFile {
    /// Reads a file, and says everything that is wrong with it.
    pub(crate) fn read(source: &Source, schema: &Value) -> Result<One<Self>, Vec<Finding>> {
        let one = One::<Self>::read(source, schema)?;
        let faults = one.value.faults().into_iter();
        let faults: Vec<Finding> = faults.map(|finding| one.place(finding)).collect();
        if faults.is_empty() {
            Ok(one)
        } else {
            Err(faults)
        }
    }

    /// What a schema cannot say.
    fn faults(&self) -> Vec<Finding> {
        let mut faults = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            faults.extend(entry_faults(entry, &format!("entries[{at}]")));
        }
        let ids = self.entries.iter().map(|entry| entry.id.clone());
        faults.extend(twice("entries", "id", ids));
        faults.extend(twice("matrix", "system", self.matrix.iter().map(Cell::id)));
        for (list, named) in [("providers", &self.providers), ("systems", &self.systems)] {
            faults.extend(twice(
                list,
                "name",
                named.iter().map(|one| one.name.clone()),
            ));
        }
        faults
    }
}

fn entry_faults(entry: &Entry, place: &str) -> Vec<Finding> {
    let Entry {
        id,
        today,
        sources,
        checked,
        cases,
        ..
    } = entry;
    let mut faults = Vec::new();
    let mut fault = |field: &str, message: String, remedy: &str| {
        let finding = Finding::error(codes::DOCUMENT_TYPE, message);
        faults.push(finding.at(format!("{place}.{field}")).remedy(remedy));
    };
    if !is_id(id) {
        let remedy = "write KNOWN-, then capitals, digits and hyphens";
        fault("id", format!("{id:?} is not a name of an entry"), remedy);
    }
    if today.trim().is_empty() {
        let remedy = "write what is true today";
        fault("today", "today is empty".to_owned(), remedy);
    }
    if checked.is_empty() {
        let remedy = "write the day on which you looked";
        fault("checked", "checked is empty".to_owned(), remedy);
    }
    if sources.is_empty() {
        let remedy = "name the page that says so";
        fault("sources", "no source is named".to_owned(), remedy);
    }
    for (at, source) in sources.iter().enumerate() {
        if !source.starts_with("https://") {
            let message = format!("{source:?} is not the address of a page");
            fault(&format!("sources[{at}]"), message, "begin it with https://");
        }
    }
    for (at, case) in cases.iter().enumerate() {
        let ranges = [("kubernetes", case.kubernetes), ("plugin", case.plugin)];
        for (name, range) in ranges {
            let Some(crate::Range {
                from: Some(from),
                until: Some(until),
            }) = range
            else {
                continue;
            };
            if from >= until {
                let message = format!("no version is from {from} on and before {until}");
                let field = format!("cases[{at}].{name}");
                fault(&field, message, "write the lower version as from");
            }
        }
    }
    faults
}

fn is_id(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    id.strip_prefix("KNOWN-")
        .is_some_and(|rest| !rest.is_empty() && rest.chars().all(plain))
}

/// Names that a list has twice.
fn twice(list: &str, field: &str, names: impl Iterator<Item = String>) -> Vec<Finding> {
    let names: Vec<String> = names.collect();
    let again = names
        .iter()
        .enumerate()
        .filter(|(at, name)| names[..*at].contains(name));
    let finding = |(at, name): (usize, &String)| {
        Finding::error(
            codes::DOCUMENT_DUPLICATE,
            format!("{name} was given already"),
        )
        .at(format!("{list}[{at}].{field}"))
        .remedy("give it once")
    };
    again.map(finding).collect()
}
