//! A security group: who may talk to the nodes.

use std::collections::BTreeSet;

use async_trait::async_trait;
use groundwork_kit::client::Call;
use groundwork_kit::rules::{self as firewall, Direction, Kept, Merge, RULE, Rule};
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Later, Listing, ObjectRef, Owner, Phase,
    Progress, Resource, Result, Scope, Told, Want,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    api::Api,
    object::{
        self, Object, listing,
        rules::{self, RuleState},
        state,
    },
};

/// A security group that we make, or verify.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct SecurityGroup {
    /// Its name.
    pub name: Want<String>,
    /// What it lets in. Rules of other hands are left alone.
    pub rules: Want<BTreeSet<Rule>>,
}

state! {
    /// What Neutron says a security group is.
    pub struct SecurityGroupState {
        /// Its rules.
        #[serde(rename = "security_group_rules", default)]
        pub rules: Box<[RuleState]>,
        /// Whether replies come in without a rule of their own, where the cloud has the extension.
        #[serde(default)]
        pub stateful: Option<bool>,
    }
    at "/v2.0/security-groups", "security_group", "security_groups";

    fn found(mut self, api: &Api) -> Found<Self> {
        // Neutron gives them in no order, and a plan's hash should not depend on it.
        self.rules.sort_by(|a, b| a.id.cmp(&b.id));
        // A rule about another group goes with that group, whoever made it.
        let peers = self.rules.iter();
        let peers = peers.filter_map(|rule| rule.remote_group_id.as_deref());
        let others: BTreeSet<&str> = peers.filter(|peer| *peer != self.id).collect();
        let others = others.into_iter().map(ObjectRef::of::<SecurityGroup>);
        let joins: Vec<_> = others.collect();
        object::found(api, joins, Phase::Ready, self)
    }
}

listing!(
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

/// Where the API has rules.
const RULES: &str = "/v2.0/security-group-rules";
/// The field that says whether replies come in by themselves; nodes count on it.
const STATEFUL: &str = "stateful";
/// The extension that brings it.
const STATEFUL_EXTENSION: &str = "stateful-security-group";

/// A rule, as far as it says which group has it.
#[derive(Deserialize)]
struct RuleOf {
    security_group_id: String,
}

/// Neutron deletes a group with the rules of other groups that let its members in. So they are looked
/// for once more.
async fn unmentioned(api: &Api, state: &SecurityGroupState) -> Result<()> {
    let about = [("remote_group_id", state.id.as_str())];
    let rules: Vec<RuleOf> = api.list(RULES, "security_group_rules", &about).await?;
    let Some(other) = rules.iter().find(|rule| rule.security_group_id != state.id) else {
        return Ok(());
    };
    let message = format!(
        "security group {} has a rule about its members",
        other.security_group_id
    );
    let error = Error::new(
        ErrorKind::InUse,
        format!("DELETE {}", state.path()),
        message,
    );
    Err(error
        .about(state.told())
        .remedy("have whoever made the rule delete it"))
}

impl SecurityGroup {
    /// What is let in comes first: a range that is replaced is never shut for a moment.
    async fn converge(&self, cx: &Cx<'_, Api>, state: &mut SecurityGroupState) -> Result<()> {
        let Some(wanted) = self.rules.asked() else {
            return Ok(());
        };
        let merge = state.merge(wanted);
        let stale: Vec<_> = merge.stale.iter().map(|rule| rule.id.clone()).collect();
        let missing = merge.missing;
        let mut rules = std::mem::take(&mut state.rules).into_vec();
        if !missing.is_empty() {
            rules.extend(added(cx.api, &state.id, &missing).await?);
        }
        for id in stale {
            cx.api.client.delete(&format!("{RULES}/{id}")).await?;
            rules.retain(|rule| rule.id != id);
        }
        state.rules = rules.into_boxed_slice();
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

/// Adds rules: one call for all of them.
async fn added(api: &Api, group: &str, rules: &BTreeSet<Rule>) -> Result<Vec<RuleState>> {
    let rules: Vec<_> = rules.iter().map(|rule| rules::body(rule, group)).collect();
    let body = json!({ "security_group_rules": rules });
    let call = Call::post(RULES, body).under("security_group_rules");
    api.client.read(&call).await
}

#[async_trait]
impl Resource for SecurityGroup {
    fn asks_for(&self) -> Told {
        Told::named(self.name.value())
    }

    fn id(state: &SecurityGroupState) -> String {
        state.id.clone()
    }

    fn adopts(&self, _: &Facts<'_>, found: &Found<SecurityGroupState>) -> bool {
        found.owner == Owner::Foreign && &found.state.name == self.name.value()
    }

    fn diff(&self, facts: &Facts<'_>, state: &SecurityGroupState) -> Result<Diff, Later> {
        let Self { name, rules: _ } = self;
        let managed = name.asked().is_some();
        let mut changes: Vec<Change> = [
            name.change("name", &state.name),
            stateful(state).filter(|_| managed),
            object::missing_tags(facts, state).filter(|_| managed),
        ]
        .into_iter()
        .flatten()
        .collect();
        let wanted = self.rules.asked().into_iter();
        changes.extend(wanted.flat_map(|wanted| state.merge(wanted).changes()));
        Ok(Diff::of(changes, Vec::new()))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<SecurityGroupState>> {
        let mut group = json!({ "name": self.name.value() });
        // An administrator may have made stateless groups the default.
        if cx.api.has(STATEFUL_EXTENSION).await? {
            group[STATEFUL] = true.into();
        }
        object::created(cx, group).await
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
        let changed = object::changed(cx, state, &fields).await;
        let mut state = changed.map_err(|error| in_use(error, &fields, state))?;
        if !rules.is_empty() {
            self.converge(cx, &mut state).await?;
        }
        Ok(Progress::Done(state))
    }

    async fn delete(
        cx: &Cx<'_, Api>,
        state: &SecurityGroupState,
    ) -> Result<Progress<SecurityGroupState>> {
        unmentioned(cx.api, state).await?;
        object::deleted(cx, state).await
    }
}
