//! A network: what subnets are in.

use async_trait::async_trait;
use groundwork_kit::client::Call;
use groundwork_kit::document::listed;
use groundwork_provider::{
    Change, Cx, Facts, Found, Listing, ObjectRef, Phase, Result, Scope, Want,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Desired, InUse, Object, Subnet, Word, found, phase, resource, state};
use crate::api::Api;

/// A network that we make, or verify.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Network {
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
        /// What counts its changes, and those of its subnets; the cloud may have that turned off.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub revision_number: Option<u32>,
    }
    at "/v2.0/networks", "network", "networks";

    fn found(mut self, api: &Api) -> Found<Self> {
        // Neutron gives them in no order, and a plan's hash should not depend on it.
        self.subnets.sort();
        let phase = phase(&self.status);
        found(api, [], phase, self)
    }
}

impl NetworkState {
    /// The address scope of its IPv6 subnets.
    pub(crate) fn scope(&self) -> Option<&str> {
        self.ipv6_address_scope.as_deref()
    }
}

resource!(Network, NetworkState, "openstack.network/1");

const PORT_SECURITY: &str = "port_security_enabled";

#[async_trait]
impl Desired for Network {
    type State = NetworkState;

    fn fits(&self, _: &Facts<'_>, state: &NetworkState) -> bool {
        !state.external
    }

    /// Without port security, no machine with a security group can be on our network.
    fn changes(&self, state: &NetworkState) -> Vec<Option<Change>> {
        let Self {
            name,
            admin_state_up,
        } = self;
        let is_off = name.asked().is_some() && state.port_security_enabled == Some(false);
        vec![
            admin_state_up.change("admin_state_up", &state.admin_state_up),
            is_off.then(|| Change::new(PORT_SECURITY, false, true)),
        ]
    }

    async fn body(&self, cx: &Cx<'_, Api>) -> Result<Value> {
        let mut network = json!({ "admin_state_up": self.admin_state_up.value() });
        // Some clouds have it off by default.
        if cx.api.has("port-security").await? {
            network[PORT_SECURITY] = true.into();
        }
        Ok(network)
    }

    /// Neutron deletes a network together with whatever subnets it has. One that is created after this
    /// look counts the revision up.
    async fn in_use(cx: &Cx<'_, Api>, network: &NetworkState) -> Result<Option<InUse>> {
        let now: Option<NetworkState>;
        let seen = match network.revision_number {
            Some(_) => Some(network),
            None => {
                let call = Call::get(network.path()).under(NetworkState::MEMBER.0);
                now = cx.api.client.read_if_any(&call).await?;
                now.as_ref()
            }
        };
        let goes = |subnet: &String| cx.along().contains(&ObjectRef::of::<Subnet>(subnet));
        let inside = seen.into_iter().flat_map(|network| &network.subnets);
        let others: Vec<String> = inside.filter(|subnet| !goes(subnet)).cloned().collect();
        if others.is_empty() {
            return Ok(None);
        }
        let why = format!("somebody else's subnets are in it: {}", listed(others));
        Ok(Some((
            why,
            "have their owner delete them, then destroy again",
        )))
    }

    fn revision(state: &NetworkState) -> Option<u32> {
        state.revision_number
    }
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
