//! VPN gateways: never made here. One that is attached keeps a VPC from going.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, ObjectRef, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{self, vpc::Vpc},
};

/// VPN gateways of others: the VPC's end of a VPN, or of a direct connection.
#[derive(Clone, Copy, Debug)]
pub struct VpnGateway;

/// What EC2 says a VPN gateway is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct VpnGatewayState {
    /// Its id.
    pub id: String,
    /// Its tag `Name`.
    pub name: String,
    /// The VPCs that it is attached to, or is about to be: one at most.
    pub vpcs: Vec<String>,
    /// `pending`, `available`, `deleting` or `deleted`.
    pub status: String,
}

#[async_trait]
impl Listing for VpnGateway {
    const KIND: &'static str = "aws.vpn-gateway/1";
    type Api = Api;
    type State = VpnGatewayState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.name)
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<VpnGatewayState>>> {
        let within = Some("attachment.vpc-id");
        let mut found = Vec::new();
        for filter in object::selections(scope, "vpn-gateway-id", within) {
            found.extend(api.vpn_gateways(filter.as_ref()).await?);
        }
        // One that went is listed for a while.
        found.retain(|state| state.status != "deleted");
        Ok(found.into_iter().map(seen).collect())
    }
}

fn seen(state: VpnGatewayState) -> Found<VpnGatewayState> {
    let joins: Vec<_> = state.vpcs.iter().map(ObjectRef::of::<Vpc>).collect();
    Found::foreign(state.id.clone(), state).joining(joins)
}
