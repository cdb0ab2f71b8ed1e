//! The cloud's zones: only read.

use async_trait::async_trait;
use groundwork_kit::client::Call;
use groundwork_provider::{Found, Listing, Result, Scope};
use serde::{Deserialize, Serialize};

use super::api::{self, Api};

/// The zones of the account.
#[derive(Debug)]
pub struct Zone;

/// What the cloud says of a zone.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ZoneState {
    /// Its name.
    pub name: String,
}

#[async_trait]
impl Listing for Zone {
    const KIND: &'static str = "toy.zone/1";
    type Api = Api;
    type State = ZoneState;

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<ZoneState>>> {
        let found = |state: ZoneState| Found::foreign(state.name.clone(), state);
        let states = api::all(api, Call::get("/zones")).await?;
        Ok(states.into_iter().map(found).collect())
    }
}
