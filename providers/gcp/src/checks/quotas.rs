//! Whether the project, and the region, have room for what the plan makes.

use std::collections::BTreeMap;

use groundwork_kit::quota::{Demand, needed};
use groundwork_model::Finding;
use groundwork_provider::{Listing, Look, Plan};
use serde::Deserialize;

use crate::{
    api::Api,
    codes,
    object::{Firewall, Network, Quota, Region, Router, Subnetwork},
};

/// What is counted, by kind.
type Metrics = &'static [(&'static str, &'static str)];

/// Limits of the project, wherever in the world things are
/// (<https://cloud.google.com/compute/resource-usage>).
const OF_PROJECT: Metrics = &[
    (Network::KIND, "NETWORKS"),
    (Subnetwork::KIND, "SUBNETWORKS"),
    (Router::KIND, "ROUTERS"),
    (Firewall::KIND, "FIREWALLS"),
];

/// Limits of the region. A NAT reserves its addresses there, one to begin with
/// (<https://docs.cloud.google.com/nat/docs/ports-and-addresses>).
const OF_REGION: Metrics = &[(Router::KIND, "STATIC_ADDRESSES")];

#[derive(Default, Deserialize)]
#[serde(default)]
struct Project {
    quotas: Vec<Quota>,
}

/// Asks where something is made. The look has the regions already.
pub(super) async fn quotas(look: &Look<'_, Api>, plan: &Plan) -> Vec<Finding> {
    let (everywhere, here) = (needed(plan, OF_PROJECT), needed(plan, OF_REGION));
    if everywhere.is_empty() {
        return Vec::new();
    }
    let api = look.api();
    let of_project = format!("projects/{}", api.project());
    let scope = look.scope();
    let (project, regions) = tokio::join!(
        api.show::<Project>(&of_project),
        look.list::<Region>(&scope)
    );
    let (project, regions) = match (project, regions) {
        (Ok(project), Ok(regions)) => (project.unwrap_or_default(), regions),
        (Err(error), _) => return vec![unknown(&error.to_string())],
        (_, Err(error)) => return vec![unknown(&error.to_string())],
    };
    let region = api.region().unwrap_or_default();
    let in_region = regions.by_id(region).map(|found| &found.state.quotas);
    let mut all = demands(&project.quotas, &everywhere, "");
    if let Some(quotas) = in_region {
        all.extend(demands(quotas, &here, &format!(" in {region}")));
    }
    all.iter().filter_map(short).collect()
}

/// What is needed of each limit. `place`: where the limit holds, as its name ends.
fn demands(quotas: &[Quota], needed: &BTreeMap<&str, u64>, place: &str) -> Vec<Demand> {
    let demand = |quota: &Quota| {
        Some(Demand {
            limit: format!("quota {}{place}", quota.metric),
            // The API writes numbers with a fraction; a limit below zero is none.
            max: (quota.limit >= 0.0).then_some(quota.limit as u64),
            used: quota.usage.max(0.0) as u64,
            needed: *needed.get(quota.metric.as_str())?,
        })
    };
    quotas.iter().filter_map(demand).collect()
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
