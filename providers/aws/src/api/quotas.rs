//! Service Quotas: how much of something the account may have.

use std::collections::BTreeMap;

use aws_sdk_servicequotas::types::ServiceQuota;
use groundwork_provider::Result;

use super::{Api, text};
use crate::wire;

/// Entries a page of quotas.
const QUOTA_ENTRIES: i32 = 100;

/// Limits by the code that Service Quotas has for them.
pub(crate) type Limits = BTreeMap<String, usize>;

impl Api {
    /// The quotas of a service that have a value of their own. Those that were never raised may be
    /// left out, and have a default alone.
    pub(crate) async fn quotas(&self, service: &str) -> Result<Limits> {
        let call = self.quotas.list_service_quotas().service_code(service);
        let found = paged!(call, QUOTA_ENTRIES, "ListServiceQuotas", quotas);
        Ok(found.iter().filter_map(limit).collect())
    }

    /// What the quotas of a service are where nobody has had them raised.
    pub(crate) async fn default_quotas(&self, service: &str) -> Result<Limits> {
        let call = self.quotas.list_aws_default_service_quotas();
        let call = call.service_code(service);
        let found = paged!(call, QUOTA_ENTRIES, "ListAWSDefaultServiceQuotas", quotas);
        Ok(found.iter().filter_map(limit).collect())
    }

    /// One quota; nothing where it has no value of its own.
    pub(crate) async fn quota(&self, service: &str, code: &str) -> Result<Limits> {
        let call = self.quotas.get_service_quota().service_code(service);
        match call.quota_code(code).send().await {
            Ok(reply) => Ok(reply.quota().and_then(limit).into_iter().collect()),
            Err(error) => match error.as_service_error() {
                Some(refused) if refused.is_no_such_resource_exception() => Ok(Limits::new()),
                _ => Err(wire::error("GetServiceQuota", error)),
            },
        }
    }

    /// The default of one quota; nothing where the service has none of that code.
    pub(crate) async fn default_quota(&self, service: &str, code: &str) -> Result<Limits> {
        let call = self.quotas.get_aws_default_service_quota();
        match call.service_code(service).quota_code(code).send().await {
            Ok(reply) => Ok(reply.quota().and_then(limit).into_iter().collect()),
            Err(error) => match error.as_service_error() {
                Some(refused) if refused.is_no_such_resource_exception() => Ok(Limits::new()),
                _ => Err(wire::error("GetAWSDefaultServiceQuota", error)),
            },
        }
    }
}

fn limit(quota: &ServiceQuota) -> Option<(String, usize)> {
    // They are counts, though the service speaks of all of its quotas in fractions.
    let value = quota.value().filter(|value| *value >= 0.0)?;
    Some((text(quota.quota_code()), value as usize))
}
