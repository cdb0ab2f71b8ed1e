//! What the tests share: clusters with a section of their own, and what is told of them.

use conformance::{Lab, Process, Ran, Subject, Variant, done, merged, subjects::HetznerSubject};
use groundwork_engine::{Request, Trouble};
use groundwork_model::{Finding, Severity};
use mock_cloud::Hand as _;
use mock_hetzner::Hetzner;
use serde_json::{Value, json};

/// The cluster with more in its section.
pub(crate) fn with(lab: &Lab<'_>, subject: &HetznerSubject, section: Value) -> Request {
    let patch = json!({ "spec": { "cloud": { "hetzner": section } } });
    lab.request(&merged(subject.cluster(Variant::DualStack), &patch))
}

/// An apply that does all that it was to do.
pub(crate) async fn applied(process: &Process, request: &Request) -> Ran {
    done(process.apply(request).await, "apply")
}

/// The errors with which an apply is refused, before anything is sent.
pub(crate) async fn refused(lab: &Lab<'_>, request: &Request) -> Vec<Finding> {
    lab.mock.clear_calls();
    let findings = match lab.process().apply(request).await {
        Err(Trouble::Unfit(findings)) => findings,
        Err(trouble) => panic!("{trouble:#?}"),
        Ok(ran) => panic!("it was not refused: {:#?}", ran.applied),
    };
    assert_eq!(lab.mock.mutating_calls(), []);
    let errors = findings.into_iter().filter(Finding::is_error);
    errors.collect()
}

/// Code and place of findings, one line each.
pub(crate) fn places(findings: &[Finding]) -> Vec<String> {
    let place = |finding: &Finding| {
        let field = finding.field.as_deref().unwrap_or("-");
        format!("{} {field}", finding.code)
    };
    findings.iter().map(place).collect()
}

/// The warnings of a plan that are about the cloud's objects, by code.
pub(crate) fn warned<'f>(findings: &'f [Finding], code: &str) -> Vec<&'f str> {
    let of_code =
        |finding: &&Finding| finding.severity == Severity::Warning && finding.code == code;
    let warnings = findings.iter().filter(of_code);
    warnings.map(|finding| finding.message.as_str()).collect()
}

/// The attributes of an object.
pub(crate) fn body(lab: &Lab<'_>, kind: &str, id: &str) -> Value {
    let body = lab.mock.with(|cloud: &mut Hetzner| cloud.body(kind, id));
    Value::Object(body.expect("it exists"))
}
