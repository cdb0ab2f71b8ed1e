//! A scheduler and kubelets for the mock API server: they bind pods, give them addresses and end clients with
//! what a network like this one would have them say.

use mock_cloud::{Cloud as _, Hand as _};
use serde_json::{Value, json};

use crate::apiserver::Apiserver;

/// One attempt of a client: its node, and the words that its script reads.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    /// The node of the client.
    pub node: &'a str,
    /// How the address is found, and what is there.
    pub way: &'a str,
    /// Where it leads.
    pub address: &'a str,
    nodes: [&'static str; 2],
}

impl Path<'_> {
    /// Whether it leads to a pod or a service over IPv6, or to somebody else's server over it.
    pub fn is_v6(&self) -> bool {
        self.address.contains(':') || self.way == "aaaa"
    }

    /// The node of the server that it leads to.
    pub fn server(&self) -> Option<&'static str> {
        match self.address {
            "172.25.1.10" | "fd01:0:0:1::10" => Some(self.nodes[0]),
            "172.25.2.10" | "fd01:0:0:2::10" => Some(self.nodes[1]),
            _ => None,
        }
    }

    /// Whether it leads to a service.
    pub fn is_service(&self) -> bool {
        self.way == "served" && self.server().is_none()
    }

    /// Whether it leads to somebody else's server.
    pub fn is_outside(&self) -> bool {
        self.way != "served"
    }
}

/// What becomes of a pod before its container runs.
#[derive(Clone, Copy, Debug)]
pub enum Fate {
    /// It runs.
    Runs,
    /// The node cannot pull its image.
    Pull,
    /// The scheduler finds no place.
    NoPlace,
    /// No scheduler is there.
    Forgotten,
}

/// The kubelets of two nodes.
#[derive(Clone, Copy, Debug)]
pub struct Kubelets {
    /// The names of the nodes.
    pub nodes: [&'static str; 2],
    /// What becomes of the pods of a node.
    pub fate: fn(node: &str) -> Fate,
    /// What a client says of a path.
    pub says: fn(&Path<'_>) -> &'static str,
    /// The families that a pod gets.
    pub ips: fn(number: usize) -> Vec<String>,
}

impl Default for Kubelets {
    fn default() -> Self {
        Self {
            nodes: ["a", "b"],
            fate: |_| Fate::Runs,
            says: |_| "whole",
            ips: |number| {
                vec![
                    format!("172.25.{number}.10"),
                    format!("fd01:0:0:{number}::10"),
                ]
            },
        }
    }
}

impl Kubelets {
    /// Does what is to be done by now.
    ///
    /// # Panics
    /// A pod asks for something that these kubelets do not know.
    pub fn look(&self, cloud: &mut Apiserver) {
        let all = cloud.store().list("pods");
        let new = all.filter(|pod| pod.body.get("status").is_none());
        let new: Vec<(String, Value)> = new
            .map(|pod| (pod.id.clone(), Value::Object(pod.body.clone())))
            .collect();
        for (id, pod) in new {
            if let Some(status) = self.status(&pod) {
                cloud.edit("pods", &id, |body| {
                    body.insert("status".to_owned(), status);
                });
            }
        }
    }

    fn status(&self, pod: &Value) -> Option<Value> {
        let rule = "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution";
        let place = format!("{rule}/nodeSelectorTerms/0/matchFields/0/values/0");
        let node = pod.pointer(&place)?.as_str()?;
        let state = match (self.fate)(node) {
            Fate::Forgotten => return None,
            Fate::NoPlace => {
                let condition = json!({
                    "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                    "message": "0/2 nodes are available: 1 Insufficient memory.",
                });
                return Some(json!({ "phase": "Pending", "conditions": [condition] }));
            }
            Fate::Pull => {
                let image = &pod["spec"]["containers"][0]["image"];
                json!({ "waiting": {
                    "reason": "ImagePullBackOff", "message": format!("Back-off pulling image {image}"),
                } })
            }
            Fate::Runs => self.container(pod, node),
        };
        let number = if node == self.nodes[0] { 1 } else { 2 };
        let ips: Vec<Value> = (self.ips)(number)
            .iter()
            .map(|ip| json!({ "ip": ip }))
            .collect();
        Some(
            json!({ "phase": "Running", "podIPs": ips, "containerStatuses": [{ "state": state }] }),
        )
    }

    fn container(&self, pod: &Value, node: &str) -> Value {
        let Some(arguments) = pod["spec"]["containers"][0]["args"].as_array() else {
            return json!({ "running": {} });
        };
        let mut message = String::new();
        for argument in arguments.iter().filter_map(Value::as_str) {
            let words: Vec<&str> = argument.split(' ').collect();
            let [number, way, address, _] = words[..] else {
                panic!("{argument}");
            };
            let path = Path {
                node,
                way,
                address,
                nodes: self.nodes,
            };
            message += &format!("{number} {}\n", (self.says)(&path));
        }
        json!({ "terminated": { "exitCode": 0, "reason": "Completed", "message": message } })
    }
}
