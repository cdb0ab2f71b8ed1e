//! A NAT gateway: the IPv4 way out of private subnets, and of IPv6 to IPv4 (NAT64).

use std::time::Duration;

use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Handle, Later, Listing, Operation, Phase,
    Progress, Resource, Result, Scope, Want,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    address::ElasticAddress,
    api::Api,
    internet_gateway::{Attachment, attachment_id},
    object::{self, Common, Filter, Tags},
    subnet::Subnet,
};

/// It takes a minute or two to come, and as long to go.
const POLL_AFTER: Duration = Duration::from_secs(5);

/// A NAT gateway that we make.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct NatGateway {
    /// The public subnet that it is in.
    pub subnet: Handle<Subnet>,
    /// Its public address.
    pub address: Handle<ElasticAddress>,
    /// The way out of its subnet: without it, EC2 gives up on a NAT gateway.
    pub behind: Handle<Attachment>,
    /// Its tags besides the label.
    pub tags: Want<Tags>,
}

/// What EC2 says a NAT gateway is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct NatGatewayState {
    /// Id, name, tags.
    #[serde(flatten)]
    pub common: Common,
    /// The VPC that it is in.
    pub vpc: String,
    /// The subnet that it is in.
    pub subnet: String,
    /// Its public addresses, by id.
    pub allocations: Vec<String>,
    /// `pending`, `available`, `deleting`, `deleted` or `failed`.
    pub status: String,
    /// Why it failed.
    pub why: Option<String>,
    /// When it was made.
    pub made_at: Option<Timestamp>,
}

fn operation(id: &str) -> Operation {
    Operation(json!(id))
}

#[async_trait]
impl Listing for NatGateway {
    const KIND: &'static str = "aws.nat-gateway/1";
    type Api = Api;
    type State = NatGatewayState;

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<NatGatewayState>>> {
        let mut found = Vec::new();
        for filter in object::selections(scope, "nat-gateway-id", Some("vpc-id")) {
            found.extend(api.nat_gateways(filter.as_ref()).await?);
        }
        // One that went is listed for an hour.
        found.retain(|state| state.status != "deleted");
        Ok(found.into_iter().map(seen).collect())
    }
}

fn seen(state: NatGatewayState) -> Found<NatGatewayState> {
    let phase = match state.status.as_str() {
        "pending" => Phase::Pending(Some(operation(&state.common.id))),
        "deleting" => Phase::Leaving,
        "failed" => Phase::Failed(state.why.clone().unwrap_or_default()),
        _ => Phase::Ready,
    };
    let mut joins = vec![state.subnet.clone(), attachment_id(&state.vpc)];
    joins.extend(state.allocations.clone());
    let created = state.made_at;
    let found = state.common.clone().found(joins, phase, state);
    Found { created, ..found }
}

#[async_trait]
impl Resource for NatGateway {
    fn id(state: &NatGatewayState) -> String {
        state.common.id.clone()
    }

    fn diff(&self, facts: &Facts<'_>, state: &NatGatewayState) -> Result<Diff, Later> {
        let subnet = facts.id(&self.subnet.edge())?.to_owned();
        let replacing = Change::between("subnet_id", &state.subnet, &subnet);
        let tags = object::missing_tags(&self.tags, &state.common);
        Ok(Diff::of(
            tags.into_iter().collect(),
            replacing.into_iter().collect(),
        ))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<NatGatewayState>> {
        let subnet = cx.id(&self.subnet.edge())?;
        let address = cx.id(&self.address.edge())?;
        let tags = object::birth_tags(cx.label(), cx.api.now(), &self.tags);
        let token = cx.token().as_str();
        let made = cx
            .api
            .create_nat_gateway(subnet, address, token, &tags)
            .await?;
        Ok(Progress::Pending {
            operation: operation(&made.common.id),
            poll_after: POLL_AFTER,
        })
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &NatGatewayState,
        changes: &[Change],
    ) -> Result<Progress<NatGatewayState>> {
        let common = object::tagged(cx, &state.common, changes).await?;
        let state = state.clone();
        Ok(Progress::Done(NatGatewayState { common, ..state }))
    }

    async fn delete(
        cx: &Cx<'_, Api>,
        state: &NatGatewayState,
    ) -> Result<Progress<NatGatewayState>> {
        cx.api.delete_nat_gateway(&state.common.id).await?;
        Ok(Progress::Pending {
            operation: operation(&state.common.id),
            poll_after: POLL_AFTER,
        })
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<NatGatewayState>> {
        let id = operation.0.as_str().unwrap_or_default().to_owned();
        let filter = Filter {
            name: "nat-gateway-id",
            values: vec![id],
        };
        let found = cx.api.nat_gateways(Some(&filter)).await?.into_iter().next();
        let unclear = || {
            Error::new(
                ErrorKind::Conflict,
                "DescribeNatGateways",
                "it is not there",
            )
        };
        let state = found.ok_or_else(unclear)?;
        match state.status.as_str() {
            "available" => Ok(Progress::Done(state)),
            "deleted" => Ok(Progress::Gone),
            "failed" => {
                let why = state.why.unwrap_or_default();
                Err(Error::new(ErrorKind::Unexpected, "CreateNatGateway", why))
            }
            _ => Ok(Progress::Pending {
                operation: operation.clone(),
                poll_after: POLL_AFTER,
            }),
        }
    }
}
