//! A probe: what only a try shows. It makes a namespace of its own with a service of each policy, and removes
//! it whatever happens.
//!
//! The namespace carries [`LABEL`], and until when the probe lasts. A run that was killed leaves it behind:
//! the next one finds it by the label, and removes it once that time has passed.

use std::time::Duration;

use groundwork_kit::{
    client::{Client, path_segment},
    kubernetes::{Bearer, listing},
};
use groundwork_model::{Family, Finding};
use groundwork_provider::{Error, Result};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::{
    codes,
    facts::{Service, named},
    retry::again,
};

/// The label of the namespace of a probe.
pub const LABEL: &str = "groundwork-probe";
/// The annotation that says until when it lasts.
const UNTIL: &str = "groundwork-probe-until";
/// How long a probe may take.
pub const LASTS: Duration = Duration::from_secs(60);

/// The policies, and how many families a service of each gets in a dual-stack cluster.
const POLICIES: [(&str, usize); 3] = [
    ("SingleStack", 1),
    ("PreferDualStack", 2),
    ("RequireDualStack", 2),
];

#[derive(Debug, Deserialize)]
struct Namespace {
    metadata: Metadata,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    name: String,
    #[serde(default, rename = "deletionTimestamp")]
    deleted: Option<String>,
    #[serde(default)]
    annotations: Annotations,
}

#[derive(Debug, Default, Deserialize)]
struct Annotations {
    #[serde(default, rename = "groundwork-probe-until")]
    until: Option<Timestamp>,
}

/// Tries it. `families` are those of the cluster, the primary one first. Ends early, and removes what it made
/// all the same, when `stop` ends.
///
/// # Errors
/// The namespace cannot be made, or not be removed: then the error names it.
pub async fn probe(
    client: &Client<Bearer>,
    families: &[Family],
    stop: impl Future<Output = ()>,
) -> Result<Vec<Finding>> {
    let mut findings = leftovers(client).await?;
    let namespace = make(client).await?;
    let clock = client.wire().clock();
    let mut tried = Vec::new();
    tokio::select! {
        biased;
        () = stop => {}
        () = clock.sleep(LASTS) => tried.push(slow()),
        more = services(client, &namespace, families) => tried = more,
    }
    findings.extend(tried);
    remove(client, &namespace).await?;
    Ok(findings)
}

fn slow() -> Finding {
    let seconds = LASTS.as_secs();
    let message = format!("the API server did not make three services within {seconds} s");
    Finding::error(codes::PROBE, message).remedy("run it again when the API server is less busy")
}

/// Removes what killed runs have left; what may still be in use is left alone, and told.
async fn leftovers(client: &Client<Bearer>) -> Result<Vec<Finding>> {
    let pages = listing("/api/v1/namespaces", "500", 1000).only([("labelSelector", LABEL)]);
    let clock = client.wire().clock();
    let all: Vec<Namespace> = again(clock, || client.list(&pages)).await?;
    let mut findings = Vec::new();
    for Namespace { metadata } in all {
        let is_over = metadata
            .annotations
            .until
            .is_none_or(|until| until < clock.now());
        if metadata.deleted.is_some() {
            continue;
        }
        if is_over {
            remove(client, &metadata.name).await?;
            continue;
        }
        let message = format!(
            "another probe uses namespace {}, or was killed there",
            metadata.name
        );
        findings.push(Finding::note(codes::PROBE, message).remedy(format!(
            "nothing: a probe removes it a minute after it was made (at once: kubectl delete namespace {})",
            metadata.name
        )));
    }
    Ok(findings)
}

async fn make(client: &Client<Bearer>) -> Result<String> {
    let now = client.wire().clock().now();
    let until = now.checked_add(LASTS + LASTS / 2).unwrap_or(now);
    let body = json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {
            "generateName": "groundwork-probe-",
            "labels": { (LABEL): "verify-cluster" },
            "annotations": { (UNTIL): until.to_string() },
        },
    });
    let made: Namespace = client.post("/api/v1/namespaces", body).await?;
    Ok(made.metadata.name)
}

/// The API server removes a namespace with all that is in it.
async fn remove(client: &Client<Bearer>, namespace: &str) -> Result<()> {
    let path = format!("/api/v1/namespaces/{}", path_segment(namespace));
    let removed = again(client.wire().clock(), || client.delete(&path)).await;
    removed.map_err(|error| {
        let remedy =
            format!("kubectl delete namespace {namespace}, or let the next probe remove it");
        error.remedy(remedy)
    })
}

async fn services(client: &Client<Bearer>, namespace: &str, families: &[Family]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (policy, count) in POLICIES {
        let made = service(client, namespace, policy).await;
        findings.extend(judged(policy, &families[..count.min(families.len())], made));
    }
    findings
}

async fn service(client: &Client<Bearer>, namespace: &str, policy: &str) -> Result<Service> {
    let path = format!("/api/v1/namespaces/{}/services", path_segment(namespace));
    let body = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": { "name": policy.to_lowercase() },
        "spec": { "ipFamilyPolicy": policy, "ports": [{ "port": 80 }] },
    });
    client.post(&path, body).await
}

/// What the API server made of a policy, against what a cluster of these families makes of it.
fn judged(policy: &str, wanted: &[Family], made: Result<Service, Error>) -> Option<Finding> {
    let subject = format!("a service with {policy}");
    let service = match made {
        Ok(service) => service,
        Err(error) => {
            let message = format!("the API server does not make it: {error}");
            let finding = Finding::error(codes::PROBE, message).about(subject);
            return Some(finding.remedy(
                "compare the ranges of services with what is said of them: a range larger than /64 \
                 gives no address, and RequireDualStack needs two",
            ));
        }
    };
    let has: Vec<Family> = service
        .cluster_ips()
        .iter()
        .map(Family::of_address)
        .collect();
    if has == wanted {
        return None;
    }
    let message = format!("it got {}, not {}", named(&has), named(wanted));
    let finding = Finding::error(codes::PROBE, message).about(subject);
    Some(finding.remedy("give the API server a range of services of each family, in one order"))
}
