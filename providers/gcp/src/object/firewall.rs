//! A firewall rule: who may reach machines that have a network tag. Rules of both families are two,
//! and everything goes out where no rule says otherwise
//! (<https://cloud.google.com/firewall/docs/firewalls>).

use std::collections::BTreeSet;

use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Handle, Later, Listing, ObjectRef, Operation, Owner, Progress,
    Resource, Result, Scope, Told,
};
use http::Method;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    Common,
    firewall_rule::{Allowed, Source},
    network::Network,
};
use crate::{
    api::{self, Api, Object},
    link,
};

/// A firewall rule that we make.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Firewall {
    /// Its name: unique in the project.
    pub name: String,
    /// The network that it is on.
    pub network: Handle<Network>,
    /// The network tag of the machines that it is for.
    pub target: String,
    /// From where.
    pub source: Source,
    /// What.
    pub allowed: BTreeSet<Allowed>,
}

/// What the API says a firewall rule is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct FirewallState {
    /// Number, name, description.
    #[serde(flatten)]
    pub common: Common,
    /// The network that it is on.
    pub network: String,
    /// `INGRESS` or `EGRESS`.
    pub direction: String,
    /// The smallest number decides.
    pub priority: u32,
    /// What it allows.
    pub allowed: Vec<Allowed>,
    /// What it denies; a rule does one of both.
    pub denied: Vec<Allowed>,
    /// Where packets come from.
    #[serde(deserialize_with = "super::ranges::all")]
    pub source_ranges: Vec<IpNet>,
    /// Where they go to.
    #[serde(deserialize_with = "super::ranges::all")]
    pub destination_ranges: Vec<IpNet>,
    /// Which machines they come from, by network tags.
    pub source_tags: Vec<String>,
    /// Which machines they come from, by service accounts.
    pub source_service_accounts: Vec<String>,
    /// Which machines it is for, by network tags; all where there are none.
    pub target_tags: Vec<String>,
    /// Which machines it is for, by service accounts.
    pub target_service_accounts: Vec<String>,
    /// Whether it is not in force.
    pub disabled: bool,
}

/// The priority of rules that say nothing of it.
pub(crate) const PRIORITY: u32 = 1000;
const INGRESS: &str = "INGRESS";

impl Object for FirewallState {}

impl FirewallState {
    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!(
            "firewall rule {} ({})",
            self.common.name,
            self.common.address()
        )
    }
}

fn found(state: FirewallState) -> Found<FirewallState> {
    let network = ObjectRef::of::<Network>(link::relative(&state.network));
    super::found(&state.common.clone(), state).joining([network])
}

/// The same, whatever the order.
fn set<T: Clone + Ord + Serialize>(list: &[T]) -> Value {
    json!(list.iter().cloned().collect::<BTreeSet<T>>())
}

impl Firewall {
    /// What it says, as the API spells it. A list that is empty is left out.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        let (ranges, tags) = match &self.source {
            Source::Ranges(ranges) => (json!(ranges), json!([])),
            Source::Tag(tag) => (json!([]), json!([tag])),
        };
        vec![
            ("allowed", json!(self.allowed)),
            ("denied", json!([])),
            ("sourceRanges", ranges),
            ("sourceTags", tags),
            ("sourceServiceAccounts", json!([])),
            ("destinationRanges", json!([])),
            ("targetTags", json!([self.target])),
            ("targetServiceAccounts", json!([])),
            ("priority", json!(PRIORITY)),
            ("disabled", json!(false)),
        ]
    }

    fn change(state: &FirewallState, (name, wanted): (&'static str, Value)) -> Option<Change> {
        let is = match name {
            "allowed" => set(&state.allowed),
            "denied" => set(&state.denied),
            "sourceRanges" => set(&state.source_ranges),
            "sourceTags" => set(&state.source_tags),
            "sourceServiceAccounts" => set(&state.source_service_accounts),
            "destinationRanges" => set(&state.destination_ranges),
            "targetTags" => set(&state.target_tags),
            "targetServiceAccounts" => set(&state.target_service_accounts),
            "priority" => json!(state.priority),
            _ => json!(state.disabled),
        };
        Change::between(name, &is, &wanted)
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

#[async_trait]
impl Listing for Firewall {
    const KIND: &'static str = "gcp.firewall/1";
    const PARENTS: &'static [&'static str] = &[Network::KIND];
    type Api = Api;
    type State = FirewallState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.common.name)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<FirewallState>>> {
        let states: Vec<FirewallState> = api.all("global/firewalls").await?;
        Ok(states.into_iter().map(found).collect())
    }

    async fn get(api: &Api, id: &str) -> Result<Option<Found<FirewallState>>> {
        Ok(api.show(id).await?.map(found))
    }
}

#[async_trait]
impl Resource for Firewall {
    fn asks_for(&self) -> Told {
        Told::named(&self.name)
    }

    fn id(state: &FirewallState) -> String {
        state.common.address()
    }

    /// Names that the reference system gives, on the network that the cluster is in.
    fn adopts(&self, facts: &Facts<'_>, found: &Found<FirewallState>) -> bool {
        let network = facts.id(&self.network.edge()).ok();
        found.owner == Owner::Foreign
            && found.state.common.name == self.name
            && network == Some(link::relative(&found.state.network))
    }

    fn diff(&self, facts: &Facts<'_>, state: &FirewallState) -> Result<Diff, Later> {
        let network = facts.id(&self.network.edge())?.to_owned();
        let changes = self.fields().into_iter();
        let in_place = changes.filter_map(|field| Self::change(state, field));
        let replacing = [
            Change::between("name", &state.common.name, &self.name),
            Change::between(
                "network",
                &link::relative(&state.network).to_owned(),
                &network,
            ),
            Change::between("direction", &state.direction, &INGRESS.to_owned()),
        ];
        Ok(Diff::of(in_place, replacing.into_iter().flatten()))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<FirewallState>> {
        let network = cx.id(&self.network.edge())?;
        let mut body = json!({
            "name": self.name,
            "description": cx.label().to_string(),
            "network": network,
            "direction": INGRESS,
        });
        if let Value::Object(fields) = &mut body {
            let given = self.fields().into_iter();
            let given = given.filter(|(_, value)| !is_empty(value));
            fields.extend(given.map(|(name, value)| (name.to_owned(), value)));
        }
        let all = format!("projects/{}/global/firewalls", cx.api.project());
        api::created_as_asked(cx, &all, body).await
    }

    /// A field that is to be empty is sent as `null` (RFC 7396).
    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &FirewallState,
        changes: &[Change],
    ) -> Result<Progress<FirewallState>> {
        let mut body = Map::new();
        for change in changes {
            let (name, value) = match change.is_label() {
                true => ("description", cx.label().to_string().into()),
                false if is_empty(&change.to) => (change.field.as_str(), Value::Null),
                false => (change.field.as_str(), change.to.clone()),
            };
            body.insert(name.to_owned(), value);
        }
        let at = (Method::PATCH, state.common.path());
        api::changed(cx, at, &Value::Object(body), &state.common.address()).await
    }

    async fn delete(cx: &Cx<'_, Api>, state: &FirewallState) -> Result<Progress<FirewallState>> {
        api::removed(cx, state.common.path()).await
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<FirewallState>> {
        api::poll(cx.api, operation).await
    }
}
