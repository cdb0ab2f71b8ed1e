//! VPC NAT gateways: only read. They let nodes without a public address out, by IPv4 alone.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use crate::{
    api::{self, Api},
    object::nullable,
};

/// The NAT gateways of the account.
#[derive(Debug)]
pub struct Gateway;

/// What DigitalOcean says of a NAT gateway.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct GatewayState {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `ACTIVE`, or not yet.
    pub state: String,
    /// The VPCs that it serves.
    #[serde(default, deserialize_with = "nullable")]
    pub vpcs: Vec<Served>,
}

/// A VPC that a NAT gateway serves.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Served {
    /// Its id.
    pub vpc_uuid: String,
    /// Whether everything of the VPC goes out there.
    #[serde(default)]
    pub default_gateway: bool,
}

#[async_trait]
impl Listing for Gateway {
    const KIND: &'static str = "digitalocean.nat-gateway/1";
    type Api = Api;
    type State = GatewayState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.name)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<GatewayState>>> {
        let path = "/v2/vpc_nat_gateways";
        let states: Vec<GatewayState> = api::all(api, path, "vpc_nat_gateways").await?;
        let found = |state: GatewayState| Found::foreign(state.id.clone(), state);
        Ok(states.into_iter().map(found).collect())
    }
}
