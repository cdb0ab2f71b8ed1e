//! Regions: where droplets and VPCs are.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use crate::api::{self, Api};

/// The regions that the account may use.
#[derive(Debug)]
pub struct Region;

/// What DigitalOcean says of a region.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct RegionState {
    /// As it is written in documents, such as `fra1`.
    pub slug: String,
}

#[async_trait]
impl Listing for Region {
    const KIND: &'static str = "digitalocean.region/1";
    type Api = Api;
    type State = RegionState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.slug)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<RegionState>>> {
        let states: Vec<RegionState> = api::all(api, "/v2/regions", "regions").await?;
        let found = |state: RegionState| Found::foreign(state.slug.clone(), state);
        Ok(states.into_iter().map(found).collect())
    }
}
