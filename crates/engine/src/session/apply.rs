//! Carrying a plan out: lease, rounds, what an earlier run left open.

use std::{collections::BTreeMap, time::Duration};

use groundwork_model::{Address, Finding, RunId};
use groundwork_provider::{Action, Goal, Item, Network, Operation, Phase, Plan, States};
use tokio_util::sync::CancellationToken;

use super::{Patience, Planned, Session};
use crate::{
    Entry, Event, Fact, Failure, Fence, Finish, Intent, JournalError, Recall, Said, Trouble, Verb,
    claims::JournalClaims, codes, journal::condense, run::Run, shell::Shell, turns::Turn,
};

/// How a run ended.
#[derive(Debug)]
pub struct Applied {
    /// How.
    pub finish: Finish,
    /// Which run: the journal has its entries.
    pub run: RunId,
    /// What failed.
    pub failures: Vec<(Address, Verb, Failure)>,
    /// What exists now.
    pub states: States,
    /// The network: its ids are to be written back.
    pub network: Option<Network>,
}

/// A plan older than this is made anew before it is run, and has to be the same.
const PLAN_AGE_MAX: Duration = Duration::from_secs(10);

impl Session {
    /// Carries a plan out: journalled, crash-safe, under the cluster's lease.
    ///
    /// # Guarantees
    /// Nothing is sent before its intent is journalled. What fails stops only what needs it.
    /// Cancelled or killed at any point, [`Session::plan`] with [`Patience::Settle`] and another
    /// run finish it.
    ///
    /// # Errors
    /// [`Trouble::Unfit`] for a plan with errors; [`Trouble::Stale`] where the cloud or the
    /// journal is no longer as planned; [`Trouble::Journal`] where another process has the
    /// cluster, or takes it over in the middle.
    pub async fn run(
        &self,
        planned: &Planned,
        publish: &mut (dyn FnMut(&Event) + Send),
        cancel: &CancellationToken,
    ) -> Result<Applied, Trouble> {
        self.refuse(&planned.plan)?;
        let parts = &self.engine.0;
        let _turn = self.turn()?;
        let fence =
            parts
                .journal
                .lease(&self.cluster, &parts.holder, self.now(), parts.limits.lease);
        let fence = fence.await?;
        let result = self.run_leased(planned, fence, publish, cancel).await;
        let released = parts.journal.release(&self.cluster, fence).await;
        let applied = result?;
        released?;
        Ok(applied)
    }

    /// Nobody else in this process may be working on the cluster: the lease is the process's.
    fn turn(&self) -> Result<Turn, Trouble> {
        let taken = || {
            let holder = self.engine.0.holder.clone();
            let until = self.now() + self.engine.0.limits.lease;
            JournalError::Leased { holder, until }.into()
        };
        self.engine.1.take(&self.cluster).ok_or_else(taken)
    }

    async fn run_leased(
        &self,
        planned: &Planned,
        fence: Fence,
        publish: &mut (dyn FnMut(&Event) + Send),
        cancel: &CancellationToken,
    ) -> Result<Applied, Trouble> {
        let mut current = self.refreshed(planned).await?;
        self.refuse(&current.plan)?;
        let mut rounds = 0;
        loop {
            let (applied, unsettled) = self.round(&current, fence, publish, cancel).await?;
            rounds += 1;
            let may_go_on = rounds < self.engine.0.limits.rounds && !cancel.is_cancelled();
            let next = match applied.finish {
                Finish::Done if may_go_on && unsettled => self.twins(planned.plan.goal).await?,
                Finish::Failed if may_go_on => self.anew(&current, &applied).await?,
                Finish::Done | Finish::Failed | Finish::Cancelled => None,
            };
            let Some(next) = next else {
                self.condense(fence).await?;
                return Ok(applied);
            };
            // A duplicate that may not be removed goes on costing: no run is done with it there.
            if let Err(why) = self.refuse(&next.plan) {
                self.condense(fence).await?;
                return Err(why);
            }
            current = next;
        }
    }

    /// The plan again, if it is old, or did not wait for what may not show yet: it has to be the
    /// same.
    async fn refreshed(&self, planned: &Planned) -> Result<Planned, Trouble> {
        let (recall, now) = self.read(Patience::Settle).await?;
        self.check_account(&recall)?;
        let then = &planned.moment;
        if (&now.last_run, now.entries) != (&then.last_run, then.entries) {
            return Err(Trouble::Stale("another run has come between".to_owned()));
        }
        let is_new = now.at.duration_since(then.at).unsigned_abs() <= PLAN_AGE_MAX;
        if is_new && (then.patience == Patience::Settle || !self.is_unsettled(&recall)) {
            return Ok(planned.clone());
        }
        let fresh = match planned.plan.goal {
            Goal::Apply => self.plan(Patience::Settle).await?,
            Goal::Destroy => self.teardown(Patience::Settle).await?,
        };
        if fresh.plan.hash != planned.plan.hash {
            return Err(Trouble::Stale(
                "the cloud has changed since it was planned".to_owned(),
            ));
        }
        Ok(fresh)
    }

    async fn round(
        &self,
        planned: &Planned,
        fence: Fence,
        publish: &mut (dyn FnMut(&Event) + Send),
        cancel: &CancellationToken,
    ) -> Result<(Applied, bool), Trouble> {
        let parts = &self.engine.0;
        let recall = self.recall().await?;
        let bits = parts.world.bits();
        let id = RunId::new(format!("{bits:032x}")).expect("hexadecimal digits are a run id");
        let shell = Shell {
            provider: &*self.connection.provider,
            account: &*self.connection.account,
            journal: &*parts.journal,
            world: &parts.world,
            limits: &parts.limits,
            whose: self.whose(&recall),
            look: &planned.look,
            holder: &parts.holder,
            fence,
            run: &id,
        };
        shell.renew().await?;
        let run = Run::start(planned.plan.clone(), self.limits(), bits as u64);
        let mut run = run.resuming(&under_way(&recall));
        let start = shell.entry(Fact::RunStarted {
            goal: planned.plan.goal,
            name: self.name(&recall),
            account: self.account().clone(),
            plan: planned.plan.hash.clone(),
            steps: planned.plan.mutating().count(),
            said: self.said(planned.plan.goal),
        });
        self.append(fence, start.clone(), publish).await?;
        for fact in closed(planned, &recall) {
            self.append(fence, shell.entry(fact), publish).await?;
        }
        let journal = &*parts.journal;
        let clock = &*parts.world.clock;
        let claims = JournalClaims::new(journal, shell.whose, fence, start, clock, &recall);
        let mut states = planned.states.clone();
        shell
            .drive(&mut run, &mut states, &claims, publish, cancel)
            .await?;
        let finish = run.outcome();
        if finish != Finish::Cancelled {
            let end = shell.entry(Fact::RunFinished { outcome: finish });
            self.append(fence, end, publish).await?;
        }
        let network = self.network(&states);
        let failures = run.failures();
        Ok((
            Applied {
                finish,
                run: id,
                failures,
                states,
                network,
            },
            run.is_unsettled(),
        ))
    }

    /// What the next run is held against.
    fn said(&self, goal: Goal) -> Option<Said> {
        let target = self.target.as_ref().filter(|_| goal == Goal::Apply);
        target.map(Said::of)
    }

    async fn append(
        &self,
        fence: Fence,
        entry: Entry,
        publish: &mut (dyn FnMut(&Event) + Send),
    ) -> Result<(), Trouble> {
        let journal = &self.engine.0.journal;
        journal
            .append(&self.cluster, fence, std::slice::from_ref(&entry))
            .await?;
        publish(&entry.published());
        Ok(())
    }

    async fn condense(&self, fence: Fence) -> Result<(), Trouble> {
        let journal = &self.engine.0.journal;
        let entries = journal.load(&self.cluster).await?;
        if entries.len() > self.engine.0.limits.entries {
            journal
                .compact(&self.cluster, fence, &condense(&entries))
                .await?;
        }
        Ok(())
    }

    /// What a run never does, whatever is asked.
    pub(super) fn refuse(&self, plan: &Plan) -> Result<(), Trouble> {
        let refused = |finding: &Finding| {
            let is = |code: &str| finding.code == code;
            let leaving = plan.goal == Goal::Apply && is(codes::DELETING.id);
            finding.is_error() || is(codes::PAUSED.id) || leaving
        };
        let against: Vec<Finding> = plan
            .findings
            .iter()
            .filter(|finding| refused(finding))
            .cloned()
            .collect();
        if against.is_empty() && !plan.is_blocked() {
            return Ok(());
        }
        Err(Trouble::Unfit(against))
    }
}

/// The creates that the cloud was still working on when an earlier run ended.
fn under_way(recall: &Recall) -> BTreeMap<Address, Operation> {
    let creates = recall
        .operations
        .iter()
        .filter(|(_, open)| open.what == Verb::Create);
    creates
        .map(|(address, open)| (address.clone(), open.operation.clone()))
        .collect()
}

/// What became of an earlier run's open creates, now that the quiet window has passed: each was
/// found, or is absent. One that the cloud still works on, and does not show, stays open.
fn closed(planned: &Planned, recall: &Recall) -> Vec<Fact> {
    let facts = |(address, intent): (&Address, &Intent)| {
        let (address, incarnation) = (address.clone(), intent.incarnation);
        let made = came_of(&planned.plan, &address);
        let over = planned.ended.contains(&address) || !recall.operations.contains_key(&address);
        if made.is_empty() && over {
            return vec![Fact::Absent {
                address,
                incarnation,
            }];
        }
        let created = |id: &String| Fact::Created {
            address: address.clone(),
            kind: intent.kind.clone(),
            id: id.clone(),
            incarnation,
        };
        made.into_iter().map(created).collect()
    };
    recall.intents.iter().flat_map(facts).collect()
}

/// The ids of what a create at an address may have made. Where there are several, it is those
/// that go: should this run die, the next one has to know that it may take them away.
fn came_of<'a>(plan: &'a Plan, address: &Address) -> Vec<&'a String> {
    let there = |item: &&Item| {
        let found = item.found.as_ref();
        item.address == *address && found.is_some_and(|found| found.phase != Phase::Leaving)
    };
    let goes = |item: &&Item| matches!(item.action, Action::Delete | Action::Discard);
    let items: Vec<&Item> = plan.items.iter().filter(there).collect();
    let going: Vec<&Item> = items.iter().copied().filter(|item| goes(item)).collect();
    let items = if going.is_empty() { items } else { going };
    let found = items.into_iter().filter_map(|item| item.found.as_ref());
    found.map(|found| &found.id).collect()
}
