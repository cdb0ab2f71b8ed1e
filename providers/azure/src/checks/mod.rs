//! What is asked before anything is done: whether it is allowed, and whether there is room.

mod granted;
mod permissions;
mod quotas;

pub(crate) use granted::Granted;
use groundwork_model::Finding;
use groundwork_provider::{Look, Plan};

use crate::api::Api;

/// Both questions at the same time. A plan that changes nothing asks nothing.
pub(crate) async fn checks(look: &Look<'_, Api>, plan: &Plan) -> Vec<Finding> {
    if plan.mutating().next().is_none() {
        return Vec::new();
    }
    let (mut findings, room) = tokio::join!(
        permissions::permissions(look.api(), plan),
        quotas::quotas(look.api(), plan),
    );
    findings.extend(room);
    findings
}
