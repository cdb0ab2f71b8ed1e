//! A further round of a run: what was sent or found twice, and what has vanished meanwhile.

use std::collections::BTreeSet;

use groundwork_model::Address;
use groundwork_provider::{Action, Goal, Item, ObjectRef, Plan};

use super::{Applied, Patience, Planned, Session, known::is_there};
use crate::{Trouble, Verb, codes};

impl Session {
    /// After something was sent or found twice: the plan that removes what a further look shows as a
    /// duplicate that nothing uses. Anything else is left for a person to see.
    pub(super) async fn twins(&self, goal: Goal) -> Result<Option<Planned>, Trouble> {
        let next = match goal {
            Goal::Apply => self.plan(Patience::Settle).await?,
            Goal::Destroy => self.teardown(Patience::Settle).await?,
        };
        let is_some = next.plan.mutating().next().is_some();
        let is_twin = |item: &Item| item.action == Action::Discard;
        let only_twins = next.plan.mutating().all(is_twin);
        Ok(Some(next).filter(|_| is_some && only_twins))
    }

    /// After something failed because what it refers to has vanished since it was seen: the plan that
    /// makes it anew, and with it what failed. A cloud takes back what it was making for a client
    /// that is gone, and somebody may delete what a run has just looked at.
    ///
    /// # Guarantees
    /// It does nothing that was not asked for, and nothing else than was approved: what exists is
    /// neither replaced nor removed for it.
    pub(super) async fn anew(
        &self,
        planned: &Planned,
        applied: &Applied,
    ) -> Result<Option<Planned>, Trouble> {
        if planned.plan.goal != Goal::Apply {
            return Ok(None);
        }
        let vanished = self.vanished(&planned.plan, applied).await;
        if vanished.is_empty() {
            return Ok(None);
        }
        let names: Vec<&str> = vanished.iter().map(Address::as_str).collect();
        tracing::info!(
            "looking again: {} vanished after it was seen, and is made anew",
            names.join(", ")
        );
        let mut next = match self.plan(Patience::Settle).await {
            Ok(next) => next,
            Err(why @ Trouble::Journal(_)) => return Err(why),
            // What failed says enough.
            Err(Trouble::Cloud(_) | Trouble::Stale(_) | Trouble::Unfit(_)) => return Ok(None),
        };
        // These credentials have shown what has vanished: that nothing is left of it is no other project's sight.
        next.plan
            .findings
            .retain(|finding| finding.code != codes::UNSEEN.id);
        let goes_on = self.refuse(&next.plan).is_ok() && is_within(&planned.plan, &next.plan);
        Ok(Some(next).filter(|_| goes_on))
    }

    /// What is no longer there of all that failed, and of what that refers to.
    async fn vanished(&self, plan: &Plan, applied: &Applied) -> BTreeSet<Address> {
        let failed = applied.failures.iter();
        let failed = failed.filter(|(_, verb, _)| *verb != Verb::Delete);
        let mut suspects = BTreeSet::new();
        for (address, ..) in failed {
            with_parents(plan, address, &mut suspects);
        }
        let account = &*self.connection.account;
        let mut vanished = BTreeSet::new();
        for address in suspects {
            let Some(known) = applied.states.at(&address) else {
                continue;
            };
            let object = ObjectRef::new(known.kind.clone(), known.id.clone());
            // Where that cannot be told, what failed says what there is to say.
            if let Ok(false) = self.patiently(|| is_there(account, &object)).await {
                vanished.insert(address);
            }
        }
        vanished
    }
}

/// An address, and all that its node refers to, directly or through others.
fn with_parents(plan: &Plan, address: &Address, all: &mut BTreeSet<Address>) {
    if !all.insert(address.clone()) {
        return;
    }
    let node = plan
        .item(address.as_str())
        .and_then(|item| item.node.as_ref());
    for parent in node.iter().flat_map(|node| &node.after) {
        with_parents(plan, parent, all);
    }
}

/// Whether a plan keeps within one that was approved: it does to each object what that one would have
/// done, or makes or changes what that one wanted to be there.
fn is_within(approved: &Plan, next: &Plan) -> bool {
    let wanted = |item: &Item| item.node.is_some() && item.action != Action::Verified;
    next.mutating().all(|item| {
        let mut before = approved.items.iter();
        before.any(|before| {
            let same = before.address == item.address && before.kind == item.kind;
            let fresh = matches!(item.action, Action::Create | Action::Update);
            same && (before.action == item.action || fresh && wanted(before))
        })
    })
}
