//! Routes of a network. Never changed; a removal names those that somebody made.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, ObjectRef, Result, Scope, Told};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{Common, network::Network};
use crate::{api::Api, link};

/// Routes: only read.
#[derive(Clone, Copy, Debug)]
pub struct Route;

/// What the API says of a route.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RouteState {
    /// Number, name, description.
    #[serde(flatten)]
    pub common: Common,
    /// The network that it is of.
    pub network: String,
    /// Where packets go.
    #[serde(default, deserialize_with = "super::ranges::one")]
    pub dest_range: Option<IpNet>,
    /// Which machines it is for, by network tags; all where there are none.
    pub tags: Vec<String>,
    /// Of routes with one target, the smallest number decides.
    pub priority: u32,
    /// Over the internet gateway.
    pub next_hop_gateway: Option<String>,
    /// Within the network: a route that a subnetwork has.
    pub next_hop_network: Option<String>,
    /// To a network that it is joined with.
    pub next_hop_peering: Option<String>,
    /// Over a machine.
    pub next_hop_instance: Option<String>,
}

impl RouteState {
    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!("route {} ({})", self.common.name, self.common.address())
    }

    /// Whether it comes and goes with something else: a subnetwork, a peering, the network itself.
    fn is_made_by_the_cloud(&self) -> bool {
        let by_name = self.common.name.starts_with("default-route-");
        by_name || self.next_hop_network.is_some() || self.next_hop_peering.is_some()
    }
}

fn found(state: RouteState) -> Found<RouteState> {
    // What the cloud makes by itself is in nobody's way.
    let is_somebodys = !state.is_made_by_the_cloud();
    let network = is_somebodys.then(|| link::relative(&state.network).to_owned());
    let joins = network.map(ObjectRef::of::<Network>);
    Found::foreign(state.common.address(), state).joining(joins)
}

#[async_trait]
impl Listing for Route {
    const KIND: &'static str = "gcp.route/1";
    const PARENTS: &'static [&'static str] = &[Network::KIND];
    type Api = Api;
    type State = RouteState;

    fn told(state: &Self::State) -> Told {
        let told = Told::named(&state.common.name).with_ranges(state.dest_range);
        told.with_remedy("delete the route: gcloud compute routes delete NAME")
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<RouteState>>> {
        let states: Vec<RouteState> = api.all("global/routes").await?;
        Ok(states.into_iter().map(found).collect())
    }
}
