//! SARIF 2.1.0 (OASIS): findings at their lines, for code forges and editors.

use std::path::Path;

use groundwork_model::{Finding, Location, Severity};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::Report;
use crate::{Exit, catalogue::Explained};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What a path of a URI cannot have as it is (RFC 3986, section 3.3).
const OUTSIDE_PATHS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A report as a SARIF log of one run.
pub(crate) fn sarif(report: &Report) -> String {
    let results: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| result(report, finding))
        .collect();
    let cluster = report.cluster.as_deref().unwrap_or("documents");
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "groundwork",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": report.rules.iter().map(rule).collect::<Vec<_>>(),
            } },
            "automationDetails": { "id": format!("groundwork/{}/{cluster}/", report.verb) },
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation(report)],
            "results": results,
        }],
    });
    let text = serde_json::to_string_pretty(&log).expect("a log is plain data");
    text + "\n"
}

/// Whether the run went to its end: a finding is no failure of the run.
fn invocation(report: &Report) -> Value {
    let mut invocation = json!({
        "executionSuccessful": report.exit != Exit::Failed && report.trouble.is_none(),
        "exitCode": report.exit.code(),
        "endTimeUtc": report.at.to_string(),
    });
    if let Some(trouble) = &report.trouble {
        let text = told(&trouble.message, trouble.remedy.as_deref());
        invocation["toolExecutionNotifications"] =
            json!([{ "level": "error", "message": { "text": text } }]);
    }
    invocation
}

fn rule(explained: &Explained) -> Value {
    let Explained {
        code,
        title,
        about,
        remedy,
        reference,
        ..
    } = explained;
    let mut rule = json!({
        "id": code,
        "shortDescription": { "text": title },
        "fullDescription": { "text": about.as_ref().unwrap_or(title) },
        "help": { "text": remedy.clone().unwrap_or_else(|| format!("groundwork explain {code} says more.")) },
    });
    if let Some(page) = reference.as_ref().filter(|page| page.starts_with("http")) {
        rule["helpUri"] = json!(page);
    }
    rule
}

fn result(report: &Report, finding: &Finding) -> Value {
    let Finding {
        code,
        severity,
        subject,
        field,
        location,
        message,
        remedy,
        ..
    } = finding;
    let level = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let mut result = json!({
        "ruleId": code,
        "level": level,
        "message": { "text": told(message, remedy.as_deref()) },
        "partialFingerprints": { "finding/v1": fingerprint(finding) },
    });
    if let Some(index) = report.rules.iter().position(|rule| rule.code == *code) {
        result["ruleIndex"] = json!(index);
    }
    let mut place = Map::new();
    // A forge shows nothing of a result that is nowhere.
    if let Some(at) = location.as_ref().or(report.home.as_ref()) {
        place.insert("physicalLocation".to_owned(), physical(at));
    }
    let logical = [("object", subject), ("member", field)];
    let logical = logical.into_iter().filter_map(|(kind, name)| {
        let name = name.as_ref()?;
        Some(json!({ "fullyQualifiedName": name, "kind": kind }))
    });
    let logical: Vec<Value> = logical.collect();
    if !logical.is_empty() {
        place.insert("logicalLocations".to_owned(), Value::Array(logical));
    }
    if !place.is_empty() {
        result["locations"] = json!([place]);
    }
    result
}

fn told(message: &str, remedy: Option<&str>) -> String {
    match remedy {
        Some(remedy) => format!("{message}\nWhat to do: {remedy}"),
        None => message.to_owned(),
    }
}

fn physical(at: &Location) -> Value {
    let Location {
        source,
        line,
        column,
    } = at;
    json!({
        "artifactLocation": artifact(source),
        "region": { "startLine": (*line).max(1), "startColumn": (*column).max(1) },
    })
}

/// A file that is named from the root of the disk is there; any other below the folder of the run.
fn artifact(source: &str) -> Value {
    let path = source.strip_prefix("./").unwrap_or(source);
    let uri = utf8_percent_encode(path, OUTSIDE_PATHS).to_string();
    match (source, Path::new(source).is_absolute()) {
        ("-", _) => json!({ "uri": "stdin", "description": { "text": "standard input" } }),
        (_, true) => json!({ "uri": format!("file://{uri}") }),
        // A colon in the first part of a path would look like a scheme.
        (_, false) => json!({ "uri": uri.replace(':', "%3A"), "uriBaseId": "%SRCROOT%" }),
    }
}

/// What a finding is recognised by when its line has moved and its words have changed.
fn fingerprint(finding: &Finding) -> String {
    const LENGTH: usize = 16;
    let parts = [
        Some(finding.code.as_ref()),
        finding.subject.as_deref(),
        finding.field.as_deref(),
    ];
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.unwrap_or_default());
        hash.update([0]);
    }
    let hash = hash.finalize();
    hash.iter()
        .take(LENGTH)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
