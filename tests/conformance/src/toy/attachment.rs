//! An attachment of a network to a gateway. It has no name and no room for a label: what it joins
//! is its key. Anybody may attach a gateway of theirs to a network of ours.

use async_trait::async_trait;
use groundwork_kit::client::Call;
use groundwork_provider::{
    Cx, Diff, Edge, Facts, Found, Handle, Key, Later, Listing, ObjectRef, Owner, Progress,
    Resource, Result, Scope,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    api::{self, Api},
    gateway::{Gateway, GatewayId},
    network::{Network, NetworkId},
};

/// The attachment that is wanted.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Attachment {
    /// What is attached.
    pub network: Handle<Network>,
    /// To what.
    pub gateway: Handle<Gateway>,
    /// The subnets: a gateway learns the prefixes of a network when it is attached.
    pub after: Vec<Edge>,
}

/// What the cloud says an attachment is.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct AttachmentState {
    /// Its id.
    pub id: String,
    /// What is attached.
    pub network: NetworkId,
    /// To what.
    pub gateway: GatewayId,
}

#[async_trait]
impl Listing for Attachment {
    const KIND: &'static str = "toy.attachment/1";
    type Api = Api;
    type State = AttachmentState;

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<AttachmentState>>> {
        let states = api::all(api, Call::get("/attachments")).await?;
        Ok(states.into_iter().map(found).collect())
    }
}

fn found(state: AttachmentState) -> Found<AttachmentState> {
    let (gateway, network) = (&state.gateway.0, &state.network.0);
    let key = format!("{gateway}/{network}");
    let joins = [
        ObjectRef::of::<Network>(network),
        ObjectRef::of::<Gateway>(gateway),
    ];
    Found::natural(state.id.clone(), key, Owner::Unlabelled, state).joining(joins)
}

#[async_trait]
impl Resource for Attachment {
    fn id(state: &AttachmentState) -> String {
        state.id.clone()
    }

    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        let (gateway, network) = (
            facts.id(&self.gateway.edge())?,
            facts.id(&self.network.edge())?,
        );
        Ok(Key::Natural(format!("{gateway}/{network}")))
    }

    fn diff(&self, _facts: &Facts<'_>, _state: &AttachmentState) -> Result<Diff, Later> {
        Ok(Diff::Same)
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<AttachmentState>> {
        let (gateway, network) = (cx.id(&self.gateway.edge())?, cx.id(&self.network.edge())?);
        let body = json!({ "gateway": gateway, "network": network });
        cx.api.post("/attachments", body).await.map(Progress::Done)
    }

    async fn delete(
        cx: &Cx<'_, Api>,
        state: &AttachmentState,
    ) -> Result<Progress<AttachmentState>> {
        cx.api.delete(&format!("/attachments/{}", state.id)).await?;
        Ok(Progress::Gone)
    }
}
