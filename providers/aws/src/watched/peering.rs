//! VPC peerings: never made here. They hang on a network, and routes lead through them.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, ObjectRef, Result, Scope};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{self, vpc::Vpc},
};

/// Peerings of others: two VPCs that reach each other.
#[derive(Clone, Copy, Debug)]
pub struct Peering;

/// What EC2 says a peering is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct PeeringState {
    /// Its id.
    pub id: String,
    /// Its tag `Name`.
    pub name: String,
    /// Who asked for it, and who was asked.
    pub sides: [PeeringSide; 2],
    /// `active`, `pending-acceptance`, `deleted`, …
    pub status: String,
}

/// One of the two.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct PeeringSide {
    /// The VPC.
    pub vpc: String,
    /// The account that it is in.
    pub owner: String,
}

impl PeeringState {
    /// One that ended is listed for hours.
    fn ended(&self) -> bool {
        matches!(
            self.status.as_str(),
            "deleted" | "deleting" | "expired" | "failed" | "rejected"
        )
    }
}

#[async_trait]
impl Listing for Peering {
    const KIND: &'static str = "aws.peering/1";
    type Api = Api;
    type State = PeeringState;

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<PeeringState>>> {
        let mut found = Vec::new();
        for filter in object::selections(scope, "vpc-peering-connection-id", None) {
            found.extend(api.peerings(filter.as_ref()).await?);
        }
        found.retain(|state| !state.ended());
        Ok(found.into_iter().map(seen).collect())
    }
}

fn seen(state: PeeringState) -> Found<PeeringState> {
    let sides = state.sides.iter();
    let joins: Vec<_> = sides.map(|side| ObjectRef::of::<Vpc>(&side.vpc)).collect();
    Found::foreign(state.id.clone(), state).joining(joins)
}
