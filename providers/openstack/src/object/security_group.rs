//! A security group: who may talk to the nodes.

use std::collections::BTreeSet;

use async_trait::async_trait;
use groundwork_kit::{
    client::Call,
    rules::{self as firewall, Direction, Kept, Merge, RULE, Rule},
};
use groundwork_provider::{Change, Cx, Error, ErrorKind, Found, ObjectRef, Phase, Result, Want};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Desired, Id, InUse, Object, changed, found, resource,
    rules::{self, Alike, RuleState},
    state,
};
use crate::api::Api;

/// A security group that we make, or verify.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct SecurityGroup {
    pub name: Want<String>,
    /// What it lets in. Rules of other hands are left alone.
    pub rules: Want<BTreeSet<Rule>>,
}

state! {
    /// What Neutron says a security group is.
    pub struct SecurityGroupState {
        #[serde(rename = "security_group_rules", default)]
        pub rules: Box<[RuleState]>,
        /// Whether replies come in without a rule of their own, where the cloud has the extension.
        #[serde(default)]
        pub stateful: Option<bool>,
    }
    at "/v2.0/security-groups", "security_group", "security_groups";

    /// A group with its rules has some kilobytes.
    const PAGE_ENTRIES: Option<&'static str> = Some("100");

    fn found(mut self, api: &Api) -> Found<Self> {
        // Neutron gives them in no order, and a plan's hash should not depend on it.
        self.rules.sort_by(|a, b| a.id.cmp(&b.id));
        // A rule about another group goes with that group, whoever made it.
        let own = Id::from(self.id.as_str());
        let peers = self.rules.iter().filter_map(|rule| rule.remote_group.as_ref());
        let others: BTreeSet<&Id> = peers.filter(|peer| **peer != own).collect();
        let others = others.into_iter().map(|id| ObjectRef::of::<SecurityGroup>(id.to_string()));
        let joins: Vec<_> = others.collect();
        found(api, joins, Phase::Ready, self)
    }

    fn share(&mut self, alike: &mut Alike) {
        self.rules.iter_mut().for_each(|rule| alike.share(rule));
    }
}

resource!(
    SecurityGroup,
    SecurityGroupState,
    "openstack.security-group/1"
);

impl SecurityGroupState {
    /// What it allows, by whose rules whatsoever.
    pub(crate) fn allows(&self) -> BTreeSet<Rule> {
        let rules = self.rules.iter();
        rules.flat_map(|rule| rule.rules(&self.id)).collect()
    }

    /// What it lacks of the rules that are wanted, and what it has besides. The rules by which
    /// Neutron lets everything out of a new group may be gone; one of somebody else's is enough to
    /// leave the matter to it.
    pub(crate) fn merge(&self, wanted: &BTreeSet<Rule>) -> Merge<'_, RuleState> {
        let mut merge = firewall::merge(wanted, &self.id, &self.rules);
        merge.missing.retain(|rule| {
            let lets_out = |other: &RuleState| other.lets_out(rule.family);
            rule.direction == Direction::Ingress || !self.rules.iter().any(lets_out)
        });
        merge
    }
}

/// Where the API has rules, and the member of a body that holds them.
const RULES: (&str, &str) = ("/v2.0/security-group-rules", "security_group_rules");
/// The field that says whether replies come in by themselves; nodes count on it.
const STATEFUL: &str = "stateful";
/// The extension that brings it.
const STATEFUL_EXTENSION: &str = "stateful-security-group";

/// A rule, as far as it says which group has it.
#[derive(Deserialize)]
struct RuleOf {
    security_group_id: String,
}

/// What is let in comes first: a range that is replaced is never shut for a moment.
async fn converge(
    api: &Api,
    state: &mut SecurityGroupState,
    wanted: &BTreeSet<Rule>,
) -> Result<()> {
    let merge = state.merge(wanted);
    let stale: Vec<_> = merge.stale.iter().map(|rule| rule.id.clone()).collect();
    let missing = merge.missing;
    let mut rules = std::mem::take(&mut state.rules).into_vec();
    if !missing.is_empty() {
        rules.extend(added(api, &state.id, &missing).await?);
    }
    for id in stale {
        api.client.delete(&format!("{}/{id}", RULES.0)).await?;
        rules.retain(|rule| rule.id != id);
    }
    state.rules = rules.into_boxed_slice();
    Ok(())
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

/// Adds rules: one call for all of them.
async fn added(api: &Api, group: &str, rules: &BTreeSet<Rule>) -> Result<Vec<RuleState>> {
    let rules: Vec<_> = rules.iter().map(|rule| rules::body(rule, group)).collect();
    let call = Call::post(RULES.0, json!({ RULES.1: rules })).under(RULES.1);
    api.client.read(&call).await
}

#[async_trait]
impl Desired for SecurityGroup {
    type State = SecurityGroupState;

    /// One that somebody has made stateless is made stateful again.
    fn changes(&self, state: &SecurityGroupState) -> Vec<Option<Change>> {
        let Self { name, rules } = self;
        let stateless = name.asked().is_some() && state.stateful == Some(false);
        let stateful = stateless.then(|| Change::new(STATEFUL, false, true));
        let wanted = rules.asked().into_iter();
        let rules = wanted.flat_map(|wanted| state.merge(wanted).changes());
        [stateful].into_iter().chain(rules.map(Some)).collect()
    }

    async fn body(&self, cx: &Cx<'_, Api>) -> Result<Value> {
        // An administrator may have made stateless groups the default.
        let is_told = cx.api.has(STATEFUL_EXTENSION).await?;
        Ok(match is_told {
            true => json!({ STATEFUL: true }),
            false => json!({}),
        })
    }

    async fn change(
        &self,
        cx: &Cx<'_, Api>,
        state: &SecurityGroupState,
        changes: &[Change],
    ) -> Result<SecurityGroupState> {
        let is_rule = |change: &Change| change.field == RULE;
        let (rules, fields): (Vec<Change>, Vec<Change>) =
            changes.iter().cloned().partition(is_rule);
        let changed = changed(cx, state, &fields).await;
        let mut state = changed.map_err(|error| in_use(error, &fields, state))?;
        if let Some(wanted) = self.rules.asked().filter(|_| !rules.is_empty()) {
            converge(cx.api, &mut state, wanted).await?;
        }
        Ok(state)
    }

    /// Neutron deletes a group with the rules of other groups that let its members in.
    async fn in_use(cx: &Cx<'_, Api>, state: &SecurityGroupState) -> Result<Option<InUse>> {
        let about = [("remote_group_id", state.id.as_str())];
        let rules: Vec<RuleOf> = cx.api.list(RULES.0, RULES.1, &about).await?;
        let mut groups = rules.iter().map(|rule| &rule.security_group_id);
        let other = groups.find(|group| **group != state.id);
        let why = |other| format!("security group {other} has a rule about its members");
        Ok(other.map(|other| (why(other), "have whoever made the rule delete it")))
    }
}
