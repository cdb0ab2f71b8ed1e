//! A router: the way out of a network.

use std::net::IpAddr;

use async_trait::async_trait;
use groundwork_model::{Family, Label};
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Later, Listing, Owner, Progress, Resource, Result, Scope, Told,
    Want,
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    api::Api,
    object::{self, Object, Tags, Word, listing, state},
};

/// A router that we make, or verify.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Router {
    /// Its name.
    pub name: Want<String>,
    /// Whether it carries traffic.
    pub admin_state_up: Want<bool>,
    /// The external network that its gateway is in, by id.
    pub external_network: Want<Option<String>>,
}

state! {
    /// What Neutron says a router is.
    pub struct RouterState {
        /// Whether it carries traffic.
        pub admin_state_up: bool,
        /// `ACTIVE`, `BUILD` or `ERROR`.
        #[serde(default)]
        pub status: Word,
        /// Its gateway, if it has one.
        pub external_gateway_info: Option<Gateway>,
        /// Its static routes.
        #[serde(default)]
        pub routes: Vec<HostRoute>,
    }
    at "/v2.0/routers", "router", "routers";

    fn found(self, api: &Api) -> Found<Self> {
        let phase = object::phase(&self.status);
        let shared = self.label(api.project()).and_then(|label| others(&self, &label));
        object::found(api, [], phase, self).shared_with(shared)
    }
}

listing!(Router, RouterState, "openstack.router/1");

/// The gateway of a router.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Gateway {
    /// The external network.
    pub network_id: String,
    /// Whether private IPv4 addresses are translated; most clouds say so.
    #[serde(default)]
    pub enable_snat: Option<bool>,
    /// The router's addresses in it.
    #[serde(default)]
    pub external_fixed_ips: Box<[FixedIp]>,
}

/// A static route of a router.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct HostRoute {
    /// The range that it is about.
    pub destination: IpNet,
    /// Where its packets go.
    pub nexthop: IpAddr,
}

/// One address in one subnet.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct FixedIp {
    /// The subnet.
    pub subnet_id: String,
    /// The address.
    pub ip_address: IpAddr,
}

impl RouterState {
    /// The external network of its gateway.
    pub fn gateway(&self) -> Option<&str> {
        self.external_gateway_info
            .as_ref()
            .map(|gateway| gateway.network_id.as_str())
    }

    /// Whether its gateway has an address of a family.
    pub(crate) fn has_address(&self, family: Family) -> bool {
        let gateway = self.external_gateway_info.iter();
        let mut addresses = gateway.flat_map(|gateway| &gateway.external_fixed_ips);
        addresses.any(|fixed| Family::of_address(&fixed.ip_address) == family)
    }
}

const GATEWAY: &str = "external_gateway_info";

/// What KKP writes on a router that several clusters use, each its name; the last one that goes
/// removes it (`pkg/provider/cloud/openstack/tags.go`, 2026-08-21).
const CLUSTER_TAG: &str = "cluster-id.k8c.io:";

/// The other clusters of KKP's that use a router of the label's.
fn others(state: &RouterState, label: &Label) -> Option<String> {
    let own = |name: &str| {
        let made = format!("kubernetes-{name}");
        name == label.cluster.as_str() || state.name == made
    };
    let tags = state.tags.iter().flat_map(Tags::iter);
    let names = tags.filter_map(|tag| tag.strip_prefix(CLUSTER_TAG));
    let names: Vec<String> = names
        .filter(|name| !own(name))
        .map(|name| format!("cluster {name}"))
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

impl Router {
    /// A gateway that is missing, or not in the network that the user asked for. One that we chose
    /// may be in another by now: what exists wins.
    fn gateway(&self, state: &RouterState) -> Option<Change> {
        let wanted = self.external_network.value().as_deref()?;
        let asked = self.external_network.asked().is_some();
        let to = json!({ "network_id": wanted });
        match state.gateway() {
            None if self.name.asked().is_some() => {
                Some(Change::new(GATEWAY, serde_json::Value::Null, to))
            }
            Some(is) if asked && is != wanted => {
                Some(Change::new(GATEWAY, json!({ "network_id": is }), to))
            }
            None | Some(_) => None,
        }
    }
}

#[async_trait]
impl Resource for Router {
    fn asks_for(&self) -> Told {
        Told::named(self.name.value())
    }

    fn id(state: &RouterState) -> String {
        state.id.clone()
    }

    fn adopts(&self, _: &Facts<'_>, found: &Found<RouterState>) -> bool {
        found.owner == Owner::Foreign && &found.state.name == self.name.value()
    }

    fn diff(&self, facts: &Facts<'_>, state: &RouterState) -> Result<Diff, Later> {
        let Self {
            name,
            admin_state_up,
            external_network: _,
        } = self;
        let managed = name.asked().is_some();
        let changes = [
            name.change("name", &state.name),
            admin_state_up.change("admin_state_up", &state.admin_state_up),
            self.gateway(state),
            object::missing_tags(facts, state).filter(|_| managed),
        ];
        Ok(Diff::of(
            changes.into_iter().flatten().collect(),
            Vec::new(),
        ))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<RouterState>> {
        let mut router = json!({
            "name": self.name.value(),
            "admin_state_up": self.admin_state_up.value(),
        });
        if let Some(network) = self.external_network.value() {
            router[GATEWAY] = json!({ "network_id": network });
        }
        object::created(cx, router).await
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &RouterState,
        changes: &[Change],
    ) -> Result<Progress<RouterState>> {
        let changed = object::changed(cx, state, changes).await;
        changed.map(Progress::Done)
    }

    async fn delete(cx: &Cx<'_, Api>, state: &RouterState) -> Result<Progress<RouterState>> {
        match others(state, cx.label()) {
            Some(_) => object::released(cx, state).await,
            None => object::deleted(cx, state).await,
        }
    }
}
