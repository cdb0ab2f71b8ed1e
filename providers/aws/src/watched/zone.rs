//! Zones of a region: read only, to choose from.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Result, Scope};
use serde::{Deserialize, Serialize};

use crate::api::Api;

/// Zones.
#[derive(Clone, Copy, Debug)]
pub struct Zone;

/// What EC2 says a zone is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct ZoneState {
    /// Its name.
    pub name: String,
    /// `availability-zone`, `local-zone` or `wavelength-zone`.
    pub kind: String,
    /// Whether it can be used.
    pub available: bool,
}

impl ZoneState {
    /// Neither a local nor a wavelength zone: those have other addresses and gateways, and no IPv6 or
    /// another one.
    pub fn is_ordinary(&self) -> bool {
        self.kind == "availability-zone"
    }
}

#[async_trait]
impl Listing for Zone {
    const KIND: &'static str = "aws.zone/1";
    type Api = Api;
    type State = ZoneState;

    async fn list(api: &Api, _: &Scope) -> Result<Vec<Found<ZoneState>>> {
        let seen = |state: ZoneState| Found::foreign(state.name.clone(), state);
        Ok(api.zones().await?.into_iter().map(seen).collect())
    }
}
