//! A firewall: who may reach the nodes over their public addresses. What comes over a private network
//! passes by it.

use std::{collections::BTreeSet, fmt};

use async_trait::async_trait;
use groundwork_kit::{
    client::Call,
    rules::{self as kit, Merge, Peer, RULE, Rule, Traffic},
};
use groundwork_model::Family;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Later, Listing, Operation, Progress, Resource, Result, Scope,
    Told, Want,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Labels,
    rules::{self, FirewallRule, Part},
};
use crate::api::{
    self, Api,
    actions::{self, About},
};

/// A firewall that we make, or verify.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Firewall {
    /// Its name: unique in the project.
    pub name: Want<String>,
    /// What it lets in. Rules of others stay.
    pub rules: Want<BTreeSet<Rule>>,
}

/// The id of a firewall.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct FirewallId(pub u64);

impl fmt::Display for FirewallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FirewallId {
    pub(super) fn path(self) -> String {
        format!("/firewalls/{self}")
    }
}

/// What the API says a firewall is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct FirewallState {
    /// Its id.
    pub id: FirewallId,
    /// Its name.
    pub name: String,
    /// Its rules.
    #[serde(default)]
    pub rules: Vec<FirewallRule>,
    /// To what it is applied.
    #[serde(default)]
    pub applied_to: Vec<Target>,
    /// Its labels.
    #[serde(default)]
    pub labels: Labels,
    /// When it was made.
    pub created: Timestamp,
}

/// To what a firewall is applied.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Target {
    /// To servers that a label selector chooses.
    #[serde(default)]
    pub label_selector: Option<Targets>,
    /// To one server.
    #[serde(default)]
    pub server: Option<Server>,
    /// The servers that the selector chooses now.
    #[serde(default)]
    pub applied_to_resources: Vec<Target>,
}

/// The servers that a label selector chooses.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Targets {
    /// The selector.
    pub selector: String,
}

/// A server, by its id.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Server {
    /// The id.
    pub id: u64,
}

impl FirewallState {
    /// Its rules, an address each.
    pub(crate) fn parts(&self) -> Vec<Part> {
        self.rules.iter().flat_map(FirewallRule::parts).collect()
    }

    /// What it allows, by whose rules whatsoever. Nodes reach each other over their private network,
    /// where no firewall is; everything goes out while no rule says what may.
    pub(crate) fn allows(&self) -> BTreeSet<Rule> {
        let mut rules: BTreeSet<Rule> = self.parts().into_iter().map(|part| part.rule).collect();
        let is_open = !self.rules.iter().any(FirewallRule::is_outbound);
        for family in Family::BOTH {
            rules.insert(Rule::ingress(family, Traffic::All, Peer::Members));
            if is_open {
                let everywhere = Peer::Range(kit::everywhere(family));
                rules.insert(Rule::egress(family, Traffic::All, everywhere));
            }
        }
        rules
    }

    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!("firewall {} ({})", self.name, self.id)
    }
}

/// What a firewall lacks, and what it has besides.
pub(crate) fn merge<'a>(wanted: &BTreeSet<Rule>, parts: &'a [Part]) -> Merge<'a, Part> {
    kit::merge(wanted, "", parts)
}

/// The rules after a change: all rules of others as they are, and ours as they are wanted.
fn converged(wanted: &BTreeSet<Rule>, state: &FirewallState) -> Vec<FirewallRule> {
    let foreign = state.rules.iter().filter(|rule| !rule.is_ours());
    foreign.cloned().chain(rules::grouped(wanted)).collect()
}

#[async_trait]
impl About for FirewallId {
    type State = FirewallState;

    async fn read(&self, api: &Api) -> Result<Option<FirewallState>> {
        api::one(api, &self.path(), "firewall").await
    }
}

#[async_trait]
impl Listing for Firewall {
    const KIND: &'static str = "hetzner.firewall/1";
    type Api = Api;
    type State = FirewallState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.name)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<FirewallState>>> {
        let states: Vec<FirewallState> = api::all(api, "/firewalls", "firewalls").await?;
        let found = |state: FirewallState| {
            super::found(
                state.id.to_string(),
                &state.labels.clone(),
                state.created,
                state,
            )
        };
        Ok(states.into_iter().map(found).collect())
    }
}

#[async_trait]
impl Resource for Firewall {
    fn asks_for(&self) -> Told {
        Told::named(self.name.value())
    }

    fn id(state: &FirewallState) -> String {
        state.id.to_string()
    }

    fn diff(&self, _facts: &Facts<'_>, state: &FirewallState) -> Result<Diff, Later> {
        let Self { name, rules } = self;
        let mut changes: Vec<Change> = name.change("name", &state.name).into_iter().collect();
        let parts = state.parts();
        let rules = rules.asked().into_iter();
        changes.extend(rules.flat_map(|wanted| merge(wanted, &parts).changes()));
        Ok(Diff::of(changes, None))
    }

    /// It is applied to nothing yet: that is [`FirewallSelector`](super::FirewallSelector)'s.
    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<FirewallState>> {
        let body = json!({
            "name": self.name.value(),
            "labels": super::with_label(cx.label(), &Labels::new()),
            "rules": rules::grouped(self.rules.value()),
        });
        let call = Call::post("/firewalls", body).under("firewall");
        cx.api.read(&call).await.map(Progress::Done)
    }

    /// The API replaces all rules of a firewall at once: those of others are read right before.
    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &FirewallState,
        changes: &[Change],
    ) -> Result<Progress<FirewallState>> {
        let path = state.id.path();
        let mut state = state.clone();
        let body = super::renamed(cx.label(), &state.labels, changes);
        if !body.is_empty() {
            let call = Call::put(&path, Value::Object(body)).under("firewall");
            state = cx.api.read(&call).await?;
        }
        let wanted = self.rules.asked();
        let wanted = wanted.filter(|_| changes.iter().any(|change| change.field == RULE));
        let Some(wanted) = wanted else {
            return Ok(Progress::Done(state));
        };
        let Some(state) = state.id.read(cx.api).await? else {
            return Ok(Progress::Gone);
        };
        let body = json!({ "rules": converged(wanted, &state) });
        let call = Call::post(format!("{path}/actions/set_rules"), body);
        actions::start(cx.api, call, state.id).await
    }

    async fn delete(cx: &Cx<'_, Api>, state: &FirewallState) -> Result<Progress<FirewallState>> {
        cx.api.delete(&state.id.path()).await?;
        Ok(Progress::Gone)
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<FirewallState>> {
        actions::poll::<FirewallId>(cx.api, operation).await
    }
}
