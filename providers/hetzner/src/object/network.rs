//! A network: private, and of IPv4 alone. Its subnets and routes stand in its body.

use std::fmt;

use async_trait::async_trait;
use groundwork_kit::client::Call;
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Later, Listing, Operation, Progress,
    Resource, Result, Scope, Told, Want,
};
use ipnet::{IpNet, Ipv4Net};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Labels;
use crate::api::{
    self, Api,
    actions::{self, About},
};

/// A network that we make, or verify.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Network {
    /// Its name: unique in the project.
    pub name: Want<String>,
    /// Its range, a /24 or larger. It can grow, and not shrink.
    pub range: Want<Ipv4Net>,
}

/// The id of a network.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct NetworkId(pub u64);

impl fmt::Display for NetworkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl NetworkId {
    pub(crate) fn path(self) -> String {
        format!("/networks/{self}")
    }
}

/// What the API says a network is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct NetworkState {
    /// Its id.
    pub id: NetworkId,
    /// Its name.
    pub name: String,
    /// Its range.
    pub ip_range: Ipv4Net,
    /// Its subnets.
    #[serde(default)]
    pub subnets: Vec<Part>,
    /// Its routes.
    #[serde(default)]
    pub routes: Vec<Route>,
    /// The servers that are in it, by id.
    #[serde(default)]
    pub servers: Vec<u64>,
    /// The load balancers that are in it, by id.
    #[serde(default)]
    pub load_balancers: Vec<u64>,
    /// Its labels.
    #[serde(default)]
    pub labels: Labels,
    /// When it was made.
    pub created: Timestamp,
}

/// A subnet, as its network shows it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Part {
    /// `cloud`, `server` (an older word for the same) or `vswitch`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its range.
    pub ip_range: Ipv4Net,
    /// The zone of its servers: `eu-central`.
    pub network_zone: String,
}

impl Part {
    /// Whether cloud servers can be in it, and not dedicated ones alone.
    pub fn is_for_servers(&self) -> bool {
        self.kind != "vswitch"
    }
}

/// A route, as its network shows it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Route {
    /// Where packets go.
    pub destination: Ipv4Net,
    /// By which address of the network.
    pub gateway: std::net::Ipv4Addr,
}

impl NetworkState {
    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!("network {} ({})", self.name, self.id)
    }
}

/// Someone who is in a network.
#[derive(Deserialize)]
struct InIt {
    #[serde(rename = "type")]
    kind: String,
    id: u64,
    subnet: Option<Ipv4Net>,
    status: String,
}

/// Refuses while somebody is in a network, or in one of its subnets: Hetzner deletes a network with
/// servers in it, and detaches them without a word. A server that is on its way out counts too.
/// `None`: the network does not exist.
pub(super) async fn empty(api: &Api, id: NetworkId, subnet: Option<Ipv4Net>) -> Result<Option<()>> {
    let path = format!("{}/members", id.path());
    let Some(members) = api::one::<Vec<InIt>>(api, &path, "members").await? else {
        return Ok(None);
    };
    let mut members = members.iter();
    let is_inside = |member: &&InIt| subnet.is_none() || member.subnet == subnet;
    let Some(InIt {
        kind,
        id: who,
        status,
        ..
    }) = members.find(is_inside)
    else {
        return Ok(Some(()));
    };
    let message = format!("{kind} {who} is in it (status {status})");
    let operation = format!("DELETE {}", id.path());
    let error = Error::new(ErrorKind::InUse, operation, message);
    Err(error.remedy("detach it from the network, or delete it"))
}

/// Refuses while a network has a subnet: ours are deleted before it, and Hetzner would delete the
/// others with it.
fn without_subnets(network: &NetworkState) -> Result<()> {
    let Some(part) = network.subnets.first() else {
        return Ok(());
    };
    let message = format!("subnet {} is in it", part.ip_range);
    let operation = format!("DELETE {}", network.id.path());
    let error = Error::new(ErrorKind::InUse, operation, message);
    Err(error.remedy("have whoever added the subnet delete it"))
}

#[async_trait]
impl About for NetworkId {
    type State = NetworkState;

    async fn read(&self, api: &Api) -> Result<Option<NetworkState>> {
        api::one(api, &self.path(), "network").await
    }
}

#[async_trait]
impl Listing for Network {
    const KIND: &'static str = "hetzner.network/1";
    type Api = Api;
    type State = NetworkState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.name).with_ranges([state.ip_range.into()])
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<NetworkState>>> {
        let states: Vec<NetworkState> = api::all(api, "/networks", "networks").await?;
        let found = |state: NetworkState| {
            super::found(
                state.id.to_string(),
                &state.labels.clone(),
                state.created,
                state,
            )
        };
        Ok(states.into_iter().map(found).collect())
    }
}

#[async_trait]
impl Resource for Network {
    fn asks_for(&self) -> Told {
        Told::named(self.name.value()).with_ranges([IpNet::V4(*self.range.value())])
    }

    fn id(state: &NetworkState) -> String {
        state.id.to_string()
    }

    fn diff(&self, _facts: &Facts<'_>, state: &NetworkState) -> Result<Diff, Later> {
        let Self { name, range } = self;
        let mut in_place: Vec<Change> = name.change("name", &state.name).into_iter().collect();
        let mut replacing = Vec::new();
        match range.change("ip_range", &state.ip_range) {
            Some(change) if range.value().contains(&state.ip_range) => in_place.push(change),
            other => replacing.extend(other),
        }
        Ok(Diff::of(in_place, replacing))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<NetworkState>> {
        let body = json!({
            "name": self.name.value(),
            "ip_range": self.range.value(),
            "labels": super::with_label(cx.label(), &Labels::new()),
        });
        let call = Call::post("/networks", body).under("network");
        cx.api.read(&call).await.map(Progress::Done)
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &NetworkState,
        changes: &[Change],
    ) -> Result<Progress<NetworkState>> {
        let path = state.id.path();
        let mut state = state.clone();
        let body = super::renamed(cx.label(), &state.labels, changes);
        if !body.is_empty() {
            let call = Call::put(&path, Value::Object(body)).under("network");
            state = cx.api.read(&call).await?;
        }
        let Some(range) = changes.iter().find(|change| change.field == "ip_range") else {
            return Ok(Progress::Done(state));
        };
        let body = json!({ "ip_range": range.to });
        let call = Call::post(format!("{path}/actions/change_ip_range"), body);
        actions::start(cx.api, call, state.id).await
    }

    async fn delete(cx: &Cx<'_, Api>, state: &NetworkState) -> Result<Progress<NetworkState>> {
        let (is_empty, now) = tokio::join!(empty(cx.api, state.id, None), state.id.read(cx.api));
        if let (Some(()), Some(now)) = (is_empty?, now?) {
            without_subnets(&now)?;
            cx.api.delete(&state.id.path()).await?;
        }
        Ok(Progress::Gone)
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<NetworkState>> {
        actions::poll::<NetworkId>(cx.api, operation).await
    }
}
