//! Nodes whose network is not ready, and what the cloud controller noted about their routes.

use groundwork_kit::kubernetes::Cause;
use groundwork_model::{Finding, Severity};

use super::{
    Scene, cni,
    grouped::{Fault, Statement, told},
};
use crate::{codes, facts::Node};

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let nodes = scene.facts.nodes.iter();
    let mut findings = told(nodes.filter_map(|node| of_node(node, scene)));
    findings.extend(routeless(scene));
    findings
}

/// Routes that nobody makes, and that a tunnel would not need.
fn routeless(scene: &Scene<'_>) -> Option<Finding> {
    let Cause { why, remedy, .. } = scene.controller.settings.routeless.as_ref()?;
    if cni::tunnels(scene) == Some(true) {
        return None;
    }
    let about = format!("cloud controller of {}", scene.controller.title());
    let message = format!("{why}. Without a tunnel, pods of two nodes do not reach each other");
    let finding = Finding::warning(codes::CONTROLLER, message).about(about);
    Some(finding.remedy(remedy))
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
    let routeless = scene.controller.settings.routeless.as_ref();
    if let Some(Cause { why, remedy, .. }) = routeless.filter(|_| event.is_none()) {
        return Some(unready(node, Cause::new(why, remedy)));
    }
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
    Some(unready(node, Cause::new(why, remedy)))
}

fn unready(node: &Node, cause: Cause) -> Fault<'_> {
    Fault {
        node,
        severity: Severity::Error,
        code: codes::NETWORK_UNAVAILABLE,
        statement: Statement::before("no pod is scheduled to "),
        cause,
    }
}
