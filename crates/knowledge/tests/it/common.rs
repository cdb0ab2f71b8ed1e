//! Clusters and files for the tests.

use groundwork_knowledge::{Known, Subject};
use groundwork_model::{Documents, Finding, Schemas, Source};

/// A file.
pub(crate) fn file(text: &str) -> Source {
    Source {
        name: "mine.yaml".to_owned(),
        bytes: format!("apiVersion: groundwork.dev/v1alpha1\nkind: Knowledge\n{text}").into(),
    }
}

/// A dual-stack cluster with fields of its spec, and a document of machines for each operating
/// system.
pub(crate) fn cluster(cloud: &str, spec: &str, systems: &[&str]) -> String {
    let mut text = format!(
        "apiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nmetadata: {{name: demo}}\nspec:\n  cloud: \
         {{dc: x, {cloud}: {{}}}}\n  clusterNetwork: {{ipFamily: IPv4+IPv6}}\n{spec}"
    );
    for system in systems {
        text += &machines(system, system);
    }
    text
}

/// A document of machines.
pub(crate) fn machines(name: &str, system: &str) -> String {
    format!(
        "---\napiVersion: cluster.k8s.io/v1alpha1\nkind: MachineDeployment\nmetadata: {{name: \
         {name}}}\nspec:\n  replicas: 3\n  template:\n    spec:\n      providerSpec:\n        value:\n          \
         operatingSystem: {system}\n          cloudProviderSpec: {{token: secret}}\n"
    )
}

/// What is known of the cluster of a text, beside findings that exist already.
pub(crate) fn judged(text: &str, mut findings: Vec<Finding>) -> Vec<Finding> {
    let source = Source {
        name: "cluster.yaml".to_owned(),
        bytes: text.into(),
    };
    let (documents, faults) = Documents::parse(&[source], &Schemas::default(), true);
    let faults: Vec<_> = faults.iter().filter(|finding| finding.is_error()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    let cluster = &documents.clusters[0];
    let (subject, fault) = Subject::of(cluster, &documents.machine_deployments);
    findings.extend(fault);
    Known::ours().add_to(&mut findings, &subject.unwrap());
    findings
}

/// Codes with their severities, as words.
pub(crate) fn codes(findings: &[Finding]) -> Vec<String> {
    let words = findings
        .iter()
        .map(|one| format!("{:?} {}", one.severity, one.code));
    words.collect()
}
