//! A network: of the whole world, in custom mode, so that each subnetwork is asked for.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Later, Listing, Operation, Progress, Resource, Result, Scope,
    Told, Want,
};
use http::Method;
use ipnet::{IpNet, Ipv6Net};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Common;
use crate::api::{self, Api, Object};

/// A network that we make, or verify.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Network {
    /// Its name: unique in the project.
    pub name: Want<String>,
    /// Its project.
    pub project: String,
    /// Whether it has IPv6 addresses of its own: a /48 of fd20::/20.
    pub internal_ipv6: bool,
    /// Which /48, where the user asks for one.
    pub internal_ipv6_range: Option<Ipv6Net>,
    /// Whether dual-stack subnetworks will be in it: not possible in auto mode.
    pub dual_stack: bool,
}

/// What the API says a network is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NetworkState {
    /// Number, name, description.
    #[serde(flatten)]
    pub common: Common,
    /// Whether each region got a subnetwork by itself; nothing for a legacy network, which has none.
    pub auto_create_subnetworks: Option<bool>,
    /// Whether it has IPv6 addresses of its own.
    pub enable_ula_internal_ipv6: bool,
    /// Which.
    pub internal_ipv6_range: Option<Ipv6Net>,
    /// The largest packet in bytes; 1460 where none is given.
    pub mtu: Option<u32>,
    /// What it may hold, where that is limited.
    pub network_profile: Option<String>,
    /// Networks that it is joined with.
    pub peerings: Vec<Peering>,
    /// Which rules come first: `AFTER_CLASSIC_FIREWALL` or `BEFORE_CLASSIC_FIREWALL`.
    pub network_firewall_policy_enforcement_order: Option<String>,
}

/// A network that is joined with another.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Peering {
    /// Its name.
    pub name: String,
    /// The other network.
    pub network: String,
    /// `ACTIVE` or `INACTIVE`.
    pub state: String,
    /// `IPV4_ONLY` or `IPV4_IPV6`.
    pub stack_type: Option<String>,
}

/// The largest packet of a network that says nothing of it
/// (<https://cloud.google.com/vpc/docs/mtu>).
const MTU: u32 = 1460;
const AUTO: &str = "autoCreateSubnetworks";
const ULA: &str = "enableUlaInternalIpv6";
const ULA_RANGE: &str = "internalIpv6Range";

impl Object for NetworkState {
    fn is_complete(&self) -> bool {
        !self.enable_ula_internal_ipv6 || self.internal_ipv6_range.is_some()
    }
}

impl NetworkState {
    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!("network {} ({})", self.common.name, self.common.address())
    }

    /// The largest packet in bytes.
    pub(crate) fn mtu(&self) -> u32 {
        self.mtu.filter(|mtu| *mtu > 0).unwrap_or(MTU)
    }

    /// Whether subnetworks can be dual-stack.
    pub(crate) fn is_custom(&self) -> bool {
        self.auto_create_subnetworks == Some(false)
    }
}

fn found(state: NetworkState) -> Found<NetworkState> {
    super::found(&state.common.clone(), state)
}

impl Network {
    /// What a range of its own is asked for with.
    fn ula(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        if self.internal_ipv6 {
            fields.insert(ULA.to_owned(), true.into());
            if let Some(range) = self.internal_ipv6_range {
                fields.insert(ULA_RANGE.to_owned(), json!(range));
            }
        }
        fields
    }
}

#[async_trait]
impl Listing for Network {
    const KIND: &'static str = "gcp.network/1";
    type Api = Api;
    type State = NetworkState;

    fn told(state: &Self::State) -> Told {
        let ranges = state.internal_ipv6_range.map(IpNet::V6);
        Told::named(&state.common.name).with_ranges(ranges)
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<NetworkState>>> {
        let mut states: Vec<NetworkState> = api.all("global/networks").await?;
        states.extend(super::elsewhere(api, scope).await?);
        Ok(states.into_iter().map(found).collect())
    }

    async fn get(api: &Api, id: &str) -> Result<Option<Found<NetworkState>>> {
        Ok(api.show(id).await?.map(found))
    }
}

#[async_trait]
impl Resource for Network {
    fn asks_for(&self) -> Told {
        let ranges = self.internal_ipv6_range.map(IpNet::V6);
        Told::named(self.name.value()).with_ranges(ranges)
    }

    fn id(state: &NetworkState) -> String {
        state.common.address()
    }

    /// Addresses of its own are given to a network once, and stay.
    fn diff(&self, _facts: &Facts<'_>, state: &NetworkState) -> Result<Diff, Later> {
        let (mut in_place, mut replacing) = (Vec::new(), Vec::new());
        replacing.extend(self.name.change("name", &state.common.name));
        if self.dual_stack && !state.is_custom() {
            let is = json!(state.auto_create_subnetworks);
            replacing.push(Change::new(AUTO, is, false));
        }
        if self.internal_ipv6 && !state.enable_ula_internal_ipv6 {
            in_place.push(Change::new(ULA, false, true));
        } else if let (Some(asked), Some(is)) =
            (self.internal_ipv6_range, state.internal_ipv6_range)
        {
            replacing.extend(Change::between(ULA_RANGE, &is, &asked));
        }
        Ok(Diff::of(in_place, replacing))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<NetworkState>> {
        let mut body = json!({
            "name": self.name.value(),
            "description": cx.label().to_string(),
            AUTO: false,
            "routingConfig": { "routingMode": "REGIONAL" },
        });
        if let Value::Object(fields) = &mut body {
            fields.extend(self.ula());
        }
        let networks = format!("projects/{}/global/networks", self.project);
        let id = format!("{networks}/{}", self.name.value());
        api::created(cx, &networks, &body, &id).await
    }

    /// The one thing that changes in place.
    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &NetworkState,
        _changes: &[Change],
    ) -> Result<Progress<NetworkState>> {
        let at = (Method::PATCH, state.common.path());
        api::changed(cx, at, &Value::Object(self.ula()), &state.common.address()).await
    }

    async fn delete(cx: &Cx<'_, Api>, state: &NetworkState) -> Result<Progress<NetworkState>> {
        api::removed(cx, state.common.path()).await
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<NetworkState>> {
        api::poll(cx.api, operation).await
    }
}
