//! What OpenStack alone can show, through the engine: documents, checks, adoption, sweeps.

mod adoption;
mod checks;
mod documents;
mod drift;
mod late_subnet;
mod partly_named;
mod sweep;

use conformance::{Subject, Variant, merged, subjects::OpenStackSubject};
use groundwork_model::Finding;
use mock_openstack::Config;
use serde_json::{Value, json};

/// The subject's cluster with more in its section for OpenStack.
fn document(variant: Variant, section: &Value) -> Value {
    let patch = json!({ "spec": { "cloud": { "openstack": section } } });
    merged(OpenStackSubject::default().cluster(variant), &patch)
}

fn over(config: Config) -> OpenStackSubject {
    OpenStackSubject { config }
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings
        .iter()
        .map(|finding| finding.code.as_ref())
        .collect()
}

fn errors(findings: &[Finding]) -> Vec<&str> {
    let errors = findings.iter().filter(|finding| finding.is_error());
    errors.map(|finding| finding.code.as_ref()).collect()
}
