//! A probe: what only a try shows. It makes a namespace of its own with a service of each policy and, where an
//! image is given, pods on two nodes that try to reach each other, the services and destinations outside; and
//! removes it whatever happens.
//!
//! The namespace carries [`LABEL`], and until when the probe lasts. A run that was killed leaves it behind:
//! the next one finds it by the label, and removes it once that time has passed.

mod attempt;
mod judge;
mod namespace;
mod nodes;
mod outside;
mod pods;
mod run;
mod script;
mod services;
mod state;

use std::time::Duration;

use groundwork_kit::{client::Client, kubernetes::Bearer};
use groundwork_model::{Family, Finding};
use groundwork_provider::Result;

pub use outside::Outside;

use crate::{codes, facts::Node};

/// The label of the namespace of a probe.
pub const LABEL: &str = "groundwork-probe";
/// How long a probe without pods may take.
pub const LASTS: Duration = Duration::from_secs(60);

/// What is tried.
#[derive(Clone, Copy, Debug)]
pub struct Probe<'a> {
    /// The families of the cluster, the primary one first.
    pub families: &'a [Family],
    /// What is tried with pods; none where no image is given.
    pub pods: Option<Pods<'a>>,
}

/// What is tried with pods.
#[derive(Clone, Copy, Debug)]
pub struct Pods<'a> {
    /// An image that has `busybox`.
    pub image: &'a str,
    /// The nodes of the cluster.
    pub nodes: &'a [Node],
    /// The names of the nodes to use; empty for any two that take pods.
    pub on: &'a [String],
    /// What has to be reached outside of the cluster.
    pub outside: &'a [Outside],
}

impl Probe<'_> {
    /// How long it may take.
    pub fn lasts(&self) -> Duration {
        match self.pods {
            None => LASTS,
            Some(_) => LASTS + run::LASTS,
        }
    }
}

/// Tries it. Ends early, and removes what it made all the same, when `stop` ends.
///
/// # Errors
/// The namespace cannot be made, or not be removed: then the error names it.
pub async fn probe(
    client: &Client<Bearer>,
    probe: &Probe<'_>,
    stop: impl Future<Output = ()>,
) -> Result<Vec<Finding>> {
    let mut findings = namespace::leftovers(client).await?;
    let lasts = probe.lasts();
    let namespace = namespace::make(client, lasts, probe.pods.is_some()).await?;
    let mut tried = Vec::new();
    let is_slow = tokio::select! {
        biased;
        () = stop => false,
        () = client.wire().clock().sleep(lasts) => true,
        () = tries(client, &namespace, probe, &mut tried) => false,
    };
    findings.extend(tried);
    if is_slow {
        findings.push(slow(lasts));
    }
    namespace::remove(client, &namespace).await?;
    Ok(findings)
}

async fn tries(
    client: &Client<Bearer>,
    namespace: &str,
    probe: &Probe<'_>,
    findings: &mut Vec<Finding>,
) {
    let services = services::make(client, namespace, probe.families, findings).await;
    let Some(pods) = &probe.pods else {
        return;
    };
    let (nodes, said) = nodes::choose(pods.nodes, pods.on);
    findings.extend(said);
    let field = run::Field {
        client,
        namespace,
        pods,
        nodes: &nodes,
        families: probe.families,
    };
    let servers = field.servers(findings).await;
    let attempts = field.clients(&servers, &services, findings).await;
    findings.extend(judge::judge(&attempts, &nodes, &servers));
}

/// What the API server, or the nodes, did not do in time.
fn slow(lasts: Duration) -> Finding {
    let seconds = lasts.as_secs();
    let message =
        format!("the API server did not do what the probe asked of it within {seconds} s");
    Finding::error(codes::PROBE, message).remedy("run it again when the API server is less busy")
}

/// What could not be tried, so that it is not known.
fn not_tried(message: impl Into<String>) -> Finding {
    Finding::warning(codes::NOT_ASKED, message)
}
