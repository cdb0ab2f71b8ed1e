//! What single nodes cannot show.

use std::collections::BTreeMap;

use groundwork_model::Finding;

use crate::{
    check::listed,
    judge::{bounded, judge, statuses},
    node::Judged,
    spec::ByoTarget,
    survey::Survey,
};

/// The nodes of the cluster, whether the document lists them or not, and those that are to join it.
pub(crate) fn assess(target: &ByoTarget, survey: &Survey) -> Vec<Finding> {
    if survey.nodes.is_empty() {
        // The list alone was judged by `check`.
        return Vec::new();
    }
    let (listed, _) = listed(target);
    let mut listed: BTreeMap<&str, &Judged> = listed
        .iter()
        .map(|node| (node.name.as_str(), node))
        .collect();
    let mut nodes = Vec::new();
    for state in &survey.nodes {
        let mut node = Judged::of_cluster(state);
        if let Some(same) = listed.remove(state.name.as_str()) {
            node.learn(same);
        }
        nodes.push(node);
    }
    nodes.extend(listed.into_values().cloned());
    let mut findings = judge(target, &nodes);
    findings.extend(statuses(&survey.nodes));
    bounded(findings)
}
