//! A resource group: what a cluster's resources are in. A group that is deleted takes all of them with
//! it, so that one of ours is deleted when it is empty, and not before.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Later, Listing, Operation, Owner, Progress,
    Resource, Result, Scope, Told, Want,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Common, phase};
use crate::{
    api::{self, Api, Object, Then},
    id,
};

/// A resource group that we make, or that the document names.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ResourceGroup {
    /// Its name: unique in the subscription.
    pub name: Want<String>,
    /// Its region: where what is known of it is kept.
    pub location: String,
}

/// What the API says a resource group is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct GroupState {
    /// Id, name, region, tags.
    #[serde(flatten)]
    pub common: Common,
    /// How far its last change has come.
    pub properties: GroupProperties,
}

/// The rest of it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct GroupProperties {
    /// `Succeeded`, or `Deleting`.
    pub provisioning_state: String,
}

impl Object for GroupState {
    fn provisioning(&self) -> &str {
        &self.properties.provisioning_state
    }
}

fn found(state: GroupState) -> Found<GroupState> {
    let id = state.common.address();
    let phase = phase(state.provisioning(), &id);
    Found::labelled(id, state.common.label(), state).in_phase(phase)
}

#[async_trait]
impl Listing for ResourceGroup {
    const KIND: &'static str = "azure.resource-group/1";
    type Api = Api;
    type State = GroupState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.common.name).with_detail(&state.common.location)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<GroupState>>> {
        let states: Vec<GroupState> = api.all("/resourcegroups").await?;
        Ok(states.into_iter().map(found).collect())
    }

    async fn get(api: &Api, id: &str) -> Result<Option<Found<GroupState>>> {
        Ok(api.show(id).await?.map(found))
    }
}

#[async_trait]
impl Resource for ResourceGroup {
    fn asks_for(&self) -> Told {
        Told::named(self.name.value()).with_detail(&self.location)
    }

    fn id(state: &GroupState) -> String {
        state.common.address()
    }

    /// By the name that the reference system gives.
    fn adopts(&self, _facts: &Facts<'_>, found: &Found<GroupState>) -> bool {
        let name = &found.state.common.name;
        found.owner == Owner::Foreign && self.name.asked() == Some(name)
    }

    fn diff(&self, _facts: &Facts<'_>, state: &GroupState) -> Result<Diff, Later> {
        let name = self.name.change("name", &state.common.name);
        Ok(Diff::of(None, name))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<GroupState>> {
        let body = json!({ "location": self.location, "tags": super::tags(cx.label()) });
        let id = id::group(cx.api.subscription(), self.name.value());
        api::made(cx.api, &id, body).await
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &GroupState,
        _changes: &[Change],
    ) -> Result<Progress<GroupState>> {
        let label = cx.label();
        let edit = |body: &mut Value| super::mark(body, label);
        api::changed(cx.api, &state.common.address(), Then::Object, edit).await
    }

    async fn delete(cx: &Cx<'_, Api>, state: &GroupState) -> Result<Progress<GroupState>> {
        let id = state.common.address();
        let inside: Vec<super::ResourceState> = cx.api.inside(&id).await?;
        if inside.is_empty() {
            return api::removed(cx.api, &id).await;
        }
        let ids: Vec<String> = inside.iter().map(|one| id::canonical(&one.id)).collect();
        let message = format!("there is still something in it: {}", ids.join(", "));
        let error = Error::new(ErrorKind::InUse, format!("DELETE {id}"), message);
        Err(error.remedy("delete it, or move it to another resource group"))
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<GroupState>> {
        api::poll(cx.api, operation).await
    }
}
