//! A subnet: a part of its network, without tags. Anybody may have one in a network of ours; ours is the
//! one that has the name of its network, or of its route table where the network is somebody else's.

use async_trait::async_trait;
use azure_mgmt_network::package_2024_03::models;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Handle, Key, Later, Listing, Look, ObjectRef, Operation, Owner,
    Phase, Progress, Resource, Result, Scope, Told, Want,
};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    NatGateway, Network, NetworkIpv6, NetworkState, Reference, RouteTable, SecurityGroup, own_ipv6,
};
use crate::{
    api::{self, Api, Object, Then},
    id,
};

/// A subnet that we make, or verify.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Subnet {
    /// The network that it is inside of.
    pub network: Handle<Network>,
    /// The IPv6 range of the network that its own is a part of, where that is ours.
    pub within: Option<Handle<NetworkIpv6>>,
    /// Its name: unique in the network.
    pub name: String,
    /// Its IPv4 range.
    pub range: Want<Ipv4Net>,
    /// Its IPv6 range, a /64; none where it is IPv4 alone.
    pub ipv6: Option<Want<Ipv6Net>>,
    /// Whether it is ours: then it loses the IPv6 range and the NAT gateway that nobody asks for any more.
    pub ours: bool,
    /// The security group of all that is in it.
    pub security_group: Option<Handle<SecurityGroup>>,
    /// Its route table.
    pub route_table: Option<Handle<RouteTable>>,
    /// By which it reaches the internet.
    pub nat_gateway: Option<Handle<NatGateway>>,
    /// Whether machines without a public address reach the internet by Azure's own addresses, over IPv4.
    /// Always sent: newer API versions have turned the default round.
    pub default_outbound_access: Want<bool>,
}

/// What the API says a subnet is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct SubnetState {
    /// Its id.
    pub id: String,
    /// Its name: unique in its network.
    pub name: String,
    /// What changes with each change.
    pub etag: String,
    /// What it is.
    pub properties: SubnetProperties,
}

/// What a subnet is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SubnetProperties {
    /// Its one range, where it was given as one.
    pub address_prefix: Option<IpNet>,
    /// Its ranges, where they were given as several.
    #[serde(deserialize_with = "super::or_default")]
    pub address_prefixes: Vec<IpNet>,
    /// Its security group.
    pub network_security_group: Option<Reference>,
    /// Its route table.
    pub route_table: Option<Reference>,
    /// Its NAT gateway.
    pub nat_gateway: Option<Reference>,
    /// Whether machines without a public address reach the internet over IPv4; they do where it is not
    /// said.
    pub default_outbound_access: Option<bool>,
    /// Addresses in it.
    #[serde(deserialize_with = "super::or_default")]
    pub ip_configurations: Vec<Reference>,
    /// Private endpoints in it.
    #[serde(deserialize_with = "super::or_default")]
    pub private_endpoints: Vec<Reference>,
    /// Services that have parts of it to themselves.
    #[serde(deserialize_with = "super::or_default")]
    pub resource_navigation_links: Vec<Reference>,
    /// Services that it is delegated to, and that are in it.
    #[serde(deserialize_with = "super::or_default")]
    pub service_association_links: Vec<Reference>,
    /// Services that it is reserved for.
    #[serde(deserialize_with = "super::or_default")]
    pub delegations: Vec<Delegation>,
    /// Which storage of Azure its machines reach by service endpoints.
    #[serde(deserialize_with = "super::or_default")]
    pub service_endpoint_policies: Vec<Reference>,
    /// Who may use it: `Tenant`, or only the subscription.
    pub sharing_scope: Option<String>,
    /// How far its last change has come.
    pub provisioning_state: String,
}

/// A service that a subnet is reserved for.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Delegation {
    /// Its name.
    pub name: String,
    /// Which service.
    pub properties: DelegationProperties,
}

/// Which service a subnet is reserved for.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct DelegationProperties {
    /// `Microsoft.Web/serverFarms`.
    pub service_name: String,
}

const PREFIX: &str = "addressPrefix";
const PREFIXES: &str = "addressPrefixes";
const GROUP: &str = "networkSecurityGroup";
const TABLE: &str = "routeTable";
const GATEWAY: &str = "natGateway";
const OUTBOUND: &str = "defaultOutboundAccess";

impl Object for SubnetState {
    fn provisioning(&self) -> &str {
        &self.properties.provisioning_state
    }
}

impl SubnetState {
    /// The id by which it is known.
    pub fn address(&self) -> String {
        id::canonical(&self.id)
    }

    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!("subnet {} ({})", self.name, self.address())
    }

    /// Its ranges, IPv4 first.
    pub(crate) fn ranges(&self) -> Vec<IpNet> {
        let Self { properties, .. } = self;
        let one = properties
            .address_prefix
            .filter(|_| properties.address_prefixes.is_empty());
        let mut all: Vec<IpNet> = properties
            .address_prefixes
            .iter()
            .copied()
            .chain(one)
            .collect();
        all.sort_by_key(is_ipv6);
        all
    }

    /// Its first IPv4 range.
    pub(crate) fn ipv4(&self) -> Option<Ipv4Net> {
        self.ranges().into_iter().find_map(|net| match net {
            IpNet::V4(net) => Some(net),
            IpNet::V6(_) => None,
        })
    }

    /// Its first IPv6 range.
    pub(crate) fn ipv6(&self) -> Option<Ipv6Net> {
        self.ranges().into_iter().find_map(|net| match net {
            IpNet::V6(net) => Some(net),
            IpNet::V4(_) => None,
        })
    }

    /// What it is attached to.
    fn attached(&self) -> Vec<ObjectRef> {
        let of = |at: &Option<Reference>, make: fn(String) -> ObjectRef| {
            at.as_ref().map(|one| make(one.address()))
        };
        let properties = &self.properties;
        let all = [
            of(&properties.route_table, ObjectRef::of::<RouteTable>),
            of(
                &properties.network_security_group,
                ObjectRef::of::<SecurityGroup>,
            ),
            of(&properties.nat_gateway, ObjectRef::of::<NatGateway>),
        ];
        all.into_iter().flatten().collect()
    }
}

/// The subnets of a network.
fn inside(network: &NetworkState) -> impl Iterator<Item = Found<SubnetState>> + '_ {
    let subnets = network.properties.subnets.iter();
    let own = own_ipv6(network);
    subnets.map(move |state| found(&network.common.address(), own, state.clone()))
}

/// Everything of a cluster's has one name, and a name is given once in a network: one that has the name of
/// what it is attached to is whoever's that is.
fn found(network: &str, own: Option<Ipv6Net>, state: SubnetState) -> Found<SubnetState> {
    let (id, name) = (state.address(), state.name.to_ascii_lowercase());
    let whole = ObjectRef::of::<Network>(network);
    let mut joins: Vec<ObjectRef> = [whole.clone()]
        .into_iter()
        .chain(state.attached())
        .collect();
    let namesake = joins.iter().position(|join| id::name(&join.id) == name);
    let owner = match namesake {
        Some(at) => {
            joins.swap(0, at);
            let part = state
                .ipv6()
                .filter(|net| own.is_some_and(|own| own.contains(net)));
            joins.extend(part.map(|_| NetworkIpv6::object(network)));
            Owner::Within
        }
        // What it is attached to does not make it ours.
        None => {
            joins = vec![whole];
            Owner::Unlabelled
        }
    };
    let phase = match state.provisioning() {
        "Updating" | "Creating" => Phase::Pending(Some(api::wait_for(&id))),
        "Deleting" => Phase::Leaving,
        _ => Phase::Ready,
    };
    Found::natural(id.clone(), id, owner, state)
        .joining(joins)
        .in_phase(phase)
}

#[async_trait]
impl Listing for Subnet {
    const KIND: &'static str = "azure.subnet/1";
    const PARENTS: &'static [&'static str] = &[
        Network::KIND,
        NetworkIpv6::KIND,
        RouteTable::KIND,
        SecurityGroup::KIND,
        NatGateway::KIND,
    ];
    type Api = Api;
    type State = SubnetState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.name).with_ranges(state.ranges())
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<SubnetState>>> {
        let networks = Network::list(api, scope).await?;
        Ok(networks.iter().flat_map(|one| inside(&one.state)).collect())
    }

    async fn derive(look: &Look<'_, Api>, _: &Scope) -> Result<Vec<Found<SubnetState>>> {
        let networks = look.list::<Network>(&look.scope()).await?;
        Ok(networks.iter().flat_map(|one| inside(&one.state)).collect())
    }

    async fn get(api: &Api, id: &str) -> Result<Option<Found<SubnetState>>> {
        let state: Option<SubnetState> = api.show(id).await?;
        Ok(state.map(|state| found(id::parent(id), None, state)))
    }
}

/// What a subnet is attached to, by id.
struct Attached<'a> {
    group: Option<&'a str>,
    table: Option<&'a str>,
    gateway: Option<&'a str>,
}

impl Subnet {
    fn attached<'a>(&self, facts: &Facts<'a>) -> Result<Attached<'a>, Later> {
        let group = self.security_group.as_ref().map(|at| facts.id(&at.edge()));
        let table = self.route_table.as_ref().map(|at| facts.id(&at.edge()));
        let gateway = self.nat_gateway.as_ref().map(|at| facts.id(&at.edge()));
        Ok(Attached {
            group: group.transpose()?,
            table: table.transpose()?,
            gateway: gateway.transpose()?,
        })
    }

    /// Its ranges after a change, IPv4 first: one of IPv6 that comes before is hidden by Azure's portal.
    fn ranges(&self, is: Option<&SubnetState>) -> Vec<IpNet> {
        let v4 = || vec![IpNet::V4(*self.range.value())];
        let mut ranges = is.map_or_else(v4, SubnetState::ranges);
        let has_ipv6 = ranges.iter().any(is_ipv6);
        match &self.ipv6 {
            Some(range) if !has_ipv6 => ranges.push(IpNet::V6(*range.value())),
            None if self.ours => ranges.retain(|net| !is_ipv6(net)),
            Some(_) | None => {}
        }
        ranges
    }

    fn body(&self, attached: &Attached<'_>) -> models::Subnet {
        let reference = |id: &str| models::SubResource {
            id: Some(id.to_owned()),
        };
        let resource = |id: &str| models::Resource {
            id: Some(id.to_owned()),
            ..models::Resource::default()
        };
        let ranges = self.ranges(None).into_iter().map(|net| net.to_string());
        let ranges: Vec<String> = ranges.collect();
        let mut properties = models::SubnetPropertiesFormat {
            network_security_group: attached.group.map(|id| models::NetworkSecurityGroup {
                resource: resource(id),
                ..models::NetworkSecurityGroup::default()
            }),
            route_table: attached.table.map(|id| models::RouteTable {
                resource: resource(id),
                ..models::RouteTable::default()
            }),
            nat_gateway: attached.gateway.map(reference),
            default_outbound_access: Some(*self.default_outbound_access.value()),
            ..models::SubnetPropertiesFormat::default()
        };
        match ranges.as_slice() {
            [one] => properties.address_prefix = Some(one.clone()),
            _ => properties.address_prefixes = ranges,
        }
        models::Subnet {
            properties: Some(properties),
            ..models::Subnet::default()
        }
    }

    /// What of it can be changed while machines are in it.
    fn in_place(&self, attached: &Attached<'_>, state: &SubnetState) -> Vec<Change> {
        let (is, wanted) = (state.ranges(), self.ranges(Some(state)));
        let properties = &state.properties;
        let attach = |field: &str, is: &Option<Reference>, wanted: Option<&str>| {
            let is = is.as_ref().map(Reference::address);
            let wanted = wanted?;
            (is.as_deref() != Some(wanted)).then(|| Change::new(field, is, wanted))
        };
        // A gateway that goes is taken off first; nothing else is taken off by us.
        let off = properties
            .nat_gateway
            .as_ref()
            .filter(|is| self.ours && attached.gateway.is_none() && id::name(&is.id) == self.name);
        let changes = [
            Change::between(PREFIXES, &is, &wanted),
            attach(GROUP, &properties.network_security_group, attached.group),
            attach(TABLE, &properties.route_table, attached.table),
            attach(GATEWAY, &properties.nat_gateway, attached.gateway),
            off.map(|is| Change::new(GATEWAY, is.address(), Value::Null)),
            super::failed(state.provisioning()),
        ];
        changes.into_iter().flatten().collect()
    }
}

#[async_trait]
impl Resource for Subnet {
    /// A network that is being changed takes no other change.
    const TURNS: Option<&'static str> = Some(Network::KIND);

    fn asks_for(&self) -> Told {
        Told::named(&self.name).with_ranges(self.ranges(None))
    }

    fn id(state: &SubnetState) -> String {
        state.address()
    }

    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        let network = facts.id(&self.network.edge())?;
        let id = id::canonical(&format!("{network}/subnets/{}", self.name));
        Ok(Key::Natural(id))
    }

    fn diff(&self, facts: &Facts<'_>, state: &SubnetState) -> Result<Diff, Later> {
        facts.id(&self.network.edge())?;
        let attached = self.attached(facts)?;
        let (v4, v6) = (state.ipv4(), state.ipv6());
        let asked = self.range.asked().filter(|asked| v4 != Some(**asked));
        let asked = asked.map(|asked| Change::new(PREFIX, json!(v4), json!(asked)));
        let wanted = self.ipv6.as_ref().and_then(Want::asked);
        let wanted = wanted.filter(|wanted| v6.is_some_and(|is| is != **wanted));
        let wanted = wanted.map(|wanted| Change::new(PREFIX, json!(v6), json!(wanted)));
        let is_open = state.properties.default_outbound_access.unwrap_or(true);
        let outbound = self.default_outbound_access.change(OUTBOUND, &is_open);
        let replacing = [asked, wanted, outbound].into_iter().flatten();
        Ok(Diff::of(self.in_place(&attached, state), replacing))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<SubnetState>> {
        let network = cx.id(&self.network.edge())?;
        let (of, name) = (cx.state(&self.network)?.common.name, &self.name);
        let group = id::part(network, "resourceGroups").unwrap_or_default();
        let body = self.body(&self.attached(cx)?);
        let subnets = cx.api.network().subnets_client();
        let sent = subnets.create_or_update(group, &of, name, body, cx.api.subscription());
        let id = id::canonical(&format!("{network}/subnets/{name}"));
        api::begun(cx.api, sent.send(), &id).await
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &SubnetState,
        changes: &[Change],
    ) -> Result<Progress<SubnetState>> {
        let ranges = self.ranges(Some(state));
        let is_open = *self.default_outbound_access.value();
        let edit = |body: &mut Value| {
            let properties = &mut body["properties"];
            if !properties[OUTBOUND].is_boolean() {
                properties[OUTBOUND] = state
                    .properties
                    .default_outbound_access
                    .unwrap_or(is_open)
                    .into();
            }
            for change in changes {
                match change.field.as_str() {
                    PREFIXES => put_ranges(properties, &ranges),
                    GROUP | TABLE | GATEWAY if change.to.is_null() => {
                        properties[&change.field] = Value::Null;
                    }
                    GROUP | TABLE | GATEWAY => {
                        properties[&change.field] = json!({ "id": change.to })
                    }
                    _ => {}
                }
            }
        };
        api::changed(cx.api, &state.address(), Then::Object, edit).await
    }

    async fn delete(cx: &Cx<'_, Api>, state: &SubnetState) -> Result<Progress<SubnetState>> {
        let id = state.address();
        let [group, network] = ["resourceGroups", "virtualNetworks"]
            .map(|word| id::part(&id, word).unwrap_or_default().to_owned());
        let subnets = cx.api.network().subnets_client();
        let sent = subnets.delete(group, network, &state.name, cx.api.subscription());
        api::ended(cx.api, sent.send()).await
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<SubnetState>> {
        api::poll(cx.api, operation).await
    }
}

fn is_ipv6(net: &IpNet) -> bool {
    matches!(net, IpNet::V6(_))
}

/// One range has another field than several.
fn put_ranges(properties: &mut Value, ranges: &[IpNet]) {
    let Some(fields) = properties.as_object_mut() else {
        return;
    };
    fields.remove(PREFIX);
    fields.remove(PREFIXES);
    match ranges {
        [one] => fields.insert(PREFIX.to_owned(), json!(one)),
        _ => fields.insert(PREFIXES.to_owned(), json!(ranges)),
    };
}
