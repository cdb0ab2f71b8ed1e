//! A virtual network: ranges of both families, with subnets in them. An API of 2023-09-01 or later keeps
//! the subnets that a write leaves out, so that ours leave them out, and never meet somebody else's.

use async_trait::async_trait;
use azure_mgmt_network::package_2024_03::models;
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Handle, Later, Listing, Operation, Owner,
    Progress, Resource, Result, Scope, Told, Want,
};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Common, ResourceGroup, SubnetState, peering::PeeringState};
use crate::{
    api::{self, Api, Object, Then},
    id,
};

/// A virtual network that we make, or verify.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Network {
    /// The resource group that it is in.
    pub group: Handle<ResourceGroup>,
    /// Its name: unique in the group.
    pub name: Want<String>,
    /// Its region, which is that of the machines in it.
    pub location: String,
    /// Its IPv4 range.
    pub range: Want<Ipv4Net>,
    /// Its IPv6 range, which it is made with; later it is [`NetworkIpv6`](super::NetworkIpv6)'s.
    pub ipv6: Option<Ipv6Net>,
    /// Whether it needs an IPv6 range: one that is somebody else's is not given any.
    pub dual_stack: bool,
}

/// What the API says a virtual network is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NetworkState {
    /// Id, name, region, tags.
    #[serde(flatten)]
    pub common: Common,
    /// What it is.
    pub properties: NetworkProperties,
}

/// What a virtual network is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NetworkProperties {
    /// Its ranges.
    pub address_space: AddressSpace,
    /// Its subnets.
    #[serde(deserialize_with = "super::or_default")]
    pub subnets: Vec<SubnetState>,
    /// Networks that it is joined with.
    #[serde(deserialize_with = "super::or_default")]
    pub virtual_network_peerings: Vec<PeeringState>,
    /// The DNS servers of its machines; Azure's own where there are none.
    pub dhcp_options: Option<DhcpOptions>,
    /// Encryption between its machines.
    pub encryption: Option<Encryption>,
    /// How far its last change has come.
    pub provisioning_state: String,
}

/// Encryption between machines of a network
/// (<https://learn.microsoft.com/azure/virtual-network/virtual-network-encryption-overview>).
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Encryption {
    /// Whether there is any.
    pub enabled: bool,
    /// `AllowUnencrypted`, or `DropUnencrypted`.
    pub enforcement: String,
}

/// Ranges of a network.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AddressSpace {
    /// Ranges of both families, in the order in which they were given.
    #[serde(deserialize_with = "super::or_default")]
    pub address_prefixes: Vec<IpNet>,
    /// The pools that they come from, where IPAM gives them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipam_pool_prefix_allocations: Option<Value>,
}

/// What machines of a network are told by DHCP.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct DhcpOptions {
    /// DNS servers.
    #[serde(deserialize_with = "super::or_default")]
    pub dns_servers: Vec<std::net::IpAddr>,
}

pub(super) const PREFIXES: &str = "addressSpace.addressPrefixes";

impl Object for NetworkState {
    fn provisioning(&self) -> &str {
        &self.properties.provisioning_state
    }
}

impl NetworkState {
    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!("network {} ({})", self.common.name, self.common.address())
    }

    /// Whether machines without encryption reach nobody in it.
    pub(crate) fn drops_unencrypted(&self) -> bool {
        let encryption = self.properties.encryption.as_ref();
        encryption.is_some_and(|one| one.enabled && one.enforcement == "DropUnencrypted")
    }

    /// Its ranges, IPv4 first.
    pub(crate) fn ranges(&self) -> Vec<IpNet> {
        let v4 = self.ipv4().map(IpNet::V4);
        v4.chain(self.ipv6().map(IpNet::V6)).collect()
    }

    /// Its IPv4 ranges.
    pub(crate) fn ipv4(&self) -> impl Iterator<Item = Ipv4Net> + '_ {
        let all = self.properties.address_space.address_prefixes.iter();
        all.filter_map(|net| match net {
            IpNet::V4(net) => Some(*net),
            IpNet::V6(_) => None,
        })
    }

    /// Its IPv6 ranges.
    pub(crate) fn ipv6(&self) -> impl Iterator<Item = Ipv6Net> + '_ {
        let all = self.properties.address_space.address_prefixes.iter();
        all.filter_map(|net| match net {
            IpNet::V6(net) => Some(*net),
            IpNet::V4(_) => None,
        })
    }
}

fn found(state: NetworkState) -> Found<NetworkState> {
    let common = state.common.clone();
    let provisioning = state.provisioning().to_owned();
    super::found(&common, &provisioning, state)
}

#[async_trait]
impl Listing for Network {
    const KIND: &'static str = "azure.network/1";
    const PARENTS: &'static [&'static str] = &[ResourceGroup::KIND];
    type Api = Api;
    type State = NetworkState;

    fn told(state: &Self::State) -> Told {
        let told = Told::named(&state.common.name).with_ranges(state.ranges());
        told.with_detail(&state.common.location)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<NetworkState>>> {
        let states: Vec<NetworkState> = api.all_of_network("virtualNetworks").await?;
        Ok(states.into_iter().map(found).collect())
    }

    async fn get(api: &Api, id: &str) -> Result<Option<Found<NetworkState>>> {
        Ok(api.show(id).await?.map(found))
    }
}

impl Network {
    fn body(&self, label: &groundwork_model::Label) -> models::VirtualNetwork {
        let v4 = IpNet::V4(*self.range.value());
        let ranges = [Some(v4), self.ipv6.map(IpNet::V6)];
        let prefixes = ranges.into_iter().flatten().map(|net| net.to_string());
        let mut tags = super::tags(label);
        if let Some(range) = self.ipv6 {
            tags[super::network_ipv6::TAG] = range.to_string().into();
        }
        models::VirtualNetwork {
            resource: models::Resource {
                location: Some(self.location.clone()),
                tags: Some(tags),
                ..models::Resource::default()
            },
            properties: Some(models::VirtualNetworkPropertiesFormat {
                address_space: Some(models::AddressSpace {
                    address_prefixes: prefixes.collect(),
                }),
                ..models::VirtualNetworkPropertiesFormat::default()
            }),
            ..models::VirtualNetwork::default()
        }
    }
}

#[async_trait]
impl Resource for Network {
    fn asks_for(&self) -> Told {
        let v4 = IpNet::V4(*self.range.value());
        let ranges = [Some(v4), self.ipv6.map(IpNet::V6)];
        let told = Told::named(self.name.value()).with_ranges(ranges.into_iter().flatten());
        told.with_detail(&self.location)
    }

    fn id(state: &NetworkState) -> String {
        state.common.address()
    }

    /// By the name that the reference system gives.
    fn adopts(&self, facts: &Facts<'_>, found: &Found<NetworkState>) -> bool {
        let group = facts.id(&self.group.edge()).ok();
        found.owner == Owner::Foreign
            && self.name.asked() == Some(&found.state.common.name)
            && group == Some(&id::group_of(&found.id))
    }

    fn diff(&self, facts: &Facts<'_>, state: &NetworkState) -> Result<Diff, Later> {
        let group = facts.id(&self.group.edge())?.to_owned();
        let is = &state.common;
        let asked = self.range.asked();
        let moved = asked.filter(|asked| !state.ipv4().any(|net| net == **asked));
        let replacing = [
            self.name.change("name", &is.name),
            Change::between("resourceGroup", &id::group_of(&is.id), &group),
            Change::between("location", &id::location(&is.location), &self.location),
            moved.map(|asked| Change::new(PREFIXES, shown(state), asked.to_string())),
        ];
        let lacks = self.dual_stack && state.ipv6().next().is_none();
        let lacks = lacks.then(|| Change::new(PREFIXES, shown(state), "an IPv6 range as well"));
        let in_place = [super::failed(state.provisioning()), lacks];
        Ok(Diff::of(
            in_place.into_iter().flatten(),
            replacing.into_iter().flatten(),
        ))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<NetworkState>> {
        let (group, name) = (cx.state(&self.group)?.common.name, self.name.value());
        let networks = cx.api.network().virtual_networks_client();
        let sent =
            networks.create_or_update(&group, name, self.body(cx.label()), cx.api.subscription());
        let id = id::of_network(cx.id(&self.group.edge())?, "virtualNetworks", name);
        api::begun(cx.api, sent.send(), &id).await
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &NetworkState,
        changes: &[Change],
    ) -> Result<Progress<NetworkState>> {
        let own = self
            .ipv6
            .filter(|range| state.ipv6().any(|net| net == *range));
        let is_adopted = changes.iter().any(Change::is_label);
        let edit = |body: &mut Value| {
            if is_adopted {
                super::mark(body, cx.label());
                super::network_ipv6::mark(body, own);
            }
        };
        api::changed(cx.api, &state.common.address(), Then::Object, edit).await
    }

    /// A network takes its subnets and its peerings with it, where nothing is in them. None of ours is left
    /// by then.
    async fn delete(cx: &Cx<'_, Api>, state: &NetworkState) -> Result<Progress<NetworkState>> {
        let id = state.common.address();
        let Some(now) = cx.api.show::<NetworkState>(&id).await? else {
            return Ok(Progress::Gone);
        };
        let subnets = now.properties.subnets.iter().map(|one| &one.id);
        let peerings = now.properties.virtual_network_peerings.iter();
        let inside = subnets.chain(peerings.map(|one| &one.id));
        let inside: Vec<String> = inside.map(|id| id::canonical(id)).collect();
        if inside.is_empty() {
            return api::removed_as_seen(cx.api, &id, &now.common.etag).await;
        }
        let message = format!("there is still something in it: {}", inside.join(", "));
        let error = Error::new(ErrorKind::InUse, format!("DELETE {id}"), message);
        Err(error.remedy("have its owner delete it, or leave the network"))
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<NetworkState>> {
        api::poll(cx.api, operation).await
    }
}

fn shown(state: &NetworkState) -> String {
    let ranges = state.ranges();
    let ranges: Vec<String> = ranges.iter().map(ToString::to_string).collect();
    ranges.join(", ")
}
