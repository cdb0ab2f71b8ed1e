//! What decides the graph: the subscription and its regions, what the documents name, names that are taken.

use std::sync::Arc;

use groundwork_kit::{
    document::given,
    named::{Belonging, Named, Reader},
};
use groundwork_model::ClusterKey;
use groundwork_provider::{Found, Listed, Look, Owner, Result, Target};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    around::{Around, around},
    id, names,
    object::{
        Address, AddressState, GroupState, Location, LocationState, NatGateway, NatGatewayState,
        Network, NetworkState, ResourceGroup, RouteTable, RouteTableState, SecurityGroup,
        SecurityGroupState, SubnetState, Subscription, SubscriptionState,
    },
    spec::{Datacenter, Spec},
};

/// What decides the graph.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Survey {
    /// The subscription.
    pub subscription: SubscriptionState,
    /// Its id.
    pub subscription_id: String,
    /// The regions that it can use, by name.
    pub locations: Vec<LocationState>,
    /// The resource group that the document names.
    pub group: Named<GroupState>,
    /// The one that the network is in, where it is another one.
    pub network_group: Named<GroupState>,
    /// The virtual network that the document names.
    pub network: Named<NetworkState>,
    /// The subnet that it names.
    pub subnet: Named<SubnetState>,
    /// The security group that it names.
    pub security_group: Named<SecurityGroupState>,
    /// The route table that it names.
    pub route_table: Named<RouteTableState>,
    /// The network that the cluster's nodes are in, ours or not, where it exists.
    pub own_network: Option<NetworkState>,
    /// The cluster's own subnet, where it exists.
    pub own_subnet: Option<SubnetState>,
    /// What is around that subnet.
    pub around: Around,
    /// Whether the reference system has made the security group, by its tag: then machines have it, and
    /// the subnet has none.
    pub of_reference: bool,
    /// Somebody else's objects with names that ours would have: kind and id.
    pub taken: Vec<(String, String)>,
}

/// The tag that the reference system writes, with the cluster's name
/// (<https://github.com/kubermatic/kubermatic/tree/main/pkg/provider/cloud/azure>).
const REFERENCE_TAG: &str = "cluster";

/// The listings that everything is chosen from.
struct Listings {
    groups: Arc<Listed<GroupState>>,
    networks: Arc<Listed<NetworkState>>,
    security_groups: Arc<Listed<SecurityGroupState>>,
    route_tables: Arc<Listed<RouteTableState>>,
    addresses: Arc<Listed<AddressState>>,
    nat_gateways: Arc<Listed<NatGatewayState>>,
}

/// Reads it: one listing a kind, for the whole subscription.
pub(crate) async fn survey(
    look: &Look<'_, Api>,
    target: &Target<Spec, Datacenter>,
) -> Result<Survey> {
    let reader = Reader { look, target };
    let (subscription, locations, groups, networks, security, tables, addresses, gateways) = tokio::join!(
        reader.list::<Subscription>([]),
        reader.list::<Location>([]),
        reader.list::<ResourceGroup>([]),
        reader.list::<Network>([]),
        reader.list::<SecurityGroup>([]),
        reader.list::<RouteTable>([]),
        reader.list::<Address>([]),
        reader.list::<NatGateway>([]),
    );
    let listings = Listings {
        groups: groups?,
        networks: networks?,
        security_groups: security?,
        route_tables: tables?,
        addresses: addresses?,
        nat_gateways: gateways?,
    };
    let subscription = subscription?.iter().next().map(|found| found.state.clone());
    let mut locations: Vec<LocationState> =
        locations?.iter().map(|found| found.state.clone()).collect();
    locations.sort_by(|a, b| a.name.cmp(&b.name));
    let mut survey = named(&reader, &listings, look.api().subscription());
    survey.subscription = subscription.unwrap_or_default();
    survey.locations = locations;
    survey.taken = taken(target, &survey, &listings);
    if let Some(subnet) = &survey.own_subnet {
        survey.around = around(look, subnet).await?;
    }
    Ok(survey)
}

/// Where the cluster's objects are, by the document or by their usual names.
pub(crate) struct Places {
    pub(crate) group: String,
    pub(crate) network_group: String,
    pub(crate) network: String,
    pub(crate) subnet: String,
    pub(crate) security_group: String,
    pub(crate) route_table: String,
}

impl Places {
    pub(crate) fn of(subscription: &str, target: &Target<Spec, Datacenter>) -> Self {
        let spec = &target.spec;
        let usual = names::whole(target.name());
        let or_usual = |text: &Option<String>| given(text).unwrap_or(&usual).to_owned();
        let group = id::group(subscription, &or_usual(&spec.resource_group));
        let network_group = match given(&spec.vnet_resource_group) {
            Some(name) => id::group(subscription, name),
            None => group.clone(),
        };
        let network = id::of_network(&network_group, "virtualNetworks", &or_usual(&spec.vnet));
        let inside = |kind: &str, text| id::of_network(&group, kind, &or_usual(text));
        Self {
            subnet: id::canonical(&format!("{network}/subnets/{}", or_usual(&spec.subnet))),
            security_group: inside("networkSecurityGroups", &spec.security_group),
            route_table: inside("routeTables", &spec.route_table),
            network,
            network_group,
            group,
        }
    }
}

fn named(
    reader: &Reader<'_, Api, Spec, Datacenter>,
    listings: &Listings,
    subscription: &str,
) -> Survey {
    let target = reader.target;
    let (spec, places) = (&target.spec, Places::of(subscription, target));
    let usual = names::whole(target.name());
    let is_usual = |name: &str| name.eq_ignore_ascii_case(&usual);
    let at = |text: &Option<String>, id: &str| given(text).map(|_| id.to_owned());
    let group = at(&spec.resource_group, &places.group);
    let other = at(&spec.vnet_resource_group, &places.network_group);
    let network = at(&spec.vnet, &places.network);
    let table = at(&spec.route_table, &places.route_table);
    let security = at(&spec.security_group, &places.security_group);
    let groups = &listings.groups;
    let by_name = |name: &str| is_usual(name);
    let own_network = listings.networks.by_id(&places.network);
    let own_network = own_network.map(|found| found.state.clone());
    let own_subnet = own_network.as_ref().and_then(|network| {
        let subnets = network.properties.subnets.iter();
        subnets
            .clone()
            .find(|subnet| subnet.address() == places.subnet)
            .cloned()
    });
    let mut survey = Survey {
        subscription_id: subscription.to_owned(),
        group: reader.by_id(groups, group.as_deref(), |state| {
            by_name(&state.common.name)
        }),
        network_group: reader.by_id(groups, other.as_deref(), |_| false),
        network: reader.by_id(&listings.networks, network.as_deref(), |state| {
            by_name(&state.common.name)
        }),
        security_group: reader.by_id(&listings.security_groups, security.as_deref(), |state| {
            by_name(&state.common.name)
        }),
        route_table: reader.by_id(&listings.route_tables, table.as_deref(), |state| {
            by_name(&state.common.name)
        }),
        of_reference: listings
            .security_groups
            .by_id(&places.security_group)
            .is_some_and(|found| {
                let tag = found.state.common.tags.get(REFERENCE_TAG);
                tag.is_some_and(|cluster| cluster == target.name())
            }),
        own_network,
        own_subnet,
        ..Survey::default()
    };
    survey.subnet = subnet(reader, listings, &survey, &places);
    survey
}

/// The subnet that the document names. One has no label: it is ours by its usual name, in a network of ours
/// or at a route table or a security group of ours.
fn subnet(
    reader: &Reader<'_, Api, Spec, Datacenter>,
    listings: &Listings,
    survey: &Survey,
    places: &Places,
) -> Named<SubnetState> {
    let target = reader.target;
    let Some(name) = given(&target.spec.subnet) else {
        return Named::Unnamed;
    };
    let Some(state) = survey.own_subnet.clone() else {
        return Named::Missing(name.to_owned());
    };
    let is_usual = name.eq_ignore_ascii_case(&names::whole(target.name()));
    let owned =
        |found: Option<&Arc<Found<NetworkState>>>| found.is_some_and(|found| reader.is_ours(found));
    let properties = &state.properties;
    let by_table = properties.route_table.as_ref().is_some_and(|at| {
        let found = listings.route_tables.by_id(&at.address());
        found.is_some_and(|found| reader.is_ours(found))
    });
    let by_group = properties
        .network_security_group
        .as_ref()
        .is_some_and(|at| {
            let found = listings.security_groups.by_id(&at.address());
            found.is_some_and(|found| reader.is_ours(found))
        });
    let adopted = is_usual && target.options.adopt;
    let is_ours = owned(listings.networks.by_id(&places.network)) || by_table || by_group;
    Named::One(Belonging {
        ours: adopted || is_usual && is_ours,
        adopted,
        state,
    })
}

/// The objects of somebody else that have our names. Those that are adopted are not in the way, and those
/// that the document names are meant.
fn taken(
    target: &Target<Spec, Datacenter>,
    survey: &Survey,
    listings: &Listings,
) -> Vec<(String, String)> {
    let (spec, places) = (&target.spec, Places::of(&survey.subscription_id, target));
    let mut taken = Vec::new();
    let mut look = |kind: &str, text: &Option<String>, found: Option<(&Owner, &str)>| {
        let Some((owner, id)) = found.filter(|_| given(text).is_none()) else {
            return;
        };
        let is_adopted = target.options.adopt && *owner == Owner::Foreign;
        if is_anothers(target, owner) && !is_adopted {
            taken.push((kind.to_owned(), id.to_owned()));
        }
    };
    look(
        "resource group",
        &spec.resource_group,
        at(&listings.groups, &places.group),
    );
    look(
        "network",
        &spec.vnet,
        at(&listings.networks, &places.network),
    );
    let security = at(&listings.security_groups, &places.security_group);
    look("security group", &spec.security_group, security);
    look(
        "route table",
        &spec.route_table,
        at(&listings.route_tables, &places.route_table),
    );
    if spec.nat_gateway == Some(true) {
        let inside = |kind: &str, end: &str| {
            id::of_network(&places.group, kind, &names::with(target.name(), end))
        };
        let gateway = inside("natGateways", "");
        look("NAT gateway", &None, at(&listings.nat_gateways, &gateway));
        for end in ["-ipv4", "-ipv6"] {
            let address = inside("publicIPAddresses", end);
            look("public address", &None, at(&listings.addresses, &address));
        }
    }
    taken
}

fn at<'l, S>(listed: &'l Listed<S>, id: &str) -> Option<(&'l Owner, &'l str)> {
    let found = listed.by_id(id)?;
    Some((&found.owner, found.id.as_str()))
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
