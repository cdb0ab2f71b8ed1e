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
        Ok(Diff::of(in_place, replacing.into_iter().flatten()))
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

/// The list after a change: all rules of others as they are, those of ours as well that say what is wanted
/// and nothing else, and what is missing then.
fn converged(wanted: &BTreeSet<Rule>, is: Value) -> Value {
    let mut kept: Vec<Value> = is.as_array().cloned().unwrap_or_default();
    kept.retain(|rule| {
        let rule = read(rule);
        let mut parts = rules::parts(std::slice::from_ref(&rule)).into_iter();
        let is_wanted = parts.len() > 0 && parts.all(|part| wanted.contains(&part.rule));
        is_wanted || !rules::is_ours(&rule.name)
    });
    loop {
        let states: Vec<SecurityRuleState> = kept.iter().map(read).collect();
        let ours = states
            .iter()
            .filter(|rule| rules::is_ours(&rule.name))
            .cloned();
        let said: Vec<Rule> = rules::parts(&ours.collect::<Vec<_>>())
            .into_iter()
            .map(|part| part.rule)
            .collect();
        let missing = wanted.iter().filter(|rule| !said.contains(rule)).cloned();
        let more = rules::grouped(&missing.collect(), &states);
        // One that says a part of it gives its name to one that says all.
        let before = kept.len();
        kept.retain(|rule| {
            !more
                .iter()
                .any(|one| one.name.as_deref() == rule["name"].as_str())
        });
        if kept.len() == before {
            kept.extend(more.iter().map(|rule| json!(rule)));
            return Value::Array(kept);
        }
    }
}

fn read(rule: &Value) -> SecurityRuleState {
    serde_json::from_value(rule.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use groundwork_kit::rules::{Peer, Ports, Traffic};
    use groundwork_model::Family;

    use super::*;

    fn ssh(net: &str) -> Rule {
        let net: ipnet::IpNet = net.parse().unwrap();
        Rule::ingress(
            Family::of(&net),
            Traffic::Tcp(Ports::one(22)),
            Peer::Range(net),
        )
    }

    fn stored(name: &str, source: &str) -> Value {
        json!({ "name": name, "etag": "x", "properties": {
            "direction": "Inbound", "access": "Allow", "priority": 100, "protocol": "Tcp",
            "sourceAddressPrefix": source, "sourcePortRange": "*", "destinationAddressPrefix": "*",
            "destinationPortRange": "22",
        } })
    }

    fn names(rules: &Value) -> Vec<&str> {
        let rules = rules.as_array().unwrap().iter();
        rules.filter_map(|rule| rule["name"].as_str()).collect()
    }

    #[test]
    fn a_rule_of_the_reference_system_that_says_what_is_wanted_stays_as_it_is() {
        let is = json!([stored("ssh_ingress", "*")]);
        let wanted = BTreeSet::from([ssh("0.0.0.0/0"), ssh("::/0")]);
        assert_eq!(converged(&wanted, is.clone()), is);
        let alone = converged(&BTreeSet::from([ssh("0.0.0.0/0")]), is);
        assert_eq!(names(&alone), ["ssh_ingress"]);
        assert_eq!(alone[0]["properties"]["sourceAddressPrefix"], "0.0.0.0/0");
    }

    #[test]
    fn a_rule_that_says_a_part_gives_way_to_one_that_says_all() {
        let is = json!([stored("ssh_ingress", "192.0.2.0/24"), stored("theirs", "*")]);
        let wanted = BTreeSet::from([ssh("192.0.2.0/24"), ssh("198.51.100.0/24")]);
        let all = converged(&wanted, is);
        assert_eq!(names(&all), ["theirs", "ssh_ingress"]);
        let sources = &all[1]["properties"]["sourceAddressPrefixes"];
        assert_eq!(*sources, json!(["192.0.2.0/24", "198.51.100.0/24"]));
        assert_eq!(all[1]["properties"]["priority"], 101, "somebody has 100");
    }
}
