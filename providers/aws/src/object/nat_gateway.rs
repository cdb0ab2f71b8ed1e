//! A NAT gateway: the IPv4 way out of private subnets, and of IPv6 to IPv4 (NAT64).

use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Handle, Later, Listing, ObjectRef, Operation,
    Phase, Progress, Resource, Result, Scope, Told, Want,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    api::{Api, Hop},
    object::{
        self, Common, Tags,
        address::ElasticAddress,
        internet_gateway::{Attachment, attachment_id},
        pending::Pending,
        route,
        subnet::Subnet,
    },
};

/// Where they are in a graph: this, and the zone.
pub(crate) const PLACE: &str = "nat-gateway/";

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
    /// Whether it leads to other networks rather than to the internet.
    #[serde(default)]
    pub private: bool,
    /// Why it failed.
    pub why: Option<String>,
    /// When it was made.
    pub made_at: Option<Timestamp>,
}

#[async_trait]
impl Listing for NatGateway {
    const KIND: &'static str = "aws.nat-gateway/1";
    type Api = Api;
    type State = NatGatewayState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.common.name)
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<NatGatewayState>>> {
        let mut found = Vec::new();
        for filter in object::selections(scope, "nat-gateway-id", Some("vpc-id")) {
            found.extend(api.nat_gateways(filter.as_ref()).await?);
        }
        // One that went is listed for an hour, and so is ours that failed, whether it is deleted or
        // not: EC2 takes it away, and it holds nothing.
        let ours = |state: &NatGatewayState| state.common.label().is_some();
        found.retain(|state| match state.status.as_str() {
            "deleted" => false,
            "failed" => !ours(state),
            _ => true,
        });
        Ok(found.into_iter().map(seen).collect())
    }
}

fn seen(state: NatGatewayState) -> Found<NatGatewayState> {
    let phase = match state.status.as_str() {
        "pending" => Phase::Pending(Some(Pending::new(&state.common.id).operation())),
        "deleting" => Phase::Leaving,
        "failed" => Phase::Failed(state.why.clone().unwrap_or_default()),
        _ => Phase::Ready,
    };
    let mut joins = vec![
        ObjectRef::of::<Subnet>(&state.subnet),
        ObjectRef::of::<Attachment>(attachment_id(&state.vpc)),
    ];
    joins.extend(
        state
            .allocations
            .iter()
            .map(ObjectRef::of::<ElasticAddress>),
    );
    // One that failed has no interface, and is in nobody's way.
    joins.retain(|_| state.status != "failed");
    let created = state.made_at;
    let found = state.common.clone().found(joins, phase, state);
    Found { created, ..found }
}

#[async_trait]
impl Resource for NatGateway {
    fn asks_for(&self) -> Told {
        object::asked_name(&self.tags)
    }

    fn id(state: &NatGatewayState) -> String {
        state.common.id.clone()
    }

    fn diff(&self, facts: &Facts<'_>, state: &NatGatewayState) -> Result<Diff, Later> {
        let subnet = facts.id(&self.subnet.edge())?.to_owned();
        let replacing = Change::between("subnet_id", &state.subnet, &subnet);
        let tags = object::missing_tags(&self.tags, &state.common);
        Ok(Diff::of(tags, replacing))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<NatGatewayState>> {
        let subnet = cx.id(&self.subnet.edge())?;
        let address = cx.id(&self.address.edge())?;
        let tags = object::timeless_tags(cx.label(), &self.tags);
        let token = cx.token().as_str();
        let made = cx
            .api
            .create_nat_gateway(subnet, address, token, &tags)
            .await?;
        Ok(Pending::new(&made.common.id).progress())
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
        let hop = Hop::Nat(&state.common.id);
        route::unused(cx.api, "DeleteNatGateway", hop).await?;
        cx.api.delete_nat_gateway(&state.common.id).await?;
        Ok(Pending::going(&state.common.id).progress())
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<NatGatewayState>> {
        let pending = Pending::of(operation);
        let found = cx.api.awaited_nat_gateway(&pending).await?;
        let Some(state) = found else {
            return pending.unheard("DescribeNatGateways");
        };
        match state.status.as_str() {
            "available" => Ok(Progress::Done(state)),
            "deleted" => Ok(Progress::Gone),
            // It stays so for an hour, whoever deletes it.
            "failed" if pending.goes => Ok(Progress::Gone),
            "failed" => {
                let why = state.why.unwrap_or_default();
                Err(Error::new(ErrorKind::Unexpected, "CreateNatGateway", why))
            }
            _ => Ok(pending.progress()),
        }
    }
}
