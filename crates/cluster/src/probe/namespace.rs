//! The namespace of a probe: made, removed, and found again after a run that was killed.

use std::time::Duration;

use groundwork_kit::{
    client::{Client, path_segment},
    kubernetes::{Bearer, listing},
};
use groundwork_model::Finding;
use groundwork_provider::Result;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::LABEL;
use crate::{codes, retry::again};

/// The annotation that says until when it lasts.
const UNTIL: &str = "groundwork-probe-until";

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

/// Removes what killed runs have left; what may still be in use is left alone, and told.
pub(super) async fn leftovers(client: &Client<Bearer>) -> Result<Vec<Finding>> {
    let pages = listing("/api/v1/namespaces", "500", 1000).only([("labelSelector", LABEL)]);
    let clock = client.wire().clock();
    let all: Vec<Namespace> = again(clock, || client.list(&pages)).await?;
    let mut findings = Vec::new();
    for Namespace { metadata } in all {
        if metadata.deleted.is_some() {
            continue;
        }
        match metadata.annotations.until {
            Some(until) if until >= clock.now() => findings.push(in_use(&metadata.name, until)),
            _ => remove(client, &metadata.name).await?,
        }
    }
    Ok(findings)
}

fn in_use(namespace: &str, until: Timestamp) -> Finding {
    let message = format!("another probe uses namespace {namespace}, or was killed there");
    Finding::note(codes::PROBE, message).remedy(format!(
        "nothing: a probe after {until:.0} removes it (at once: kubectl delete namespace {namespace})"
    ))
}

/// Makes the namespace of a probe that takes so long at most. Pods in it have to be of the kind that may do
/// least: so a cluster that demands this of every namespace takes them too.
pub(super) async fn make(
    client: &Client<Bearer>,
    lasts: Duration,
    with_pods: bool,
) -> Result<String> {
    let now = client.wire().clock().now();
    let until = now.checked_add(lasts + lasts / 2).unwrap_or(now);
    let mut labels = json!({ (LABEL): "verify-cluster" });
    if with_pods {
        for mode in ["enforce", "audit", "warn"] {
            labels[format!("pod-security.kubernetes.io/{mode}")] = json!("restricted");
        }
    }
    let body = json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {
            "generateName": "groundwork-probe-",
            "labels": labels,
            "annotations": { (UNTIL): until.to_string() },
        },
    });
    let made: Namespace = client.post("/api/v1/namespaces", body).await?;
    Ok(made.metadata.name)
}

/// The API server removes a namespace with all that is in it.
pub(super) async fn remove(client: &Client<Bearer>, namespace: &str) -> Result<()> {
    let path = format!("/api/v1/namespaces/{}", path_segment(namespace));
    let removed = again(client.wire().clock(), || client.delete(&path)).await;
    removed.map_err(|error| {
        let remedy =
            format!("kubectl delete namespace {namespace}, or let the next probe remove it");
        error.remedy(remedy)
    })
}
