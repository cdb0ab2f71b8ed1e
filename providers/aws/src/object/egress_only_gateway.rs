//! An egress-only gateway: out over IPv6, never in.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Handle, Later, Listing, ObjectRef, Phase, Progress, Resource,
    Result, Scope, Told, Want,
};
use serde::{Deserialize, Serialize};

use crate::{
    api::{Api, Hop},
    object::{self, Common, Tags, route, vpc::Vpc},
};

/// The IPv6 way out of private subnets.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct EgressOnlyGateway {
    /// The VPC.
    pub vpc: Handle<Vpc>,
    /// Its tags besides the label.
    pub tags: Want<Tags>,
}

/// What EC2 says an egress-only gateway is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct EgressOnlyGatewayState {
    /// Id, name, tags.
    #[serde(flatten)]
    pub common: Common,
    /// The VPC that it is attached to.
    pub vpc: String,
}

#[async_trait]
impl Listing for EgressOnlyGateway {
    const KIND: &'static str = "aws.egress-only-gateway/1";
    type Api = Api;
    type State = EgressOnlyGatewayState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.common.name)
    }

    /// EC2 filters these by tags alone, so that a look by id is a look at all of them.
    async fn list(api: &Api, _: &Scope) -> Result<Vec<Found<EgressOnlyGatewayState>>> {
        let found = api.egress_only_gateways(None).await?.into_iter();
        Ok(found.map(seen).collect())
    }
}

fn seen(state: EgressOnlyGatewayState) -> Found<EgressOnlyGatewayState> {
    let joins = [ObjectRef::of::<Vpc>(&state.vpc)];
    state.common.clone().found(joins, Phase::Ready, state)
}

#[async_trait]
impl Resource for EgressOnlyGateway {
    fn asks_for(&self) -> Told {
        object::asked_name(&self.tags)
    }

    fn id(state: &EgressOnlyGatewayState) -> String {
        state.common.id.clone()
    }

    fn diff(&self, facts: &Facts<'_>, state: &EgressOnlyGatewayState) -> Result<Diff, Later> {
        let vpc = facts.id(&self.vpc.edge())?.to_owned();
        let replacing = Change::between("vpc_id", &state.vpc, &vpc);
        let tags = object::missing_tags(&self.tags, &state.common);
        Ok(Diff::of(tags, replacing))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<EgressOnlyGatewayState>> {
        let vpc = cx.id(&self.vpc.edge())?;
        let tags = object::birth_tags(cx.label(), cx.api.now(), &self.tags);
        let made = cx
            .api
            .create_egress_only_gateway(vpc, cx.token().as_str(), &tags);
        made.await.map(Progress::Done)
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &EgressOnlyGatewayState,
        changes: &[Change],
    ) -> Result<Progress<EgressOnlyGatewayState>> {
        let common = object::tagged(cx, &state.common, changes).await?;
        let vpc = state.vpc.clone();
        Ok(Progress::Done(EgressOnlyGatewayState { common, vpc }))
    }

    async fn delete(
        cx: &Cx<'_, Api>,
        state: &EgressOnlyGatewayState,
    ) -> Result<Progress<EgressOnlyGatewayState>> {
        let hop = Hop::EgressOnly(&state.common.id);
        route::unused(cx.api, "DeleteEgressOnlyInternetGateway", hop).await?;
        cx.api.delete_egress_only_gateway(&state.common.id).await?;
        Ok(Progress::Gone)
    }
}
