//! Where machines have their disks: a datastore, or a cluster of them.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Diff, External, Facts, Found, Later, Listing, Look, Result, Scope, Told,
};
use serde::{Deserialize, Serialize};

use super::{
    entity::{self, EntityState},
    network::reached,
};
use crate::api::Api;

pub(crate) const DATASTORES: &[&str] = &["Datastore"];
pub(crate) const DATASTORE_CLUSTERS: &[&str] = &["StoragePod"];

/// A datastore, which has to be within reach of hosts and not in maintenance.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Datastore {}

/// A datastore cluster, which has to have datastores.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct DatastoreCluster {
    /// The ids of those that are in it.
    pub datastores: Vec<String>,
}

#[async_trait]
impl Listing for Datastore {
    const KIND: &'static str = "vsphere.datastore/1";
    type Api = Api;
    type State = EntityState;

    fn told(state: &EntityState) -> Told {
        state.seen()
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<EntityState>>> {
        entity::listed(api, DATASTORES).await
    }

    async fn derive(look: &Look<'_, Api>, _scope: &Scope) -> Result<Vec<Found<EntityState>>> {
        entity::of_types(look, DATASTORES).await
    }
}

impl External for Datastore {
    fn id(state: &EntityState) -> String {
        state.id.clone()
    }

    fn diff(&self, _facts: &Facts<'_>, state: &EntityState) -> Result<Diff, Later> {
        let Self {} = self;
        let mode = Some(&*state.maintenance_mode).filter(|mode| !mode.is_empty());
        let mode = Change::between(
            "summary.maintenanceMode",
            &mode.unwrap_or("normal"),
            &"normal",
        );
        Ok(Diff::of(None, mode.into_iter().chain(reached(state))))
    }
}

#[async_trait]
impl Listing for DatastoreCluster {
    const KIND: &'static str = "vsphere.datastore-cluster/1";
    type Api = Api;
    type State = EntityState;

    fn told(state: &EntityState) -> Told {
        state.seen()
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<EntityState>>> {
        entity::listed(api, DATASTORE_CLUSTERS).await
    }

    async fn derive(look: &Look<'_, Api>, _scope: &Scope) -> Result<Vec<Found<EntityState>>> {
        entity::of_types(look, DATASTORE_CLUSTERS).await
    }
}

impl External for DatastoreCluster {
    fn id(state: &EntityState) -> String {
        state.id.clone()
    }

    fn diff(&self, _facts: &Facts<'_>, _state: &EntityState) -> Result<Diff, Later> {
        let Self { datastores } = self;
        let none = datastores.is_empty();
        let lacking = none.then(|| Change::new("childEntity", "no datastore", "datastores"));
        Ok(Diff::of(None, lacking))
    }
}
