//! Zones of a region: read only, to choose from.

use async_trait::async_trait;
use groundwork_model::Address;
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
    /// Whether it is a name that an object's address can hold: EC2 gives no other, and what else a
    /// server may say is no zone.
    pub(crate) fn is_named(&self) -> bool {
        is_name(&self.name)
    }

    /// Neither a local nor a wavelength zone: those have other addresses and gateways, and no IPv6 or
    /// another one.
    pub fn is_ordinary(&self) -> bool {
        self.kind == "availability-zone"
    }
}

/// The same of a subnet's zone.
pub(crate) fn is_name(zone: &str) -> bool {
    let address = Address::new(format!("subnet/private/{zone}"));
    !zone.is_empty() && !zone.contains('/') && address.is_ok()
}

#[async_trait]
impl Listing for Zone {
    const KIND: &'static str = "aws.zone/1";
    type Api = Api;
    type State = ZoneState;

    async fn list(api: &Api, _: &Scope) -> Result<Vec<Found<ZoneState>>> {
        let seen = |state: ZoneState| Found::foreign(state.name.clone(), state);
        let zones = api.zones().await?.into_iter();
        Ok(zones.filter(ZoneState::is_named).map(seen).collect())
    }
}
