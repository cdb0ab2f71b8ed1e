//! A security group: who may talk to the nodes.

use std::collections::BTreeSet;

use async_trait::async_trait;
use groundwork_model::Family;
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Later, Listing, Owner, Phase, Progress,
    Resource, Result, Scope, Want,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    api::Api,
    object::{self, Common, Object},
    rules::{self, Rule, RuleState},
};

/// A security group that we make, or verify.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SecurityGroup {
    /// Its name.
    pub name: Want<String>,
    /// What it lets in. Rules of other hands are left alone.
    pub rules: Want<BTreeSet<Rule>>,
}

/// What Neutron says a security group is.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SecurityGroupState {
    /// Id, name, label, tags.
    #[serde(flatten)]
    pub common: Common,
    /// Its rules.
    #[serde(rename = "security_group_rules", default)]
    pub rules: Vec<RuleState>,
    /// Whether replies come in without a rule of their own, where the cloud has the extension.
    #[serde(default)]
    pub stateful: Option<bool>,
}

impl Object for SecurityGroupState {
    fn common(&self) -> &Common {
        &self.common
    }
}

impl SecurityGroupState {
    /// What it lets in, by whose rules whatsoever.
    pub fn lets_in(&self) -> BTreeSet<Rule> {
        self.rules
            .iter()
            .filter_map(|rule| rule.rule(&self.common.id))
            .collect()
    }

    /// Our rules.
    fn ours(&self) -> impl Iterator<Item = (&RuleState, Rule)> {
        let rule = |rule: &RuleState| rule.rule(&self.common.id);
        let ours = self.rules.iter().filter(|rule| rule.is_ours());
        ours.filter_map(move |state| Some((state, rule(state)?)))
    }

    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!("security group {} ({})", self.common.name, self.common.id)
    }
}

const PATH: &str = "/security-groups";
const KEY: &str = "security_group";
/// The field under which one rule that is missing, or too much, is reported.
const RULE: &str = "rule";
/// The field that says whether replies come in by themselves; nodes count on it.
const STATEFUL: &str = "stateful";
/// The extension that brings it.
const STATEFUL_EXTENSION: &str = "stateful-security-group";

#[async_trait]
impl Listing for SecurityGroup {
    const KIND: &'static str = "openstack.security-group/1";
    type Api = Api;
    type State = SecurityGroupState;

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<SecurityGroupState>>> {
        let states: Vec<SecurityGroupState> =
            object::listed(api, scope, PATH, "security_groups").await?;
        let found = |mut state: SecurityGroupState| {
            // Neutron gives them in no order, and a plan's hash should not depend on it.
            state.rules.sort_by(|a, b| a.id.cmp(&b.id));
            state
                .common
                .clone()
                .found(api, Vec::new(), Phase::Ready, state)
        };
        Ok(states.into_iter().map(found).collect())
    }
}

impl SecurityGroup {
    fn missing(&self, state: &SecurityGroupState) -> Vec<Rule> {
        let is = state.lets_in();
        let wanted = self.rules.asked().into_iter().flatten();
        wanted.filter(|rule| !is.contains(rule)).cloned().collect()
    }

    /// Families of which nothing gets out any more: the rules that Neutron gives to every group are
    /// gone. One rule of another hand is enough to leave the matter to it.
    fn shut_in(&self, state: &SecurityGroupState) -> BTreeSet<Family> {
        let wanted = self.rules.asked().into_iter().flatten();
        let families = wanted.map(|rule| rule.family);
        let shut = |family: &Family| !state.rules.iter().any(|rule| rule.lets_out(*family));
        families.filter(shut).collect()
    }

    /// Our rules that nobody wants any more.
    fn stale<'a>(&self, state: &'a SecurityGroupState) -> Vec<(&'a RuleState, Rule)> {
        let Some(wanted) = self.rules.asked() else {
            return Vec::new();
        };
        state
            .ours()
            .filter(|(_, rule)| !wanted.contains(rule))
            .collect()
    }

    async fn add(&self, cx: &Cx<'_, Api>, state: &mut SecurityGroupState) -> Result<()> {
        let group = &state.common.id;
        let missing = self.missing(state).into_iter();
        let mut rules: Vec<Value> = missing.map(|rule| rule.body(group)).collect();
        let shut_in = self.shut_in(state).into_iter();
        rules.extend(shut_in.map(|family| rules::way_out(family, group)));
        if rules.is_empty() {
            return Ok(());
        }
        let body = json!({ "security_group_rules": rules });
        let made: Vec<RuleState> = cx
            .api
            .post("/security-group-rules", "security_group_rules", body)
            .await?;
        state.rules.extend(made);
        Ok(())
    }

    async fn remove(&self, cx: &Cx<'_, Api>, state: &mut SecurityGroupState) -> Result<()> {
        let stale: Vec<String> = self
            .stale(state)
            .into_iter()
            .map(|(rule, _)| rule.id.clone())
            .collect();
        for id in stale {
            let path = format!("/security-group-rules/{id}");
            cx.api.delete(&path).await?;
            state.rules.retain(|rule| rule.id != id);
        }
        Ok(())
    }
}

/// The change that makes a group stateful that somebody has made stateless.
fn stateful(state: &SecurityGroupState) -> Option<Change> {
    let stateless = state.stateful == Some(false);
    stateless.then(|| Change::new(STATEFUL, false, true))
}

/// Neutron makes no group stateful that ports use.
fn in_use(error: Error, fields: &[Change], state: &SecurityGroupState) -> Error {
    let turned = fields.iter().any(|change| change.field == STATEFUL);
    match turned && error.kind == ErrorKind::InUse {
        true => error.about(state.told()).remedy(
            "a group that ports use cannot be made stateful: take it off the ports (openstack port unset \
             --security-group), apply, and put it back",
        ),
        false => error,
    }
}

#[async_trait]
impl Resource for SecurityGroup {
    fn id(state: &SecurityGroupState) -> String {
        state.common.id.clone()
    }

    fn adopts(&self, _: &Facts<'_>, found: &Found<SecurityGroupState>) -> bool {
        found.owner == Owner::Foreign && &found.state.common.name == self.name.value()
    }

    fn diff(&self, facts: &Facts<'_>, state: &SecurityGroupState) -> Result<Diff, Later> {
        let Self { name, rules: _ } = self;
        let managed = name.asked().is_some();
        let mut changes: Vec<Change> = [
            name.change("name", &state.common.name),
            stateful(state).filter(|_| managed),
            object::missing_tags(facts, &state.common).filter(|_| managed),
        ]
        .into_iter()
        .flatten()
        .collect();
        let missing = self.missing(state).into_iter();
        changes.extend(missing.map(|rule| Change::new(RULE, Value::Null, rule.told())));
        let shut_in = self.shut_in(state).into_iter();
        let way_out = |family| Change::new(RULE, Value::Null, format!("{family} all to anywhere"));
        changes.extend(shut_in.map(way_out));
        let stale = self.stale(state).into_iter();
        changes.extend(stale.map(|(_, rule)| Change::new(RULE, rule.told(), Value::Null)));
        Ok(Diff::of(changes, Vec::new()))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<SecurityGroupState>> {
        let mut group = json!({
            "name": self.name.value(),
            "description": cx.label().to_string(),
        });
        // An administrator may have made stateless groups the default.
        if cx.api.has(STATEFUL_EXTENSION) {
            group[STATEFUL] = true.into();
        }
        let body = json!({ KEY: group });
        cx.api.post(PATH, KEY, body).await.map(Progress::Done)
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &SecurityGroupState,
        changes: &[Change],
    ) -> Result<Progress<SecurityGroupState>> {
        let (rules, fields): (Vec<Change>, Vec<Change>) = changes
            .iter()
            .cloned()
            .partition(|change| change.field == RULE);
        let path = format!("{PATH}/{}", state.common.id);
        let tagged = |state: &mut SecurityGroupState, tags| state.common.tags = Some(tags);
        let changed = object::changed(cx.api, &path, KEY, cx.label(), &fields, state, tagged);
        let mut state = changed
            .await
            .map_err(|error| in_use(error, &fields, state))?;
        if !rules.is_empty() {
            // What is let in comes first: a range that is replaced is never shut for a moment.
            self.add(cx, &mut state).await?;
            self.remove(cx, &mut state).await?;
        }
        Ok(Progress::Done(state))
    }

    async fn delete(
        cx: &Cx<'_, Api>,
        state: &SecurityGroupState,
    ) -> Result<Progress<SecurityGroupState>> {
        object::deleted(cx.api, &format!("{PATH}/{}", state.common.id)).await
    }
}
