//! A router: the way out of a network.

use std::net::IpAddr;

use async_trait::async_trait;
use groundwork_model::{Family, Label};
use groundwork_provider::{Change, Cx, Found, Result, Want};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Desired, Object, Tags, Word, found, phase, released, resource, state};
use crate::api::Api;

/// A router that we make, or verify.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Router {
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
        #[serde(default)]
        pub routes: Vec<HostRoute>,
    }
    at "/v2.0/routers", "router", "routers";

    fn found(self, api: &Api) -> Found<Self> {
        let phase = phase(&self.status);
        let shared = self.label(api.project()).and_then(|label| others(&self, &label));
        found(api, [], phase, self).shared_with(shared)
    }
}

resource!(Router, RouterState, "openstack.router/1");

/// The gateway of a router.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Gateway {
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
    pub subnet_id: String,
    pub ip_address: IpAddr,
}

impl RouterState {
    /// The external network of its gateway.
    pub fn gateway(&self) -> Option<&str> {
        let gateway = self.external_gateway_info.as_ref()?;
        Some(&gateway.network_id)
    }

    /// Whether private IPv4 addresses leave as they are.
    pub(crate) fn keeps_addresses(&self) -> bool {
        let gateway = self.external_gateway_info.as_ref();
        gateway.is_some_and(|gateway| gateway.enable_snat == Some(false))
    }

    /// Whether its gateway has an address of a family.
    pub(crate) fn has_address(&self, family: Family) -> bool {
        let gateway = self.external_gateway_info.iter();
        let mut addresses = gateway.flat_map(|gateway| &gateway.external_fixed_ips);
        addresses.any(|fixed| Family::of_address(&fixed.ip_address) == family)
    }
}

const GATEWAY: &str = "external_gateway_info";

fn gateway_in(network: &str) -> Value {
    json!({ "network_id": network })
}

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
    let names = names.filter(|name| !own(name));
    let names: Vec<String> = names.map(|name| format!("cluster {name}")).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

#[async_trait]
impl Desired for Router {
    type State = RouterState;

    /// A gateway that is missing, or not in the network that the user asked for. One that we chose
    /// may be in another by now: what exists wins.
    fn changes(&self, state: &RouterState) -> Vec<Option<Change>> {
        let Self {
            name,
            admin_state_up,
            external_network,
        } = self;
        let is = state.gateway();
        let wanted = match is {
            None if name.asked().is_some() => external_network.value().as_deref(),
            None => None,
            Some(_) => external_network.asked().and_then(Option::as_deref),
        };
        let wanted = wanted.filter(|wanted| is != Some(*wanted));
        vec![
            admin_state_up.change("admin_state_up", &state.admin_state_up),
            wanted.map(|to| Change::new(GATEWAY, is.map(gateway_in), gateway_in(to))),
        ]
    }

    async fn body(&self, _: &Cx<'_, Api>) -> Result<Value> {
        let mut router = json!({ "admin_state_up": self.admin_state_up.value() });
        if let Some(network) = self.external_network.value() {
            router[GATEWAY] = gateway_in(network);
        }
        Ok(router)
    }

    async fn remove(cx: &Cx<'_, Api>, state: &RouterState) -> Result<()> {
        match others(state, cx.label()) {
            Some(_) => released(cx, state).await,
            None => cx.api.client.delete(&state.path()).await,
        }
    }
}
