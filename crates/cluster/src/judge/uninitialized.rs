//! Nodes that wait for their cloud controller, and why.

use groundwork_kit::kubernetes::{Cause, Reporter, waits};
use groundwork_model::{Family, Finding, NodeIp, Severity};

use super::{
    Scene,
    grouped::{Fault, Statement, told},
};
use crate::codes;

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let nodes = scene.facts.nodes.iter();
    let waiting = nodes.filter(|node| node.is_uninitialized());
    told(waiting.map(|node| Fault {
        node,
        severity: Severity::Error,
        code: codes::UNINITIALIZED,
        statement: Statement::before("no pod is scheduled to "),
        cause: waits(node.node_ip(), scene),
    }))
}

impl Reporter for Scene<'_> {
    fn absence(&self) -> Option<Cause> {
        let controller = &self.controller;
        let is_asked = self.facts.workloads.is_some();
        if controller.is_seen || controller.is_at_work || !is_asked {
            return None;
        }
        Some(
            Cause::new(
                "its kubelet runs with --cloud-provider=external, and no cloud controller is in kube-system or \
                 has initialized any node",
                "install the cloud controller (KKP runs it in the seed: --seed-kubeconfig looks there), or take cloud-provider out \
                 of the kubelet's arguments",
            )
            .in_common(
                "their kubelets run with --cloud-provider=external, and no cloud controller is in kube-system \
                 or has initialized any node",
            ),
        )
    }

    fn lacks(&self, family: Family) -> Option<Cause> {
        self.controller.lacks(family)
    }

    fn title(&self) -> String {
        match self.controller.kind {
            Some(kind) => format!("the cloud controller of {}", kind.title),
            None => "a cloud controller".to_owned(),
        }
    }

    fn mistake(&self) -> Option<Cause> {
        self.controller.settings.mistake.clone()
    }

    fn exact(&self, ip: &NodeIp) -> Option<Cause> {
        self.controller.explain(ip)
    }

    fn likely(&self, has_node_ip: bool) -> Option<String> {
        self.controller.likely(has_node_ip)
    }
}
