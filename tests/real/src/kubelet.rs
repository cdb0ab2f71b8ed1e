//! A scheduler and the kubelets of two nodes: what the control plane's pods need, to really run in a
//! [`PodNetwork`].

use std::collections::BTreeMap;
use std::fs;
use std::net::IpAddr;
use std::process::Child;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::control_plane::ControlPlane;
use crate::node::PodNetwork;

/// The names of the nodes, in the order of their numbers in the network.
pub const NODES: [&str; 2] = ["a", "b"];

/// The kubelets, with what runs on them.
pub struct Kubelets {
    network: PodNetwork,
    running: BTreeMap<String, Container>,
    /// Whether a service's address of a family comes to its pod: what kube-proxy does.
    proxies: fn(&IpAddr) -> bool,
}

struct Container {
    child: Child,
    message: String,
    is_over: bool,
}

impl Drop for Kubelets {
    fn drop(&mut self) {
        for container in self.running.values_mut() {
            end(container);
        }
    }
}

fn end(container: &mut Container) {
    // What has ended by itself cannot be ended again.
    let _ = container.child.kill();
    let _ = container.child.wait();
}

impl Kubelets {
    /// Kubelets on this network.
    #[must_use]
    pub const fn new(network: PodNetwork, proxies: fn(&IpAddr) -> bool) -> Self {
        Self {
            network,
            running: BTreeMap::new(),
            proxies,
        }
    }

    /// Looks at every pod once, and does what is to be done next with it.
    ///
    /// # Errors
    /// The API server refuses something, or a container does not start.
    pub fn look(&mut self, plane: &ControlPlane) -> Result<()> {
        let pods = plane.ask("GET", "/api/v1/pods", None)?;
        for pod in pods["items"].as_array().context("it is a list")? {
            let path = path(pod)?;
            let node = pod["spec"]["nodeName"].as_str();
            match (node, self.running.contains_key(&path)) {
                _ if !pod["metadata"]["deletionTimestamp"].is_null() => {
                    self.remove(plane, &path)?
                }
                (None, _) => bind(plane, &path, pod)?,
                (Some(node), false) => self.start(plane, &path, pod, node)?,
                (Some(_), true) => self.watch(plane, &path, pod)?,
            }
        }
        Ok(())
    }

    fn start(&mut self, plane: &ControlPlane, path: &str, pod: &Value, node: &str) -> Result<()> {
        let node = 1 + NODES
            .iter()
            .position(|own| *own == node)
            .context("one of ours")?;
        let (number, ips) = self.network.pod(node)?;
        self.forward(plane, pod, node, number)?;
        let container = &pod["spec"]["containers"][0];
        let words = ["command", "args"].map(|field| container[field].as_array());
        let words = words.into_iter().flatten().flatten();
        let words: Vec<&str> = words.filter_map(Value::as_str).collect();
        let (child, message) = self.network.run(number, &words)?;
        let own = Container {
            child,
            message,
            is_over: false,
        };
        self.running.insert(path.to_owned(), own);
        let ips: Vec<Value> = ips.iter().map(|ip| json!({ "ip": ip })).collect();
        let status = json!({
            "phase": "Running", "podIP": ips[0]["ip"], "podIPs": ips,
            "containerStatuses": [status(container, &json!({ "running": {} }))],
        });
        write(plane, path, &status)
    }

    /// The services that lead to this pod.
    fn forward(&self, plane: &ControlPlane, pod: &Value, node: usize, number: usize) -> Result<()> {
        let namespace = pod["metadata"]["namespace"].as_str().unwrap_or_default();
        let all = format!("/api/v1/namespaces/{namespace}/services");
        let services = plane.ask("GET", &all, None)?;
        for service in services["items"].as_array().into_iter().flatten() {
            let labels = service["spec"]["selector"].as_object();
            let fits = |labels: &serde_json::Map<String, Value>| {
                let mut labels = labels.iter();
                labels.all(|(name, value)| pod["metadata"]["labels"][name] == *value)
            };
            if !labels.is_some_and(fits) {
                continue;
            }
            let ips = service["spec"]["clusterIPs"].as_array();
            for ip in ips.into_iter().flatten().filter_map(Value::as_str) {
                if (self.proxies)(&ip.parse()?) {
                    self.network.forward(ip, node, number)?;
                }
            }
        }
        Ok(())
    }

    fn watch(&mut self, plane: &ControlPlane, path: &str, pod: &Value) -> Result<()> {
        let own = self.running.get_mut(path).context("it runs")?;
        let Some(ended) = own.child.try_wait()?.filter(|_| !own.is_over) else {
            return Ok(());
        };
        own.is_over = true;
        let code = ended.code().unwrap_or(137);
        let phase = if code == 0 { "Succeeded" } else { "Failed" };
        let message = fs::read_to_string(&own.message)?;
        let ended = json!({ "terminated": { "exitCode": code, "reason": "Completed", "message": message } });
        let container = &pod["spec"]["containers"][0];
        let status = json!({ "phase": phase, "containerStatuses": [status(container, &ended)] });
        write(plane, path, &status)
    }

    /// A pod is gone once its kubelet says that nothing of it runs.
    fn remove(&mut self, plane: &ControlPlane, path: &str) -> Result<()> {
        if let Some(mut own) = self.running.remove(path) {
            end(&mut own);
        }
        let now = json!({ "gracePeriodSeconds": 0 });
        plane.ask("DELETE", path, Some(&now)).map(drop)
    }
}

fn path(pod: &Value) -> Result<String> {
    let text = |field: &str| pod["metadata"][field].as_str().context("it has a name");
    Ok(format!(
        "/api/v1/namespaces/{}/pods/{}",
        text("namespace")?,
        text("name")?
    ))
}

/// Gives a pod to the node that its affinity names.
fn bind(plane: &ControlPlane, path: &str, pod: &Value) -> Result<()> {
    let rule = "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution";
    let place = format!("{rule}/nodeSelectorTerms/0/matchFields/0/values/0");
    let node = pod.pointer(&place).context("it names its node")?;
    let binding = json!({
        "apiVersion": "v1", "kind": "Binding", "metadata": { "name": pod["metadata"]["name"] },
        "target": { "apiVersion": "v1", "kind": "Node", "name": node },
    });
    plane
        .ask("POST", &format!("{path}/binding"), Some(&binding))
        .map(drop)
}

fn status(container: &Value, state: &Value) -> Value {
    json!({
        "name": container["name"], "image": container["image"], "imageID": "", "ready": true, "restartCount": 0,
        "state": state,
    })
}

fn write(plane: &ControlPlane, path: &str, status: &Value) -> Result<()> {
    let patch = json!({ "status": status });
    plane
        .ask("PATCH", &format!("{path}/status"), Some(&patch))
        .map(drop)
}
