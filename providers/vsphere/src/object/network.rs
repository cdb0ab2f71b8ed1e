//! A network that machines are to be on: of a standard switch, a distributed port group, or an opaque
//! network of NSX.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Diff, External, Facts, Found, Later, Listing, Look, Result, Scope, Told,
};
use serde::{Deserialize, Serialize};

use super::entity::{self, EntityState};
use crate::api::Api;

/// The types of networks.
pub(crate) const NETWORKS: &[&str] = &["DistributedVirtualPortgroup", "Network", "OpaqueNetwork"];

/// What it has to be: within reach of hosts, and not the uplinks of a switch.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Network {}

#[async_trait]
impl Listing for Network {
    const KIND: &'static str = "vsphere.network/1";
    type Api = Api;
    type State = EntityState;

    fn told(state: &EntityState) -> Told {
        state.seen().with_ranges(state.ranges.iter().copied())
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<EntityState>>> {
        entity::listed(api, NETWORKS).await
    }

    async fn derive(look: &Look<'_, Api>, _scope: &Scope) -> Result<Vec<Found<EntityState>>> {
        entity::of_types(look, NETWORKS).await
    }
}

impl External for Network {
    fn id(state: &EntityState) -> String {
        state.id.clone()
    }

    fn diff(&self, _facts: &Facts<'_>, state: &EntityState) -> Result<Diff, Later> {
        let Self {} = self;
        let uplink = Change::between("uplink", &state.uplink, &false);
        Ok(Diff::of(None, uplink.into_iter().chain(reached(state))))
    }
}

/// What no host reaches cannot be used. vCenter does not say so of everything.
pub(super) fn reached(state: &EntityState) -> Option<Change> {
    let is = state.accessible.unwrap_or(true);
    Change::between("summary.accessible", &is, &true)
}
