//! Whether the subscription has room, in the region, for what the plan makes.

use std::collections::BTreeMap;

use groundwork_kit::quota::{Demand, needed};
use groundwork_model::Finding;
use groundwork_provider::{Listing, Plan};
use serde::Deserialize;

use crate::{
    api::Api,
    codes,
    object::{Address, NatGateway, Network, RouteTable, SecurityGroup},
};

/// What is counted, by kind
/// (<https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#networking-limits>).
const USAGES: &[(&str, &str)] = &[
    (Network::KIND, "VirtualNetworks"),
    (SecurityGroup::KIND, "NetworkSecurityGroups"),
    (RouteTable::KIND, "RouteTables"),
    (NatGateway::KIND, "NatGateways"),
    (Address::KIND, "PublicIPAddresses"),
    (Address::KIND, "StaticPublicIPAddresses"),
    (Address::KIND, "StandardSkuPublicIpAddresses"),
];

/// How much of something there is, and may be.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Usage {
    current_value: u64,
    /// A limit below zero is none.
    limit: i64,
    name: Name,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Name {
    value: String,
}

/// Asks where something is made.
pub(super) async fn quotas(api: &Api, plan: &Plan) -> Vec<Finding> {
    let needed = needed(plan, USAGES);
    let Some(location) = api.location().filter(|_| !needed.is_empty()) else {
        return Vec::new();
    };
    let path = format!("/providers/Microsoft.Network/locations/{location}/usages");
    match api.all::<Usage>(&path).await {
        Ok(usages) => {
            let demands = usages
                .iter()
                .filter_map(|usage| demand(usage, &needed, location));
            demands.filter_map(|demand| short(&demand)).collect()
        }
        Err(error) => vec![unknown(location, &error.to_string())],
    }
}

fn demand(usage: &Usage, needed: &BTreeMap<&str, u64>, location: &str) -> Option<Demand> {
    Some(Demand {
        limit: format!("quota {} in {location}", usage.name.value),
        max: u64::try_from(usage.limit).ok(),
        used: usage.current_value,
        needed: *needed.get(usage.name.value.as_str())?,
    })
}

fn short(demand: &Demand) -> Option<Finding> {
    let remedy = "have it raised (Azure portal, Quotas, Networking), or remove what is not used";
    demand.shortage(codes::QUOTA, remedy)
}

fn unknown(location: &str, why: &str) -> Finding {
    let message = format!("the subscription's quotas in {location} cannot be read: {why}");
    let finding = Finding::warning(codes::QUOTA_UNKNOWN, message);
    finding.remedy(format!(
        "allow Microsoft.Network/locations/usages/read, or look for yourself: az network list-usages \
         --location {location}"
    ))
}
