//! What the cluster says of its nodes beside their addresses: the kubelet's node-ip, and the taint of
//! nodes that wait for a cloud controller. The causes are the kit's; `verify-cluster` tells the same ones.

use groundwork_kit::kubernetes::{Cause, Reporter, outdated, waits};
use groundwork_model::{Family, Finding};

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
    is_at_work: bool,
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
            is_at_work: !known.is_empty(),
            families: Family::BOTH.into_iter().filter(reports).collect(),
        }
    }
}

impl Reporter for Controller {
    fn absence(&self) -> Option<Cause> {
        (!self.is_at_work).then(|| {
            Cause::new(
                "its kubelet runs with --cloud-provider=external, and waits for a cloud controller, and none \
                 has initialized any node",
                "remove cloud-provider from the kubelet's arguments, or install a cloud controller",
            )
        })
    }

    fn lacks(&self, family: Family) -> Option<Cause> {
        (!self.families.contains(&family)).then(|| {
            Cause::new(
                format!("the cloud controller reports no {family} address of any node"),
                "switch that family on at the cloud controller, or leave it out of node-ip",
            )
        })
    }
}

fn uninitialized(node: &NodeState, controller: &Controller) -> Finding {
    let cause = waits(node.node_ip.as_deref(), controller);
    let message = format!("no pod is scheduled to node {}: {}", node.name, cause.why);
    Finding::error(codes::UNINITIALIZED, message).remedy(cause.remedy)
}

/// A node that was initialized keeps its old addresses where node-ip and its status differ, and only
/// the controller's log says so.
fn stale(node: &NodeState) -> Option<Finding> {
    let cause = outdated(node.node_ip.as_deref()?, &node.ips())?;
    let message = format!(
        "the addresses of node {} are not what its node-ip says: {}",
        node.name, cause.why
    );
    Some(Finding::warning(codes::NODE_IP, message).remedy(cause.remedy))
}
