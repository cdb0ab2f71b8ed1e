//! Whose token, and where the cloud is.

use groundwork_model::Secret;
use groundwork_provider::Access;

use super::{Datacenter, Spec};

/// The datacenter's word, else the environment's.
pub(super) fn endpoint(access: &Access<Spec, Datacenter>) -> Option<String> {
    let said = access.cloud.as_ref().map(|cloud| cloud.endpoint.clone());
    let environment = || {
        Some(
            access
                .environment
                .variable("TOY_ENDPOINT")?
                .expose()
                .to_owned(),
        )
    };
    said.filter(|endpoint| !endpoint.is_empty())
        .or_else(environment)
}

/// The cluster's word, else the environment's.
pub(super) fn token(access: &Access<Spec, Datacenter>) -> Option<Secret> {
    let said = access.spec.as_ref().and_then(|spec| spec.token.clone());
    let environment = || access.environment.variable("TOY_TOKEN").cloned();
    said.filter(|token| !token.is_empty()).or_else(environment)
}
