//! A public IPv4 address of our own: what a NAT gateway speaks with.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Later, Listing, Phase, Progress, Resource, Result, Scope, Told,
    Want,
};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{self, Common, Tags},
};

/// An elastic IP address.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct ElasticAddress {
    /// Its tags besides the label.
    pub tags: Want<Tags>,
}

/// What EC2 says an address is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct AddressState {
    /// Id, name, tags.
    #[serde(flatten)]
    pub common: Common,
    /// The address.
    pub address: String,
    /// What it is associated with, by the association's id.
    pub association: Option<String>,
}

#[async_trait]
impl Listing for ElasticAddress {
    const KIND: &'static str = "aws.address/1";
    type Api = Api;
    type State = AddressState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.common.name).with_detail(&state.address)
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<AddressState>>> {
        let mut found = Vec::new();
        for filter in object::selections(scope, "allocation-id", None) {
            found.extend(api.addresses(filter.as_ref()).await?);
        }
        let seen = |state: AddressState| state.common.clone().found([], Phase::Ready, state);
        Ok(found.into_iter().map(seen).collect())
    }
}

#[async_trait]
impl Resource for ElasticAddress {
    fn asks_for(&self) -> Told {
        object::asked_name(&self.tags)
    }

    fn id(state: &AddressState) -> String {
        state.common.id.clone()
    }

    fn diff(&self, _: &Facts<'_>, state: &AddressState) -> Result<Diff, Later> {
        let tags = object::missing_tags(&self.tags, &state.common);
        Ok(Diff::of(tags, None))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<AddressState>> {
        let tags = object::birth_tags(cx.label(), cx.api.now(), &self.tags);
        cx.api.allocate_address(&tags).await.map(Progress::Done)
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &AddressState,
        changes: &[Change],
    ) -> Result<Progress<AddressState>> {
        let common = object::tagged(cx, &state.common, changes).await?;
        let state = state.clone();
        Ok(Progress::Done(AddressState { common, ..state }))
    }

    async fn delete(cx: &Cx<'_, Api>, state: &AddressState) -> Result<Progress<AddressState>> {
        cx.api.release_address(&state.common.id).await?;
        Ok(Progress::Gone)
    }
}
