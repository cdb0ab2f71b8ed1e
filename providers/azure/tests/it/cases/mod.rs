//! What Azure alone can show.

mod changes;
mod credentials;
mod documents;
mod operations;
mod theirs;

use ::conformance::{Lab, Subject, Variant, merged, subjects::AzureSubject};
use groundwork_engine::{Finish, Trouble};
use groundwork_model::Finding;
use mock_azure::{Azure, Config};
use serde_json::{Value, json};

/// A subscription that differs from the usual one.
fn subscription(change: impl FnOnce(&mut Config)) -> AzureSubject {
    let mut subject = AzureSubject::default();
    change(&mut subject.config);
    subject
}

fn with(document: &Value, section: Value) -> Value {
    let patch = json!({ "spec": { "cloud": { "azure": section } } });
    merged(document.clone(), &patch)
}

/// What a plan says, whether it is fit or not.
async fn findings(lab: &Lab<'_>, document: &Value) -> Vec<Finding> {
    let findings = lab.process().told(&lab.request(document)).await;
    assert_eq!(lab.mock.mutating_calls(), [], "a plan changes nothing");
    findings
}

/// The one finding of a code.
fn one<'f>(findings: &'f [Finding], code: &str) -> &'f Finding {
    let mut of = findings.iter().filter(|finding| finding.code == code);
    let first = of.next();
    assert!(of.next().is_none(), "{code}: {findings:#?}");
    first.unwrap_or_else(|| panic!("{code}: {findings:#?}"))
}

/// What a run that does not end well says.
async fn failure(subject: &AzureSubject) -> String {
    let lab = Lab::open(subject);
    match lab.process().apply(&lab.wanted(Variant::DualStack)).await {
        Ok(ran) => {
            assert_ne!(ran.applied.finish, Finish::Done);
            format!("{:?}", ran.applied.failures)
        }
        Err(Trouble::Unfit(findings)) => format!("{findings:?}"),
        Err(trouble) => format!("{trouble:?}"),
    }
}

fn usual() -> (AzureSubject, Value) {
    let subject = AzureSubject::default();
    let document = subject.cluster(Variant::DualStack);
    (subject, document)
}

/// Something in the cluster's own resource group.
fn of_ours(lab: &Lab<'_>, kind: &str, rest: &str) -> String {
    let names = format!("kubernetes-lighthouse/{rest}");
    lab.mock.with(|cloud: &mut Azure| cloud.id_of(kind, &names))
}

/// The body of an object.
fn body(lab: &Lab<'_>, kind: &str, id: &str) -> Value {
    let inventory = lab.inventory();
    let mut all = inventory.kind(kind);
    let found = all.find(|entry| entry.id == id);
    Value::Object(found.expect("it exists").body.clone().into_iter().collect())
}
