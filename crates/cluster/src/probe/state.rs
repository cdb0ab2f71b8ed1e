//! How far a pod of the probe is, as its status says.

use std::net::IpAddr;

use serde::Deserialize;

use crate::facts::Condition;

/// The longest text of a kubelet that is told.
const TEXT_MAX: usize = 300;

#[derive(Debug, Deserialize)]
pub(super) struct Pod {
    metadata: Metadata,
    #[serde(default)]
    status: Status,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    phase: String,
    reason: String,
    message: String,
    #[serde(rename = "podIPs")]
    ips: Vec<Ip>,
    conditions: Vec<Condition>,
    container_statuses: Vec<Container>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Ip {
    ip: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Container {
    state: ContainerState,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ContainerState {
    waiting: Option<Said>,
    running: Option<Running>,
    terminated: Option<Said>,
}

#[derive(Debug, Deserialize)]
struct Running {}

/// What a kubelet says of a container; of one that has ended, the termination message is in it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Said {
    reason: String,
    message: String,
    exit_code: i64,
}

/// How far a pod is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum State {
    /// It will start, as far as is known; and what it waits for.
    Coming(String),
    /// The scheduler finds no place for it; and why. That may change within seconds.
    Unscheduled(String),
    /// It runs, with these addresses.
    Runs(Vec<IpAddr>),
    /// It has ended, and says this.
    Ended(String),
    /// It will not start, or has failed; and why.
    Stuck(String),
}

/// What a kubelet tries again, and what no further try changes.
const FINAL: [&str; 6] = [
    "ImagePullBackOff",
    "InvalidImageName",
    "ErrImageNeverPull",
    "CreateContainerConfigError",
    "CreateContainerError",
    "RunContainerError",
];

impl Pod {
    pub(super) fn name(&self) -> &str {
        &self.metadata.name
    }

    pub(super) fn state(&self) -> State {
        let status = &self.status;
        let container = status.container_statuses.first().map(|one| &one.state);
        if let Some(ended) = container.and_then(|own| own.terminated.as_ref()) {
            return match ended.exit_code {
                0 => State::Ended(ended.message.clone()),
                code => State::Stuck(format!("it ended with {code}: {}", text(ended))),
            };
        }
        if status.phase == "Failed" {
            let (reason, message) = (clean(&status.reason), clean(&status.message));
            return State::Stuck(format!("the kubelet refused it: {reason} {message}"));
        }
        if container.is_some_and(|own| own.running.is_some()) {
            return self.running();
        }
        match container.and_then(|own| own.waiting.as_ref()) {
            Some(waits) if FINAL.contains(&waits.reason.as_str()) => State::Stuck(text(waits)),
            Some(waits) => State::Coming(text(waits)),
            None => self.scheduled(),
        }
    }

    fn running(&self) -> State {
        let ips = self.status.ips.iter();
        let ips: Vec<IpAddr> = ips.filter_map(|one| one.ip.parse().ok()).collect();
        match ips.is_empty() {
            true => State::Coming("it runs, and has no address yet".to_owned()),
            false => State::Runs(ips),
        }
    }

    fn scheduled(&self) -> State {
        let mut conditions = self.status.conditions.iter();
        match conditions.find(|condition| condition.kind == "PodScheduled") {
            Some(own) if own.status == "False" => State::Unscheduled(clean(&own.message)),
            Some(_) => State::Coming("its node's kubelet has not begun with it".to_owned()),
            None => State::Coming("no scheduler has given it to a node".to_owned()),
        }
    }
}

fn text(said: &Said) -> String {
    match said.message.is_empty() {
        true => clean(&said.reason),
        false => format!("{}: {}", clean(&said.reason), clean(&said.message)),
    }
}

/// A text of a kubelet's in one line, without control characters, and not too long.
fn clean(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let plain = words.join(" ");
    plain
        .chars()
        .filter(|one| !one.is_control())
        .take(TEXT_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn state(status: Value) -> State {
        let pod: Pod = serde_json::from_value(json!({
            "metadata": { "name": "serve-1" }, "status": status,
        }))
        .expect("it is a pod");
        pod.state()
    }

    fn container(state: Value) -> Value {
        json!({ "containerStatuses": [{ "state": state }] })
    }

    #[test]
    fn an_image_that_is_tried_again_is_waited_for_and_one_that_backs_off_is_not() {
        let pull = |reason: &str| {
            container(json!({ "waiting": { "reason": reason, "message": "x\n\u{1b}[31my" } }))
        };
        assert_eq!(
            state(pull("ErrImagePull")),
            State::Coming("ErrImagePull: x [31my".to_owned())
        );
        assert!(matches!(state(pull("ImagePullBackOff")), State::Stuck(_)));
        assert!(matches!(state(pull("ContainerCreating")), State::Coming(_)));
    }

    #[test]
    fn a_pod_that_runs_without_an_address_is_waited_for() {
        let mut runs = container(json!({ "running": { "startedAt": "2026-11-30T00:00:00Z" } }));
        assert!(matches!(state(runs.clone()), State::Coming(_)));
        runs["podIPs"] = json!([{ "ip": "10.0.0.1" }, { "ip": "nonsense" }]);
        assert_eq!(state(runs), State::Runs(vec!["10.0.0.1".parse().unwrap()]));
    }

    #[test]
    fn an_image_without_busybox_says_so() {
        let ended = json!({ "terminated": {
            "exitCode": 128, "reason": "StartError", "message": "exec: \"busybox\": executable file not found in $PATH",
        } });
        let State::Stuck(why) = state(container(ended)) else {
            panic!("it has failed");
        };
        assert!(why.contains("128: StartError: exec: \"busybox\""), "{why}");
    }

    #[test]
    fn what_the_scheduler_or_the_kubelet_refuses_is_told_in_their_words() {
        let condition = json!({ "type": "PodScheduled", "status": "False", "message": "0/3 nodes are available" });
        assert_eq!(
            state(json!({ "conditions": [condition] })),
            State::Unscheduled("0/3 nodes are available".to_owned())
        );
        let failed = json!({ "phase": "Failed", "reason": "OutOfcpu", "message": "Node didn't have enough" });
        let State::Stuck(why) = state(failed) else {
            panic!("it has failed");
        };
        assert!(why.contains("OutOfcpu"), "{why}");
    }
}
