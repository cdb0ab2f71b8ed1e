//! What may not show yet: waiting for what an earlier run left under way, and for listings that lag.

use std::{collections::BTreeSet, time::Duration};

use async_trait::async_trait;
use groundwork_model::{Address, Label};
use groundwork_provider::{
    Action, AnyFound, ClaimBook, Claims, Error, ErrorKind, Fields, IdempotencyToken, Item, Key,
    Listed, LookCache, ObjectRef, Owner, Owners, Phase, Plan, Progress, Result, Retry, States,
    erased::Call,
};
use jiff::Timestamp;

use super::{Patience, Session};
use crate::{
    Gone, Intent, JournalError, Made, Observation, OpenOperation, Parts, Recall, Seen, Verb,
};

impl Session {
    /// Before a run: nobody else is at it. Whoever is has the cluster until it ends, and what it does is
    /// not waited for.
    ///
    /// # Errors
    /// `Leased` where another process has the cluster.
    pub(super) async fn refuse_leased(&self, patience: Patience) -> Result<(), JournalError> {
        let parts = self.engine.parts();
        let leased = match patience {
            Patience::Now => None,
            Patience::Settle => {
                let leased = parts
                    .journal
                    .leased(&self.cluster, &parts.holder, self.now());
                leased.await?
            }
        };
        match leased {
            Some((holder, until)) => Err(JournalError::Leased { holder, until }),
            None => Ok(()),
        }
    }

    /// Until when something may still come of what an interrupted run sent: no longer than its
    /// window, whatever the clocks of those who wrote said. `None`: nothing is to be waited for.
    pub(super) fn quiet_until(&self, patience: Patience, recall: &Recall) -> Option<Timestamp> {
        let (quiet, now) = (self.limits().quiet_window, self.now());
        let sent = unanswered(recall).map(|(_, intent)| intent.sent).max();
        let until = sent.map(|sent| (sent + quiet).min(now + quiet));
        until.filter(|until| patience == Patience::Settle && *until > now)
    }

    /// Waits for what an interrupted run may have left under way, as long as a look does not show
    /// what came of it, and until `until`. Whether it has waited, so that a new look is due.
    pub(super) async fn awaits_answer(
        &self,
        recall: &Recall,
        observation: &Observation,
        waits: &mut Waits,
    ) -> bool {
        let Some(until) = waits.quiet_until.filter(|until| *until > self.now()) else {
            return false;
        };
        let open =
            unanswered(recall).filter(|(address, intent)| !shows(observation, address, intent));
        let open: Vec<&str> = open.map(|(address, _)| address.as_str()).collect();
        if open.is_empty() {
            return false;
        }
        if !std::mem::replace(&mut waits.told_quiet, true) {
            tracing::info!(
                until = %format!("{until:.0}"),
                "waiting for what an earlier run may still be making: {}",
                open.join(", ")
            );
        }
        let left = Duration::try_from(until.duration_since(self.now())).unwrap_or_default();
        let parts = &self.engine.0;
        parts.world.clock.sleep(waits.pause.min(left)).await;
        waits.pause = waits.pause.saturating_mul(2).min(parts.limits.backoff_max);
        true
    }

    /// Asks about creates that an earlier run left under way at the cloud, until each has ended:
    /// a listing may leave out what is still being made, and it would appear after everything
    /// else is gone. Answers with those that have ended; what they made is remembered.
    ///
    /// # Errors
    /// `Unavailable` where the cloud does not finish one in the time that a step may take.
    pub(super) async fn await_creates(
        &self,
        recall: &mut Recall,
        of_interest: impl Fn(&Address) -> bool,
    ) -> Result<BTreeSet<Address>> {
        let open = recall.operations.iter();
        let open: Vec<(Address, OpenOperation)> = open
            .filter(|(address, open)| open.what == Verb::Create && of_interest(address))
            .map(|(address, open)| (address.clone(), open.clone()))
            .collect();
        for (address, open) in &open {
            let until = self.now() + self.limits().step_timeout;
            tracing::info!(
                until = %format!("{until:.0}"),
                "waiting until the cloud has finished what an earlier run began to make: {address}"
            );
            let state = self.ended(address, open, recall).await?;
            recall.operations.remove(address);
            if let Some(state) = state {
                let id = self.connection.provider.id(&open.kind, &state);
                let object = ObjectRef::new(open.kind.clone(), id);
                let (address, at) = (address.clone(), self.now());
                recall.created.insert(object, Made { address, at });
            }
        }
        Ok(open.into_iter().map(|(address, _)| address).collect())
    }

    /// What an open create has made, once it has ended.
    async fn ended(
        &self,
        address: &Address,
        open: &OpenOperation,
        recall: &Recall,
    ) -> Result<Option<Fields>> {
        let Parts { limits, world, .. } = self.engine.parts();
        let mut operation = open.operation.clone();
        let until = self.now() + limits.step_timeout;
        loop {
            let asked = OpenOperation {
                operation: operation.clone(),
                ..open.clone()
            };
            match self.patiently(|| self.ask(address, &asked, recall)).await? {
                Some(Progress::Done(state)) => return Ok(Some(state)),
                Some(Progress::Gone) | None => return Ok(None),
                Some(Progress::Pending { .. }) if self.now() >= until => {
                    let message = format!("the cloud is still making {address}");
                    return Err(Error::new(ErrorKind::Unavailable, "poll", message)
                        .remedy("run this again when it has finished"));
                }
                Some(Progress::Pending {
                    operation: next,
                    poll_after,
                }) => {
                    operation = next;
                    let pause = poll_after.clamp(limits.look_pause, limits.step_timeout);
                    world.clock.sleep(pause).await;
                }
            }
        }
    }

    /// Asks once. `None`: it has come to nothing, or the cloud knows no more of it.
    async fn ask(
        &self,
        address: &Address,
        open: &OpenOperation,
        recall: &Recall,
    ) -> Result<Option<Progress<Fields>>> {
        let intent = recall.intents.get(address);
        let label = Label {
            installation: self.engine.0.installation.clone(),
            cluster: self.cluster.clone(),
            address: address.clone(),
            incarnation: intent.map_or(1, |intent| intent.incarnation),
        };
        let look = LookCache::new(Owners::Cluster(self.cluster.clone()));
        let call = Call {
            label: &label,
            states: &States::default(),
            look: &look,
            token: &IdempotencyToken::from_bits(0),
            claims: &NoClaims,
            along: &[],
        };
        let account = &self.connection.account;
        match account.poll(&open.kind, call, &open.operation).await {
            Ok(progress) => Ok(Some(progress)),
            Err(error) if error.kind == ErrorKind::Conflict || error.retry == Retry::Never => {
                tracing::info!(%address, %error, "it has ended");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Which objects a listing still leaves out although they were just made, or shows although
    /// they were just removed, and until when it may.
    pub(super) fn lags(&self, recall: &Recall, observation: &Observation) -> Option<Lag> {
        let listed = |kind: &str, id: &str| observation.listing(kind)?.by_id(id);
        let left_out = recall.created.iter().filter(|(object, made)| {
            self.is_young(made.at) && listed(&object.kind, &object.id).is_none()
        });
        let left_out = left_out.map(|(_, made)| (&made.address, made.at));
        let still_there = recall.gone.iter().filter(|(_, gone)| {
            let found = listed(&gone.kind, &gone.id);
            self.is_young(gone.at) && found.is_some_and(|found| found.phase != Phase::Leaving)
        });
        let still_there = still_there.map(|(address, gone): (_, &Gone)| (address, gone.at));
        let (made, gone): (Vec<_>, Vec<_>) = (left_out.collect(), still_there.collect());
        let last = made.iter().chain(&gone).map(|(_, at)| *at).max()?;
        let names = |all: Vec<(&Address, Timestamp)>| {
            let names: BTreeSet<&str> = all.iter().map(|(address, _)| address.as_str()).collect();
            names.into_iter().collect::<Vec<_>>().join(", ")
        };
        Some(Lag {
            made: names(made),
            gone: names(gone),
            until: last + self.engine.0.limits.settle_window,
        })
    }

    /// Says what is waited for, and until when.
    pub(super) fn tell_lag(&self, lag: &Lag) {
        let Lag { made, gone, until } = lag;
        let until = format!("{until:.0}");
        if !made.is_empty() {
            let what = "made less than a minute ago, and the cloud does not list it";
            tracing::info!(%until, "looking again, since a list may be late: {made}, {what}");
        }
        if !gone.is_empty() {
            let what = "deleted less than a minute ago, and the cloud still lists it";
            tracing::info!(%until, "looking again, since a list may be late: {gone}, {what}");
        }
    }

    /// Whether two writers may still be at it: objects of one label are both in use, and something of
    /// ours was made just now. Which of them stays can be told when both stand still.
    pub(super) fn is_contended(&self, plan: &Plan, observation: &Observation) -> bool {
        let ambiguous = |item: &Item| item.action == Action::Ambiguous;
        let created = |seen: &Seen| seen.found.created;
        let mut made = observation.mine().iter().filter_map(created);
        plan.items.iter().any(ambiguous) && made.any(|at| self.is_young(at))
    }

    /// Whether a listing may not show yet what happened then.
    fn is_young(&self, at: Timestamp) -> bool {
        let age = self.now().duration_since(at).unsigned_abs();
        age < self.engine.0.limits.settle_window
    }

    /// Whether something of the journal may not show in a plan that did not wait for it.
    pub(super) fn is_unsettled(&self, recall: &Recall) -> bool {
        let mut young = recall
            .created
            .values()
            .map(|made| made.at)
            .chain(recall.gone.values().map(|gone| gone.at));
        !recall.intents.is_empty() || young.any(|at| self.is_young(at))
    }

    /// Until the next look.
    pub(super) async fn pause(&self) {
        let parts = &self.engine.0;
        parts.world.clock.sleep(parts.limits.look_pause).await;
    }
}

/// Creates that nobody has answered: one that the cloud works on can be asked about instead.
fn unanswered(recall: &Recall) -> impl Iterator<Item = (&Address, &Intent)> {
    let intents = recall.intents.iter();
    intents.filter(|(address, _)| !recall.operations.contains_key(*address))
}

/// Whether a look shows what came of a create: the object with its label, or at its place.
fn shows(observation: &Observation, address: &Address, intent: &Intent) -> bool {
    let listing = observation.listing(&intent.kind);
    let came_of = |found: &AnyFound| match (&found.owner, &found.key, &intent.natural) {
        (Owner::Label(label), _, None) => {
            let ours = observation.is_mine(&ObjectRef::new(intent.kind.clone(), found.id.clone()));
            ours && label.address == *address && label.incarnation == intent.incarnation
        }
        (_, Key::Natural(key), Some(natural)) => key == natural,
        (Owner::Unlabelled | Owner::Within | Owner::Part | Owner::Foreign, _, _)
        | (Owner::Label(_), _, Some(_)) => false,
    };
    let mut listed = listing.into_iter().flat_map(Listed::iter);
    listed.any(|found| found.phase != Phase::Leaving && came_of(found))
}

/// What making a plan waits for, and what of it has been said.
pub(super) struct Waits {
    /// Until when something may still come of what an interrupted run sent.
    pub(super) quiet_until: Option<Timestamp>,
    /// The pause before the next look for that.
    pub(super) pause: Duration,
    told_quiet: bool,
    pub(super) told_lag: bool,
    pub(super) told_doubt: bool,
}

impl Waits {
    pub(super) fn new(quiet_until: Option<Timestamp>, pause: Duration) -> Self {
        Self {
            quiet_until,
            pause,
            told_quiet: false,
            told_lag: false,
            told_doubt: false,
        }
    }
}

/// What a listing does not show as it is.
pub(super) struct Lag {
    made: String,
    gone: String,
    until: Timestamp,
}

/// Asking how a create is doing chooses nothing.
struct NoClaims;

#[async_trait]
impl ClaimBook for NoClaims {
    async fn claim(
        &self,
        pool: &str,
        _address: &Address,
        _pick: &mut (dyn for<'c> FnMut(&'c Claims) -> Result<String> + Send),
    ) -> Result<String> {
        let message = format!("nothing is chosen from {pool} while asking");
        Err(Error::new(ErrorKind::Unexpected, "claim", message))
    }
}
