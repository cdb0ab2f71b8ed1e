//! The pods of a probe, as the API server gets them.
//!
//! They are of the Pod Security Standard `restricted`. The scheduler gives each to its node, by affinity, and
//! no pod names its node itself: so it says why a node does not take one, and no taint is passed over unasked.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    LABEL,
    nodes::CONTROL_PLANE,
    script::{self, PORT},
};

/// The label that says which pod of the probe it is.
const POD: &str = "groundwork-probe-pod";
/// A kubelet ends pods after this time, also where nobody removes them.
const LASTS: Duration = Duration::from_secs(300);
/// `nobody`, in each image.
const USER: u32 = 65534;

/// What all pods of a probe share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Common<'a> {
    pub(super) image: &'a str,
    /// Whether the user has named the nodes: then every taint is tolerated.
    pub(super) is_named: bool,
}

/// The name of the server on a node, by its number.
pub(super) fn server_name(node: usize) -> String {
    format!("serve-{}", node + 1)
}

/// The name of the client on a node, by its number.
pub(super) fn client_name(node: usize) -> String {
    format!("try-{}", node + 1)
}

/// The labels of the server on a node.
pub(super) fn selector(node: usize) -> Value {
    json!({ (POD): server_name(node) })
}

/// A server.
pub(super) fn server(common: Common<'_>, number: usize, node: &str) -> Value {
    let container = json!({
        "name": "serve", "command": script::serve(), "ports": [{ "containerPort": PORT }],
    });
    pod(common, &server_name(number), node, container)
}

/// A client, with the destinations that it tries.
pub(super) fn client(
    common: Common<'_>,
    number: usize,
    node: &str,
    destinations: &[String],
) -> Value {
    let container = json!({ "name": "try", "command": script::client(), "args": destinations });
    pod(common, &client_name(number), node, container)
}

fn pod(common: Common<'_>, name: &str, node: &str, mut container: Value) -> Value {
    let Common { image, is_named } = common;
    container["image"] = json!(image);
    container["imagePullPolicy"] = json!("IfNotPresent");
    container["resources"] = json!({
        "requests": { "cpu": "10m", "memory": "16Mi" }, "limits": { "memory": "64Mi" },
    });
    container["securityContext"] = json!({
        "allowPrivilegeEscalation": false, "capabilities": { "drop": ["ALL"] }, "readOnlyRootFilesystem": true,
    });
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": name, "labels": { (LABEL): "verify-cluster", (POD): name } },
        "spec": {
            "affinity": on(node),
            "tolerations": tolerations(is_named),
            "containers": [container],
            "restartPolicy": "Never",
            "activeDeadlineSeconds": LASTS.as_secs(),
            "terminationGracePeriodSeconds": 1,
            "automountServiceAccountToken": false,
            "enableServiceLinks": false,
            "securityContext": {
                "runAsNonRoot": true, "runAsUser": USER, "runAsGroup": USER,
                "seccompProfile": { "type": "RuntimeDefault" },
            },
        },
    })
}

fn on(node: &str) -> Value {
    let field = json!({ "key": "metadata.name", "operator": "In", "values": [node] });
    json!({ "nodeAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": {
        "nodeSelectorTerms": [{ "matchFields": [field] }],
    } } })
}

fn tolerations(is_named: bool) -> Value {
    match is_named {
        true => json!([{ "operator": "Exists" }]),
        false => json!([{ "key": CONTROL_PLANE, "operator": "Exists", "effect": "NoSchedule" }]),
    }
}
