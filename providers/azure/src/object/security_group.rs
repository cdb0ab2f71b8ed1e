//! A network security group: who may reach what is in a subnet. Its rules are one list in its body, and
//! those of others are in it: the cloud controller manager's, most of all.

use std::collections::BTreeSet;

use async_trait::async_trait;
use azure_mgmt_network::package_2024_03::models;
use groundwork_kit::rules::{self as kit, RULE, Rule};
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Handle, Later, Listing, Operation, Owner, Progress, Resource,
    Result, Scope, Told, Want,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Common, Reference, ResourceGroup,
    rules::{self, SecurityRuleState},
};
use crate::{
    api::{self, Api, Object, Then},
    id,
};

/// A security group that we make, or verify.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SecurityGroup {
    /// The resource group that it is in.
    pub group: Handle<ResourceGroup>,
    /// Its name: unique in the resource group.
    pub name: Want<String>,
    /// Its region.
    pub location: String,
    /// What it lets through. Rules of others stay.
    pub rules: Want<BTreeSet<Rule>>,
}

/// What the API says a security group is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SecurityGroupState {
    /// Id, name, region, tags.
    #[serde(flatten)]
    pub common: Common,
    /// What it is.
    pub properties: SecurityGroupProperties,
}

/// What a security group is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SecurityGroupProperties {
    /// Its rules.
    #[serde(deserialize_with = "super::or_default")]
    pub security_rules: Vec<SecurityRuleState>,
    /// Azure's own, which come after.
    #[serde(deserialize_with = "super::or_default")]
    pub default_security_rules: Vec<SecurityRuleState>,
    /// Interfaces that it is for.
    #[serde(deserialize_with = "super::or_default")]
    pub network_interfaces: Vec<Reference>,
    /// Subnets that it is for.
    #[serde(deserialize_with = "super::or_default")]
    pub subnets: Vec<Reference>,
    /// How far its last change has come.
    pub provisioning_state: String,
}

impl Object for SecurityGroupState {
    fn provisioning(&self) -> &str {
        &self.properties.provisioning_state
    }
}

impl SecurityGroupState {
    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!(
            "security group {} ({})",
            self.common.name,
            self.common.address()
        )
    }

    /// The same with our rules as they are wanted.
    pub(crate) fn with_ours(&self, wanted: &BTreeSet<Rule>) -> Self {
        let rules = converged(wanted, json!(self.properties.security_rules));
        let mut state = self.clone();
        state.properties.security_rules = serde_json::from_value(rules).unwrap_or_default();
        state
    }
}

fn found(state: SecurityGroupState) -> Found<SecurityGroupState> {
    let common = state.common.clone();
    let provisioning = state.provisioning().to_owned();
    super::found(&common, &provisioning, state)
}

#[async_trait]
impl Listing for SecurityGroup {
    const KIND: &'static str = "azure.security-group/1";
    const PARENTS: &'static [&'static str] = &[ResourceGroup::KIND];
    type Api = Api;
    type State = SecurityGroupState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.common.name).with_detail(&state.common.location)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<SecurityGroupState>>> {
        let states: Vec<SecurityGroupState> = api.all_of_network("networkSecurityGroups").await?;
        Ok(states.into_iter().map(found).collect())
    }

    async fn get(api: &Api, id: &str) -> Result<Option<Found<SecurityGroupState>>> {
        Ok(api.show(id).await?.map(found))
    }
}

#[async_trait]
impl Resource for SecurityGroup {
    fn asks_for(&self) -> Told {
        Told::named(self.name.value()).with_detail(&self.location)
    }

    fn id(state: &SecurityGroupState) -> String {
        state.common.address()
    }

    /// By the name that the reference system gives.
    fn adopts(&self, facts: &Facts<'_>, found: &Found<SecurityGroupState>) -> bool {
        let group = facts.id(&self.group.edge()).ok();
        found.owner == Owner::Foreign
            && self.name.asked() == Some(&found.state.common.name)
            && group == Some(&id::group_of(&found.id))
    }

    fn diff(&self, facts: &Facts<'_>, state: &SecurityGroupState) -> Result<Diff, Later> {
        let (group, is) = (facts.id(&self.group.edge())?.to_owned(), &state.common);
        let parts = rules::parts(&state.properties.security_rules);
        let wanted = self.rules.asked();
        let rules = wanted.map(|wanted| kit::merge(wanted, "", &parts).changes());
        let mut in_place: Vec<Change> = rules.unwrap_or_default();
        in_place.extend(super::failed(state.provisioning()));
        let replacing = [
            self.name.change("name", &is.name),
            Change::between("resourceGroup", &id::group_of(&is.id), &group),
            Change::between("location", &id::location(&is.location), &self.location),
        ];
        Ok(Diff::of(
            in_place,
            replacing.into_iter().flatten().collect(),
        ))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<SecurityGroupState>> {
        let (group, name) = (cx.state(&self.group)?.common.name, self.name.value());
        let body = models::NetworkSecurityGroup {
            resource: models::Resource {
                location: Some(self.location.clone()),
                tags: Some(super::tags(cx.label())),
                ..models::Resource::default()
            },
            properties: Some(models::NetworkSecurityGroupPropertiesFormat {
                security_rules: rules::grouped(self.rules.value(), &[]),
                ..models::NetworkSecurityGroupPropertiesFormat::default()
            }),
            ..models::NetworkSecurityGroup::default()
        };
        let groups = cx.api.network().network_security_groups_client();
        let sent = groups.create_or_update(&group, name, body, cx.api.subscription());
        let id = id::of_network(cx.id(&self.group.edge())?, "networkSecurityGroups", name);
        api::begun(cx.api, sent.send(), &id).await
    }

    /// A write replaces the whole list: those of others are read right before.
    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &SecurityGroupState,
        changes: &[Change],
    ) -> Result<Progress<SecurityGroupState>> {
        let is_adopted = changes.iter().any(Change::is_label);
        let wanted = self.rules.asked();
        let wanted = wanted.filter(|_| changes.iter().any(|change| change.field == RULE));
        let edit = |body: &mut Value| {
            if is_adopted {
                super::mark(body, cx.label());
            }
            if let Some(wanted) = wanted {
                let rules = body["properties"]["securityRules"].take();
                body["properties"]["securityRules"] = converged(wanted, rules);
            }
        };
        api::changed(cx.api, &state.common.address(), Then::Object, edit).await
    }

    async fn delete(
        cx: &Cx<'_, Api>,
        state: &SecurityGroupState,
    ) -> Result<Progress<SecurityGroupState>> {
        let groups = cx.api.network().network_security_groups_client();
        let group = id::part(&state.common.id, "resourceGroups").unwrap_or_default();
        let sent = groups.delete(group, &state.common.name, cx.api.subscription());
        api::ended(cx.api, sent.send()).await
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<SecurityGroupState>> {
        api::poll(cx.api, operation).await
    }
}

/// The list after a change: all rules of others as they are, and ours as they are wanted.
fn converged(wanted: &BTreeSet<Rule>, is: Value) -> Value {
    let is: Vec<Value> = is.as_array().cloned().unwrap_or_default();
    let name = |rule: &Value| rule["name"].as_str().unwrap_or_default().to_owned();
    let (_, mut all): (Vec<Value>, Vec<Value>) =
        is.into_iter().partition(|rule| rules::is_ours(&name(rule)));
    let others: Vec<SecurityRuleState> = all
        .iter()
        .filter_map(|rule| serde_json::from_value(rule.clone()).ok())
        .collect();
    let others: Vec<&SecurityRuleState> = others.iter().collect();
    all.extend(
        rules::grouped(wanted, &others)
            .iter()
            .map(|rule| json!(rule)),
    );
    Value::Array(all)
}
