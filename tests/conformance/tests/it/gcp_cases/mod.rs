//! What Google Cloud alone can show.

mod account;
mod around;
mod calls;
mod changes;
mod documents;
mod shared;

use conformance::{Lab, Subject, Variant, merged, subjects::GcpSubject};
use groundwork_engine::Finish;
use groundwork_model::Finding;
use mock_gcp::Config;
use serde_json::{Value, json};

/// A project that differs from the usual one.
fn project(change: impl FnOnce(&mut Config)) -> GcpSubject {
    let mut subject = GcpSubject::default();
    change(&mut subject.config);
    subject
}

fn with(document: &Value, section: Value) -> Value {
    merged(
        document.clone(),
        &json!({ "spec": { "cloud": { "gcp": section } } }),
    )
}

/// What a plan says, whether it is fit or not.
async fn findings(lab: &Lab<'_>, document: &Value) -> Vec<Finding> {
    let findings = lab.process().told(&lab.request(document)).await;
    assert_eq!(lab.mock.mutating_calls(), [], "a plan changes nothing");
    findings
}

/// The findings of a code.
fn of<'f>(findings: &'f [Finding], code: &str) -> Vec<&'f Finding> {
    findings
        .iter()
        .filter(|finding| finding.code == code)
        .collect()
}

/// The one finding of a code.
fn one<'f>(findings: &'f [Finding], code: &str) -> &'f Finding {
    let of = of(findings, code);
    assert_eq!(of.len(), 1, "{code}: {findings:#?}");
    of[0]
}

/// What a run that does not end well says.
async fn failure(subject: &GcpSubject) -> String {
    let lab = Lab::open(subject);
    match lab.process().apply(&lab.wanted(Variant::DualStack)).await {
        Ok(ran) => {
            assert_ne!(ran.applied.finish, Finish::Done);
            format!("{:?}", ran.applied.failures)
        }
        Err(trouble) => format!("{trouble:?}"),
    }
}

fn usual() -> (GcpSubject, Value) {
    let subject = GcpSubject::default();
    let document = subject.cluster(Variant::DualStack);
    (subject, document)
}
