//! Whether the account has room for what the plan makes.

use std::cmp::Ordering;

use groundwork_model::Finding;
use groundwork_provider::{Error, Look, Plan, Result};

use super::demand::{ADDRESSES, Demand, demands};
use crate::{
    api::{Api, Limits},
    codes,
};

/// One call for the quotas of VPCs, one for that of addresses, each only where it matters; and one
/// more for the defaults of those that have no value of their own.
pub(crate) async fn quotas(look: &Look<'_, Api>, plan: &Plan) -> Vec<Finding> {
    if plan.mutating().next().is_none() {
        return Vec::new();
    }
    let demands = match demands(look, plan).await {
        Ok(demands) => demands,
        Err(error) => return vec![unread(&error)],
    };
    let (of_addresses, of_vpcs): (Vec<Demand>, Vec<Demand>) = demands
        .into_iter()
        .partition(|demand| demand.quota.code == ADDRESSES.code);
    let api = look.api();
    let (vpcs, addresses) = tokio::join!(of_vpc(api, &of_vpcs), of_address(api, &of_addresses));
    let mut findings = verdicts(&of_vpcs, vpcs, api.region());
    findings.extend(verdicts(&of_addresses, addresses, api.region()));
    findings
}

/// What is known of the quotas, and why not more.
type Known = Result<(Limits, Option<Error>)>;

async fn of_vpc(api: &Api, demands: &[Demand]) -> Known {
    let limits = when(!demands.is_empty(), api.quotas("vpc")).await?;
    let missing = lacks(&limits, demands);
    Ok(filled(
        limits,
        when(missing, api.default_quotas("vpc")).await,
    ))
}

async fn of_address(api: &Api, demands: &[Demand]) -> Known {
    let (service, code) = (ADDRESSES.service, ADDRESSES.code);
    let limits = when(!demands.is_empty(), api.quota(service, code)).await?;
    let missing = lacks(&limits, demands);
    let defaults = when(missing, api.default_quota(service, code)).await;
    Ok(filled(limits, defaults))
}

fn lacks(limits: &Limits, demands: &[Demand]) -> bool {
    let mut codes = demands.iter().map(|demand| demand.quota.code);
    codes.any(|code| !limits.contains_key(code))
}

/// What was raised counts, and else the default.
fn filled(mut limits: Limits, defaults: Result<Limits>) -> (Limits, Option<Error>) {
    match defaults {
        Ok(defaults) => {
            for (code, default) in defaults {
                limits.entry(code).or_insert(default);
            }
            (limits, None)
        }
        Err(error) => (limits, Some(error)),
    }
}

async fn when(asked: bool, call: impl Future<Output = Result<Limits>>) -> Result<Limits> {
    match asked {
        true => call.await,
        false => Ok(Limits::new()),
    }
}

fn verdicts(demands: &[Demand], known: Known, region: &str) -> Vec<Finding> {
    let (limits, error) = match known {
        Ok(known) => known,
        Err(error) => return vec![unread(&error)],
    };
    let mut unknown = Vec::new();
    let mut findings = Vec::new();
    for demand in demands {
        match limits.get(demand.quota.code) {
            Some(limit) => findings.extend(verdict(demand, *limit, region)),
            None => unknown.push(format!("{} ({})", demand.quota.name, demand.quota.code)),
        }
    }
    unknown.dedup();
    findings.extend(match &error {
        Some(error) => Some(unread(error)),
        None => skipped(&unknown),
    });
    findings
}

/// Whoever may not read quotas may still make networks.
fn unread(error: &Error) -> Finding {
    let message = format!("the account's quotas cannot be read: {error}");
    Finding::warning(codes::QUOTA_UNKNOWN, message).remedy(
        "allow the actions of servicequotas that are in docs/policies, or look for yourself whether \
         there is room: aws service-quotas list-aws-default-service-quotas --service-code vpc",
    )
}

fn skipped(unknown: &[String]) -> Option<Finding> {
    let message = format!(
        "Service Quotas does not know these quotas, so they were not checked: {}",
        unknown.join(", ")
    );
    (!unknown.is_empty()).then(|| {
        Finding::warning(codes::QUOTA_UNKNOWN, message)
            .remedy("look at the quotas of Amazon VPC in the console")
    })
}

fn verdict(demand: &Demand, limit: usize, region: &str) -> Option<Finding> {
    let Demand {
        quota,
        place,
        used,
        needed,
    } = demand;
    let after = used + needed;
    let place = place.as_ref().map(|place| format!(" ({place})"));
    let message = format!(
        "quota {} \"{}\" in {region}{}: {used} of {limit} used, {needed} more needed",
        quota.code,
        quota.name,
        place.unwrap_or_default()
    );
    let (finding, wanted) = match after.cmp(&limit) {
        Ordering::Less => return None,
        Ordering::Equal => {
            let message = format!("{message}: none is left then");
            (Finding::warning(codes::QUOTA_LAST, message), after + needed)
        }
        Ordering::Greater => (Finding::error(codes::QUOTA, message), after),
    };
    let remedy = format!(
        "have it raised: aws service-quotas request-service-quota-increase --region {region} \
         --service-code {} --quota-code {} --desired-value {wanted}; or remove what is not used",
        quota.service, quota.raised_by
    );
    Some(finding.about(quota.code).remedy(remedy))
}
