//! A cloud firewall. It has no room for a label but its name, and applies to droplets by their tags.

use std::collections::BTreeSet;

use async_trait::async_trait;
use groundwork_kit::{
    client::{Call, path_segment},
    rules::{RULE, Rule, told},
};
use groundwork_model::Label;
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Later, Listing, Progress, Resource, Result,
    Scope, Told, Want,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    nullable,
    rules::{RuleState, wire},
    tag,
};
use crate::api::{self, Api};

/// The firewall that is wanted.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Firewall {
    /// What its name begins with; the label follows.
    pub name: String,
    /// The tag by which it applies to droplets.
    pub applies_to: String,
    /// What it lets through. Rules of somebody else's are left alone.
    pub rules: Want<BTreeSet<Rule>>,
}

/// What DigitalOcean says a firewall is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct FirewallState {
    /// Its id.
    pub id: String,
    /// Its name, given once in the account: where the label stands.
    pub name: String,
    /// `succeeded` once its droplets have its rules; `waiting`, `failed`.
    #[serde(default)]
    pub status: String,
    /// What it lets in.
    #[serde(default, deserialize_with = "nullable")]
    pub inbound_rules: Vec<RuleState>,
    /// What it lets out.
    #[serde(default, deserialize_with = "nullable")]
    pub outbound_rules: Vec<RuleState>,
    /// The droplets that it applies to, one by one.
    #[serde(default, deserialize_with = "nullable")]
    pub droplet_ids: Vec<u64>,
    /// The tags of the droplets that it applies to.
    #[serde(default, deserialize_with = "nullable")]
    pub tags: Vec<String>,
    /// When it was made.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
}

const PATH: &str = "/v2/firewalls";
const KEY: &str = "firewall";
/// What the names of a cluster's objects begin with.
const PREFIX: &str = "kubernetes-";
/// The field under which a tag that is missing is reported.
const TAGS: &str = "tags";
/// The longest name. The API's reference names no limit; other names end at this one.
const NAME_MAX: usize = 255;

/// Why a firewall's name cannot hold a label, if it cannot.
pub(crate) fn carries(label: &Label) -> std::result::Result<(), String> {
    // What stands before the label: `kubernetes-` and a name of Kubernetes'.
    let room = NAME_MAX - PREFIX.len() - 63;
    match label.suffix().len() > room {
        true => Err(format!(
            "in a firewall's name a label has {room} characters at most"
        )),
        false => Ok(()),
    }
}

impl FirewallState {
    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!("firewall {} ({})", Label::before(&self.name), self.id)
    }

    fn rules(&self) -> impl Iterator<Item = RuleState> {
        let rules = self.inbound_rules.iter().chain(&self.outbound_rules);
        rules.cloned().map(RuleState::sorted)
    }

    /// All that it allows, by whose rules whatsoever.
    pub(crate) fn allows(&self, tag: &str) -> BTreeSet<Rule> {
        self.rules().flat_map(|rule| rule.allows(tag)).collect()
    }

    fn ours(&self, tag: &str) -> BTreeSet<RuleState> {
        self.rules().filter(|rule| rule.is_ours(tag)).collect()
    }

    /// What somebody else's rules allow beyond what is wanted.
    pub(crate) fn foreign(&self, tag: &str, wanted: &BTreeSet<Rule>) -> BTreeSet<Rule> {
        let foreign = self.rules().filter(|rule| !rule.is_ours(tag));
        let allows = foreign.flat_map(|rule| rule.allows(tag));
        allows.filter(|rule| !wanted.contains(rule)).collect()
    }

    /// The tag of the cluster that it was made for: its name says so.
    fn own_tag(&self) -> String {
        let name = Label::before(&self.name);
        let cluster = name.strip_prefix(PREFIX).unwrap_or_default();
        format!("{}{cluster}", tag::PREFIX)
    }

    /// Whether it applies to a tag, or has it in a rule.
    pub(crate) fn names_tag(&self, tag: &str) -> bool {
        self.tags.iter().any(|own| own == tag) || self.rules().any(|rule| rule.is_ours(tag))
    }

    /// Droplets and tags that it applies to, and that are not the cluster's.
    pub(crate) fn applied_by_others(&self) -> Vec<String> {
        let own = self.own_tag();
        let tags = self.tags.iter().filter(|tag| **tag != own);
        let tags = tags.map(|tag| format!("tag {tag}"));
        let droplets = self.droplet_ids.iter().map(|id| format!("droplet {id}"));
        tags.chain(droplets).collect()
    }
}

#[async_trait]
impl Listing for Firewall {
    const KIND: &'static str = "digitalocean.firewall/1";
    type Api = Api;
    type State = FirewallState;

    fn told(state: &Self::State) -> Told {
        Told::named(Label::before(&state.name))
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<FirewallState>>> {
        let states: Vec<FirewallState> = api::all(api, PATH, "firewalls").await?;
        let found = |state: FirewallState| {
            let label = Label::of_name(&state.name);
            let made_at = state.created_at;
            Found::labelled(state.id.clone(), label, state).made_at(made_at)
        };
        Ok(states.into_iter().map(found).collect())
    }
}

#[async_trait]
impl Resource for Firewall {
    fn asks_for(&self) -> Told {
        Told::named(&self.name)
    }

    fn id(state: &FirewallState) -> String {
        state.id.clone()
    }

    fn diff(&self, _facts: &Facts<'_>, state: &FirewallState) -> Result<Diff, Later> {
        let Some(wanted) = self.rules.asked() else {
            return Ok(Diff::Same);
        };
        let ours = state.ours(&self.applies_to);
        let ours = ours
            .iter()
            .flat_map(|rule| rule.allows_unmarked(&self.applies_to));
        let ours: BTreeSet<Rule> = ours.collect();
        let added = told(wanted.difference(&ours)).into_iter();
        let removed = told(ours.difference(wanted)).into_iter();
        let mut changes: Vec<Change> = added
            .map(|rule| Change::new(RULE, Value::Null, rule))
            .chain(removed.map(|rule| Change::new(RULE, rule, Value::Null)))
            .collect();
        if !state.tags.contains(&self.applies_to) {
            changes.push(Change::new(TAGS, Value::Null, self.applies_to.clone()));
        }
        Ok(Diff::of(changes, None))
    }

    /// The request that makes something which has to be found again is the last one.
    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<FirewallState>> {
        tag::known(cx.api, &self.applies_to).await?;
        let rules = wire(self.rules.value(), &self.applies_to);
        let mut body = lists(&rules);
        body["name"] = format!("{}{}", self.name, cx.label().suffix()).into();
        body["tags"] = json!([self.applies_to]);
        let call = Call::post(PATH, body).under(KEY);
        cx.api.read(&call).await.map(Progress::Done)
    }

    /// What is let through comes first: a range that is replaced is never shut for a moment.
    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &FirewallState,
        changes: &[Change],
    ) -> Result<Progress<FirewallState>> {
        let path = format!("{PATH}/{}", path_segment(&state.id));
        let has = |field: &str| changes.iter().any(|change| change.field == field);
        tag::known(cx.api, &self.applies_to).await?;
        if has(TAGS) {
            let body = json!({ "tags": [self.applies_to] });
            let call = Call::post(format!("{path}/tags"), body);
            cx.api.done(&call).await?;
        }
        if has(RULE) {
            let wanted = wire(self.rules.value(), &self.applies_to);
            let ours = state.ours(&self.applies_to);
            let rules = format!("{path}/rules");
            let (missing, stale) = (&wanted - &ours, &ours - &wanted);
            if !missing.is_empty() {
                cx.api.done(&Call::post(&*rules, lists(&missing))).await?;
            }
            if !stale.is_empty() {
                let call = Call::delete(&*rules).body(lists(&stale));
                // Another process may have removed them meanwhile.
                cx.api.done_if_any(&call).await?;
            }
        }
        let now = cx.api.read_if_any(&Call::get(&*path).under(KEY)).await?;
        now.map(Progress::Done).ok_or_else(|| {
            let message = "the firewall does not exist any more";
            Error::new(ErrorKind::Conflict, format!("GET {path}"), message)
        })
    }

    async fn delete(cx: &Cx<'_, Api>, state: &FirewallState) -> Result<Progress<FirewallState>> {
        let path = format!("{PATH}/{}", path_segment(&state.id));
        let now: Option<FirewallState> = cx.api.read_if_any(&Call::get(&*path).under(KEY)).await?;
        let Some(now) = now else {
            return Ok(Progress::Gone);
        };
        // What the look saw is some seconds old, and whoever is behind it loses its protection.
        if let Some(other) = now.applied_by_others().into_iter().next() {
            return Err(super::in_use(format!("DELETE {path}"), &other));
        }
        // The tag goes first: once the firewall is gone, nothing says that it was the cluster's.
        tag::forgotten(cx.api, &now.own_tag(), &now.id).await?;
        cx.api.delete(&path).await?;
        Ok(Progress::Gone)
    }
}

/// Rules as the API takes them: those about what comes in, and those about what goes out.
fn lists(rules: &BTreeSet<RuleState>) -> Value {
    let (inbound, outbound): (Vec<&RuleState>, Vec<&RuleState>) =
        rules.iter().partition(|rule| rule.sources.is_some());
    let mut lists = json!({});
    for (name, rules) in [("inbound_rules", inbound), ("outbound_rules", outbound)] {
        if !rules.is_empty() {
            lists[name] = json!(rules);
        }
    }
    lists
}
