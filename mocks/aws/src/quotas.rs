//! Service Quotas: what a quota is called, and how much of it there is.

use serde_json::{Value, json};

use crate::config::Config;
use crate::ec2::{DEFAULTS, Limit, Params};
use crate::refused::{Answer, Refused};

pub(crate) fn answer(config: &Config, action: &str, asked: Params<'_>) -> Answer<Value> {
    let service = asked.text("ServiceCode").ok_or_else(|| {
        let message = "1 validation error detected: Value null at 'serviceCode' failed to satisfy constraint: \
                       Member must not be null";
        Refused::new("IllegalArgumentException", message)
    })?;
    let default = action.contains("Default");
    let told = |limit: &&Limit| {
        !config.untold_quotas.contains(limit.code)
            && (default || !config.unapplied_quotas.contains(limit.code))
    };
    let of_service = DEFAULTS
        .iter()
        .filter(|limit| limit.service == service)
        .filter(told);
    let shown = |limit: &Limit| show(config, limit, default);
    if action.starts_with("List") {
        return page(asked, of_service.map(shown).collect());
    }
    let code = asked.text("QuotaCode").unwrap_or_default();
    let mut found = of_service.filter(|limit| limit.code == code);
    match found.next() {
        Some(limit) => Ok(json!({ "Quota": shown(limit) })),
        None => {
            let message = "The request failed because the specified service quota does not exist";
            Err(Refused::new("NoSuchResourceException", message))
        }
    }
}

fn page(asked: Params<'_>, all: Vec<Value>) -> Answer<Value> {
    let size = asked.number("MaxResults").unwrap_or(100);
    if !(1..=100).contains(&size) {
        let message = format!("Value '{size}' at 'maxResults' failed to satisfy constraint");
        return Err(Refused::new("IllegalArgumentException", message));
    }
    let size = usize::try_from(size).unwrap_or(100);
    let begin = match asked.text("NextToken") {
        None => 0,
        Some(token) => token
            .strip_prefix("quota-")
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| Refused::new("InvalidPaginationTokenException", "Invalid NextToken"))?,
    };
    let more = all.len() > begin + size;
    let quotas: Vec<Value> = all.into_iter().skip(begin).take(size).collect();
    let mut answer = json!({ "Quotas": quotas });
    if more {
        answer["NextToken"] = json!(format!("quota-{}", begin + size));
    }
    Ok(answer)
}

fn show(config: &Config, limit: &Limit, default: bool) -> Value {
    let own = config.quotas.get(limit.code).copied().filter(|_| !default);
    let Config {
        region, account, ..
    } = config;
    let name = match limit.service {
        "vpc" => "Amazon Virtual Private Cloud (Amazon VPC)",
        _ => "Amazon Elastic Compute Cloud (Amazon EC2)",
    };
    json!({
        "ServiceCode": limit.service,
        "ServiceName": name,
        "QuotaArn": format!("arn:aws:servicequotas:{region}:{account}:{}/{}", limit.service, limit.code),
        "QuotaCode": limit.code,
        "QuotaName": limit.name,
        "Value": f64::from(own.unwrap_or(limit.value)),
        "Unit": "None",
        "Adjustable": true,
        "GlobalQuota": false,
    })
}
