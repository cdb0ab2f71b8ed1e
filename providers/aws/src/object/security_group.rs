//! A security group: who may talk to the nodes.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use groundwork_kit::rules::{self, Direction, Kept, Merge, RULE, Rule};
use groundwork_provider::{
    Change, Cx, Diff, Error, Facts, Found, Handle, Later, Listing, ObjectRef, Owner, Phase,
    Progress, Resource, Result, Scope, Told, Want,
};
use serde::{Deserialize, Serialize};

use crate::{
    api::{Api, NewGroup},
    object::{self, Common, Tags, rules::RuleState, vpc::Vpc},
    wire::refusal,
};

/// A security group that we make, or verify.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SecurityGroup {
    /// The VPC.
    pub vpc: Handle<Vpc>,
    /// Its name, which cannot be changed, and is the VPC's only one of that name.
    pub name: String,
    /// What it lets in and out. Rules of other hands are left alone.
    pub rules: Want<BTreeSet<Rule>>,
    /// Its tags besides the label.
    pub tags: Want<Tags>,
}

/// What EC2 says a security group is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct SecurityGroupState {
    /// Id, name, tags. The name is the group's own, not a tag.
    #[serde(flatten)]
    pub common: Common,
    /// The VPC.
    pub vpc: String,
    /// Its rules, by id.
    pub rules: Vec<RuleState>,
}

impl SecurityGroupState {
    /// What it lets in and out, by whose rules whatsoever.
    pub(crate) fn lets(&self) -> BTreeSet<Rule> {
        let rules = self.rules.iter();
        rules.flat_map(|rule| rule.rules(&self.common.id)).collect()
    }

    /// What it lacks of the rules that are wanted, and what it has besides.
    pub(crate) fn merge(&self, wanted: &BTreeSet<Rule>) -> Merge<'_, RuleState> {
        rules::merge(wanted, &self.common.id, &self.rules)
    }

    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        self.common.told("security group")
    }
}

#[async_trait]
impl Listing for SecurityGroup {
    const KIND: &'static str = "aws.security-group/1";
    type Api = Api;
    type State = SecurityGroupState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.common.name)
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<SecurityGroupState>>> {
        let mut found = Vec::new();
        for filter in object::selections(scope, "group-id", Some("vpc-id")) {
            found.extend(api.security_groups(filter.as_ref()).await?);
        }
        let group = |state: &SecurityGroupState| (state.common.id.clone(), state.vpc.clone());
        let vpcs: BTreeMap<String, String> = found.iter().map(group).collect();
        Ok(found.into_iter().map(|state| seen(state, &vpcs)).collect())
    }
}

fn seen(state: SecurityGroupState, vpcs: &BTreeMap<String, String>) -> Found<SecurityGroupState> {
    // The default one comes and goes with its VPC, so it is not in the VPC's way.
    let vpc = (state.common.name != "default").then(|| ObjectRef::of::<Vpc>(&state.vpc));
    // A group that a rule of another one in its VPC refers to cannot be deleted.
    let refers = |id: &&String| **id != state.common.id && vpcs.get(*id) == Some(&state.vpc);
    let peers: BTreeSet<&String> = state.rules.iter().map(|rule| &rule.peer).collect();
    let peers = peers.into_iter().filter(refers);
    let peers = peers.map(ObjectRef::of::<SecurityGroup>);
    let joins: Vec<_> = vpc.into_iter().chain(peers).collect();
    state.common.clone().found(joins, Phase::Ready, state)
}

impl SecurityGroup {
    /// What is let in comes first: a range that is replaced is never shut for a moment.
    async fn converge(&self, cx: &Cx<'_, Api>, state: &mut SecurityGroupState) -> Result<()> {
        let Some(wanted) = self.rules.asked() else {
            return Ok(());
        };
        let id = state.common.id.clone();
        let merge = state.merge(wanted);
        let stale: Vec<RuleState> = merge.stale.into_iter().cloned().collect();
        let missing: Vec<Rule> = merge.missing.into_iter().collect();
        for direction in [Direction::Ingress, Direction::Egress] {
            let rules = missing.iter().filter(|rule| rule.direction == direction);
            let rules: Vec<Rule> = rules.cloned().collect();
            if !rules.is_empty() {
                let made = cx.api.authorize(&id, direction, &rules).await;
                let made = made.or_else(|error| exists_already(&rules, error))?;
                state.rules.extend(made);
            }
        }
        for egress in [false, true] {
            let rules = stale.iter().filter(|rule| rule.egress == egress);
            let ids: Vec<String> = rules.map(|rule| rule.id.clone()).collect();
            if !ids.is_empty() {
                cx.api.revoke(&id, egress, ids.clone()).await?;
                state.rules.retain(|rule| !ids.contains(&rule.id));
            }
        }
        Ok(())
    }
}

/// EC2 lets IPv6 out of a group by itself, once it has noticed that the VPC has IPv6. One rule that
/// is there already is not missing; of several, nobody knows which one is.
fn exists_already(rules: &[Rule], error: Error) -> Result<Vec<RuleState>> {
    match rules {
        [rule] if refusal::is_duplicate_rule(&error) => Ok(vec![RuleState::of(rule)]),
        [..] => Err(error),
    }
}

#[async_trait]
impl Resource for SecurityGroup {
    fn asks_for(&self) -> Told {
        object::asked_name(&self.tags)
    }

    fn id(state: &SecurityGroupState) -> String {
        state.common.id.clone()
    }

    /// The reference system's group has the same name: EC2 knows no other of it, in whichever case.
    fn adopts(&self, facts: &Facts<'_>, found: &Found<SecurityGroupState>) -> bool {
        found.owner == Owner::Foreign
            && found.state.common.name.eq_ignore_ascii_case(&self.name)
            && facts
                .id(&self.vpc.edge())
                .is_ok_and(|vpc| vpc == found.state.vpc)
    }

    fn diff(&self, facts: &Facts<'_>, state: &SecurityGroupState) -> Result<Diff, Later> {
        let vpc = facts.id(&self.vpc.edge())?.to_owned();
        let replacing = Change::between("vpc_id", &state.vpc, &vpc);
        let mut changes: Vec<Change> = Vec::new();
        changes.extend(object::missing_tags(&self.tags, &state.common));
        let wanted = self.rules.asked().into_iter();
        changes.extend(wanted.flat_map(|wanted| state.merge(wanted).changes()));
        Ok(Diff::of(changes, replacing))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<SecurityGroupState>> {
        let vpc = cx.id(&self.vpc.edge())?;
        let description = format!("nodes of cluster {}", cx.label().cluster);
        let new = NewGroup {
            vpc,
            name: &self.name,
            description: &description,
        };
        let tags = object::birth_tags(cx.label(), cx.api.now(), &self.tags);
        cx.api
            .create_security_group(new, &tags)
            .await
            .map(Progress::Done)
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &SecurityGroupState,
        changes: &[Change],
    ) -> Result<Progress<SecurityGroupState>> {
        let mut state = state.clone();
        state.common = object::tagged(cx, &state.common, changes).await?;
        if changes.iter().any(|change| change.field == RULE) {
            self.converge(cx, &mut state).await?;
        }
        Ok(Progress::Done(state))
    }

    async fn delete(
        cx: &Cx<'_, Api>,
        state: &SecurityGroupState,
    ) -> Result<Progress<SecurityGroupState>> {
        cx.api.delete_security_group(&state.common.id).await?;
        Ok(Progress::Gone)
    }
}
