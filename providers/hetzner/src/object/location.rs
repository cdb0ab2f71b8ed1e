//! Locations: where servers run. Only read.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Result, Scope};
use serde::{Deserialize, Serialize};

use crate::api::{self, Api};

/// The locations of the cloud.
#[derive(Debug)]
pub struct Location;

/// What the API says of a location.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct LocationState {
    /// Its id.
    pub id: u64,
    /// Its name: `fsn1`.
    pub name: String,
    /// The zone whose subnets its servers can be in: `eu-central`.
    pub network_zone: String,
}

#[async_trait]
impl Listing for Location {
    const KIND: &'static str = "hetzner.location/1";
    type Api = Api;
    type State = LocationState;

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<LocationState>>> {
        let states: Vec<LocationState> = api::all(api, "/locations", "locations").await?;
        let found = |state: LocationState| Found::foreign(state.id.to_string(), state);
        Ok(states.into_iter().map(found).collect())
    }
}
