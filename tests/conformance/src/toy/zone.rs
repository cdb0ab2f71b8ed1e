//! The cloud's zones: only read.

use async_trait::async_trait;
use groundwork_kit::client::Call;
use groundwork_provider::{Found, Key, Listing, Owner, Phase, Result, Scope};
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
        let found = |state: ZoneState| Found {
            id: state.name.clone(),
            key: Key::Id(state.name.clone()),
            owner: Owner::Foreign,
            joins: Vec::new(),
            phase: Phase::Ready,
            created: None,
            state,
        };
        Ok(api::all(api, Call::get("/zones"))
            .await?
            .into_iter()
            .map(found)
            .collect())
    }
}
