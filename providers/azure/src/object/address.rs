//! A public address of a NAT gateway: of one family, static. A gateway of SKU `StandardV2` takes none of
//! another SKU (<https://learn.microsoft.com/azure/nat-gateway/nat-sku>).

use async_trait::async_trait;
use groundwork_model::Family;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Handle, Later, Listing, Operation, Progress, Resource, Result,
    Scope, Told,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Common, Reference, ResourceGroup};
use crate::{
    api::{self, Api, Object, Then},
    id,
};

/// A public address that we make.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Address {
    /// The resource group that it is in.
    pub group: Handle<ResourceGroup>,
    /// Its name: unique in the group.
    pub name: String,
    /// Its region.
    pub location: String,
    /// Its family.
    pub family: Family,
}

/// What the API says a public address is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AddressState {
    /// Id, name, region, tags.
    #[serde(flatten)]
    pub common: Common,
    /// Its SKU.
    pub sku: Sku,
    /// What it is.
    pub properties: AddressProperties,
}

/// What a resource costs and can.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Sku {
    /// `Standard`, `StandardV2`, or one that does not exist yet.
    pub name: String,
}

/// What a public address is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AddressProperties {
    /// The address.
    pub ip_address: Option<std::net::IpAddr>,
    /// `IPv4` or `IPv6`.
    #[serde(rename = "publicIPAddressVersion")]
    pub version: String,
    /// Where it is used.
    pub ip_configuration: Option<Reference>,
    /// The NAT gateway that uses it.
    pub nat_gateway: Option<Reference>,
    /// How far its last change has come.
    pub provisioning_state: String,
}

pub(super) const SKU: &str = "StandardV2";

impl Object for AddressState {
    fn provisioning(&self) -> &str {
        &self.properties.provisioning_state
    }
}

impl AddressState {
    /// Its family.
    pub(crate) fn family(&self) -> Family {
        match self.properties.version == version(Family::V6) {
            true => Family::V6,
            false => Family::V4,
        }
    }
}

fn found(state: AddressState) -> Found<AddressState> {
    let common = state.common.clone();
    let provisioning = state.provisioning().to_owned();
    super::found(&common, &provisioning, state)
}

fn version(family: Family) -> &'static str {
    match family {
        Family::V4 => "IPv4",
        Family::V6 => "IPv6",
    }
}

#[async_trait]
impl Listing for Address {
    const KIND: &'static str = "azure.public-address/1";
    const PARENTS: &'static [&'static str] = &[ResourceGroup::KIND];
    type Api = Api;
    type State = AddressState;

    fn told(state: &Self::State) -> Told {
        let told = Told::named(&state.common.name);
        match state.properties.ip_address {
            Some(address) => told.with_detail(&address.to_string()),
            None => told,
        }
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<AddressState>>> {
        let states: Vec<AddressState> = api.all_of_network("publicIPAddresses").await?;
        Ok(states.into_iter().map(found).collect())
    }

    async fn get(api: &Api, id: &str) -> Result<Option<Found<AddressState>>> {
        Ok(api.show(id).await?.map(found))
    }
}

#[async_trait]
impl Resource for Address {
    fn asks_for(&self) -> Told {
        Told::named(&self.name).with_detail(version(self.family))
    }

    fn id(state: &AddressState) -> String {
        state.common.address()
    }

    fn diff(&self, facts: &Facts<'_>, state: &AddressState) -> Result<Diff, Later> {
        let (group, is) = (facts.id(&self.group.edge())?.to_owned(), &state.common);
        let replacing = [
            Change::between("name", &is.name, &self.name),
            Change::between("resourceGroup", &id::group_of(&is.id), &group),
            Change::between("location", &id::location(&is.location), &self.location),
            Change::between("sku", &state.sku.name, &SKU.to_owned()),
            Change::between(
                "version",
                &state.properties.version,
                &version(self.family).to_owned(),
            ),
        ];
        Ok(Diff::of(
            super::failed(state.provisioning()),
            replacing.into_iter().flatten(),
        ))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<AddressState>> {
        let body = json!({
            "location": self.location,
            "tags": super::tags(cx.label()),
            "sku": { "name": SKU },
            "properties": {
                "publicIPAddressVersion": version(self.family),
                "publicIPAllocationMethod": "Static",
            },
        });
        let group = cx.id(&self.group.edge())?;
        let id = id::of_network(group, "publicIPAddresses", &self.name);
        api::made(cx.api, &id, body).await
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &AddressState,
        changes: &[Change],
    ) -> Result<Progress<AddressState>> {
        let is_adopted = changes.iter().any(Change::is_label);
        let edit = |body: &mut Value| {
            if is_adopted {
                super::mark(body, cx.label());
            }
        };
        api::changed(cx.api, &state.common.address(), Then::Object, edit).await
    }

    async fn delete(cx: &Cx<'_, Api>, state: &AddressState) -> Result<Progress<AddressState>> {
        api::removed(cx.api, &state.common.address()).await
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<AddressState>> {
        api::poll(cx.api, operation).await
    }
}
