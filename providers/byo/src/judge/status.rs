//! What the cluster says of its nodes beside their addresses: the kubelet's node-ip, and the taint of
//! nodes that wait for a cloud controller.

use std::net::IpAddr;

use groundwork_model::{Family, Finding, NodeIp};

use crate::{codes, node::Judged, object::NodeState};

/// What is to be said of the statuses of a cluster's nodes.
pub(crate) fn statuses(nodes: &[NodeState]) -> Vec<Finding> {
    let controller = Controller::of(nodes);
    let told = nodes.iter().filter_map(|node| {
        let finding = match node.is_uninitialized {
            true => Some(uninitialized(node, &controller)),
            false => stale(node),
        }?;
        Some(Judged::of_cluster(node).place(finding, ""))
    });
    told.collect()
}

/// What the nodes that a cloud controller has initialized show of it.
struct Controller {
    /// Whether it has initialized one.
    is_there: bool,
    /// The families that it reports.
    families: Vec<Family>,
}

impl Controller {
    fn of(nodes: &[NodeState]) -> Self {
        let known = nodes.iter();
        let known = known.filter(|node| !node.is_uninitialized && node.provider_id.is_some());
        let known: Vec<&NodeState> = known.collect();
        let reports = |family: &Family| {
            let mut ips = known.iter().flat_map(|node| node.ips());
            ips.any(|ip| Family::of_address(&ip) == *family)
        };
        Self {
            is_there: !known.is_empty(),
            families: Family::BOTH.into_iter().filter(reports).collect(),
        }
    }
}

/// A kubelet that runs with `--cloud-provider=external` taints its node until a cloud controller has
/// initialized it. The controller tells nobody but its log why it does not.
fn uninitialized(node: &NodeState, controller: &Controller) -> Finding {
    let (why, remedy) = cause(node, controller);
    let message = format!("no pod is scheduled to node {}: {why}", node.name);
    Finding::error(codes::UNINITIALIZED, message).remedy(remedy)
}

fn cause(node: &NodeState, controller: &Controller) -> (String, &'static str) {
    const CORRECT: &str = "correct node-ip, delete the Node, and restart its kubelet";
    let waits = "its kubelet runs with --cloud-provider=external, and waits for a cloud controller";
    let text = node.node_ip.as_deref();
    match text.map(NodeIp::parse) {
        Some(Err(why)) => {
            let text = text.unwrap_or_default();
            let why = format!("its node-ip {text:?} matches no address of a cloud: {why}");
            (why, CORRECT)
        }
        _ if !controller.is_there => (
            format!("{waits}, and none has initialized any node"),
            "remove cloud-provider from the kubelet's arguments, or install a cloud controller",
        ),
        Some(Ok(ip)) => {
            let is_missing = |ip: &&IpAddr| !controller.families.contains(&Family::of_address(ip));
            match ip.addresses().iter().find(is_missing) {
                Some(missing) => (
                    format!(
                        "its node-ip names {missing}, and the cloud controller reports no {} address \
                         of any node",
                        Family::of_address(missing)
                    ),
                    "switch that family on at the cloud controller, or leave it out of node-ip",
                ),
                None => (
                    format!(
                        "{waits}, which initializes it only if it reports each address of node-ip \
                         ({})",
                        text.unwrap_or_default()
                    ),
                    "look into the controller's log for the node, and name in node-ip addresses that \
                     it reports",
                ),
            }
        }
        None => (
            format!("{waits}, which does not know it"),
            "look into the controller's log for the node: its name has to be the one that the cloud \
             knows",
        ),
    }
}

/// A node that was initialized keeps its old addresses where node-ip and its status differ, and only
/// the controller's log says so.
fn stale(node: &NodeState) -> Option<Finding> {
    let text = node.node_ip.as_deref()?;
    let ip = match NodeIp::parse(text) {
        Ok(ip) => ip,
        Err(why) => {
            let message = format!("node {} has the node-ip {text:?}: {why}", node.name);
            let finding = Finding::warning(codes::NODE_IP, message);
            return Some(finding.remedy("correct the kubelet's node-ip and restart it"));
        }
    };
    let status = node.ips();
    if let Some(missing) = ip.addresses().iter().find(|one| !status.contains(one)) {
        let message = format!(
            "node {} has {missing} in node-ip, and not in its status: its addresses are no longer \
             kept up to date, and a new node with such a node-ip would stay tainted",
            node.name
        );
        let finding = Finding::warning(codes::NODE_IP, message);
        return Some(finding.remedy("name in node-ip the addresses that the host has now"));
    }
    let first = |all: &[IpAddr]| all.first().map(Family::of_address);
    if ip.addresses().len() == 2 && first(ip.addresses()) != first(&status) {
        let message = format!(
            "node {} has another family first in node-ip ({text}) than in its status",
            node.name
        );
        let finding = Finding::warning(codes::NODE_IP, message);
        return Some(finding.remedy(
            "order node-ip as the status is; between an internal and an external address the order \
             never changes: delete the Node and let it join again",
        ));
    }
    None
}
