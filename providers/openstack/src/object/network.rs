//! A network: what subnets are in.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Later, Listing, Owner, Phase, Progress,
    Resource, Result, Scope, Told, Want,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    api::Api,
    object::{self, Object, Word, listing, state},
};

/// A network that we make, or verify.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Network {
    /// Its name.
    pub name: Want<String>,
    /// Whether it carries traffic.
    pub admin_state_up: Want<bool>,
}

state! {
    /// What Neutron says a network is.
    pub struct NetworkState {
        /// Whether it carries traffic.
        pub admin_state_up: bool,
        /// Whether it leads out of the cloud.
        #[serde(rename = "router:external", default)]
        pub external: bool,
        /// Whether other projects may use it.
        #[serde(default)]
        pub shared: bool,
        /// The largest packet, where the cloud says so.
        #[serde(default)]
        pub mtu: Option<u32>,
        /// Whether its ports take security groups, where the cloud can turn that off.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub port_security_enabled: Option<bool>,
        /// `ACTIVE`, `DOWN`, `BUILD` or `ERROR`.
        #[serde(default)]
        pub status: Word,
        /// The address scope of its IPv6 subnets, where the pool that they are from is in one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ipv6_address_scope: Option<String>,
        /// Ids of its subnets.
        #[serde(default)]
        pub subnets: Box<[String]>,
    }
    at "/v2.0/networks", "network", "networks";

    fn found(mut self, api: &Api) -> Found<Self> {
        // Neutron gives them in no order, and a plan's hash should not depend on it.
        self.subnets.sort();
        let phase = object::phase(&self.status);
        object::found(api, [], phase, self)
    }
}

listing!(Network, NetworkState, "openstack.network/1");

const PORT_SECURITY: &str = "port_security_enabled";

impl Network {
    /// Without port security, no machine with a security group can be on our network.
    fn port_security(&self, state: &NetworkState) -> Option<Change> {
        let is_off = self.name.asked().is_some() && state.port_security_enabled == Some(false);
        is_off.then(|| Change::new(PORT_SECURITY, false, true))
    }
}

#[async_trait]
impl Resource for Network {
    fn asks_for(&self) -> Told {
        Told::named(self.name.value())
    }

    fn id(state: &NetworkState) -> String {
        state.id.clone()
    }

    fn adopts(&self, _: &Facts<'_>, found: &Found<NetworkState>) -> bool {
        found.owner == Owner::Foreign
            && !found.state.external
            && &found.state.name == self.name.value()
    }

    fn diff(&self, facts: &Facts<'_>, state: &NetworkState) -> Result<Diff, Later> {
        let Self {
            name,
            admin_state_up,
        } = self;
        let managed = name.asked().is_some();
        let changes = [
            name.change("name", &state.name),
            admin_state_up.change("admin_state_up", &state.admin_state_up),
            self.port_security(state),
            object::missing_tags(facts, state).filter(|_| managed),
        ];
        Ok(Diff::of(
            changes.into_iter().flatten().collect(),
            Vec::new(),
        ))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<NetworkState>> {
        let mut network = json!({
            "name": self.name.value(),
            "admin_state_up": self.admin_state_up.value(),
        });
        // Some clouds have it off by default.
        if cx.api.has("port-security").await? {
            network[PORT_SECURITY] = true.into();
        }
        object::created(cx, network).await
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &NetworkState,
        changes: &[Change],
    ) -> Result<Progress<NetworkState>> {
        let changed = object::changed(cx, state, changes).await;
        changed.map(Progress::Done)
    }

    async fn delete(cx: &Cx<'_, Api>, state: &NetworkState) -> Result<Progress<NetworkState>> {
        alone(cx.api, state).await?;
        object::deleted(cx, state).await
    }
}

/// A subnet, as far as a person needs to know it.
#[derive(Deserialize)]
struct Hanging {
    id: String,
    name: String,
}

/// Neutron deletes a network together with whatever subnets it has, so the plan's look, which may
/// be seconds old, is not proof enough that none of them is somebody else's.
async fn alone(api: &Api, network: &NetworkState) -> Result<()> {
    let id = network.id.as_str();
    let hanging: Vec<Hanging> = api
        .list("/v2.0/subnets", "subnets", &[("network_id", id)])
        .await?;
    if hanging.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = hanging
        .iter()
        .map(|s| format!("{} ({})", s.id, s.name))
        .collect();
    let message = format!(
        "somebody has created a subnet in it meanwhile: {}",
        names.join(", ")
    );
    Err(Error::new(
        ErrorKind::InUse,
        format!("DELETE {}", network.path()),
        message,
    )
    .about(network.told())
    .remedy("remove that subnet, or move it to another network, then destroy again"))
}

/// A network that leads out of the cloud: read only, for the router's gateway.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExternalNetwork;

#[async_trait]
impl Listing for ExternalNetwork {
    const KIND: &'static str = "openstack.external-network/1";
    type Api = Api;
    type State = NetworkState;

    async fn list(api: &Api, _: &Scope) -> Result<Vec<Found<NetworkState>>> {
        of_others(api, "router:external").await
    }
}

/// A network that another project shares with everybody, or with us: read only, to find one by
/// its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SharedNetwork;

#[async_trait]
impl Listing for SharedNetwork {
    const KIND: &'static str = "openstack.shared-network/1";
    type Api = Api;
    type State = NetworkState;

    async fn list(api: &Api, _: &Scope) -> Result<Vec<Found<NetworkState>>> {
        of_others(api, "shared").await
    }
}

/// The networks, of whatever project, that have an attribute.
async fn of_others(api: &Api, attribute: &str) -> Result<Vec<Found<NetworkState>>> {
    let query = [(attribute, "true")];
    let states: Vec<NetworkState> = api.list(NetworkState::PATH, "networks", &query).await?;
    let found = states.into_iter().map(|state| state.found(api));
    Ok(found.map(|found| found.in_phase(Phase::Ready)).collect())
}
