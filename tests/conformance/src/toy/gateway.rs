//! A gateway: the way out of a network. Its listing lags behind what was made.

use std::collections::BTreeSet;

use async_trait::async_trait;
use groundwork_kit::client::Call;
use groundwork_model::{Family, Label};
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Later, Listing, Owner, Progress, Resource, Result, Scope, Told,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::api::{self, Api, changed};

/// The gateway that is wanted.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Gateway {
    /// For people: the cloud does not care.
    pub name: String,
    /// The families that it has to carry: one that the document names, at least these.
    pub families: BTreeSet<Family>,
    /// Whether the document names it.
    pub named: bool,
}

/// The cloud's id of a gateway.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct GatewayId(pub String);

/// What the cloud says a gateway is.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct GatewayState {
    /// Its id.
    pub id: GatewayId,
    /// Its name.
    pub name: String,
    /// Free text: where the label stands.
    pub note: String,
    /// The families that it carries.
    pub families: BTreeSet<Family>,
    /// When it was made.
    pub made_at: Timestamp,
}

#[async_trait]
impl Listing for Gateway {
    const KIND: &'static str = "toy.gateway/1";
    type Api = Api;
    type State = GatewayState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.name)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<GatewayState>>> {
        let states = api::all(api, Call::get("/gateways")).await?;
        Ok(states.into_iter().map(found).collect())
    }
}

fn found(state: GatewayState) -> Found<GatewayState> {
    let made_at = Some(state.made_at);
    Found::labelled(state.id.0.clone(), Label::parse(&state.note), state).made_at(made_at)
}

#[async_trait]
impl Resource for Gateway {
    fn asks_for(&self) -> Told {
        Told::named(&self.name)
    }

    fn id(state: &GatewayState) -> String {
        state.id.0.clone()
    }

    fn adopts(&self, _facts: &Facts<'_>, found: &Found<GatewayState>) -> bool {
        found.owner == Owner::Foreign && found.state.name == self.name
    }

    fn diff(&self, _facts: &Facts<'_>, state: &GatewayState) -> Result<Diff, Later> {
        let mut all = self.families.clone();
        all.extend(state.families.iter().filter(|_| self.named));
        let change = Change::between("families", &state.families, &all);
        Ok(Diff::of(change, None))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<GatewayState>> {
        let Self {
            name,
            families,
            named: _,
        } = self;
        let body = json!({ "name": name, "note": cx.label().to_string(), "families": families });
        cx.api.post("/gateways", body).await.map(Progress::Done)
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &GatewayState,
        changes: &[Change],
    ) -> Result<Progress<GatewayState>> {
        let body = changed(cx.label(), changes);
        let path = format!("/gateways/{}", state.id.0);
        cx.api.patch(&path, body).await.map(Progress::Done)
    }

    async fn delete(cx: &Cx<'_, Api>, state: &GatewayState) -> Result<Progress<GatewayState>> {
        cx.api.delete(&format!("/gateways/{}", state.id.0)).await?;
        Ok(Progress::Gone)
    }
}
