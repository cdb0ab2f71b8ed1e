//! What the tests of documents share.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::collections::BTreeMap;

use groundwork_model::{Documents, Finding, Schemas, Severity, Source};
use proptest::test_runner::{Config, RngSeed};
use serde_json::json;

/// So many drawn cases, the same in every run; `PROPTEST_RNG_SEED=<number>` draws others.
pub(crate) fn drawn(cases: u32) -> Config {
    let config = Config::with_cases(cases);
    let rng_seed = match config.rng_seed {
        RngSeed::Random => RngSeed::Fixed(0),
        given @ RngSeed::Fixed(_) => given,
    };
    Config { rng_seed, ..config }
}

/// Schemas as drivers give them: one cloud with a field of every sort.
pub(crate) fn schemas() -> Schemas {
    let cloud = json!({
        "type": "object",
        "properties": {
            "network": { "type": "string" },
            "password": { "type": "string", "writeOnly": true },
            "subnets": { "type": ["array", "null"], "items": { "$ref": "#/$defs/Subnet" } },
            "mode": { "anyOf": [{ "$ref": "#/$defs/Mode" }, { "type": "null" }] },
            "gateway": { "type": "string", "format": "ipv4" },
            "groupID": { "type": ["string", "null"], "format": "id:sg-" },
            "sshSources": {
                "type": ["array", "null"], "items": { "type": "string" }, "x-groundwork-own": "narrows",
            },
            "raMode": {
                "type": ["string", "null"], "x-groundwork-own": true, "x-groundwork-family": "IPv6",
            },
        },
        "$defs": {
            "Subnet": {
                "type": "object",
                "properties": { "cidr": { "type": "string" }, "zones": { "type": "integer" } },
                "required": ["cidr"],
            },
            "Mode": { "oneOf": [{ "const": "slaac" }, { "const": "dhcpv6-stateless" }] },
        },
    });
    let datacenter = json!({
        "type": "object",
        "properties": { "authURL": { "type": "string" }, "ipv6Enabled": { "type": "boolean" } },
    });
    Schemas {
        cloud: BTreeMap::from([("cumulus".to_owned(), cloud)]),
        datacenter: BTreeMap::from([("cumulus".to_owned(), datacenter)]),
    }
}

/// Reads one text, and gives all that is found.
pub(crate) fn parse(text: &str) -> (Documents, Vec<Finding>) {
    parse_bytes(text.as_bytes())
}

/// Reads one source, and gives all that is found.
pub(crate) fn parse_bytes(bytes: &[u8]) -> (Documents, Vec<Finding>) {
    let source = Source {
        name: "test.yaml".to_owned(),
        bytes: bytes.to_vec(),
    };
    Documents::parse(&[source], &schemas(), false)
}

/// `error DOCUMENT-TYPE spec.version 4:12`, one a finding: what a user sees of where and what.
pub(crate) fn shown(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| {
            let severity = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            };
            let field = finding.field.as_deref().unwrap_or("-");
            let place = finding.location.as_ref();
            let place = place.map_or("nowhere".to_owned(), |at| {
                format!("{}:{}", at.line, at.column)
            });
            format!("{severity} {} {field} {place}", finding.code)
        })
        .collect()
}

/// A cluster of the test cloud, with lines added to its `spec`.
pub(crate) fn cluster(spec: &str) -> String {
    let indented: String = spec.lines().map(|line| format!("  {line}\n")).collect();
    format!(
        "apiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nmetadata:\n  name: demo\nspec:\n  \
         cloud:\n    dc: here\n    cumulus:\n      network: front\n{indented}"
    )
}
