//! Peerings: VPCs that are routed together.

use async_trait::async_trait;
use groundwork_kit::client::path_segment;
use groundwork_provider::{Found, Listing, ObjectRef, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use crate::{
    api::{self, Api},
    object::{nullable, vpc::Vpc},
};

/// Peerings of VPCs.
#[derive(Debug)]
pub struct Peering;

/// What DigitalOcean says of a peering.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct PeeringState {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// The two VPCs.
    #[serde(default, deserialize_with = "nullable")]
    pub vpc_ids: Vec<String>,
}

impl PeeringState {
    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!("peering {} ({})", self.name, self.id)
    }
}

/// The peerings of a VPC now.
pub(crate) async fn peerings_of(api: &Api, vpc: &str) -> Result<Vec<PeeringState>> {
    let path = format!("/v2/vpcs/{}/peerings", path_segment(vpc));
    api::all(api, &path, "peerings").await
}

#[async_trait]
impl Listing for Peering {
    const KIND: &'static str = "digitalocean.peering/1";
    type Api = Api;
    type State = PeeringState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.name)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<PeeringState>>> {
        let states: Vec<PeeringState> = api::all(api, "/v2/vpc_peerings", "vpc_peerings").await?;
        let found = |state: PeeringState| {
            let joins: Vec<ObjectRef> = state.vpc_ids.iter().map(ObjectRef::of::<Vpc>).collect();
            Found::foreign(state.id.clone(), state).joining(joins)
        };
        Ok(states.into_iter().map(found).collect())
    }
}
