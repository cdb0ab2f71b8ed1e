//! The shell around a run: makes the calls, journals, publishes, holds the lease.

use std::{collections::BTreeSet, panic::AssertUnwindSafe, time::Duration};

use futures::{
    FutureExt, StreamExt,
    future::{BoxFuture, Either, select},
    stream::FuturesUnordered,
};
use groundwork_model::{Label, RunId};
use groundwork_provider::{
    Diff, Error, ErrorKind, Facts, Found, IdempotencyToken, Item, Known, LookCache, Owner, Owners,
    Phase, Progress, Result, Scope, States, World,
    erased::{AnyAccount, AnyProvider, Call},
};
use jiff::Timestamp;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::{
    Entry, Event, Fact, Fence, Journal, JournalError, Limits, Reason, Whose,
    claims::JournalClaims,
    observe,
    plan::describe,
    run::{Object, Outcome, Run, Sight, Step, StepId, Work},
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
        let mut calls: FuturesUnordered<BoxFuture<'_, (StepId, usize, Outcome)>> =
            FuturesUnordered::new();
        let mut renew_at = self.now() + self.limits.lease / 3;
        loop {
            if cancel.is_cancelled() {
                run.cancel();
            }
            if self.now() >= renew_at {
                self.renew().await?;
                renew_at = self.now() + self.limits.lease / 3;
            }
            let steps = run.ready(self.now());
            let facts = steps.iter().flat_map(|step| step.facts.clone()).collect();
            self.record(facts, publish).await?;
            for step in steps {
                let item = &plan.items[step.item];
                calls.push(Box::pin(self.call(step, item, states.clone(), claims)));
            }
            if run.is_finished() {
                return Ok(());
            }
            let wake_at = run.wake_at().map_or(renew_at, |at| at.min(renew_at));
            let Some((step, item, outcome)) = self.next(&mut calls, wake_at, cancel).await else {
                continue;
            };
            let mut facts = run.finish(step, outcome, self.now());
            self.explain(&mut facts, run, step, &plan.items[item]).await;
            learn(states, &plan.items[item], run.object(step));
            claims
                .entries()
                .await
                .iter()
                .for_each(|entry| publish(&entry.published()));
            self.record(facts, publish).await?;
        }
    }

    /// A delete that has waited long enough for what hangs on the object names it.
    async fn explain(&self, facts: &mut [Fact], run: &mut Run, step: StepId, item: &Item) {
        let Some(Fact::Failed { failure, .. }) = facts.first_mut() else {
            return;
        };
        if failure.reason == Reason::InUse
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
        let kinds = self.provider.kinds();
        let observing = self.timed(observe(self.account, &look, &kinds, self.whose, None));
        let observation = observing.await.ok()?;
        let joining = observation.joining(&item.found.as_ref()?.id);
        let names: Vec<String> = joining.iter().map(describe).collect();
        (!names.is_empty()).then(|| names.join(", "))
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
        calls: &mut FuturesUnordered<BoxFuture<'_, (StepId, usize, Outcome)>>,
        wake_at: Timestamp,
        cancel: &CancellationToken,
    ) -> Option<(StepId, usize, Outcome)> {
        let pause = Duration::try_from(wake_at.duration_since(self.now())).unwrap_or_default();
        let cancelled = async {
            if cancel.is_cancelled() {
                // Said already; what is under way still gets its time.
                std::future::pending::<()>().await;
            }
            cancel.cancelled().await;
        };
        let outcome = async {
            match calls.next().await {
                Some(outcome) => outcome,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            outcome = outcome => Some(outcome),
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

    fn now(&self) -> Timestamp {
        self.world.clock.now()
    }

    /// Makes one call. A panic of the driver is this step's failure, and nobody else's.
    async fn call(
        &self,
        step: Step,
        item: &Item,
        states: States,
        claims: &JournalClaims<'_>,
    ) -> (StepId, usize, Outcome) {
        let span = tracing::info_span!(
            "step", cluster = %self.whose.cluster, run = %self.run, node = %item.address,
            operation = step.work.word()
        );
        let work = AssertUnwindSafe(self.work(&step.work, item, &states, claims));
        let outcome = match work.catch_unwind().instrument(span.clone()).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => {
                let request = error.request_id.as_deref();
                span.in_scope(|| tracing::warn!(%error, request, "a call failed"));
                Outcome::Failed(error)
            }
            Err(panic) => {
                let panic = said(&*panic);
                span.in_scope(|| tracing::error!(panic, "the driver panicked"));
                Outcome::Panicked(panic)
            }
        };
        (step.id, step.item, outcome)
    }

    async fn work(
        &self,
        work: &Work,
        item: &Item,
        states: &States,
        claims: &JournalClaims<'_>,
    ) -> Result<Outcome> {
        let label = self.label(item, work);
        let token = match work {
            Work::Create { token, .. } => token.clone(),
            Work::Compare
            | Work::Delete
            | Work::Look { .. }
            | Work::Poll(_)
            | Work::Update { .. } => IdempotencyToken::from_bits(0),
        };
        let look = self.look;
        let call = Call {
            label: &label,
            states,
            look,
            token: &token,
            claims,
        };
        let desired = item
            .node
            .as_ref()
            .map_or(&Value::Null, |node| &node.desired);
        let progress = match work {
            Work::Compare => return Ok(Outcome::Compared(self.compare(item, &label, states)?)),
            Work::Look { id } => {
                let sights = self.sights(item, id.as_deref(), &label, states).await?;
                return Ok(Outcome::Seen(sights));
            }
            Work::Create { .. } => {
                self.timed(self.account.create(&item.kind, desired, call))
                    .await?
            }
            Work::Update { object, changes } => {
                let update = self
                    .account
                    .update(&item.kind, desired, call, &object.state, changes);
                self.timed(update).await?
            }
            Work::Delete => {
                let state = item
                    .found
                    .as_ref()
                    .map_or(&Value::Null, |found| &found.state);
                self.timed(self.account.delete(&item.kind, call, state))
                    .await?
            }
            Work::Poll(operation) => {
                self.timed(self.account.poll(&item.kind, call, operation))
                    .await?
            }
        };
        Ok(match progress {
            Progress::Done(state) => {
                let id = self.provider.id(&item.kind, &state);
                let diff = self.difference(item, &label, states, &state)?;
                Outcome::Done {
                    object: Object { id, state },
                    diff,
                }
            }
            Progress::Gone => Outcome::Gone,
            Progress::Pending {
                operation,
                poll_after,
            } => Outcome::Pending {
                operation,
                poll_after,
            },
        })
    }

    fn label(&self, item: &Item, work: &Work) -> Label {
        let incarnation = match work {
            Work::Create { incarnation, .. } => *incarnation,
            Work::Compare
            | Work::Delete
            | Work::Look { .. }
            | Work::Poll(_)
            | Work::Update { .. } => item.incarnation,
        };
        Label {
            installation: self.whose.installation.clone(),
            cluster: self.whose.cluster.clone(),
            address: item.address.clone(),
            incarnation,
        }
    }

    fn compare(&self, item: &Item, label: &Label, states: &States) -> Result<Diff> {
        let state = item
            .found
            .as_ref()
            .map_or(&Value::Null, |found| &found.state);
        self.difference(item, label, states, state)
    }

    fn difference(
        &self,
        item: &Item,
        label: &Label,
        states: &States,
        state: &Value,
    ) -> Result<Diff> {
        let Some(node) = &item.node else {
            return Ok(Diff::Same);
        };
        let facts = Facts::new(label, states);
        Ok(self
            .provider
            .diff(&item.kind, &node.desired, &facts, state)?)
    }

    /// Lists afresh the objects that could be this item's.
    async fn sights(
        &self,
        item: &Item,
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
        let matches: Vec<Found<Value>> = match (&item.node, id) {
            (Some(node), None) => {
                let key = self.provider.key(&item.kind, &node.desired, &facts)?;
                let of_ours = listed.iter().filter(|f| self.may_be_ours(&f.owner));
                let matching = of_ours.filter(|f| f.key == key);
                matching.map(|f| (**f).clone()).collect()
            }
            (_, Some(id)) => listed
                .by_id(id)
                .map(|f| (**f).clone())
                .into_iter()
                .collect(),
            (None, None) => Vec::new(),
        };
        let used = if matches.len() > 1 {
            self.used().await?
        } else {
            Vec::new()
        };
        matches
            .into_iter()
            .map(|found| self.sight(item, label, states, found, &used))
            .collect()
    }

    /// Another installation's object may have the same key: its clusters have names too.
    fn may_be_ours(&self, owner: &Owner) -> bool {
        match owner {
            Owner::Label(label) => {
                label.installation == *self.whose.installation
                    && label.cluster == *self.whose.cluster
            }
            Owner::Within => true,
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
        item: &Item,
        label: &Label,
        states: &States,
        found: Found<Value>,
        used: &[String],
    ) -> Result<Sight> {
        let usable = found.phase == Phase::Ready;
        let diff = match usable {
            true => self.difference(item, label, states, &found.state)?,
            false => Diff::Same,
        };
        let used = used.contains(&found.id);
        Ok(Sight { found, diff, used })
    }

    /// The ids that something of ours joins.
    async fn used(&self) -> Result<Vec<String>> {
        let look = LookCache::new(Owners::Cluster(self.whose.cluster.clone()));
        let kinds = self.provider.kinds();
        let observation = observe(self.account, &look, &kinds, self.whose, None).await?;
        Ok(observation
            .mine()
            .iter()
            .flat_map(|seen| seen.found.joins.clone())
            .collect())
    }

    /// Bounds a call. What has no reply by then may still have its effect.
    async fn timed<T>(&self, call: impl Future<Output = Result<T>> + Send) -> Result<T> {
        let limit = self.limits.call_timeout;
        let call = std::pin::pin!(call);
        match select(call, self.world.clock.sleep(limit)).await {
            Either::Left((result, _)) => result,
            Either::Right(((), _)) => {
                let message = format!("no reply within {} s", limit.as_secs());
                Err(Error::new(ErrorKind::Unavailable, "call", message).effect_unknown())
            }
        }
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

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "the driver panicked".to_owned())
}
