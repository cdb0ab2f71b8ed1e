//! What is around a network that is somebody else's: what else is in it, and what is in force there.

use groundwork_provider::{Listed, Look, Result, Target};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    api::Api,
    assess::{Effective, Profile},
    link,
    object::{NetworkState, Route, RouteState, RouterState, SubnetworkState, allowed},
    spec::{Datacenter, Spec},
    survey::Listings,
};

/// What is around a network that is somebody else's.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Around {
    /// Its subnetworks; that of the nodes alone where the others may not be listed.
    pub subnetworks: Vec<SubnetworkState>,
    /// Its routes; nothing where they may not be listed.
    pub routes: Option<Vec<RouteState>>,
    /// Its routers in the cluster's region; nothing where they may not be listed.
    pub routers: Option<Vec<RouterState>>,
    /// What may not be listed in the project that shares it: `routes`.
    pub unlisted: Vec<String>,
    /// The rules and policies in force, or why they are not known.
    pub(crate) effective: Option<std::result::Result<Effective, String>>,
    /// What its profile allows, where it has one.
    pub(crate) profile: Option<Profile>,
}

/// What is in a network; nothing of a kind that may not be listed in its project.
struct Inside {
    subnetworks: Option<Vec<SubnetworkState>>,
    routes: Option<Vec<RouteState>>,
    routers: Option<Vec<RouterState>>,
}

pub(crate) async fn around(
    look: &Look<'_, Api>,
    target: &Target<Spec, Datacenter>,
    network: &NetworkState,
    listings: &Listings,
) -> Result<Around> {
    let (api, id) = (look.api(), network.common.address());
    let project = link::part(&id, "projects").unwrap_or_default();
    let profile = network.network_profile.as_deref().map(link::relative);
    let region = target.cloud.region();
    let (effective, profile, inside) = tokio::join!(
        api.effective_firewalls::<Effective>(&id, region.unwrap_or_default()),
        shown::<Profile>(api, profile),
        async {
            match project == api.project() {
                true => of_ours(look, listings, &id).await,
                false => of_host(api, project, &id).await,
            }
        },
    );
    let inside = inside?;
    let unlisted = inside.unlisted();
    let named = || states(&listings.subnetworks, |one| is_in(&one.network, &id));
    let is_here = |one: &RouterState| Some(link::name(&one.region)) == region;
    let here = |all| kept(all, is_here);
    Ok(Around {
        subnetworks: inside.subnetworks.unwrap_or_else(named),
        routes: inside.routes,
        routers: inside.routers.map(here),
        unlisted,
        effective: Some(effective.map_err(|why| why.to_string())),
        profile: profile?,
    })
}

impl Inside {
    fn unlisted(&self) -> Vec<String> {
        let lists = [
            ("subnetworks", self.subnetworks.is_some()),
            ("routes", self.routes.is_some()),
            ("routers", self.routers.is_some()),
        ];
        let unlisted = lists.into_iter().filter(|(_, is_listed)| !is_listed);
        unlisted.map(|(kind, _)| kind.to_owned()).collect()
    }
}

async fn of_ours(look: &Look<'_, Api>, listings: &Listings, network: &str) -> Result<Inside> {
    let routes = look.list::<Route>(&look.scope()).await?;
    Ok(Inside {
        subnetworks: Some(states(&listings.subnetworks, |one| {
            is_in(&one.network, network)
        })),
        routes: Some(states(&routes, |one| is_in(&one.network, network))),
        routers: Some(states(&listings.routers, |one| {
            is_in(&one.network, network)
        })),
    })
}

/// The look lists what is in our project. The account may have been given no more of another one than the
/// subnetwork of its machines.
async fn of_host(api: &Api, project: &str, network: &str) -> Result<Inside> {
    let (subnetworks, routes, routers) = tokio::join!(
        api.aggregated_of(project, "subnetworks"),
        api.all_of(project, "global/routes"),
        api.aggregated_of(project, "routers"),
    );
    let subnetwork = |one: &SubnetworkState| is_in(&one.network, network);
    let route = |one: &RouteState| is_in(&one.network, network);
    let router = |one: &RouterState| is_in(&one.network, network);
    Ok(Inside {
        subnetworks: allowed(subnetworks)?.map(|all| kept(all, subnetwork)),
        routes: allowed(routes)?.map(|all| kept(all, route)),
        routers: allowed(routers)?.map(|all| kept(all, router)),
    })
}

/// Whether a link leads to a network.
fn is_in(link: &str, network: &str) -> bool {
    link::relative(link) == network
}

async fn shown<T: DeserializeOwned>(api: &Api, id: Option<&str>) -> Result<Option<T>> {
    match id {
        Some(id) => api.show(id).await,
        None => Ok(None),
    }
}

fn states<S: Clone>(listed: &Listed<S>, is_wanted: impl Fn(&S) -> bool) -> Vec<S> {
    let states = listed.iter().map(|found| &found.state);
    states.filter(|state| is_wanted(state)).cloned().collect()
}

fn kept<S>(mut all: Vec<S>, is_wanted: impl Fn(&S) -> bool) -> Vec<S> {
    all.retain(is_wanted);
    all
}
