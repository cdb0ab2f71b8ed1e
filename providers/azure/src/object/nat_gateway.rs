//! A NAT gateway of SKU `StandardV2`: the way out of a subnet, in both families
//! (<https://learn.microsoft.com/azure/nat-gateway/nat-sku>).

use async_trait::async_trait;
use groundwork_model::Family;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Handle, Later, Listing, ObjectRef, Operation, Progress,
    Resource, Result, Scope, Told,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Address, Common, Reference, ResourceGroup,
    address::{SKU, Sku},
};
use crate::{
    api::{self, Api, Object, Then},
    id,
};

/// A NAT gateway that we make.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct NatGateway {
    /// The resource group that it is in.
    pub group: Handle<ResourceGroup>,
    /// Its name: unique in the group.
    pub name: String,
    /// Its region.
    pub location: String,
    /// Its IPv4 address.
    pub ipv4: Handle<Address>,
    /// Its IPv6 address, where the cluster has that family.
    pub ipv6: Option<Handle<Address>>,
}

/// What the API says a NAT gateway is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NatGatewayState {
    /// Id, name, region, tags.
    #[serde(flatten)]
    pub common: Common,
    /// Its SKU: `Standard` has no IPv6.
    pub sku: Sku,
    /// What it is.
    pub properties: NatGatewayProperties,
}

/// What a NAT gateway is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NatGatewayProperties {
    /// IPv4 addresses.
    #[serde(deserialize_with = "super::or_default")]
    pub public_ip_addresses: Vec<Reference>,
    /// IPv6 addresses.
    #[serde(deserialize_with = "super::or_default")]
    pub public_ip_addresses_v6: Vec<Reference>,
    /// IPv4 prefixes.
    #[serde(deserialize_with = "super::or_default")]
    pub public_ip_prefixes: Vec<Reference>,
    /// IPv6 prefixes.
    #[serde(deserialize_with = "super::or_default")]
    pub public_ip_prefixes_v6: Vec<Reference>,
    /// Whether IPv6 packets reach IPv4 servers: `None`, `Enabled`, `Disabled`.
    pub nat64: Option<String>,
    /// Subnets that it is for.
    #[serde(deserialize_with = "super::or_default")]
    pub subnets: Vec<Reference>,
    /// The network that it is for as a whole.
    pub source_virtual_network: Option<Reference>,
    /// How far its last change has come.
    pub provisioning_state: String,
}

const V4: &str = "publicIpAddresses";
const V6: &str = "publicIpAddressesV6";

impl Object for NatGatewayState {
    fn provisioning(&self) -> &str {
        &self.properties.provisioning_state
    }
}

impl NatGatewayState {
    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!(
            "NAT gateway {} ({})",
            self.common.name,
            self.common.address()
        )
    }

    /// Whether it is of the SKU that has IPv6.
    pub(crate) fn is_v2(&self) -> bool {
        self.sku.name == SKU
    }

    /// Whether it has addresses of a family.
    pub(crate) fn serves(&self, family: Family) -> bool {
        let Self { properties, .. } = self;
        let (addresses, prefixes) = match family {
            Family::V4 => (
                &properties.public_ip_addresses,
                &properties.public_ip_prefixes,
            ),
            Family::V6 => (
                &properties.public_ip_addresses_v6,
                &properties.public_ip_prefixes_v6,
            ),
        };
        !addresses.is_empty() || !prefixes.is_empty()
    }
}

fn found(state: NatGatewayState) -> Found<NatGatewayState> {
    let (common, properties) = (state.common.clone(), &state.properties);
    let provisioning = state.provisioning().to_owned();
    let addresses = properties.public_ip_addresses.iter();
    let addresses = addresses.chain(&properties.public_ip_addresses_v6);
    let addresses = addresses.map(|one| ObjectRef::of::<Address>(one.address()));
    let group = ObjectRef::of::<ResourceGroup>(id::group_of(&common.id));
    let joins: Vec<ObjectRef> = [group].into_iter().chain(addresses).collect();
    super::found(&common, &provisioning, state).joining(joins)
}

#[async_trait]
impl Listing for NatGateway {
    const KIND: &'static str = "azure.nat-gateway/1";
    const PARENTS: &'static [&'static str] = &[ResourceGroup::KIND];
    type Api = Api;
    type State = NatGatewayState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.common.name).with_detail(&state.sku.name)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<NatGatewayState>>> {
        let states: Vec<NatGatewayState> = api.all_of_network("natGateways").await?;
        Ok(states.into_iter().map(found).collect())
    }

    async fn get(api: &Api, id: &str) -> Result<Option<Found<NatGatewayState>>> {
        Ok(api.show(id).await?.map(found))
    }
}

impl NatGateway {
    /// A list of addresses with ours in it, if we have one of that family.
    fn lacks(&self, field: &str, is: &[Reference], wanted: Option<&str>) -> Option<Change> {
        let is: Vec<String> = is.iter().map(Reference::address).collect();
        let own = id::canonical(&format!("{}{}", self.name, ipv6_end(field)));
        match wanted {
            Some(wanted) if !is.iter().any(|one| one == wanted) => {
                Some(Change::new(field, json!(is), wanted))
            }
            // One of ours that the cluster needs no more.
            None if is.iter().any(|one| id::name(one) == own) => {
                Some(Change::new(field, json!(is), Value::Null))
            }
            Some(_) | None => None,
        }
    }
}

fn ipv6_end(field: &str) -> &'static str {
    match field {
        V6 => "-ipv6",
        _ => "-ipv4",
    }
}

#[async_trait]
impl Resource for NatGateway {
    fn asks_for(&self) -> Told {
        Told::named(&self.name).with_detail(SKU)
    }

    fn id(state: &NatGatewayState) -> String {
        state.common.address()
    }

    fn diff(&self, facts: &Facts<'_>, state: &NatGatewayState) -> Result<Diff, Later> {
        let (group, is) = (facts.id(&self.group.edge())?.to_owned(), &state.common);
        let ipv4 = facts.id(&self.ipv4.edge())?;
        let ipv6 = self
            .ipv6
            .as_ref()
            .map(|at| facts.id(&at.edge()))
            .transpose()?;
        let replacing = [
            Change::between("name", &is.name, &self.name),
            Change::between("resourceGroup", &id::group_of(&is.id), &group),
            Change::between("location", &id::location(&is.location), &self.location),
            Change::between("sku", &state.sku.name, &SKU.to_owned()),
        ];
        let properties = &state.properties;
        let in_place = [
            self.lacks(V4, &properties.public_ip_addresses, Some(ipv4)),
            self.lacks(V6, &properties.public_ip_addresses_v6, ipv6),
            super::failed(state.provisioning()),
        ];
        Ok(Diff::of(
            in_place.into_iter().flatten(),
            replacing.into_iter().flatten(),
        ))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<NatGatewayState>> {
        let group = cx.id(&self.group.edge())?;
        let mut properties = json!({ V4: [{ "id": cx.id(&self.ipv4.edge())? }] });
        if let Some(ipv6) = &self.ipv6 {
            properties[V6] = json!([{ "id": cx.id(&ipv6.edge())? }]);
        }
        let body = json!({
            "location": self.location,
            "tags": super::tags(cx.label()),
            "sku": { "name": SKU },
            "properties": properties,
        });
        let id = id::of_network(group, "natGateways", &self.name);
        api::made(cx.api, &id, body).await
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &NatGatewayState,
        changes: &[Change],
    ) -> Result<Progress<NatGatewayState>> {
        let edit = |body: &mut Value| {
            for change in changes {
                match change.field.as_str() {
                    Change::LABEL => super::mark(body, cx.label()),
                    V4 | V6 => put_address(&mut body["properties"], change, &self.name),
                    _ => {}
                }
            }
        };
        api::changed(cx.api, &state.common.address(), Then::Object, edit).await
    }

    async fn delete(
        cx: &Cx<'_, Api>,
        state: &NatGatewayState,
    ) -> Result<Progress<NatGatewayState>> {
        let gateways = cx.api.network().nat_gateways_client();
        let group = id::part(&state.common.id, "resourceGroups").unwrap_or_default();
        let sent = gateways.delete(group, &state.common.name, cx.api.subscription());
        api::ended(cx.api, sent.send()).await
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<NatGatewayState>> {
        api::poll(cx.api, operation).await
    }
}

/// Adds our address to a list of them, or takes it out; those of others stay.
fn put_address(properties: &mut Value, change: &Change, name: &str) {
    let field = change.field.as_str();
    let mut list = properties[field].as_array().cloned().unwrap_or_default();
    if change.to.is_null() {
        let own = format!("{name}{}", ipv6_end(field));
        list.retain(|one| {
            let id = one["id"].as_str().unwrap_or_default();
            !id::name(id).eq_ignore_ascii_case(&own)
        });
    } else {
        list.push(json!({ "id": change.to }));
    }
    properties[field] = Value::Array(list);
}
