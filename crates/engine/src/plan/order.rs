//! In which order a graph's nodes can be looked at, one by one.

use std::collections::BTreeSet;

use groundwork_model::Address;
use groundwork_provider::{Graph, Node};

/// The nodes, each after all that it refers to; by address where the order is free.
pub(crate) fn topological(graph: &Graph) -> Vec<(&Address, &Node)> {
    let mut done = BTreeSet::new();
    let mut ordered = Vec::with_capacity(graph.nodes().len());
    while ordered.len() < graph.nodes().len() {
        let before = ordered.len();
        for (address, node) in graph.nodes() {
            if !done.contains(address) && node.after.is_subset(&done) {
                done.insert(address.clone());
                ordered.push((address, node));
            }
        }
        assert!(
            ordered.len() > before,
            "a graph has no circles: handles are given by `add` alone"
        );
    }
    ordered
}
