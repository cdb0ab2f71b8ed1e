//! Machines in subnetworks. Never changed; a removal names them.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, ObjectRef, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use super::{Common, network::Network, subnetwork::Subnetwork};
use crate::{api::Api, link};

/// Machines: only read.
#[derive(Clone, Copy, Debug)]
pub struct Instance;

/// What the API says of a machine.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct InstanceState {
    /// Number, name, description.
    #[serde(flatten)]
    pub common: Common,
    /// Its interfaces.
    pub network_interfaces: Vec<Interface>,
}

/// An interface of a machine.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Interface {
    /// The network.
    pub network: Option<String>,
    /// The subnetwork.
    pub subnetwork: Option<String>,
}

fn joins(state: &InstanceState) -> Vec<ObjectRef> {
    let interfaces = state.network_interfaces.iter();
    let joins = interfaces.flat_map(|interface| {
        let network = interface.network.as_deref().map(link::relative);
        let subnetwork = interface.subnetwork.as_deref().map(link::relative);
        let network = network.map(ObjectRef::of::<Network>);
        network
            .into_iter()
            .chain(subnetwork.map(ObjectRef::of::<Subnetwork>))
    });
    joins.collect()
}

#[async_trait]
impl Listing for Instance {
    const KIND: &'static str = "gcp.instance/1";
    const PARENTS: &'static [&'static str] = &[Network::KIND, Subnetwork::KIND];
    type Api = Api;
    type State = InstanceState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.common.name)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<InstanceState>>> {
        let states: Vec<InstanceState> = api.aggregated("instances").await?;
        let found = |state: InstanceState| {
            let joins = joins(&state);
            Found::foreign(state.common.address(), state).joining(joins)
        };
        Ok(states.into_iter().map(found).collect())
    }
}
