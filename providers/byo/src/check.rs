//! What can be said of the documents alone. Pure.

use std::collections::BTreeSet;

use groundwork_kit::document::given;
use groundwork_model::{Finding, kubeadm::is_subdomain};

use crate::{
    codes, join,
    judge::{bounded, judge},
    node::Judged,
    spec::{ByoTarget, Spec, field},
};

/// Everything that is wrong with the list of nodes, and with what they join with.
pub(crate) fn check(target: &ByoTarget) -> Vec<Finding> {
    let (nodes, mut findings) = listed(target);
    findings.extend(names(&nodes));
    findings.extend(judge(target, &nodes));
    if says_how_to_join(&target.spec) {
        findings.extend(join::discovery(&target.spec));
    }
    bounded(findings)
}

/// Whether the document is where nodes' files come from; many are joined in another way.
fn says_how_to_join(spec: &Spec) -> bool {
    given(&spec.api_server_endpoint).is_some() || !spec.ca_cert_hashes.is_empty()
}

/// The nodes of the list, and what of them cannot be read.
pub(crate) fn listed(target: &ByoTarget) -> (Vec<Judged>, Vec<Finding>) {
    let mut findings = Vec::new();
    let nodes = target.spec.nodes.iter().enumerate();
    let nodes = nodes.map(|(index, spec)| Judged::of_document(index, spec, &mut findings));
    (nodes.collect(), findings)
}

fn names(nodes: &[Judged]) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let mut told = |index: usize, node: &Judged| {
        let (message, remedy) = match (node.name.as_str(), seen.insert(node.name.clone())) {
            ("", _) => (
                "a node has no name".to_owned(),
                "write the name that the node has in the cluster: that of its host",
            ),
            (name, false) => (format!("node {name} is listed twice"), "remove it here"),
            (name, true) if !is_subdomain(name) => (
                format!("{name:?} cannot be the name of a node"),
                "use lower-case letters, digits, '-' and '.', at most 253 of them",
            ),
            (_, true) => return None,
        };
        let finding = Finding::error(codes::NODE, message);
        let at = field(&format!("nodes[{index}].name"));
        Some(finding.at(at).remedy(remedy))
    };
    let nodes = nodes.iter().enumerate();
    nodes
        .filter_map(|(index, node)| told(index, node))
        .collect()
}
