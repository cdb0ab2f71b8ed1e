//! Regions that the subscription can use.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use crate::api::Api;

/// A region.
#[derive(Clone, Copy, Debug)]
pub struct Location;

/// What the API says of a region.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct LocationState {
    /// Its name: `westeurope`.
    pub name: String,
    /// As people read it: `West Europe`.
    pub display_name: String,
    /// Its zones; none where it has none.
    pub availability_zone_mappings: Vec<Zone>,
    /// Whether it is a place.
    pub metadata: LocationMetadata,
}

/// A zone of a region.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Zone {
    /// Its number as this subscription has it: `1`.
    pub logical_zone: String,
}

/// What kind of region it is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct LocationMetadata {
    /// `Physical`, where there are machines, or `Logical`.
    pub region_type: String,
}

#[async_trait]
impl Listing for Location {
    const KIND: &'static str = "azure.location/1";
    type Api = Api;
    type State = LocationState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.name)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<LocationState>>> {
        let states: Vec<LocationState> = api.all("/locations").await?;
        let found = |state: LocationState| Found::foreign(state.name.clone(), state);
        Ok(states.into_iter().map(found).collect())
    }
}
