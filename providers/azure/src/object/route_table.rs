//! A route table: the cloud controller manager writes routes into it where the cluster's overlay has
//! none. They are nothing to us, and go with the table.

use async_trait::async_trait;
use azure_mgmt_network::package_2024_03::models;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Handle, Later, Listing, Operation, Owner, Progress, Resource,
    Result, Scope, Told, Want,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Common, Reference, ResourceGroup};
use crate::{
    api::{self, Api, Object, Then},
    id,
};

/// A route table that we make, or that the document names.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct RouteTable {
    /// The resource group that it is in.
    pub group: Handle<ResourceGroup>,
    /// Its name: unique in the group.
    pub name: Want<String>,
    /// Its region.
    pub location: String,
}

/// What the API says a route table is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RouteTableState {
    /// Id, name, region, tags.
    #[serde(flatten)]
    pub common: Common,
    /// What it is.
    pub properties: RouteTableProperties,
}

/// What a route table is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RouteTableProperties {
    /// Its routes.
    #[serde(deserialize_with = "super::or_default")]
    pub routes: Vec<Route>,
    /// Subnets that it is for.
    #[serde(deserialize_with = "super::or_default")]
    pub subnets: Vec<Reference>,
    /// Whether routes of a gateway are left out.
    pub disable_bgp_route_propagation: bool,
    /// How far its last change has come.
    pub provisioning_state: String,
}

/// A route.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Route {
    /// Its name: unique in its table.
    pub name: String,
    /// Where packets go.
    pub properties: RouteProperties,
}

/// Where packets go.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RouteProperties {
    /// A range of addresses, or a service's name.
    pub address_prefix: String,
    /// `VirtualNetworkGateway`, `VnetLocal`, `Internet`, `VirtualAppliance` or `None`.
    pub next_hop_type: String,
    /// The address of an appliance.
    pub next_hop_ip_address: Option<String>,
}

impl Object for RouteTableState {
    fn provisioning(&self) -> &str {
        &self.properties.provisioning_state
    }
}

impl RouteTableState {
    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!(
            "route table {} ({})",
            self.common.name,
            self.common.address()
        )
    }
}

fn found(state: RouteTableState) -> Found<RouteTableState> {
    let common = state.common.clone();
    let provisioning = state.provisioning().to_owned();
    super::found(&common, &provisioning, state)
}

#[async_trait]
impl Listing for RouteTable {
    const KIND: &'static str = "azure.route-table/1";
    const PARENTS: &'static [&'static str] = &[ResourceGroup::KIND];
    type Api = Api;
    type State = RouteTableState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.common.name).with_detail(&state.common.location)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<RouteTableState>>> {
        let states: Vec<RouteTableState> = api.all_of_network("routeTables").await?;
        Ok(states.into_iter().map(found).collect())
    }

    async fn get(api: &Api, id: &str) -> Result<Option<Found<RouteTableState>>> {
        Ok(api.show(id).await?.map(found))
    }
}

#[async_trait]
impl Resource for RouteTable {
    fn asks_for(&self) -> Told {
        Told::named(self.name.value()).with_detail(&self.location)
    }

    fn id(state: &RouteTableState) -> String {
        state.common.address()
    }

    /// By the name that the reference system gives.
    fn adopts(&self, facts: &Facts<'_>, found: &Found<RouteTableState>) -> bool {
        let group = facts.id(&self.group.edge()).ok();
        found.owner == Owner::Foreign
            && self.name.asked() == Some(&found.state.common.name)
            && group == Some(&id::group_of(&found.id))
    }

    fn diff(&self, facts: &Facts<'_>, state: &RouteTableState) -> Result<Diff, Later> {
        let (group, is) = (facts.id(&self.group.edge())?.to_owned(), &state.common);
        let replacing = [
            self.name.change("name", &is.name),
            Change::between("resourceGroup", &id::group_of(&is.id), &group),
            Change::between("location", &id::location(&is.location), &self.location),
        ];
        Ok(Diff::of(
            super::failed(state.provisioning()),
            replacing.into_iter().flatten(),
        ))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<RouteTableState>> {
        let (group, name) = (cx.state(&self.group)?.common.name, self.name.value());
        let body = models::RouteTable {
            resource: models::Resource {
                location: Some(self.location.clone()),
                tags: Some(super::tags(cx.label())),
                ..models::Resource::default()
            },
            properties: Some(models::RouteTablePropertiesFormat::default()),
            ..models::RouteTable::default()
        };
        let tables = cx.api.network().route_tables_client();
        let sent = tables.create_or_update(&group, name, body, cx.api.subscription());
        let id = id::of_network(cx.id(&self.group.edge())?, "routeTables", name);
        api::begun(cx.api, sent.send(), &id).await
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &RouteTableState,
        changes: &[Change],
    ) -> Result<Progress<RouteTableState>> {
        let is_adopted = changes.iter().any(Change::is_label);
        let edit = |body: &mut Value| {
            if is_adopted {
                super::mark(body, cx.label());
            }
        };
        api::changed(cx.api, &state.common.address(), Then::Object, edit).await
    }

    async fn delete(
        cx: &Cx<'_, Api>,
        state: &RouteTableState,
    ) -> Result<Progress<RouteTableState>> {
        let tables = cx.api.network().route_tables_client();
        let group = id::part(&state.common.id, "resourceGroups").unwrap_or_default();
        let sent = tables.delete(group, &state.common.name, cx.api.subscription());
        api::ended(cx.api, sent.send()).await
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<RouteTableState>> {
        api::poll(cx.api, operation).await
    }
}
