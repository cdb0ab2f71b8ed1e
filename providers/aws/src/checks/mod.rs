//! What is asked before anything is done: whether it is allowed, and whether there is room.

mod demand;
mod encryption;
mod permissions;
mod quotas;
mod stage;

use groundwork_model::Finding;
use groundwork_provider::{AnyFields, Look, Plan};
use serde::de::DeserializeOwned;

use crate::api::Api;

/// All questions at the same time. A plan that changes nothing asks nothing.
pub(crate) async fn checks(look: &Look<'_, Api>, plan: &Plan) -> Vec<Finding> {
    let (mut findings, room, encryption) = tokio::join!(
        permissions::permissions(look, plan),
        quotas::quotas(look, plan),
        encryption::encryption(look, plan),
    );
    findings.extend(room);
    findings.extend(encryption);
    findings
}

/// A plan's fields and states are written by this driver; one that it cannot read it leaves alone.
fn read<T: DeserializeOwned>(fields: &dyn AnyFields) -> Option<T> {
    T::deserialize(fields.to_value()).ok()
}
