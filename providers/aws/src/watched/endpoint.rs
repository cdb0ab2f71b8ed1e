//! VPC endpoints: never made here. They hang on a network, and routes lead to them.

use async_trait::async_trait;
use groundwork_provider::{Found, Key, Listing, Owner, Phase, Result, Scope};
use serde::{Deserialize, Serialize};

use crate::{api::Api, object};

/// Endpoints of others: a VPC's own ways to AWS's services, or to somebody's.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint;

/// What EC2 says an endpoint is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct EndpointState {
    /// Its id.
    pub id: String,
    /// Its tag `Name`.
    pub name: String,
    /// The VPC.
    pub vpc: String,
    /// The service that it leads to.
    pub description: String,
    /// `pending`, `available`, `deleting`, `deleted`, `failed`, … (spelt with capitals by some calls).
    pub status: String,
    /// The subnets that it has interfaces in.
    pub subnets: Vec<String>,
    /// The route tables that have routes to it.
    pub tables: Vec<String>,
    /// The security groups of its interfaces.
    pub groups: Vec<String>,
}

#[async_trait]
impl Listing for Endpoint {
    const KIND: &'static str = "aws.endpoint/1";
    type Api = Api;
    type State = EndpointState;

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<EndpointState>>> {
        let mut found = Vec::new();
        for filter in object::selections(scope, "vpc-endpoint-id", Some("vpc-id")) {
            found.extend(api.endpoints(filter.as_ref()).await?);
        }
        // One that went is listed for a while.
        found.retain(|state| !state.status.eq_ignore_ascii_case("deleted"));
        Ok(found.into_iter().map(seen).collect())
    }
}

fn seen(state: EndpointState) -> Found<EndpointState> {
    let mut joins = vec![state.vpc.clone()];
    joins.extend(state.subnets.clone());
    joins.extend(state.tables.clone());
    joins.extend(state.groups.clone());
    let phase = match state.status.eq_ignore_ascii_case("deleting") {
        true => Phase::Leaving,
        false => Phase::Ready,
    };
    Found {
        id: state.id.clone(),
        key: Key::Id(state.id.clone()),
        owner: Owner::Foreign,
        joins,
        phase,
        created: None,
        state,
    }
}
