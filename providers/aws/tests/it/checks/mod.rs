//! What is asked before anything is done: permissions and quotas.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod account;
mod assumed;
mod permissions;
mod quotas;

use conformance::{Lab, Variant, subjects::AwsSubject};
use groundwork_model::Finding;
use groundwork_provider::Plan;
use mock_cloud::Call;
use serde_json::{Value, json};

/// A private subnet with its NAT gateway beside the public one, all in one zone.
fn private() -> Value {
    json!({ "zones": ["eu-central-1a"], "privateSubnets": true, "dns64": true })
}

fn over(section: Value) -> AwsSubject {
    AwsSubject {
        section,
        ..AwsSubject::default()
    }
}

async fn plan(lab: &Lab<'_>) -> Plan {
    let planned = lab.process().plan(&lab.wanted(Variant::DualStack)).await;
    planned.unwrap_or_else(|why| panic!("{why:#?}")).plan
}

fn with_code<'a>(plan: &'a Plan, code: &str) -> Vec<&'a Finding> {
    let all = plan.findings.iter();
    all.filter(|finding| finding.code == code).collect()
}

/// The questions among the calls: what would change something, and does not.
fn questions(lab: &Lab<'_>) -> Vec<Call> {
    let reads = |call: &Call| {
        let name = call.path.trim_start_matches('/');
        ["Describe", "Get", "List"]
            .iter()
            .any(|verb| name.starts_with(verb))
    };
    let mut calls = lab.mock.calls();
    calls.retain(|call| !call.mutating && !reads(call));
    calls
}

fn names(calls: &[Call]) -> Vec<&str> {
    let mut names: Vec<&str> = calls
        .iter()
        .map(|call| call.path.trim_start_matches('/'))
        .collect();
    names.sort_unstable();
    names
}

fn count(lab: &Lab<'_>, operation: &str) -> usize {
    let calls = lab.mock.calls();
    calls
        .iter()
        .filter(|call| call.path.ends_with(operation))
        .count()
}
