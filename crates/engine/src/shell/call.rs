//! One call of the run.

use std::panic::AssertUnwindSafe;

use futures::{
    FutureExt,
    future::{Either, select},
};
use groundwork_model::Label;
use groundwork_provider::{
    AnyFields, Diff, Error, ErrorKind, Facts, Fields, IdempotencyToken, Item, Progress, Result,
    States, erased::Call,
};
use tracing::Instrument;

use super::Shell;
use crate::{
    Verb,
    claims::JournalClaims,
    run::{Object, Outcome, Step, StepId, Work},
};

impl Shell<'_> {
    /// Makes one call. A panic of the driver is this step's failure, and nobody else's.
    pub(super) async fn call(
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
        let work = AssertUnwindSafe(self.work(&step, item, &states, claims));
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
        step: &Step,
        item: &Item,
        states: &States,
        claims: &JournalClaims<'_>,
    ) -> Result<Outcome> {
        let Step { work, what, .. } = step;
        let label = self.label(item, work);
        let token = match work {
            Work::Create { token, .. } => token.clone(),
            Work::Compare
            | Work::Delete { .. }
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
            along: &[],
        };
        let nothing = Fields::default();
        let desired = item.node.as_ref().map_or(&nothing, |node| &node.desired);
        let progress = match work {
            Work::Compare => return Ok(Outcome::Compared(self.compare(item, &label, states)?)),
            Work::Look { id } => {
                let sights = self
                    .sights((item, *what), id.as_deref(), &label, states)
                    .await?;
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
            Work::Delete { object, along } => {
                let call = Call { along, ..call };
                self.timed(self.account.delete(&item.kind, call, &*object.state))
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
                let diff = match what {
                    // What goes is compared with nothing: its node is for the one that comes after.
                    Verb::Delete => Diff::Same,
                    Verb::Create | Verb::Update | Verb::Wait => {
                        let diff = self.difference(item, &label, states, &state);
                        // The call itself has had its effect.
                        diff.map_err(Error::effect_unknown)?
                    }
                };
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
            | Work::Delete { .. }
            | Work::Look { .. }
            | Work::Poll(_)
            | Work::Update { .. } => item.incarnation,
        };
        self.label_of(&item.address, incarnation)
    }

    fn compare(&self, item: &Item, label: &Label, states: &States) -> Result<Diff> {
        let (nothing, found) = (Fields::default(), item.found.as_ref());
        let state = found.map_or(&*nothing, |found| &found.state);
        self.difference(item, label, states, state)
    }

    pub(super) fn difference(
        &self,
        item: &Item,
        label: &Label,
        states: &States,
        state: &dyn AnyFields,
    ) -> Result<Diff> {
        let Some(node) = &item.node else {
            return Ok(Diff::Same);
        };
        let facts = Facts::new(label, states);
        Ok(self
            .provider
            .diff(&item.kind, &node.desired, &facts, state)?)
    }

    /// Bounds a call. What has no reply by then may still have its effect.
    pub(super) async fn timed<T>(&self, call: impl Future<Output = Result<T>> + Send) -> Result<T> {
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

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "the driver panicked".to_owned())
}
