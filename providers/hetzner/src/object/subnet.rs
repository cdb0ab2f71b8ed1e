//! A subnet: a part of its network's body, without a name or a label. Anybody may have one in a
//! network of ours.

use async_trait::async_trait;
use groundwork_kit::client::Call;
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Handle, Key, Later, Listing, Look, ObjectRef,
    Operation, Owner, Progress, Resource, Result, Scope, Told,
};
use ipnet::{IpNet, Ipv4Net};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::network::{self, Network, NetworkId, NetworkState, Part};
use crate::api::{
    Api,
    actions::{self, About},
};

/// The subnet that is wanted.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Subnet {
    /// The network that it is inside of.
    pub network: Handle<Network>,
    /// Its range: what it is known by.
    pub range: Ipv4Net,
    /// The zone of its servers.
    pub zone: String,
}

/// What the API says a subnet is.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SubnetState {
    /// The network that it is inside of.
    pub network: NetworkId,
    /// Type, range and zone.
    #[serde(flatten)]
    pub part: Part,
}

/// The subnet that actions are about.
#[derive(Deserialize, Serialize)]
struct Place {
    network: NetworkId,
    range: Ipv4Net,
}

#[async_trait]
impl About for Place {
    type State = SubnetState;

    async fn read(&self, api: &Api) -> Result<Option<SubnetState>> {
        let network = self.network.read(api).await?;
        let mut parts = network.into_iter().flat_map(|state| state.subnets);
        let part = parts.find(|part| part.ip_range == self.range);
        Ok(part.map(|part| SubnetState {
            network: self.network,
            part,
        }))
    }
}

/// The subnets of a network.
fn inside(network: &NetworkState) -> impl Iterator<Item = Found<SubnetState>> + '_ {
    network.subnets.iter().map(|part| {
        let state = SubnetState {
            network: network.id,
            part: part.clone(),
        };
        let id = Subnet::id(&state);
        let network = ObjectRef::of::<Network>(network.id.to_string());
        Found::natural(id.clone(), id, Owner::Unlabelled, state).joining([network])
    })
}

#[async_trait]
impl Listing for Subnet {
    const KIND: &'static str = "hetzner.subnet/1";
    const PARENTS: &'static [&'static str] = &[Network::KIND];
    type Api = Api;
    type State = SubnetState;

    fn told(state: &Self::State) -> Told {
        Told::ranges([IpNet::V4(state.part.ip_range)]).with_detail(&state.part.network_zone)
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<SubnetState>>> {
        let networks = Network::list(api, scope).await?;
        let networks = networks.iter();
        Ok(networks.flat_map(|found| inside(&found.state)).collect())
    }

    async fn derive(look: &Look<'_, Api>, _: &Scope) -> Result<Vec<Found<SubnetState>>> {
        let networks = look.list::<Network>(&look.scope()).await?;
        let networks = networks.iter();
        Ok(networks.flat_map(|found| inside(&found.state)).collect())
    }
}

impl Subnet {
    /// A range that is refused may be there already: a request of ours, or of another process, that
    /// took effect after all.
    async fn or_there(&self, api: &Api, network: NetworkId, error: Error) -> Error {
        if error.kind != ErrorKind::Invalid {
            return error;
        }
        let range = self.range;
        let Ok(Some(_)) = (Place { network, range }).read(api).await else {
            return error;
        };
        let message = format!("{} exists in the network already", self.range);
        Error::new(ErrorKind::Conflict, error.operation, message)
    }
}

#[async_trait]
impl Resource for Subnet {
    /// A network that an action changes takes no other one.
    const TURNS: Option<&'static str> = Some(Network::KIND);

    fn asks_for(&self) -> Told {
        Told::ranges([IpNet::V4(self.range)]).with_detail(&self.zone)
    }

    fn id(state: &SubnetState) -> String {
        format!("{}/{}", state.network, state.part.ip_range)
    }

    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        let network = facts.id(&self.network.edge())?;
        Ok(Key::Natural(format!("{network}/{}", self.range)))
    }

    fn diff(&self, _facts: &Facts<'_>, state: &SubnetState) -> Result<Diff, Later> {
        let zone = Change::between("network_zone", &state.part.network_zone, &self.zone);
        let kind = &state.part.kind;
        let kind =
            (!state.part.is_for_servers()).then(|| Change::new("type", kind.clone(), "cloud"));
        Ok(Diff::of(None, zone.into_iter().chain(kind)))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<SubnetState>> {
        let network = cx.state(&self.network)?.id;
        let body = json!({ "type": "cloud", "ip_range": self.range, "network_zone": self.zone });
        let call = Call::post(format!("{}/actions/add_subnet", network.path()), body);
        let range = self.range;
        match actions::start(cx.api, call, Place { network, range }).await {
            Err(error) => Err(self.or_there(cx.api, network, error).await),
            progress => progress,
        }
    }

    async fn delete(cx: &Cx<'_, Api>, state: &SubnetState) -> Result<Progress<SubnetState>> {
        let (network, range) = (state.network, state.part.ip_range);
        if network::empty(cx.api, network, Some(range))
            .await?
            .is_none()
        {
            return Ok(Progress::Gone);
        }
        let body = json!({ "ip_range": range });
        let call = Call::post(format!("{}/actions/delete_subnet", network.path()), body);
        actions::start(cx.api, call, Place { network, range }).await
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<SubnetState>> {
        actions::poll::<Place>(cx.api, operation).await
    }
}
