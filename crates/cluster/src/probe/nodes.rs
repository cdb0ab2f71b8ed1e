//! On which nodes the pods of a probe run.

use groundwork_model::Finding;

use crate::{
    codes,
    facts::{Node, Taint},
};

/// A taint that every pod of a probe tolerates: a small cluster may have no other nodes.
pub(super) const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";
/// So many nodes show everything.
const NODES: usize = 2;

/// Those that are named, or else the first two that take pods, workers before the control plane. What can
/// then not be asked is said.
pub(super) fn choose(nodes: &[Node], named: &[String]) -> (Vec<String>, Vec<Finding>) {
    let mut names: Vec<String> = match named {
        [] => takers(nodes),
        named => named.to_vec(),
    };
    let unknown = named.iter().filter(|name| !has(nodes, name));
    let mut findings: Vec<Finding> = unknown.map(|name| absent(name)).collect();
    names.retain(|name| has(nodes, name));
    names.dedup();
    names.truncate(NODES);
    match names.as_slice() {
        [] if findings.is_empty() => findings.push(nowhere()),
        [one] => findings.push(alone(one, nodes.len())),
        _ => {}
    }
    (names, findings)
}

fn has(nodes: &[Node], name: &str) -> bool {
    nodes.iter().any(|node| node.name() == name)
}

fn takers(nodes: &[Node]) -> Vec<String> {
    let mut takers: Vec<&Node> = nodes.iter().filter(|node| takes_pods(node)).collect();
    takers.sort_by_key(|node| (node.taints().iter().any(is_control_plane), node.name()));
    takers
        .iter()
        .map(|node| node.name().to_owned())
        .take(NODES)
        .collect()
}

fn is_control_plane(taint: &Taint) -> bool {
    taint.key == CONTROL_PLANE
}

fn takes_pods(node: &Node) -> bool {
    let keeps_away = |taint: &Taint| {
        taint.effect != "PreferNoSchedule"
            && !(is_control_plane(taint) && taint.effect == "NoSchedule")
    };
    node.is_ready()
        && !node.is_cordoned()
        && !node.is_windows()
        && !node.taints().iter().any(keeps_away)
}

fn absent(name: &str) -> Finding {
    let message = format!("there is no node {name}, so no pod was tried there");
    Finding::warning(codes::NOT_ASKED, message)
        .about(format!("node {name}"))
        .remedy("name a node of `kubectl get nodes` with --probe-node")
}

fn nowhere() -> Finding {
    let message = "no node takes the probe's pods, so no path of a pod was tried: each node is \
                   not ready, is cordoned, runs Windows, or has a taint that keeps pods away";
    Finding::warning(codes::NOT_ASKED, message)
        .remedy("correct what is said of the nodes, or name nodes with --probe-node")
}

/// A cluster of one node has no path between nodes; any other one has, and it was not tried.
fn alone(name: &str, count: usize) -> Finding {
    if count == 1 {
        let message = "the cluster has one node, so no pods of two nodes were tried";
        let finding = Finding::note(codes::PROBE, message).about(format!("node {name}"));
        return finding.remedy("nothing, or probe again when there is a second node");
    }
    let message = format!(
        "whether pods of two nodes reach each other was not tried: of {count} nodes, {name} alone takes the \
         probe's pods"
    );
    Finding::warning(codes::NOT_ASKED, message)
        .about(format!("node {name}"))
        .remedy(
            "correct what is said of the other nodes (not ready, cordoned, tainted), or name two nodes \
             with --probe-node",
        )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn node(name: &str, spec: &Value) -> Node {
        let node = json!({
            "metadata": { "name": name }, "spec": spec,
            "status": { "conditions": [{ "type": "Ready", "status": "True" }] },
        });
        serde_json::from_value(node).expect("it is a node")
    }

    fn tainted(key: &str, effect: &str) -> Value {
        json!({ "taints": [{ "key": key, "effect": effect }] })
    }

    #[test]
    fn workers_come_before_the_control_plane() {
        let nodes = [
            node("a", &tainted(CONTROL_PLANE, "NoSchedule")),
            node("b", &json!({})),
            node("c", &tainted("odd", "PreferNoSchedule")),
        ];
        assert_eq!(choose(&nodes, &[]).0, ["b", "c"]);
        assert_eq!(choose(&nodes[..2], &[]).0, ["b", "a"]);
    }

    #[test]
    fn a_node_that_takes_no_pods_is_left_out_and_told() {
        let nodes = [
            node("a", &tainted("odd", "NoSchedule")),
            node("b", &json!({ "unschedulable": true })),
            node("c", &json!({})),
        ];
        let (names, findings) = choose(&nodes, &[]);
        assert_eq!(names, ["c"]);
        assert_eq!(findings[0].code, codes::NOT_ASKED.id);
        let (names, findings) = choose(&nodes[..2], &[]);
        assert!(names.is_empty() && findings[0].message.contains("no node takes"));
    }

    #[test]
    fn nodes_that_are_named_are_used_whatever_keeps_pods_away() {
        let nodes = [
            node("a", &tainted("odd", "NoSchedule")),
            node("b", &json!({})),
        ];
        let named = ["a".to_owned(), "b".to_owned()];
        assert_eq!(choose(&nodes, &named).0, ["a", "b"]);
        let (names, findings) = choose(&nodes, &["b".to_owned(), "z".to_owned()]);
        assert_eq!(names, ["b"]);
        assert!(findings[0].message.contains("no node z"), "{findings:?}");
    }

    #[test]
    fn a_cluster_of_one_node_lacks_nothing() {
        let (_, findings) = choose(&[node("a", &json!({}))], &[]);
        assert_eq!(findings[0].code, codes::PROBE.id);
    }
}
