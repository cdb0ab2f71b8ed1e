//! A scheduler and kubelets for the mock API server: they bind pods, give them addresses and end clients with
//! what a network like this one would have them say.

use std::time::Duration;

use mock_byo::Apiserver;
use mock_cloud::{Cloud as _, Hand as _};
use serde_json::{Value, json};

use crate::common::Lab;

/// One attempt of a client: its node, and the words that its script reads.
pub(crate) struct Path<'a> {
    pub(crate) node: &'a str,
    pub(crate) way: &'a str,
    pub(crate) address: &'a str,
}

impl Path<'_> {
    /// Whether it leads to a pod or a service over IPv6, or to somebody else's server over it.
    pub(crate) fn is_v6(&self) -> bool {
        self.address.contains(':') || self.way == "aaaa"
    }

    /// The node of the server that it leads to.
    pub(crate) fn server(&self) -> Option<&'static str> {
        match self.address {
            "172.25.1.10" | "fd01:0:0:1::10" => Some("a"),
            "172.25.2.10" | "fd01:0:0:2::10" => Some("b"),
            _ => None,
        }
    }

    pub(crate) fn is_service(&self) -> bool {
        self.way == "served" && self.server().is_none()
    }

    pub(crate) fn is_outside(&self) -> bool {
        self.way != "served"
    }
}

/// What becomes of a pod before its container runs.
#[derive(Clone, Copy)]
pub(crate) enum Fate {
    Runs,
    /// The node cannot pull its image.
    Pull,
    /// The scheduler finds no place.
    NoPlace,
    /// No scheduler is there.
    Forgotten,
}

pub(crate) struct Kubelets {
    pub(crate) fate: fn(node: &str) -> Fate,
    /// What a client says of a path.
    pub(crate) says: fn(&Path<'_>) -> &'static str,
    /// The families that a pod gets.
    pub(crate) ips: fn(number: usize) -> Vec<String>,
}

impl Default for Kubelets {
    fn default() -> Self {
        Self {
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
    /// Works as long as somebody waits for it.
    pub(crate) async fn work(&self, lab: &Lab) -> ! {
        loop {
            lab.clock.sleep(Duration::from_secs(1)).await;
            lab.mock.with(|cloud: &mut Apiserver| self.look(cloud));
        }
    }

    fn look(&self, cloud: &mut Apiserver) {
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
            Fate::Pull => json!({ "waiting": {
                "reason": "ImagePullBackOff", "message": "Back-off pulling image \"busybox:none\"",
            } }),
            Fate::Runs => self.container(pod, node),
        };
        let number = if node == "a" { 1 } else { 2 };
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
            let path = Path { node, way, address };
            message += &format!("{number} {}\n", (self.says)(&path));
        }
        json!({ "terminated": { "exitCode": 0, "reason": "Completed", "message": message } })
    }
}
