//! What a look means for its task.

use groundwork_provider::{AnyFound, Diff, Key, Phase};
use jiff::Timestamp;

use super::{
    Run,
    step::{Object, Sight},
    task::Next,
};
use crate::{Fact, Failure, Reason, Verb};

impl Run {
    pub(super) fn seen(&mut self, at: usize, mut sights: Vec<Sight>, now: Timestamp) -> Vec<Fact> {
        match self.tasks[at].verb {
            Verb::Create if !self.tasks[at].usable => self.seen_created(at, sights, now),
            Verb::Delete => self.seen_deleted(at, &sights, now),
            Verb::Create | Verb::Update | Verb::Wait => match sights.pop() {
                Some(sight) => self.sighted(at, sight, now),
                None if self.is_young(at, now) => {
                    self.due_at(at, Next::Look, now + self.limits.look_pause);
                    Vec::new()
                }
                None => self.vanished(at),
            },
        }
    }

    /// Whether it was made so recently that a listing may still leave it out.
    fn is_young(&self, at: usize, now: Timestamp) -> bool {
        self.tasks[at]
            .sent
            .is_some_and(|sent| now < sent + self.limits.settle_window)
    }

    /// A create whose outcome was unknown, or that met another writer's object.
    fn seen_created(&mut self, at: usize, mut sights: Vec<Sight>, now: Timestamp) -> Vec<Fact> {
        let goes = |sight: &Sight| {
            sight.found.phase == Phase::Leaving || self.is_former(at, &sight.found, now)
        };
        let leaving = sights.iter().any(goes);
        sights.retain(|sight| !goes(sight));
        // The same order as in a plan, so that every writer chooses the same survivor.
        sights.sort_by_key(|s| (!s.used, s.found.created, s.found.id.clone()));
        self.unsettled |= sights.len() > 1;
        if let Some(sight) = sights.into_iter().next() {
            return self.sighted(at, sight, now);
        }
        let task = &mut self.tasks[at];
        let sent = task.sent.or(task.started);
        let quiet = sent.map(|sent| sent + self.limits.quiet_window);
        match quiet {
            Some(quiet) if task.unresolved && now < quiet => {
                let when = (now + self.limits.look_pause).min(quiet);
                self.due_at(at, Next::Look, when);
                Vec::new()
            }
            // An earlier object at this place is on its way out: the new one would collide.
            _ if leaving && !self.is_late(at, now) => {
                self.due_at(at, Next::Look, now + self.limits.look_pause);
                Vec::new()
            }
            Some(_) | None => {
                let task = &mut self.tasks[at];
                self.unsettled |= task.unresolved;
                task.unresolved = false;
                let fact = Fact::Absent {
                    address: task.address.clone(),
                    incarnation: task.incarnation,
                };
                self.due_at(at, Next::Create, now);
                self.give_turns_back(at);
                vec![fact]
            }
        }
    }

    /// Whether it is what this run has deleted, which may still be listed as if nothing had
    /// happened. An object that is known by its place has the id of the one before it: it is the
    /// new one if it is another than that, or once no listing lags any more.
    fn is_former(&self, at: usize, found: &AnyFound, now: Timestamp) -> bool {
        let task = &self.tasks[at];
        let former = self.plan().items[task.item].found.as_ref();
        let Some(former) = former.filter(|former| former.id == found.id) else {
            return false;
        };
        let since = task.sent.or(task.started);
        let lags = since.is_some_and(|since| now < since + self.limits.quiet_window);
        let same = task.sent.is_none() || former.state == found.state;
        matches!(former.key, Key::Label { .. }) || lags && same
    }

    fn sighted(&mut self, at: usize, sight: Sight, now: Timestamp) -> Vec<Fact> {
        let Sight {
            found,
            diff,
            used: _,
        } = sight;
        let object = Object::of(&found);
        let task = &self.tasks[at];
        match (&found.phase, &diff) {
            // Another writer's object, inside of another parent: it is not what came of our own
            // create, which stays as open as it is.
            (Phase::Ready, Diff::Replace(changes)) if task.verb == Verb::Create && !task.usable => {
                self.needs_replacing(at, changes)
            }
            (Phase::Ready, _) => self.exists(at, object, diff, now),
            (Phase::Pending(operation), _) => {
                let fact = operation
                    .as_ref()
                    .map(|operation| self.pending(at, operation));
                let next = operation.clone().map_or(Next::Look, Next::Poll);
                let when = now + self.limits.look_pause;
                if self.is_late(at, now) {
                    let message = "it is still not ready".to_owned();
                    return self.fail(at, Failure::new(Reason::Timeout, message));
                }
                self.due_at(at, next, when);
                fact.into_iter().collect()
            }
            (Phase::Leaving, _) => self.vanished(at),
            (Phase::Failed(why), _) => {
                let failure = Failure::new(Reason::Unexpected, format!("the cloud gave up: {why}"));
                self.fail(at, failure)
            }
        }
    }

    fn seen_deleted(&mut self, at: usize, sights: &[Sight], now: Timestamp) -> Vec<Fact> {
        let seen = sights.first().map(|sight| &sight.found);
        if let Some(found) = seen {
            self.tasks[at].object = Some(Object::of(found));
        }
        match seen.map(|found| &found.phase) {
            None => self.gone(at, now),
            // On its way out, or busy with something that has to end first.
            Some(Phase::Leaving | Phase::Pending(_)) if !self.is_late(at, now) => {
                self.due_at(at, Next::Look, now + self.limits.look_pause);
                Vec::new()
            }
            Some(Phase::Leaving) => self.fail(
                at,
                Failure::new(Reason::Timeout, "it is still being deleted"),
            ),
            Some(Phase::Ready | Phase::Pending(_) | Phase::Failed(_)) => {
                self.tasks[at].attempts += 1;
                if self.tasks[at].attempts > self.limits.attempts {
                    let message = "it is still there after it was deleted";
                    return self.fail(at, Failure::new(Reason::Unexpected, message));
                }
                self.due_at(at, Next::Delete, now);
                Vec::new()
            }
        }
    }
}
