//! A peering of a virtual network with another one: its owner's, who is asked before the network goes.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Look, ObjectRef, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use super::{Network, NetworkState, Reference, network::AddressSpace};
use crate::{api::Api, id};

/// A peering. It is never ours.
#[derive(Clone, Copy, Debug)]
pub struct Peering;

/// What the API says a peering is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct PeeringState {
    /// Its id.
    pub id: String,
    /// Its name: unique in the network.
    pub name: String,
    /// What it is.
    pub properties: PeeringProperties,
}

/// What a peering is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PeeringProperties {
    /// `Connected`, `Initiated` or `Disconnected`.
    pub peering_state: String,
    /// Whether both know all ranges of each other: `FullyInSync`, or who does not.
    pub peering_sync_level: String,
    /// Whether whole networks are joined, or some subnets: whole ones where it is not said.
    pub peer_complete_vnets: Option<bool>,
    /// Whether subnets are joined by IPv6 alone.
    #[serde(rename = "enableOnlyIPv6Peering")]
    pub enable_only_ipv6_peering: Option<bool>,
    /// The other network.
    pub remote_virtual_network: Option<Reference>,
    /// Its ranges, when the two were last synchronised.
    pub remote_address_space: AddressSpace,
    /// Its ranges now.
    pub remote_virtual_network_address_space: AddressSpace,
    /// Whether the gateway of the other network is used.
    pub use_remote_gateways: bool,
}

fn inside(network: &NetworkState) -> impl Iterator<Item = Found<PeeringState>> + '_ {
    let of = ObjectRef::of::<Network>(network.common.address());
    let peerings = network.properties.virtual_network_peerings.iter();
    peerings.map(move |state| {
        Found::foreign(id::canonical(&state.id), state.clone()).joining([of.clone()])
    })
}

#[async_trait]
impl Listing for Peering {
    const KIND: &'static str = "azure.peering/1";
    const PARENTS: &'static [&'static str] = &[Network::KIND];
    type Api = Api;
    type State = PeeringState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.name)
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<PeeringState>>> {
        let networks = Network::list(api, scope).await?;
        Ok(networks.iter().flat_map(|one| inside(&one.state)).collect())
    }

    async fn derive(look: &Look<'_, Api>, _: &Scope) -> Result<Vec<Found<PeeringState>>> {
        let networks = look.list::<Network>(&look.scope()).await?;
        Ok(networks.iter().flat_map(|one| inside(&one.state)).collect())
    }
}
