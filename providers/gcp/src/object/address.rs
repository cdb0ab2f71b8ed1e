//! Addresses that are reserved in subnetworks. Never changed; a removal names them.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, ObjectRef, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use super::{Common, network::Network, subnetwork::Subnetwork};
use crate::{api::Api, link};

/// Reserved addresses: only read.
#[derive(Clone, Copy, Debug)]
pub struct Address;

/// What the API says of a reserved address.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AddressState {
    /// Number, name, description.
    #[serde(flatten)]
    pub common: Common,
    /// The address.
    pub address: String,
    /// The network, of one that is reserved in a network as a whole.
    pub network: Option<String>,
    /// The subnetwork.
    pub subnetwork: Option<String>,
}

#[async_trait]
impl Listing for Address {
    const KIND: &'static str = "gcp.address/1";
    const PARENTS: &'static [&'static str] = &[Network::KIND, Subnetwork::KIND];
    type Api = Api;
    type State = AddressState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.common.name).with_detail(&state.address)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<AddressState>>> {
        let states: Vec<AddressState> = api.aggregated("addresses").await?;
        let found = |state: AddressState| {
            let network = state.network.as_deref().map(link::relative);
            let subnetwork = state.subnetwork.as_deref().map(link::relative);
            let network = network.map(ObjectRef::of::<Network>);
            let joins: Vec<ObjectRef> = network
                .into_iter()
                .chain(subnetwork.map(ObjectRef::of::<Subnetwork>))
                .collect();
            Found::foreign(state.common.address(), state).joining(joins)
        };
        Ok(states.into_iter().map(found).collect())
    }
}
