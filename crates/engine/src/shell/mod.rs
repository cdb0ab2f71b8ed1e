//! The shell around a run: makes the calls, journals, publishes, holds the lease.

mod call;
mod sight;

use std::{collections::VecDeque, time::Duration};

use futures::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use groundwork_model::{Address, Label, RunId};
use groundwork_provider::{
    Facts, Item, Key, Known, LookCache, States, World,
    erased::{AnyAccount, AnyProvider},
};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::{
    Entry, Event, Fact, Fence, Journal, JournalError, Limits, Whose,
    claims::JournalClaims,
    run::{Object, Outcome, Run, StepId},
};

/// Everything that a run's calls need.
pub(crate) struct Shell<'a> {
    pub(crate) provider: &'a dyn AnyProvider,
    pub(crate) account: &'a dyn AnyAccount,
    pub(crate) journal: &'a dyn Journal,
    pub(crate) world: &'a World,
    pub(crate) limits: &'a Limits,
    pub(crate) whose: Whose<'a>,
    pub(crate) look: &'a LookCache,
    pub(crate) holder: &'a str,
    pub(crate) fence: Fence,
    pub(crate) run: &'a RunId,
}

/// A call that has come to its end: which step's, of which item, and how.
type Ended = (StepId, usize, Outcome);

/// The calls under way, and those that ended while something else was waited for.
#[derive(Default)]
struct Calls<'a> {
    under_way: FuturesUnordered<BoxFuture<'a, Ended>>,
    ended: VecDeque<Ended>,
}

impl<'a> Calls<'a> {
    fn add(&mut self, call: impl Future<Output = Ended> + Send + 'a) {
        self.under_way.push(Box::pin(call));
    }

    /// The next one to end; never where none is under way.
    async fn next(&mut self) -> Ended {
        if let Some(ended) = self.ended.pop_front() {
            return ended;
        }
        match self.under_way.next().await {
            Some(ended) => ended,
            None => std::future::pending().await,
        }
    }

    /// Waits for `work` while the calls go on. A call may be writing into the journal as well, and
    /// hold what `work` waits for: left alone, both would wait for ever.
    async fn beside<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                Some(ended) = self.under_way.next() => self.ended.push_back(ended),
            }
        }
    }
}

/// What events are given to.
pub(crate) type Publish<'a> = &'a mut (dyn FnMut(&Event) + Send);

impl Shell<'_> {
    /// Carries a run out. Ends when it is finished, or when the journal takes no more.
    pub(crate) async fn drive(
        &self,
        run: &mut Run,
        states: &mut States,
        claims: &JournalClaims<'_>,
        publish: Publish<'_>,
        cancel: &CancellationToken,
    ) -> Result<(), JournalError> {
        let plan = run.plan().clone();
        let mut calls = Calls::default();
        // The facts of the last outcome. They are journalled together with the intents of the steps that
        // it made ready: one append, and one sync of the disk, instead of two.
        let mut facts = Vec::new();
        let mut renew_at = self.now() + self.limits.lease / 3;
        loop {
            if cancel.is_cancelled() {
                run.cancel();
            }
            if self.now() >= renew_at {
                calls.beside(self.renew()).await?;
                renew_at = self.now() + self.limits.lease / 3;
            }
            let steps = run.ready(self.now());
            facts.extend(steps.iter().flat_map(|step| {
                let item = &plan.items[step.item];
                let begun = step.facts.iter().cloned();
                begun.map(|fact| self.placed(fact, item, states))
            }));
            let recorded = self.record(std::mem::take(&mut facts), publish);
            calls.beside(recorded).await?;
            for step in steps {
                let item = &plan.items[step.item];
                calls.add(self.call(step, item, states.clone(), claims));
            }
            if run.is_finished() {
                return Ok(());
            }
            let wake_at = run.wake_at().map_or(renew_at, |at| at.min(renew_at));
            let Some((step, item, outcome)) = self.next(&mut calls, wake_at, cancel).await else {
                continue;
            };
            facts = run.finish(step, outcome, self.now());
            let explained = self.explain(&mut facts, run, step, &plan.items[item]);
            calls.beside(explained).await;
            learn(states, &plan.items[item], run.object(step));
            claims
                .entries()
                .await
                .iter()
                .for_each(|entry| publish(&entry.published()));
        }
    }

    /// Renews the lease. A new fence says that it was lost in between.
    pub(crate) async fn renew(&self) -> Result<(), JournalError> {
        let (cluster, ttl) = (self.whose.cluster, self.limits.lease);
        let lease = self.journal.lease(cluster, self.holder, self.now(), ttl);
        let fence = lease.await?;
        if fence == self.fence {
            return Ok(());
        }
        self.journal.release(cluster, fence).await?;
        Err(JournalError::Fenced)
    }

    /// The next outcome, or `None` when it is time to look at the run again.
    async fn next(
        &self,
        calls: &mut Calls<'_>,
        wake_at: Timestamp,
        cancel: &CancellationToken,
    ) -> Option<Ended> {
        let pause = Duration::try_from(wake_at.duration_since(self.now())).unwrap_or_default();
        let cancelled = async {
            if cancel.is_cancelled() {
                // Said already; what is under way still gets its time.
                std::future::pending::<()>().await;
            }
            cancel.cancelled().await;
        };
        tokio::select! {
            biased;
            ended = calls.next() => Some(ended),
            () = cancelled => None,
            () = self.world.clock.sleep(pause) => None,
        }
    }

    /// Journals facts, then publishes them.
    async fn record(&self, facts: Vec<Fact>, publish: Publish<'_>) -> Result<(), JournalError> {
        if facts.is_empty() {
            return Ok(());
        }
        let entries: Vec<Entry> = facts.into_iter().map(|fact| self.entry(fact)).collect();
        self.journal
            .append(self.whose.cluster, self.fence, &entries)
            .await?;
        entries.iter().for_each(|entry| publish(&entry.published()));
        Ok(())
    }

    /// The intent of a create with the natural key that the object will have, if it carries no
    /// label: whoever finds it before its creation is journalled then knows that it is ours.
    fn placed(&self, mut fact: Fact, item: &Item, states: &States) -> Fact {
        if let (
            Fact::Intent {
                address,
                incarnation,
                natural,
                ..
            },
            Some(node),
        ) = (&mut fact, &item.node)
        {
            let label = self.label_of(address, *incarnation);
            let facts = Facts::new(&label, states);
            if let Ok(Key::Natural(key)) = self.provider.key(&item.kind, &node.desired, &facts) {
                *natural = Some(key);
            }
        }
        fact
    }

    /// A fact as an entry of this run, now.
    pub(crate) fn entry(&self, fact: Fact) -> Entry {
        let (cluster, run) = (self.whose.cluster.clone(), self.run.clone());
        Entry {
            version: Entry::VERSION,
            at: self.now(),
            cluster,
            run,
            fact,
        }
    }

    fn label_of(&self, address: &Address, incarnation: u32) -> Label {
        Label {
            installation: self.whose.installation.clone(),
            cluster: self.whose.cluster.clone(),
            address: address.clone(),
            incarnation,
        }
    }

    fn now(&self) -> Timestamp {
        self.world.clock.now()
    }
}

/// Takes an object that is now there into what is known.
fn learn(states: &mut States, item: &Item, object: Option<&Object>) {
    if let (Some(Object { id, state }), true) = (object.cloned(), item.node.is_some()) {
        let known = Known {
            kind: item.kind.clone(),
            id,
            managed: true,
            state,
        };
        states.insert(item.address.clone(), known);
    }
}
