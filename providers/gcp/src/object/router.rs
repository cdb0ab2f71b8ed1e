//! A Cloud Router: it holds the NAT by which nodes without a public IPv4 address reach the internet.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Handle, Later, Listing, ObjectRef, Operation, Progress,
    Resource, Result, Scope, Told,
};
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Common, nat::Nat, network::Network, subnetwork::Subnetwork};
use crate::{
    api::{self, Api, Object},
    link,
};

/// A router that we make.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Router {
    /// Its name, which is its NAT's too: unique in the region.
    pub name: String,
    /// The network that it is on.
    pub network: Handle<Network>,
    /// The subnetwork that its NAT is for.
    pub subnetwork: Handle<Subnetwork>,
    /// Its region.
    pub region: String,
}

/// What the API says a router is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RouterState {
    /// Number, name, description.
    #[serde(flatten)]
    pub common: Common,
    /// The network that it is on.
    pub network: String,
    /// Its region.
    pub region: String,
    /// Its NATs.
    pub nats: Vec<Nat>,
}

const NATS: &str = "nats";

impl Object for RouterState {}

fn found(state: RouterState) -> Found<RouterState> {
    let network = ObjectRef::of::<Network>(link::relative(&state.network));
    let subnetworks = state.nats.iter().flat_map(Nat::subnetworks);
    let subnetworks = subnetworks.map(ObjectRef::of::<Subnetwork>);
    let joins: Vec<ObjectRef> = [network].into_iter().chain(subnetworks).collect();
    super::found(&state.common.clone(), state).joining(joins)
}

impl Router {
    /// The NATs after a change: ours as it is wanted, all others as they are.
    fn nats(&self, subnetwork: &str, is: &[Nat]) -> Vec<Nat> {
        let wanted = Nat::of(&self.name, subnetwork);
        let mut nats = is.to_vec();
        match nats.iter_mut().find(|nat| nat.name() == self.name) {
            Some(own) => *own = own.with(&wanted),
            None => nats.push(wanted),
        }
        nats
    }
}

#[async_trait]
impl Listing for Router {
    const KIND: &'static str = "gcp.router/1";
    const PARENTS: &'static [&'static str] = &[Network::KIND];
    type Api = Api;
    type State = RouterState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.common.name).with_detail(link::name(&state.region))
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<RouterState>>> {
        let states: Vec<RouterState> = api.aggregated("routers").await?;
        Ok(states.into_iter().map(found).collect())
    }

    async fn get(api: &Api, id: &str) -> Result<Option<Found<RouterState>>> {
        Ok(api.show(id).await?.map(found))
    }
}

#[async_trait]
impl Resource for Router {
    fn asks_for(&self) -> Told {
        Told::named(&self.name).with_detail(&self.region)
    }

    fn id(state: &RouterState) -> String {
        state.common.address()
    }

    fn diff(&self, facts: &Facts<'_>, state: &RouterState) -> Result<Diff, Later> {
        let network = facts.id(&self.network.edge())?.to_owned();
        let subnetwork = facts.id(&self.subnetwork.edge())?;
        let wanted = Nat::of(&self.name, subnetwork);
        let own = state.nats.iter().find(|nat| nat.name() == self.name);
        let differs = !own.is_some_and(|nat| nat.does(&wanted, subnetwork));
        let nats = differs.then(|| Change::new(NATS, json!(own), json!(wanted)));
        let replacing = [
            Change::between("name", &state.common.name, &self.name),
            Change::between(
                "network",
                &link::relative(&state.network).to_owned(),
                &network,
            ),
        ];
        Ok(Diff::of(nats, replacing.into_iter().flatten()))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<RouterState>> {
        let network = cx.id(&self.network.edge())?;
        let subnetwork = cx.id(&self.subnetwork.edge())?;
        let body = json!({
            "name": self.name,
            "description": cx.label().to_string(),
            "network": network,
            NATS: self.nats(subnetwork, &[]),
        });
        let all = format!(
            "projects/{}/regions/{}/routers",
            cx.api.project(),
            self.region
        );
        api::created_as_asked(cx, &all, body).await
    }

    /// A change replaces the whole list, and a router has no fingerprint: it is read right before.
    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &RouterState,
        _changes: &[Change],
    ) -> Result<Progress<RouterState>> {
        let id = state.common.address();
        let Some(now) = cx.api.show::<RouterState>(&id).await? else {
            return Ok(Progress::Gone);
        };
        let subnetwork = cx.id(&self.subnetwork.edge())?;
        let body: Value = json!({ NATS: self.nats(subnetwork, &now.nats) });
        api::changed(cx, (Method::PATCH, state.common.path()), &body, &id).await
    }

    async fn delete(cx: &Cx<'_, Api>, state: &RouterState) -> Result<Progress<RouterState>> {
        api::removed(cx, state.common.path()).await
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<RouterState>> {
        api::poll(cx.api, operation).await
    }
}
