//! VPC endpoints: never made here. They hang on a network, and routes lead to them.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, ObjectRef, Phase, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{
        self, route_table::RouteTable, security_group::SecurityGroup, subnet::Subnet, vpc::Vpc,
    },
};

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

    fn told(state: &Self::State) -> Told {
        Told::default().with_detail(&state.description)
    }

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
    let mut joins = vec![ObjectRef::of::<Vpc>(&state.vpc)];
    joins.extend(state.subnets.iter().map(ObjectRef::of::<Subnet>));
    joins.extend(state.tables.iter().map(ObjectRef::of::<RouteTable>));
    joins.extend(state.groups.iter().map(ObjectRef::of::<SecurityGroup>));
    let phase = match state.status.eq_ignore_ascii_case("deleting") {
        true => Phase::Leaving,
        false => Phase::Ready,
    };
    Found::foreign(state.id.clone(), state)
        .joining(joins)
        .in_phase(phase)
}
