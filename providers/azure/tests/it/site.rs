//! Subscriptions, documents, and what is said of them.

use conformance::{Existing, Lab, Subject, Variant, merged, subjects::AzureSubject};
use groundwork_engine::Finish;
use groundwork_model::Finding;
use mock_azure::{Azure as AzureCloud, Config};
use mock_cloud::Mock;
use serde_json::{Value, json};

/// A subscription that differs from the usual one.
pub(crate) fn subscription(change: impl FnOnce(&mut Config)) -> AzureSubject {
    let mut subject = AzureSubject::default();
    change(&mut subject.config);
    subject
}

/// A document with fields of the cluster's section.
pub(crate) fn with(document: &Value, section: Value) -> Value {
    let patch = json!({ "spec": { "cloud": { "azure": section } } });
    merged(document.clone(), &patch)
}

/// Makes something as somebody else would, in the cluster's region.
pub(crate) fn make(mock: &Mock, kind: &str, names: &str, body: Value) -> String {
    let body = merged(json!({ "location": "westeurope" }), &body);
    mock.with(|cloud: &mut AzureCloud| cloud.make(kind, names, body))
}

/// Makes a part of something, which has no region.
pub(crate) fn add(mock: &Mock, kind: &str, names: &str, properties: Value) -> String {
    let body = json!({ "properties": properties });
    mock.with(|cloud: &mut AzureCloud| cloud.make(kind, names, body))
}

/// Changes something as somebody else would.
pub(crate) fn change(mock: &Mock, kind: &str, id: &str, properties: Value) {
    let patch = json!({ "properties": properties });
    mock.with(|cloud: &mut AzureCloud| cloud.change(kind, id, patch));
}

/// What a plan says, whether it is fit or not.
pub(crate) async fn findings(lab: &Lab<'_>, document: &Value) -> Vec<Finding> {
    let findings = lab.process().told(&lab.request(document)).await;
    assert_eq!(lab.mock.mutating_calls(), [], "a plan changes nothing");
    findings
}

/// What is said of a network of others after something was done to it.
pub(crate) async fn judged(make: impl FnOnce(&Mock, &Existing), section: Value) -> Vec<Finding> {
    let subject = AzureSubject::default();
    let lab = Lab::open(&subject);
    let existing = subject.existing(&lab.mock);
    make(&lab.mock, &existing);
    lab.mock.clear_calls();
    findings(&lab, &with(&existing.document, section)).await
}

/// The findings of a code.
pub(crate) fn of<'f>(findings: &'f [Finding], code: &str) -> Vec<&'f Finding> {
    findings
        .iter()
        .filter(|finding| finding.code == code)
        .collect()
}

/// The one finding of a code.
pub(crate) fn one<'f>(findings: &'f [Finding], code: &str) -> &'f Finding {
    let of = of(findings, code);
    assert_eq!(of.len(), 1, "{code}: {findings:#?}");
    of[0]
}

/// What a run that does not end well says; nothing is changed by it.
pub(crate) async fn refused(subject: &AzureSubject, document: &Value) -> String {
    let lab = Lab::open(subject);
    let before = lab.inventory();
    let told = match lab.process().apply(&lab.request(document)).await {
        Ok(ran) => {
            assert_ne!(ran.applied.finish, Finish::Done);
            format!("{:?}", ran.applied.failures)
        }
        Err(trouble) => format!("{trouble:?}"),
    };
    assert_eq!(before.differences(&lab.inventory()), [""; 0], "{told}");
    told
}

pub(crate) fn usual() -> (AzureSubject, Value) {
    let subject = AzureSubject::default();
    let document = subject.cluster(Variant::DualStack);
    (subject, document)
}
