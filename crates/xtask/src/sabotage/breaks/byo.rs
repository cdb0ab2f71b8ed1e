//! Breaks of the driver for machines of one's own. It creates nothing: what it reads, and what it says.

use super::{Break, shared};

const KUBERNETES: &str = "crates/kit/src/kubernetes/api.rs";
const NODE: &str = "providers/byo/src/object/node.rs";
const SURVEY: &str = "providers/byo/src/survey.rs";
const ASSESS: &str = "providers/byo/src/assess.rs";
const JUDGE: &str = "providers/byo/src/judge/mod.rs";
const ADDRESSES: &str = "providers/byo/src/judge/addresses.rs";
const POD_RANGES: &str = "providers/byo/src/judge/pod_ranges.rs";
const PROVIDER: &str = "providers/byo/src/provider.rs";

pub(super) const BREAKS: &[Break] = &[
    Break::new(
        "first-page-only",
        "a listing ends with its first page",
        KUBERNETES,
        r#"at: "/metadata/continue","#,
        r#"at: "/nowhere","#,
    ),
    Break::new(
        "nodes-not-found",
        "nodes that the document lists are not found in the cluster",
        NODE,
        "Found::foreign(state.name.clone(), state)",
        r#"Found::foreign(format!("{}.", state.name), state)"#,
    ),
    Break::new(
        "drift-not-seen",
        "the addresses of a node are not compared with what the document lists",
        NODE,
        "(!self.addresses.is_empty())",
        "(self.addresses.len() > 1000)",
    ),
    Break::new(
        "listed-twice",
        "a node that is listed, and is in the cluster, is judged as two",
        ASSESS,
        "if let Some(same) = listed.remove(state.name.as_str()) {",
        "if let Some(same) = listed.get(state.name.as_str()) {",
    ),
    Break::new(
        "cluster-not-judged",
        "nodes of the cluster are not judged",
        SURVEY,
        "nodes.iter().map(|found| found.state.clone()).collect();",
        "nodes.iter().take(0).map(|found| found.state.clone()).collect();",
    ),
    Break::new(
        "addresses-not-judged",
        "addresses that nobody reaches pass",
        ADDRESSES,
        "let found = special(node, address).or_else(|| edge(node, address));",
        "let found = edge(node, address);",
    ),
    Break::new(
        "overlaps-not-judged",
        "an address inside of the pods or the services passes",
        ADDRESSES,
        "let found = found.into_iter().chain(inside(node, address, &ranges));",
        "let found = found.into_iter().chain(inside(node, address, &ranges).into_iter().take(0));",
    ),
    Break::new(
        "addresses-shared",
        "two nodes with one address pass",
        ADDRESSES,
        "Some(other) if other != node.name => {",
        "Some(other) if other != node.name && other.is_empty() => {",
    ),
    Break::new(
        "anycast-not-judged",
        "an address at which routers answer passes",
        ADDRESSES,
        "let found = found.or_else(|| anycast(node, address, &routers));",
        "let found = found.or_else(|| anycast(node, address, &routers).filter(|_| false));",
    ),
    Break::new(
        "pod-ranges-not-judged",
        "pods' ranges of one family pass",
        POD_RANGES,
        "findings.extend(families(target, node));",
        "findings.extend(families(target, node).filter(|_| false));",
    ),
    Break::new(
        "pod-ranges-shared",
        "pods' ranges of another node pass",
        POD_RANGES,
        "shared(nodes, findings);",
        "shared(&nodes[..0], findings);",
    ),
    Break::new(
        "states-not-judged",
        "a node that waits for a cloud controller passes",
        ASSESS,
        "findings.extend(statuses(&survey.nodes));",
        "findings.extend(statuses(&survey.nodes[..0]));",
    ),
    Break::new(
        "everything-counted-nothing-told",
        "of what is wrong no finding is told",
        JUDGE,
        "if of_code.0 <= TOLD_MAX {",
        "if of_code.0 > TOLD_MAX {",
    ),
    shared::operations(PROVIDER),
    shared::features(PROVIDER),
];
