//! What may not show yet: waiting for what an earlier run left under way, and for listings that lag.

use std::time::Duration;

use groundwork_provider::Phase;
use jiff::Timestamp;

use super::{Patience, Session};
use crate::{Gone, Made, Observation, Parts, Recall};

impl Session {
    /// Waits out what an interrupted run may have left under way: no longer than its window,
    /// whatever the clocks of those who wrote said.
    pub(super) async fn settle(&self, patience: Patience, recall: &Recall) {
        if patience == Patience::Now {
            return;
        }
        let Parts { limits, world, .. } = self.engine.parts();
        let sent = recall.intents.values().map(|intent| intent.sent).max();
        let until = sent.map(|sent| (sent + limits.quiet_window).duration_since(self.now()));
        if let Some(Ok(wait)) = until.map(Duration::try_from)
            && !wait.is_zero()
        {
            let wait = wait.min(limits.quiet_window);
            tracing::info!(
                seconds = wait.as_secs(),
                "waiting for a request of an earlier run"
            );
            world.clock.sleep(wait).await;
        }
    }

    /// Whether a listing still leaves out what was just made, or shows what was just removed.
    pub(super) fn lags(&self, recall: &Recall, observation: &Observation) -> bool {
        let listed = |kind: &str, id: &str| observation.listing(kind)?.by_id(id);
        let left_out = |(id, made): (&String, &Made)| {
            self.is_young(made.at) && listed(&made.kind, id).is_none()
        };
        let still_there = |gone: &Gone| {
            let found = listed(&gone.kind, &gone.id);
            self.is_young(gone.at) && found.is_some_and(|found| found.phase != Phase::Leaving)
        };
        recall.created.iter().any(left_out) || recall.gone.values().any(still_there)
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
