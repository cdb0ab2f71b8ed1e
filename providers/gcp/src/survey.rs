//! What decides the graph: regions, what the documents name, names that are taken, and what is in force
//! around a network that is somebody else's.

use std::sync::Arc;

use groundwork_kit::{
    document::given,
    named::{Named, Reader},
};
use groundwork_model::ClusterKey;
use groundwork_provider::{Found, Listed, Look, Owner, Result, Target};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    around::{Around, around},
    link, names,
    object::{
        Firewall, FirewallState, Network, NetworkState, Prefix, Region, RegionState, Router,
        RouterState, Subnetwork, SubnetworkState, allowed,
    },
    spec::{Datacenter, Spec},
};

/// What decides the graph.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Survey {
    /// The account's project.
    pub project: String,
    /// The regions, by name.
    pub regions: Vec<RegionState>,
    /// The network that the documents name, or that the named subnetwork is in.
    pub network: Named<NetworkState>,
    /// The subnetwork that they name.
    pub subnetwork: Named<SubnetworkState>,
    /// The cluster's own subnetwork, whether they name it or not.
    pub own_subnetwork: Option<SubnetworkState>,
    /// Somebody else's objects with names that ours would have: kind and id.
    pub taken: Vec<(String, String)>,
    /// The source of the IPv6 range that the document names, before there is one; nothing inside where
    /// it does not exist.
    pub collection: Option<Option<Prefix>>,
    /// The service account of the nodes, where it is known.
    pub node_account: Option<String>,
    /// What is around a network that is somebody else's.
    pub around: Around,
}

/// The listings that everything is chosen from.
pub(crate) struct Listings {
    pub(crate) networks: Arc<Listed<NetworkState>>,
    pub(crate) subnetworks: Arc<Listed<SubnetworkState>>,
    pub(crate) routers: Arc<Listed<RouterState>>,
    pub(crate) firewalls: Arc<Listed<FirewallState>>,
}

/// Reads it: one listing a kind, and of a network that is somebody else's what is in force there.
pub(crate) async fn survey(
    look: &Look<'_, Api>,
    target: &Target<Spec, Datacenter>,
) -> Result<Survey> {
    let (reader, api) = (Reader { look, target }, look.api());
    let region = target.cloud.region().unwrap_or_default();
    let subnetwork = given(&target.spec.subnetwork);
    let subnetwork = subnetwork.map(|text| link::subnetwork(text, api.project(), region));
    let network = given(&target.spec.network).map(|text| link::network(text, api.project()));
    let (regions, subnetworks, routers, firewalls) = tokio::join!(
        reader.list::<Region>([]),
        reader.list::<Subnetwork>(subnetwork.as_deref()),
        reader.list::<Router>([]),
        reader.list::<Firewall>([]),
    );
    let subnetworks = subnetworks?;
    let subnetwork = reader.by_id(&subnetworks, subnetwork.as_deref(), |_| false);
    let inside = subnetwork
        .one()
        .map(|one| link::relative(&one.state.network).to_owned());
    let network = network.or(inside);
    let networks = reader.list::<Network>(network.as_deref()).await?;
    let listings = Listings {
        networks,
        subnetworks,
        routers: routers?,
        firewalls: firewalls?,
    };
    let network = reader.by_id(&listings.networks, network.as_deref(), |_| false);
    let around = match network.external() {
        Some(state) => around(look, target, state, &listings).await?,
        None => Around::default(),
    };
    let own_subnetwork = reader.ours_at(&listings.subnetworks, "subnetwork", |_| false);
    let is_made = own_subnetwork.is_none() && subnetwork.external().is_none();
    let collection = match is_made {
        true => collection(api, target).await?,
        false => None,
    };
    let mut regions: Vec<RegionState> = regions?.iter().map(|found| found.state.clone()).collect();
    regions.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Survey {
        project: api.project().to_owned(),
        regions,
        network,
        subnetwork,
        own_subnetwork,
        collection,
        node_account: api.node_account().map(str::to_owned),
        taken: taken(target, api.project(), &listings),
        around,
    })
}

/// Whoever may not look at it may still use it: then its mode is not known.
async fn collection(
    api: &Api,
    target: &Target<Spec, Datacenter>,
) -> Result<Option<Option<Prefix>>> {
    let region = target.cloud.region().unwrap_or_default();
    let named = given(&target.spec.ip_collection);
    let named = named.filter(|_| target.is_dual_stack());
    let Some(text) = named else {
        return Ok(None);
    };
    allowed(api.show(&link::prefix(text, api.project(), region)).await)
}

/// The objects of somebody else that have our names. Those that are adopted are not in the way.
fn taken(
    target: &Target<Spec, Datacenter>,
    project: &str,
    listings: &Listings,
) -> Vec<(String, String)> {
    let (cluster, region) = (target.name(), target.cloud.region().unwrap_or_default());
    let whole = names::whole(cluster);
    let global = |kind: &str, name: &str| format!("projects/{project}/global/{kind}/{name}");
    let regional = |kind: &str| format!("projects/{project}/regions/{region}/{kind}/{whole}");
    let mut taken = Vec::new();
    taken.extend(in_the_way(
        target,
        &listings.networks,
        "network",
        &global("networks", &whole),
    ));
    taken.extend(in_the_way(
        target,
        &listings.subnetworks,
        "subnetwork",
        &regional("subnetworks"),
    ));
    taken.extend(in_the_way(
        target,
        &listings.routers,
        "router",
        &regional("routers"),
    ));
    if !target.options.adopt {
        for what in names::FIREWALLS {
            let id = global("firewalls", &names::firewall(cluster, what));
            taken.extend(in_the_way(
                target,
                &listings.firewalls,
                "firewall rule",
                &id,
            ));
        }
    }
    taken
}

fn in_the_way<S>(
    target: &Target<Spec, Datacenter>,
    listed: &Listed<S>,
    kind: &str,
    id: &str,
) -> Option<(String, String)> {
    let found: &Found<S> = listed.by_id(id)?;
    is_anothers(target, &found.owner).then(|| (kind.to_owned(), id.to_owned()))
}

/// Whether an object is somebody else's. One of the same cluster under another key, with its uid and
/// without, is told by the engine.
fn is_anothers(target: &Target<Spec, Datacenter>, owner: &Owner) -> bool {
    let (Owner::Label(label), key) = (owner, target.key()) else {
        return true;
    };
    let is_named = |key: &ClusterKey| key.as_str() == target.name();
    let same = label.cluster == key || is_named(&label.cluster) || is_named(&key);
    label.installation != target.installation || !same
}
