//! Where machines run: a compute cluster, and a resource pool of it.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Diff, External, Facts, Found, Handle, Later, Listing, Look, Result, Scope, Told,
};
use serde::{Deserialize, Serialize};

use super::entity::{self, EntityState};
use crate::api::Api;

pub(crate) const COMPUTE: &[&str] = &["ClusterComputeResource", "ComputeResource"];
pub(crate) const POOLS: &[&str] = &["ResourcePool", "VirtualApp"];

/// A compute cluster, or a host that stands alone. Its hosts have to be on the networks, and reach the
/// datastores.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Compute {}

/// A resource pool, which has to be of the compute cluster.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ResourcePool {
    /// The compute cluster, where the documents name one.
    pub compute: Option<Handle<Compute>>,
}

#[async_trait]
impl Listing for Compute {
    const KIND: &'static str = "vsphere.compute-cluster/1";
    type Api = Api;
    type State = EntityState;

    fn told(state: &EntityState) -> Told {
        state.seen()
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<EntityState>>> {
        entity::listed(api, COMPUTE).await
    }

    async fn derive(look: &Look<'_, Api>, _scope: &Scope) -> Result<Vec<Found<EntityState>>> {
        entity::of_types(look, COMPUTE).await
    }
}

impl External for Compute {
    fn id(state: &EntityState) -> String {
        state.id.clone()
    }

    fn diff(&self, _facts: &Facts<'_>, _state: &EntityState) -> Result<Diff, Later> {
        let Self {} = self;
        Ok(Diff::Same)
    }
}

#[async_trait]
impl Listing for ResourcePool {
    const KIND: &'static str = "vsphere.resource-pool/1";
    type Api = Api;
    type State = EntityState;

    fn told(state: &EntityState) -> Told {
        state.seen()
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<EntityState>>> {
        entity::listed(api, POOLS).await
    }

    async fn derive(look: &Look<'_, Api>, _scope: &Scope) -> Result<Vec<Found<EntityState>>> {
        entity::of_types(look, POOLS).await
    }
}

impl External for ResourcePool {
    fn id(state: &EntityState) -> String {
        state.id.clone()
    }

    fn diff(&self, facts: &Facts<'_>, state: &EntityState) -> Result<Diff, Later> {
        let Self { compute } = self;
        let Some(compute) = compute else {
            return Ok(Diff::Same);
        };
        let owner = Change::between("owner", &&*state.owner, &facts.id(&compute.edge())?);
        Ok(Diff::of(None, owner))
    }
}
