//! Reading one document of another kind, with the same care as those of a cluster.

use std::{fmt, sync::Arc};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    Source, build,
    check::Check,
    limits::DOCUMENT_BYTES_MAX,
    places::{Places, location},
    shape::Shape,
    sink::Sink,
    text,
    tree::{Place, Tree},
};
use crate::{Finding, cloud_section, codes};

/// One document, read and well formed, which knows where each of its fields stands.
pub struct One<T> {
    /// What it says.
    pub value: T,
    places: Places,
}

impl<T: DeserializeOwned> One<T> {
    /// Reads the one document of a source, and holds it against a JSON Schema. A field that the
    /// schema does not have is an error.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn read(source: &Source, schema: &Value) -> Result<Self, Vec<Finding>> {
        let Source { name, bytes } = source;
        let text = text::text(name, bytes).map_err(|finding| vec![finding])?;
        let mut trees = Vec::new();
        let mut findings = build::read(name, text, &mut |tree| trees.push(tree));
        let mut trees = trees.into_iter();
        let (tree, other) = (trees.next(), trees.next());
        if let Some(other) = other {
            findings.push(at(name, other.place, second()));
        }
        let Some(tree) = tree else {
            let nothing = Finding::error(codes::DOCUMENT_MISSING, "the file holds no document");
            let first = Place { line: 1, column: 1 };
            findings.extend(findings.is_empty().then(|| at(name, first, nothing)));
            return Err(findings);
        };
        findings.extend(checked(name, &tree, schema));
        if !findings.is_empty() {
            return Err(findings);
        }
        let places = Places::new(&Arc::from(name.as_str()), &tree, &mut Arc::default());
        match cloud_section::read(tree.to_value(), "") {
            Ok(value) => Ok(Self { value, places }),
            Err(finding) => Err(vec![at(name, tree.place, finding)]),
        }
    }

    /// Gives a finding about a field its place.
    pub fn place(&self, mut finding: Finding) -> Finding {
        let field = finding.field.as_deref().unwrap_or_default();
        finding.location = self.places.locate(field);
        finding
    }
}

impl<T: fmt::Debug> fmt::Debug for One<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

fn checked(name: &str, tree: &Tree, schema: &Value) -> Vec<Finding> {
    if tree.bytes > DOCUMENT_BYTES_MAX {
        let message = format!(
            "the document is larger than {} KiB",
            DOCUMENT_BYTES_MAX >> 10
        );
        return vec![at(
            name,
            tree.place,
            Finding::error(codes::DOCUMENT_SIZE, message),
        )];
    }
    let mut sink = Sink::default();
    let mut check = Check {
        source: name,
        shape: &Shape::new(schema),
        strict: true,
        findings: &mut sink,
    };
    check.value(tree, schema, &mut String::new());
    let findings = sink.into_findings(&location(name, tree.place));
    // Where a value is read as it is meant, whoever else reads it otherwise is no matter here.
    findings.into_iter().filter(Finding::is_error).collect()
}

fn second() -> Finding {
    let message = "the file holds more than one document";
    Finding::error(codes::DOCUMENT_DUPLICATE, message).remedy("keep one of them")
}

fn at(name: &str, place: Place, mut finding: Finding) -> Finding {
    finding.location = Some(location(name, place));
    finding
}
