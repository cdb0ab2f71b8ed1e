//! Looking again in the middle of a run: what came of a call, and what is in the way.

use std::{collections::BTreeSet, sync::Arc};

use groundwork_model::Label;
use groundwork_provider::{
    AnyFound, Diff, Facts, Item, LookCache, ObjectRef, Owner, Owners, Phase, Result, Scope, States,
};

use super::Shell;
use crate::{
    Fact, Purpose, Reason, Verb,
    observe::observe,
    plan::describe,
    run::{Run, Sight, StepId},
};

impl Shell<'_> {
    /// Lists afresh the objects that could be this item's.
    pub(super) async fn sights(
        &self,
        (item, what): (&Item, Verb),
        id: Option<&str>,
        label: &Label,
        states: &States,
    ) -> Result<Vec<Sight>> {
        let look = LookCache::new(Owners::Cluster(self.whose.cluster.clone()));
        let scope = Scope {
            ids: id.into_iter().map(str::to_owned).collect(),
            within: self.parents(item, states),
            ..look.scope()
        };
        let listed = self
            .timed(self.account.list(&look, &item.kind, &scope))
            .await?;
        let facts = Facts::new(label, states);
        let matches: Vec<Arc<AnyFound>> = match (&item.node, id) {
            (Some(node), None) => {
                let key = self.provider.key(&item.kind, &node.desired, &facts)?;
                let matching = listed.by_key(&key);
                let of_ours = matching.filter(|found| self.may_be_ours(&found.owner));
                of_ours.cloned().collect()
            }
            (_, Some(id)) => listed.by_id(id).cloned().into_iter().collect(),
            (None, None) => Vec::new(),
        };
        let used = if matches.len() > 1 {
            self.used().await?
        } else {
            Vec::new()
        };
        matches
            .into_iter()
            .map(|found| self.sight((item, what), label, states, found, &used))
            .collect()
    }

    /// Another installation's object may have the same key: its clusters have names too.
    fn may_be_ours(&self, owner: &Owner) -> bool {
        match owner {
            Owner::Label(label) => {
                label.installation == *self.whose.installation
                    && label.cluster == *self.whose.cluster
            }
            Owner::Unlabelled | Owner::Within | Owner::Part => true,
            Owner::Foreign => false,
        }
    }

    /// The ids within which a listing of the item's kind has to look.
    fn parents(&self, item: &Item, states: &States) -> BTreeSet<String> {
        let kinds = self.provider.kinds();
        let kind = kinds.iter().find(|kind| kind.name == item.kind);
        let parents = kind.map_or(&[][..], |kind| kind.parents);
        states
            .iter()
            .filter(|(_, known)| parents.contains(&known.kind.as_str()))
            .map(|(_, known)| known.id.clone())
            .collect()
    }

    fn sight(
        &self,
        (item, what): (&Item, Verb),
        label: &Label,
        states: &States,
        found: Arc<AnyFound>,
        used: &[ObjectRef],
    ) -> Result<Sight> {
        // What goes is compared with nothing.
        let usable = found.phase == Phase::Ready && what != Verb::Delete;
        let diff = match usable {
            true => self.difference(item, label, states, &found.state)?,
            false => Diff::Same,
        };
        let used = used.contains(&ObjectRef::new(item.kind.clone(), found.id.clone()));
        Ok(Sight { found, diff, used })
    }

    /// What something of ours uses.
    async fn used(&self) -> Result<Vec<ObjectRef>> {
        let look = LookCache::new(Owners::Cluster(self.whose.cluster.clone()));
        let kinds = (&*self.provider.kinds(), Purpose::Compare);
        let observing = self.timed(observe(self.account, &look, kinds, self.whose, None));
        let observation = observing.await?;
        Ok(observation
            .mine()
            .iter()
            .flat_map(|seen| seen.found.uses().to_vec())
            .collect())
    }

    /// A delete that has waited long enough for what hangs on the object names it.
    pub(super) async fn explain(
        &self,
        facts: &mut [Fact],
        run: &mut Run,
        step: StepId,
        item: &Item,
    ) {
        if let Some(Fact::Failed {
            what: Verb::Delete,
            failure,
            ..
        }) = facts.first_mut()
            && failure.reason == Reason::InUse
            && let Some(in_the_way) = self.in_the_way(item).await
        {
            failure.remedy = Some(format!(
                "remove or detach {in_the_way}, then run this again"
            ));
            run.explain(step, failure.clone());
        }
    }

    /// What hangs on an object, in its cloud's words.
    async fn in_the_way(&self, item: &Item) -> Option<String> {
        let look = LookCache::new(Owners::Cluster(self.whose.cluster.clone()));
        let kinds = (&*self.provider.kinds(), Purpose::Remove);
        let observing = self.timed(observe(self.account, &look, kinds, self.whose, None));
        let observation = observing.await.ok()?;
        let joining = observation.joining(&item.object()?);
        let names: Vec<String> = joining
            .iter()
            .map(|seen| describe(self.provider, seen))
            .collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}
