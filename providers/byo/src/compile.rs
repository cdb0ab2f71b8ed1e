//! From a cluster to its graph. Pure. Every node is somebody else's, and verified.

use std::{collections::BTreeMap, net::IpAddr};

use groundwork_model::{Finding, KubernetesVersion};
use groundwork_provider::Graph;

use crate::{
    check::listed, codes, judge::bounded, node::Judged, object::Node, spec::ByoTarget,
    survey::Survey,
};

/// The nodes that the cluster has, held against the list where the document has one.
pub(crate) fn compile(target: &ByoTarget, survey: &Survey) -> Graph {
    let (nodes, _) = listed(target);
    let mut wanted: BTreeMap<&str, &Judged> = BTreeMap::new();
    wanted.extend(nodes.iter().map(|node| (node.name.as_str(), node)));
    let mut graph = Graph::default();
    for (number, state) in survey.nodes.iter().enumerate() {
        let node = wanted.remove(state.name.as_str());
        let desired = node.map_or_else(Node::default, wants);
        graph.add_named(&address(&state.name, number), &state.name, desired);
    }
    let mut findings: Vec<Finding> = version(target, survey).into_iter().collect();
    if survey.version.is_some() {
        findings.extend(nodes.iter().filter_map(|node| {
            let is_missing = wanted.contains_key(node.name.as_str());
            is_missing.then(|| not_joined(node))
        }));
    }
    graph.findings = bounded(findings);
    graph
}

fn wants(node: &Judged) -> Node {
    let addresses = node.addresses.iter().map(|address| address.ip);
    Node {
        addresses: addresses.collect::<Vec<IpAddr>>(),
        pod_cidrs: node.pod_cidrs.clone(),
    }
}

/// A node's name in the graph: its own, where that is short enough.
fn address(name: &str, number: usize) -> String {
    const NAME_MAX: usize = 75;
    match name.len() > NAME_MAX {
        true => format!("node/{number}"),
        false => format!("node/{name}"),
    }
}

fn not_joined(node: &Judged) -> Finding {
    let message = format!("node {} has not joined the cluster yet", node.name);
    let finding = Finding::note(codes::NOT_JOINED, message);
    node.place(finding, "")
        .remedy("let it join; where it has, its name in the cluster is another one")
}

/// What is said of versions is said of the document's.
fn version(target: &ByoTarget, survey: &Survey) -> Option<Finding> {
    let is: KubernetesVersion = survey.version.as_deref()?.parse().ok()?;
    let said = target.cluster.spec.version?;
    if (is.major, is.minor) == (said.major, said.minor) {
        return None;
    }
    let message = format!(
        "the document says Kubernetes {said}, and the cluster is {is}: what depends on the version is \
         told for the document's"
    );
    let finding = Finding::warning(codes::VERSION, message);
    Some(finding.at("spec.version").remedy(format!("write {is}")))
}
