//! The pods of a probe, started and waited for: a server on each node, then a client on each.

use std::{collections::BTreeMap, net::IpAddr, time::Duration};

use groundwork_kit::{
    client::{Client, path_segment},
    kubernetes::{Bearer, listing},
};
use groundwork_model::{Family, Finding};
use groundwork_provider::{ErrorKind, Result};
use serde_json::Value;

use super::{
    Pods,
    attempt::{Attempt, attempts},
    not_tried,
    pods::{self, Common, client_name, server_name},
    script,
    services::Made,
    state::{Pod, State},
};
use crate::{codes, facts::named, retry::again};

/// How long the servers may take: a node has to pull the image.
const SERVERS_START: Duration = Duration::from_secs(120);
/// How long the clients may take: each destination has four tries of ten seconds at most.
const CLIENTS_END: Duration = Duration::from_secs(90);
/// All of it.
pub(super) const LASTS: Duration = SERVERS_START.saturating_add(CLIENTS_END);
/// How long the scheduler may find no place for a pod.
const UNSCHEDULED: Duration = Duration::from_secs(15);
/// How long a new namespace may lack its service account, without which no pod is made in it.
const NO_ACCOUNT: Duration = Duration::from_secs(15);
/// The pause between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// Where the pods of a probe run.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) client: &'a Client<Bearer>,
    pub(super) namespace: &'a str,
    pub(super) pods: &'a Pods<'a>,
    pub(super) nodes: &'a [String],
    pub(super) families: &'a [Family],
}

/// The servers that run, by the number of their node.
pub(super) type Servers = BTreeMap<usize, Vec<IpAddr>>;

impl Field<'_> {
    /// Starts a server on each node. Why one does not run, and which family it lacks, goes to the findings.
    pub(super) async fn servers(self, findings: &mut Vec<Finding>) -> Servers {
        let bodies = self.nodes.iter().enumerate();
        let bodies = bodies.map(|(number, node)| pods::server(self.common(), number, node));
        let names: Vec<String> = (0..self.nodes.len()).map(server_name).collect();
        let states = match self
            .start(bodies.collect(), &names, true, SERVERS_START)
            .await
        {
            Ok(states) => states,
            Err(finding) => {
                findings.push(*finding);
                return Servers::new();
            }
        };
        let mut servers = Servers::new();
        for ((number, node), name) in self.nodes.iter().enumerate().zip(&names) {
            match states.get(name) {
                Some(State::Runs(ips)) => {
                    findings.extend(self.lacking(node, ips));
                    servers.insert(number, ips.clone());
                }
                other => findings.push(not_running(node, other, self.pods.image)),
            }
        }
        servers
    }

    /// Starts a client on each node with a server. What each attempt has come to is in the answer.
    pub(super) async fn clients(
        self,
        servers: &Servers,
        services: &[Made],
        findings: &mut Vec<Finding>,
    ) -> Vec<Attempt> {
        let numbers: Vec<usize> = servers.keys().copied().collect();
        let mut tried: Vec<Vec<Attempt>> = Vec::new();
        let (mut bodies, mut names) = (Vec::new(), Vec::new());
        for (number, node) in self.nodes.iter().enumerate() {
            if !numbers.contains(&number) {
                continue;
            }
            let own = attempts(number, servers, services, self.pods.outside, self.families);
            let arguments: Vec<String> = own.iter().enumerate().map(Attempt::argument).collect();
            bodies.push(pods::client(self.common(), number, node, &arguments));
            names.push((node, client_name(number)));
            tried.push(own);
        }
        let all: Vec<String> = names.iter().map(|(_, name)| name.clone()).collect();
        let states = match self.start(bodies, &all, false, CLIENTS_END).await {
            Ok(states) => states,
            Err(finding) => {
                findings.push(*finding);
                return Vec::new();
            }
        };
        for ((node, name), own) in names.iter().zip(&mut tried) {
            match states.get(name) {
                Some(State::Ended(message)) => fill(own, message),
                other => {
                    findings.push(not_running(node, other, self.pods.image));
                    own.clear();
                }
            }
        }
        tried.into_iter().flatten().collect()
    }

    const fn common(&self) -> Common<'_> {
        Common {
            image: self.pods.image,
            is_named: !self.pods.on.is_empty(),
        }
    }

    fn lacking(&self, node: &str, ips: &[IpAddr]) -> Option<Finding> {
        let has = |family: &&Family| ips.iter().any(|ip| Family::of_address(ip) == **family);
        let missing: Vec<Family> = self
            .families
            .iter()
            .filter(|one| !has(one))
            .copied()
            .collect();
        let ips: Vec<String> = ips.iter().map(IpAddr::to_string).collect();
        let message = format!(
            "a new pod on node {node} got {}, and no address of {}",
            ips.join(" and "),
            named(&missing)
        );
        let finding = Finding::error(codes::POD_FAMILY, message).about(format!("node {node}"));
        (!missing.is_empty()).then(|| {
            finding.remedy(
                "look at the network plugin on that node: whether its configuration has both families, and \
                 whether the node has a range of pods of each",
            )
        })
    }

    /// Makes pods, and waits until each runs or has ended.
    async fn start(
        self,
        bodies: Vec<Value>,
        names: &[String],
        is_enough_to_run: bool,
        most: Duration,
    ) -> Result<BTreeMap<String, State>, Box<Finding>> {
        let started = async {
            for body in bodies {
                self.create(body).await?;
            }
            self.wait(names, is_enough_to_run, most).await
        };
        started.await.map_err(|error: groundwork_provider::Error| {
            let message = format!("the probe's pods were not started, so no path of a pod was tried: {error}");
            let remedy = match error.kind == ErrorKind::Denied {
                true => {
                    "give the user the role that `groundwork verify-cluster --print-rbac --probe \
                     --probe-image IMAGE` prints, or have the admission that the message names let them pass"
                }
                false => "correct what the message names, and probe again",
            };
            Box::new(not_tried(message).remedy(remedy))
        })
    }

    /// Makes a pod. A namespace that was made just now has no service account yet, and takes none.
    async fn create(self, body: Value) -> Result<()> {
        let path = self.path();
        let clock = self.client.wire().clock();
        let began = clock.now();
        loop {
            let made = self.client.post::<Value>(&path, body.clone()).await;
            match made {
                Err(error)
                    if error.kind == ErrorKind::Denied
                        && error.to_string().contains("serviceaccount")
                        && clock.since(began) < NO_ACCOUNT =>
                {
                    clock.sleep(PAUSE).await;
                }
                other => return other.map(drop),
            }
        }
    }

    async fn wait(
        self,
        names: &[String],
        is_enough_to_run: bool,
        most: Duration,
    ) -> Result<BTreeMap<String, State>> {
        let clock = self.client.wire().clock();
        let pages = listing(&self.path(), "50", 50);
        let began = clock.now();
        loop {
            let pods: Vec<Pod> = again(clock, || self.client.list(&pages)).await?;
            let states = pods.iter().map(|pod| (pod.name().to_owned(), pod.state()));
            let states: BTreeMap<String, State> = states.collect();
            let waited = clock.since(began);
            let is_awaited = |name: &String| match states.get(name) {
                None | Some(State::Coming(_)) => true,
                Some(State::Unscheduled(_)) => waited < UNSCHEDULED,
                Some(State::Runs(_)) => !is_enough_to_run,
                Some(State::Ended(_) | State::Stuck(_)) => false,
            };
            if waited >= most || !names.iter().any(is_awaited) {
                return Ok(states);
            }
            clock.sleep(PAUSE).await;
        }
    }

    fn path(&self) -> String {
        format!("/api/v1/namespaces/{}/pods", path_segment(self.namespace))
    }
}

fn fill(attempts: &mut [Attempt], message: &str) {
    let said = script::said(message);
    for (number, attempt) in attempts.iter_mut().enumerate() {
        attempt.outcome = said.get(&number).copied();
    }
}

/// Why a pod did not run, and so what it was to try was not.
fn not_running(node: &str, state: Option<&State>, image: &str) -> Finding {
    let (why, remedy) = match state {
        None => ("somebody has removed it".to_owned(), "probe again"),
        Some(State::Unscheduled(why)) => (
            format!("the scheduler finds no place: {why}"),
            "make room on the node, or name other nodes with --probe-node",
        ),
        Some(State::Stuck(why) | State::Coming(why)) => (why.clone(), remedy(why)),
        Some(State::Runs(_) | State::Ended(_)) => (
            "it did not end in time".to_owned(),
            "probe again when the node is less busy",
        ),
    };
    let message = format!(
        "the probe's pod of {image} on node {node} did not do its work, so its paths were not tried: {why}"
    );
    not_tried(message)
        .about(format!("node {node}"))
        .remedy(remedy)
}

fn remedy(why: &str) -> &'static str {
    // Its reason stands before what the node says, which may name any image.
    let reason = why.split(':').next().unwrap_or_default();
    if reason.contains("Image") {
        return "name an image that this node can pull with --probe-image; a registry that asks for a \
                password has to be opened to the node itself";
    }
    if why.contains("busybox") {
        return "name an image with busybox: busybox, alpine and agnhost have it";
    }
    "look at the events of a pod on that node, at its container runtime and at its network plugin (kubectl \
     describe node)"
}
