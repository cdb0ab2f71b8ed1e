//! A network: a range of each family, from which subnets are cut.

use async_trait::async_trait;
use groundwork_kit::client::path_segment;
use groundwork_model::Label;
use groundwork_provider::{
    Cx, Diff, Facts, Found, Later, Listing, Progress, Resource, Result, Scope, Told, Want,
};
use ipnet::{Ipv4Net, Ipv6Net};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::api::{self, Api};

/// The network that is wanted.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Network {
    /// For people: the cloud does not care.
    pub(crate) name: String,
    /// Its IPv4 range. The IPv6 prefix is the cloud's choice.
    pub(crate) range: Want<Ipv4Net>,
}

/// What the cloud says a network is.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct NetworkState {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Free text, in which the label stands.
    pub(crate) note: String,
    pub(crate) range: Ipv4Net,
    /// A /56.
    pub(crate) prefix: Ipv6Net,
    pub(crate) created_at: Timestamp,
}

#[async_trait]
impl Listing for Network {
    const KIND: &'static str = "acorn.network/1";
    type Api = Api;
    type State = NetworkState;

    fn told(state: &NetworkState) -> Told {
        Told::named(&state.name).with_ranges([state.range.into(), state.prefix.into()])
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<NetworkState>>> {
        let states: Vec<NetworkState> = api::all(api, "networks").await?;
        Ok(states.into_iter().map(found).collect())
    }
}

fn found(state: NetworkState) -> Found<NetworkState> {
    let (id, created_at) = (state.id.clone(), Some(state.created_at));
    Found::labelled(id, Label::parse(&state.note), state).made_at(created_at)
}

#[async_trait]
impl Resource for Network {
    fn asks_for(&self) -> Told {
        Told::named(&self.name).with_ranges([(*self.range.value()).into()])
    }

    fn id(state: &NetworkState) -> String {
        state.id.clone()
    }

    fn diff(&self, _facts: &Facts<'_>, state: &NetworkState) -> Result<Diff, Later> {
        let replacing = self.range.change("range", &state.range);
        Ok(Diff::of(None, replacing))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<NetworkState>> {
        let note = cx.label().to_string();
        let body = json!({ "name": self.name, "note": note, "range": self.range.value() });
        cx.api.post("/networks", body).await.map(Progress::Done)
    }

    async fn delete(cx: &Cx<'_, Api>, state: &NetworkState) -> Result<Progress<NetworkState>> {
        let path = format!("/networks/{}", path_segment(&state.id));
        cx.api.delete(&path).await?;
        Ok(Progress::Gone)
    }
}
