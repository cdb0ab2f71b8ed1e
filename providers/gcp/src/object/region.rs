//! Regions of the project, with what it may have in each.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use crate::api::Api;

/// Regions: only read.
#[derive(Clone, Copy, Debug)]
pub struct Region;

/// What the API says of a region.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RegionState {
    /// Its name.
    pub name: String,
    /// `UP` or `DOWN`.
    pub status: String,
    /// Its zones, as addresses.
    pub zones: Vec<String>,
    /// What the project may have there.
    pub quotas: Vec<Quota>,
}

/// A limit, and how much of it is used.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Quota {
    /// What is counted: `NETWORKS`.
    pub metric: String,
    /// How many there may be.
    pub limit: f64,
    /// How many there are.
    pub usage: f64,
}

#[async_trait]
impl Listing for Region {
    const KIND: &'static str = "gcp.region/1";
    type Api = Api;
    type State = RegionState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.name)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<RegionState>>> {
        let states: Vec<RegionState> = api.all("regions").await?;
        let found = |state: RegionState| Found::foreign(state.name.clone(), state);
        Ok(states.into_iter().map(found).collect())
    }
}
