//! Nodes whose network is not ready, and what the cloud controller noted about their routes.

use groundwork_kit::kubernetes::Cause;
use groundwork_model::{Finding, Severity};

use super::{
    Scene,
    grouped::{Fault, Statement, told},
};
use crate::{codes, facts::Node};

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let nodes = scene.facts.nodes.iter();
    told(nodes.filter_map(|node| of_node(node, scene)))
}

fn of_node<'a>(node: &'a Node, scene: &Scene<'_>) -> Option<Fault<'a>> {
    let condition = node.condition("NetworkUnavailable")?;
    if condition.status != "True" {
        return None;
    }
    let mut events = scene.facts.events.iter().flatten();
    let event = events.find(|one| one.node() == node.name() && one.reason == "FailedToCreateRoute");
    let of_hetzner = scene
        .controller
        .kind
        .is_some_and(|kind| kind.provider == "hetzner");
    let (why, remedy) = match (event, of_hetzner) {
        (Some(_), true) => (
            "the cloud controller makes routes in Hetzner's private network, which carries no IPv6: \
             it refuses the node's IPv6 range"
                .to_owned(),
            "switch routes off at the controller (HCLOUD_NETWORK_ROUTES_ENABLED=false), and let the \
             network plugin tunnel",
        ),
        (Some(event), false) => (
            format!("the cloud controller cannot make its routes: {}", event.message),
            "correct what the message names, or switch routes off and let the network plugin tunnel",
        ),
        (None, _) => (
            format!("{} {}", condition.reason, condition.message),
            "a cloud controller with routes, or the network plugin, has to set the condition: look \
             into their logs; two ranges in --cluster-cidr end the route controller of some clouds \
             with one line",
        ),
    };
    Some(Fault {
        node,
        severity: Severity::Error,
        code: codes::NETWORK_UNAVAILABLE,
        statement: Statement::before("no pod is scheduled to "),
        cause: Cause::new(why, remedy),
    })
}
