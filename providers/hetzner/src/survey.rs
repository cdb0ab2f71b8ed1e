//! What decides the graph: the location, the objects that the documents name, and names that are
//! taken.

use groundwork_kit::{
    document::given,
    named::{Named, Reader},
};
use groundwork_model::ClusterKey;
use groundwork_provider::{Found, Listed, Look, Owner, Result, Target};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{Firewall, FirewallState, Location, LocationState, Network, NetworkState},
    spec::{self, Datacenter, Spec},
};

/// What decides the graph.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Survey {
    /// The locations, by name.
    pub locations: Vec<LocationState>,
    /// The network that the documents name.
    pub network: Named<NetworkState>,
    /// The cluster's own network, whether they name it or not.
    pub own_network: Option<NetworkState>,
    /// Somebody else's network with the name that ours would have, by id.
    pub network_name_taken: Option<String>,
    /// The firewall that the document names.
    pub firewall: Named<FirewallState>,
    /// Somebody else's firewall with the name that ours would have, by id.
    pub firewall_name_taken: Option<String>,
}

/// The name of what we make, as the reference system names it elsewhere.
pub(crate) fn name(target: &Target<Spec, Datacenter>) -> String {
    format!("kubernetes-{}", target.name())
}

/// Reads it: one listing a kind.
pub(crate) async fn survey(
    look: &Look<'_, Api>,
    target: &Target<Spec, Datacenter>,
) -> Result<Survey> {
    let reader = Reader { look, target };
    let locations = reader.list::<Location>([]).await?;
    let networks = reader.list::<Network>([]).await?;
    let firewalls = reader.list::<Firewall>([]).await?;
    let mut locations: Vec<LocationState> =
        locations.iter().map(|found| found.state.clone()).collect();
    locations.sort_by(|a, b| a.name.cmp(&b.name));
    let ours = name(target);
    let network = spec::network(target).map(|(_, name)| name);
    let firewall = given(&target.spec.firewall);
    Ok(Survey {
        locations,
        network: reader.by_name(
            &networks,
            network,
            |state, name| state.name == name,
            |_| false,
        ),
        own_network: reader.ours_at(&networks, "network", |_| false),
        network_name_taken: taken(&networks, |found| {
            found.state.name == ours && is_anothers(target, &found.owner)
        }),
        firewall: reader.by_name(
            &firewalls,
            firewall,
            |state, name| state.name == name,
            |_| false,
        ),
        firewall_name_taken: taken(&firewalls, |found| {
            found.state.name == ours && is_anothers(target, &found.owner)
        }),
    })
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

/// The id of the one that is somebody else's: names are unique in a project.
fn taken<S>(listed: &Listed<S>, is_in_the_way: impl Fn(&Found<S>) -> bool) -> Option<String> {
    let mut found = listed.iter();
    let found = found.find(|found| is_in_the_way(found))?;
    Some(found.id.clone())
}
