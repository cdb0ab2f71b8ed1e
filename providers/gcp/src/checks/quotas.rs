//! Whether the project has room for what the plan makes.

use std::collections::BTreeMap;

use groundwork_kit::quota::Demand;
use groundwork_model::Finding;
use groundwork_provider::{Listing, Plan};
use serde::Deserialize;

use crate::{
    api::Api,
    codes,
    object::{Firewall, Network, Quota, Router, Subnetwork},
};

/// What is counted, by kind: limits of the project, wherever in the world things are
/// (<https://cloud.google.com/compute/resource-usage>).
const METRICS: &[(&str, &str)] = &[
    (Network::KIND, "NETWORKS"),
    (Subnetwork::KIND, "SUBNETWORKS"),
    (Router::KIND, "ROUTERS"),
    (Firewall::KIND, "FIREWALLS"),
];

#[derive(Default, Deserialize)]
#[serde(default)]
struct Project {
    quotas: Vec<Quota>,
}

/// Asks where something is made.
pub(super) async fn quotas(api: &Api, plan: &Plan) -> Vec<Finding> {
    let needed = needed(plan);
    if needed.is_empty() {
        return Vec::new();
    }
    let project = api
        .show::<Project>(&format!("projects/{}", api.project()))
        .await;
    match project {
        Ok(project) => {
            let quotas = project.unwrap_or_default().quotas;
            let demands = quotas.iter().filter_map(|quota| demand(quota, &needed));
            demands.filter_map(|demand| short(&demand)).collect()
        }
        Err(error) => vec![unknown(&error.to_string())],
    }
}

fn needed(plan: &Plan) -> BTreeMap<&'static str, u64> {
    let mut needed = BTreeMap::new();
    // What is replaced makes room for itself.
    let made = plan
        .items
        .iter()
        .filter(|item| item.action.creates() && !item.action.deletes());
    for item in made {
        if let Some((_, metric)) = METRICS.iter().find(|(kind, _)| *kind == item.kind) {
            *needed.entry(*metric).or_default() += 1;
        }
    }
    needed
}

fn demand(quota: &Quota, needed: &BTreeMap<&str, u64>) -> Option<Demand> {
    let needed = *needed.get(quota.metric.as_str())?;
    Some(Demand {
        limit: format!("quota {}", quota.metric),
        // The API writes numbers with a fraction; a limit below zero is none.
        max: (quota.limit >= 0.0).then_some(quota.limit as u64),
        used: quota.usage.max(0.0) as u64,
        needed,
    })
}

fn short(demand: &Demand) -> Option<Finding> {
    let remedy = "have it raised (IAM & Admin, Quotas), or remove what is not used";
    demand.shortage(codes::QUOTA, remedy)
}

fn unknown(why: &str) -> Finding {
    let message = format!("the project's quotas cannot be read: {why}");
    let finding = Finding::warning(codes::QUOTA_UNKNOWN, message);
    finding.remedy(
        "allow compute.projects.get, or look for yourself: gcloud compute project-info describe",
    )
}
