//! Clusters as data: a short form of nodes, services, pods and the configuration of what runs there, spelled
//! out as API objects. The mock takes them, and a real API server does too.
//!
//! ```
//! use serde_json::json;
//!
//! let scene = json!({ "nodes": [{ "name": "a", "addresses": "InternalIP 10.0.0.5", "pods": "172.25.0.0/24" }] });
//! let objects = mock_byo::scene::objects(&scene);
//! assert_eq!(objects[1]["spec"]["podCIDRs"][0], "172.25.0.0/24");
//! ```

use serde_json::{Value, json};

/// The namespace of the scene's cluster in its seed.
pub const SEED: &str = "cluster-abcdef";

/// The API objects of a scene: the ranges of services first, then nodes, then the rest.
///
/// Fields of a scene, all of them optional: `services` (the ranges; dual-stack ones where it is left out),
/// `extraServices` (name, cidrs, `deleted`, `unready` with a reason), `nodes`, `service` (a list of specs with a name), `pods`, `configs` (name to keys), `daemonSets` and
/// `deployments` (name, container, image, command, args, env, configs, host, init), `seed` (deployments in the namespace [`SEED`]), `static` (component to arguments), `events`,
/// `ipPools` (specs of Calico's IPPools with a name, and before them what defines them) in the API `ipPoolsOf` (`crd.projectcalico.org/v1`, or that).
pub fn objects(scene: &Value) -> Vec<Value> {
    let mut objects = vec![service_cidr(scene)];
    objects.extend(list(scene, "extraServices").map(extra_service_cidr));
    objects.extend(
        list(scene, "nodes")
            .enumerate()
            .map(|(at, one)| node(at, one)),
    );
    objects.extend(list(scene, "service").map(service));
    objects.extend(list(scene, "pods").map(pod));
    objects.extend(list(scene, "events").map(event));
    objects.extend(fields(scene, "configs").map(|(name, data)| config(name, data)));
    for (kind, field) in [("DaemonSet", "daemonSets"), ("Deployment", "deployments")] {
        objects.extend(list(scene, field).map(|one| workload(kind, one, "kube-system")));
    }
    objects.extend(list(scene, "seed").map(|one| workload("Deployment", one, SEED)));
    objects.extend(fields(scene, "static").map(|(name, args)| static_pod(name, args)));
    if scene["ipPools"].is_array() {
        let api = scene["ipPoolsOf"]
            .as_str()
            .unwrap_or("crd.projectcalico.org/v1");
        objects.push(definition_of_pools(api));
        objects.extend(list(scene, "ipPools").map(|one| ip_pool(one, api)));
    }
    objects
}

fn list<'a>(scene: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    scene[field].as_array().into_iter().flatten()
}

fn fields<'a>(scene: &'a Value, field: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let fields = scene[field].as_object().into_iter().flatten();
    fields.map(|(name, value)| (name.as_str(), value))
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// The parts of a list that commas divide.
fn parts(text: &str) -> Vec<&str> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

fn service_cidr(scene: &Value) -> Value {
    let usual = "10.240.16.0/20, fd02::/108";
    let ranges = scene["services"].as_str().unwrap_or(usual);
    json!({
        "kind": "ServiceCIDR", "apiVersion": "networking.k8s.io/v1",
        "metadata": { "name": "kubernetes" },
        "spec": { "cidrs": parts(ranges) },
        "status": { "conditions": [{ "type": "Ready", "status": "True", "reason": "", "message": "" }] },
    })
}

fn extra_service_cidr(one: &Value) -> Value {
    let mut object = json!({
        "kind": "ServiceCIDR", "apiVersion": "networking.k8s.io/v1",
        "metadata": { "name": one["name"] }, "spec": { "cidrs": one["cidrs"] },
    });
    if one["deleted"] == true {
        object["metadata"]["deletionTimestamp"] = json!("2026-11-28T12:00:00Z");
        object["metadata"]["finalizers"] = json!(["networking.k8s.io/service-cidr-finalizer"]);
    }
    if let Some(reason) = one["unready"].as_str() {
        object["status"] = json!({
            "conditions": [{ "type": "Ready", "status": "False", "reason": reason, "message": "" }],
        });
    }
    object
}

/// `InternalIP 10.0.0.5, ExternalIP 192.0.2.5`, or `I`, `E` and `H` for short.
fn addresses(text: &str) -> Vec<Value> {
    let one = |part: &str| {
        let (kind, address) = part.split_once(' ')?;
        let kind = match kind {
            "I" => "InternalIP",
            "E" => "ExternalIP",
            "H" => "Hostname",
            other => other,
        };
        Some(json!({ "type": kind, "address": address }))
    };
    parts(text).into_iter().filter_map(one).collect()
}

fn node(at: usize, one: &Value) -> Value {
    let name = text(one, "name");
    let mut annotations = json!({});
    if let Some(node_ip) = one["nodeIP"].as_str() {
        annotations["alpha.kubernetes.io/provided-node-ip"] = json!(node_ip);
    }
    let usual = format!("172.25.{at}.0/24, fd01:0:0:{at:x}::/64");
    let pods = parts(one["pods"].as_str().unwrap_or(&usual));
    let mut spec = json!({});
    if let Some(first) = pods.first() {
        spec["podCIDR"] = json!(first);
        spec["podCIDRs"] = json!(pods);
    }
    if let Some(id) = one["provider"].as_str() {
        spec["providerID"] = json!(id);
    }
    if one["tainted"] == true {
        spec["taints"] = json!([{
            "key": "node.cloudprovider.kubernetes.io/uninitialized", "value": "true", "effect": "NoSchedule",
        }]);
    }
    let mut conditions =
        vec![json!({ "type": "Ready", "status": "True", "reason": "KubeletReady" })];
    if let Some(reason) = one["networkUnavailable"].as_str() {
        conditions.push(json!({
            "type": "NetworkUnavailable", "status": "True", "reason": reason, "message": "no route",
        }));
    }
    json!({
        "kind": "Node", "apiVersion": "v1",
        "metadata": { "name": name, "annotations": annotations },
        "spec": spec,
        "status": { "addresses": addresses(text(one, "addresses")), "conditions": conditions },
    })
}

fn service(one: &Value) -> Value {
    let mut spec = one.clone();
    let mut status = json!({});
    if let Some(fields) = spec.as_object_mut() {
        for field in ["name", "namespace", "ingress"] {
            fields.remove(field);
        }
    }
    if !one["ingress"].is_null() {
        status["loadBalancer"]["ingress"] = one["ingress"].clone();
    }
    spec["ports"] = json!([{ "port": 80 }]);
    json!({
        "kind": "Service", "apiVersion": "v1",
        "metadata": {
            "name": text(one, "name"), "namespace": one["namespace"].as_str().unwrap_or("default"),
        },
        "spec": spec, "status": status,
    })
}

fn pod(one: &Value) -> Value {
    let ips: Vec<Value> = parts(text(one, "ips"))
        .iter()
        .map(|ip| json!({ "ip": ip }))
        .collect();
    let host = one["host"] == true;
    json!({
        "kind": "Pod", "apiVersion": "v1",
        "metadata": { "name": text(one, "name"), "namespace": "default" },
        "spec": {
            "nodeName": text(one, "node"), "hostNetwork": host,
            "securityContext": { "sysctls": one["sysctls"].as_array().cloned().unwrap_or_default() },
            "containers": [{ "name": "c", "image": "example.org/c" }],
        },
        "status": {
            "phase": one["phase"].as_str().unwrap_or("Running"), "reason": text(one, "reason"), "podIP": ips.first().map(|ip| ip["ip"].clone()), "podIPs": ips,
            "hostIP": "10.0.0.5", "hostIPs": [{ "ip": "10.0.0.5" }],
        },
    })
}

fn event(one: &Value) -> Value {
    let node = text(one, "node");
    let reason = text(one, "reason");
    json!({
        "kind": "Event", "apiVersion": "v1",
        "metadata": { "name": format!("{node}.{}", reason.to_lowercase()), "namespace": "default" },
        "involvedObject": { "kind": "Node", "name": node, "apiVersion": "v1" },
        "reason": reason, "message": text(one, "message"), "type": "Warning",
    })
}

fn config(name: &str, data: &Value) -> Value {
    json!({
        "kind": "ConfigMap", "apiVersion": "v1",
        "metadata": { "name": name, "namespace": "kube-system" }, "data": data,
    })
}

fn workload(kind: &str, one: &Value, namespace: &str) -> Value {
    let name = text(one, "name");
    let variables = fields(one, "env").map(|(name, value)| match value.as_str() {
        Some(value) => json!({ "name": name, "value": value }),
        None => {
            json!({ "name": name, "valueFrom": { "secretKeyRef": { "name": "s", "key": "k" } } })
        }
    });
    let variables: Vec<Value> = variables.collect();
    let volumes: Vec<Value> = list(one, "configs")
        .map(|name| json!({ "name": name, "configMap": { "name": name } }))
        .collect();
    let labels = json!({ "app": name });
    let first: Vec<Value> = match one["init"].as_array() {
        Some(command) => {
            vec![json!({ "name": "first", "image": "example.org/c", "command": command })]
        }
        None => Vec::new(),
    };
    json!({
        "kind": kind, "apiVersion": "apps/v1",
        "metadata": { "name": name, "namespace": namespace },
        "spec": {
            "selector": { "matchLabels": labels },
            "template": {
                "metadata": { "labels": labels },
                "spec": {
                    "hostNetwork": one["host"] == true,
                    "initContainers": first,
                    "containers": [{
                        "name": one["container"].as_str().unwrap_or("c"),
                        "image": one["image"].as_str().unwrap_or("example.org/c"),
                        "command": one["command"].as_array().cloned().unwrap_or_default(),
                        "args": one["args"].as_array().cloned().unwrap_or_default(), "env": variables,
                    }],
                    "volumes": volumes,
                },
            },
        },
    })
}

/// What defines Calico's pools, as its manifests do.
fn definition_of_pools(api: &str) -> Value {
    let (group, version) = api.split_once('/').unwrap_or((api, "v1"));
    let schema = json!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true });
    json!({
        "kind": "CustomResourceDefinition", "apiVersion": "apiextensions.k8s.io/v1",
        "metadata": { "name": format!("ippools.{group}") },
        "spec": {
            "group": group, "scope": "Cluster",
            "names": { "kind": "IPPool", "listKind": "IPPoolList", "plural": "ippools", "singular": "ippool" },
            "versions": [{
                "name": version, "served": true, "storage": true, "schema": { "openAPIV3Schema": schema },
            }],
        },
    })
}

fn ip_pool(one: &Value, api: &str) -> Value {
    let mut spec = one.clone();
    if let Some(fields) = spec.as_object_mut() {
        fields.remove("name");
    }
    json!({ "kind": "IPPool", "apiVersion": api, "metadata": { "name": text(one, "name") }, "spec": spec })
}

/// A part of the control plane, as kubeadm's kubelet shows it. `name` is the component; a suffix `@2` makes
/// another one of it.
fn static_pod(name: &str, args: &Value) -> Value {
    let component = name.split('@').next().unwrap_or_default();
    json!({
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {
            "name": name.replace('@', "-"), "namespace": "kube-system",
            "labels": { "component": component, "tier": "control-plane" },
        },
        "spec": {
            "hostNetwork": true,
            "containers": [{ "name": component, "image": "example.org/c", "command": args }],
        },
        "status": { "phase": "Running" },
    })
}
