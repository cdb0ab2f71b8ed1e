//! An internet gateway, and its attachment to a VPC.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Handle, Key, Later, Listing, Look, ObjectRef, Owner, Phase,
    Progress, Resource, Result, Scope, Told, Want,
};
use serde::{Deserialize, Serialize};

use crate::{
    api::{Api, Hop},
    object::{self, Common, Tags, route, vpc::Vpc},
};

/// An internet gateway: the way out, and in, of both families.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct InternetGateway {
    /// Its tags besides the label.
    pub tags: Want<Tags>,
}

/// What EC2 says an internet gateway is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct InternetGatewayState {
    /// Id, name, tags.
    #[serde(flatten)]
    pub common: Common,
    /// The VPC that it is attached to.
    pub vpc: Option<String>,
}

#[async_trait]
impl Listing for InternetGateway {
    const KIND: &'static str = "aws.internet-gateway/1";
    type Api = Api;
    type State = InternetGatewayState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.common.name)
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<InternetGatewayState>>> {
        let mut found = Vec::new();
        let within = Some("attachment.vpc-id");
        for filter in object::selections(scope, "internet-gateway-id", within) {
            found.extend(api.internet_gateways(filter.as_ref()).await?);
        }
        let found = found.into_iter();
        // What it is attached to is the attachment's to say.
        Ok(found
            .map(|state| state.common.clone().found([], Phase::Ready, state))
            .collect())
    }
}

#[async_trait]
impl Resource for InternetGateway {
    fn asks_for(&self) -> Told {
        object::asked_name(&self.tags)
    }

    fn id(state: &InternetGatewayState) -> String {
        state.common.id.clone()
    }

    fn diff(&self, _: &Facts<'_>, state: &InternetGatewayState) -> Result<Diff, Later> {
        let tags = object::missing_tags(&self.tags, &state.common);
        Ok(Diff::of(tags, None))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<InternetGatewayState>> {
        let tags = object::birth_tags(cx.label(), cx.api.now(), &self.tags);
        cx.api
            .create_internet_gateway(&tags)
            .await
            .map(Progress::Done)
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &InternetGatewayState,
        changes: &[Change],
    ) -> Result<Progress<InternetGatewayState>> {
        let common = object::tagged(cx, &state.common, changes).await?;
        let vpc = state.vpc.clone();
        Ok(Progress::Done(InternetGatewayState { common, vpc }))
    }

    async fn delete(
        cx: &Cx<'_, Api>,
        state: &InternetGatewayState,
    ) -> Result<Progress<InternetGatewayState>> {
        cx.api.delete_internet_gateway(&state.common.id).await?;
        Ok(Progress::Gone)
    }
}

/// An internet gateway attached to a VPC. A VPC has one at most, so the VPC is its key.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Attachment {
    /// The gateway.
    pub gateway: Handle<InternetGateway>,
    /// The VPC.
    pub vpc: Handle<Vpc>,
}

/// What EC2 says of an attachment.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct AttachmentState {
    /// The gateway.
    pub gateway: String,
    /// The VPC.
    pub vpc: String,
}

/// The id of the attachment of whichever gateway to a VPC.
pub(crate) fn attachment_id(vpc: &str) -> String {
    format!("{vpc}/internet-gateway")
}

#[async_trait]
impl Listing for Attachment {
    const KIND: &'static str = "aws.internet-gateway-attachment/1";
    const PARENTS: &'static [&'static str] = &[Vpc::KIND];
    type Api = Api;
    type State = AttachmentState;

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<AttachmentState>>> {
        let gateways = InternetGateway::list(api, &of_gateways(scope)).await?;
        Ok(gateways
            .iter()
            .filter_map(|found| attached(&found.state))
            .collect())
    }

    async fn derive(look: &Look<'_, Api>, scope: &Scope) -> Result<Vec<Found<AttachmentState>>> {
        let gateways = look.list::<InternetGateway>(&of_gateways(scope)).await?;
        Ok(gateways
            .iter()
            .filter_map(|found| attached(&found.state))
            .collect())
    }
}

/// The gateways of the VPCs that a scope is about.
fn of_gateways(scope: &Scope) -> Scope {
    let vpc = |id: &String| id.strip_suffix("/internet-gateway").map(str::to_owned);
    let named = scope.ids.iter().filter_map(vpc);
    Scope {
        owners: scope.owners.clone(),
        ids: Default::default(),
        within: named.chain(scope.within.clone()).collect(),
    }
}

fn attached(gateway: &InternetGatewayState) -> Option<Found<AttachmentState>> {
    Some(seen(AttachmentState {
        gateway: gateway.common.id.clone(),
        vpc: gateway.vpc.clone()?,
    }))
}

fn seen(state: AttachmentState) -> Found<AttachmentState> {
    let id = attachment_id(&state.vpc);
    let joins = [
        ObjectRef::of::<InternetGateway>(&state.gateway),
        ObjectRef::of::<Vpc>(&state.vpc),
    ];
    Found::natural(id.clone(), id, Owner::Within, state).joining(joins)
}

#[async_trait]
impl Resource for Attachment {
    fn id(state: &AttachmentState) -> String {
        attachment_id(&state.vpc)
    }

    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        let vpc = facts.id(&self.vpc.edge())?;
        Ok(Key::Natural(attachment_id(vpc)))
    }

    fn diff(&self, facts: &Facts<'_>, state: &AttachmentState) -> Result<Diff, Later> {
        let gateway = facts.id(&self.gateway.edge())?.to_owned();
        let change = Change::between("internet_gateway_id", &state.gateway, &gateway);
        Ok(Diff::of(None, change))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<AttachmentState>> {
        let gateway = cx.id(&self.gateway.edge())?.to_owned();
        let vpc = cx.id(&self.vpc.edge())?.to_owned();
        cx.api.attach_internet_gateway(&gateway, &vpc).await?;
        Ok(Progress::Done(AttachmentState { gateway, vpc }))
    }

    async fn delete(
        cx: &Cx<'_, Api>,
        state: &AttachmentState,
    ) -> Result<Progress<AttachmentState>> {
        let hop = Hop::Internet(&state.gateway);
        route::unused(cx.api, "DetachInternetGateway", hop).await?;
        cx.api
            .detach_internet_gateway(&state.gateway, &state.vpc)
            .await?;
        Ok(Progress::Gone)
    }
}
