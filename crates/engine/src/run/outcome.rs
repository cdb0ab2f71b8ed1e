//! What an outcome means for its task: every legal transition.

use std::time::Duration;

use groundwork_provider::{Change, Diff, Effect, Error, ErrorKind, Operation, Retry};
use jiff::Timestamp;

use super::{
    Run,
    step::{Object, Outcome, StepId},
    task::{Next, Stage},
};
use crate::{Fact, Failure, Reason, Verb};

/// Updates after which an object that still differs is given up.
const UPDATES_MAX: u32 = 5;

impl Run {
    /// Takes an outcome, and answers with what to journal.
    pub fn finish(&mut self, step: StepId, outcome: Outcome, now: Timestamp) -> Vec<Fact> {
        let at = step.0;
        let Stage::Running(next) = self.tasks[at].stage.clone() else {
            return Vec::new();
        };
        match outcome {
            Outcome::Compared(diff) => self.compared(at, diff, now),
            Outcome::Done { object, diff } => self.exists(at, object, diff, now),
            Outcome::Gone => self.gone(at, now),
            Outcome::Pending { .. } if self.is_late(at, now) => {
                self.tasks[at].unresolved = true;
                let message = "the cloud has not finished it in the time allowed";
                self.fail(at, Failure::new(Reason::Timeout, message))
            }
            Outcome::Pending {
                operation,
                poll_after,
            } => {
                if matches!(next, Next::Poll(_)) {
                    // A reply: tries are counted anew, so that a long operation can be asked often.
                    self.tasks[at].attempts = 0;
                }
                let fact = self.pending(at, &operation);
                let pause = poll_after.min(self.limits.step_timeout);
                self.due_at(at, Next::Poll(operation), now + pause);
                vec![fact]
            }
            Outcome::Seen(sights) => self.seen(at, sights, now),
            Outcome::Failed(error) => self.failed(at, &next, &error, now),
            Outcome::Panicked(message) => {
                self.tasks[at].unresolved |= next.is_mutating();
                let failure = Failure::new(Reason::Panic, message)
                    .remedy("this is a defect of the driver: please report it");
                self.fail(at, failure)
            }
        }
    }

    pub(super) fn due_at(&mut self, at: usize, next: Next, when: Timestamp) {
        self.tasks[at].stage = Stage::Due(next, when);
    }

    /// The cloud works on it: until it says how that ended, the outcome is unknown.
    pub(super) fn pending(&mut self, at: usize, operation: &Operation) -> Fact {
        let task = &mut self.tasks[at];
        task.unresolved = true;
        Fact::Pending {
            address: task.address.clone(),
            kind: task.kind.clone(),
            what: task.verb,
            operation: Some(operation.clone()),
        }
    }

    fn compared(&mut self, at: usize, diff: Diff, now: Timestamp) -> Vec<Fact> {
        match diff {
            Diff::Same => self.done(at),
            Diff::Update(changes) => self.update(at, changes, now),
            Diff::Replace(changes) => self.needs_replacing(at, &changes),
        }
    }

    /// The object is there. What refers to it may begin; what it still lacks is changed.
    pub(super) fn exists(
        &mut self,
        at: usize,
        object: Object,
        diff: Diff,
        now: Timestamp,
    ) -> Vec<Fact> {
        let task = &mut self.tasks[at];
        task.unresolved = false;
        let id = object.id.clone();
        task.object = Some(object);
        let mut facts = Vec::new();
        match task.verb {
            Verb::Delete => {
                self.due_at(at, Next::Look, now + self.limits.look_pause);
                return facts;
            }
            Verb::Create if !task.usable => {
                // What would have to be made anew is nothing to build on: another writer's object
                // of the same label, inside of another parent.
                task.usable = !matches!(diff, Diff::Replace(_));
                facts.push(Fact::Created {
                    address: task.address.clone(),
                    kind: task.kind.clone(),
                    id,
                    incarnation: task.incarnation,
                });
            }
            Verb::Create | Verb::Update | Verb::Wait => {}
        }
        facts.extend(match diff {
            Diff::Same => self.done(at),
            Diff::Update(changes) => self.update(at, changes, now),
            Diff::Replace(changes) => self.needs_replacing(at, &changes),
        });
        facts
    }

    fn done(&mut self, at: usize) -> Vec<Fact> {
        let task = &mut self.tasks[at];
        let touched = task.updates > 0 || task.verb == Verb::Update;
        task.stage = Stage::Done;
        task.usable = true;
        let (address, object) = (task.address.clone(), task.object.clone());
        self.give_turns_back(at);
        match object {
            Some(Object { id, .. }) if touched => vec![Fact::Updated { address, id }],
            Some(_) | None => Vec::new(),
        }
    }

    fn update(&mut self, at: usize, changes: Vec<Change>, now: Timestamp) -> Vec<Fact> {
        let task = &mut self.tasks[at];
        if task.verb == Verb::Wait {
            return self.unapproved(at, &changes);
        }
        task.updates += 1;
        if task.updates > UPDATES_MAX {
            let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
            let message = format!(
                "the cloud does not keep what was asked for: {}",
                fields.join(", ")
            );
            return self.fail(at, Failure::new(Reason::Unexpected, message));
        }
        self.due_at(at, Next::Update(changes), now);
        Vec::new()
    }

    /// More than was approved: the plan keeps it as it is.
    fn unapproved(&mut self, at: usize, changes: &[Change]) -> Vec<Fact> {
        let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
        let address = self.tasks[at].address.clone();
        let fields = fields.join(", ");
        self.stale(
            at,
            format!("{address} is ready, and is not as it should be: {fields}"),
        )
    }

    /// More than was approved: a new object would be needed.
    pub(super) fn needs_replacing(&mut self, at: usize, changes: &[Change]) -> Vec<Fact> {
        let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
        let address = self.tasks[at].address.clone();
        self.stale(
            at,
            format!(
                "{address} would have to be made anew: {}",
                fields.join(", ")
            ),
        )
    }

    pub(super) fn gone(&mut self, at: usize, now: Timestamp) -> Vec<Fact> {
        let task = &mut self.tasks[at];
        match task.verb {
            Verb::Delete => {
                let along: Vec<usize> = self.along(at).collect();
                let all = along.into_iter().chain([at]);
                all.map(|at| self.deleted(at)).collect()
            }
            Verb::Create if !task.usable => {
                task.attempts += 1;
                if task.attempts >= self.limits.attempts {
                    let message = "the cloud takes it away again, each time that it is made";
                    return self.fail(at, Failure::new(Reason::Unexpected, message));
                }
                self.due_at(at, Next::Look, now);
                Vec::new()
            }
            Verb::Create | Verb::Update | Verb::Wait => self.vanished(at),
        }
    }

    fn deleted(&mut self, at: usize) -> Fact {
        self.give_turns_back(at);
        let task = &mut self.tasks[at];
        task.stage = Stage::Done;
        task.unresolved = false;
        let id = task.object.as_ref().map(|object| object.id.clone());
        Fact::Deleted {
            address: task.address.clone(),
            kind: task.kind.clone(),
            id: id.unwrap_or_default(),
        }
    }

    pub(super) fn vanished(&mut self, at: usize) -> Vec<Fact> {
        let address = self.tasks[at].address.clone();
        self.stale(at, format!("{address} has vanished"))
    }

    fn failed(&mut self, at: usize, next: &Next, error: &Error, now: Timestamp) -> Vec<Fact> {
        let unknown = error.effect == Effect::Unknown && next.is_mutating();
        let task = &mut self.tasks[at];
        task.unresolved |= unknown;
        if unknown && *next == Next::Create {
            // It may have left at the last moment, so the quiet window begins here.
            task.sent = Some(now);
        }
        task.attempts += 1;
        let attempt = task.attempts;
        let over = matches!(next, Next::Poll(_)) && error.retry == Retry::Never;
        if over && task.resumed.take().is_some() {
            // What an earlier run left under way has come to nothing: look, then make it.
            self.due_at(at, Next::Look, now);
            return vec![self.retrying(at, attempt, Duration::ZERO, error)];
        }
        if let Some(failure) = self.hopeless(at, error, unknown, now) {
            return self.fail(at, failure);
        }
        let pause = self.pause(attempt, error.retry);
        let again = again(next, error, unknown);
        if again.is_mutating() {
            // Nothing is under way at the cloud: let others have their turns.
            self.give_turns_back(at);
        }
        self.due_at(at, again, now + pause);
        vec![self.retrying(at, attempt, pause, error)]
    }

    fn retrying(&self, at: usize, attempt: u32, pause: Duration, error: &Error) -> Fact {
        let task = &self.tasks[at];
        Fact::Retrying {
            address: task.address.clone(),
            what: task.verb,
            attempt,
            after_ms: u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
            failure: error.into(),
        }
    }

    /// Whether a failure is final, and then what is said.
    fn hopeless(
        &mut self,
        at: usize,
        error: &Error,
        unknown: bool,
        now: Timestamp,
    ) -> Option<Failure> {
        let limits = &self.limits;
        let task = &mut self.tasks[at];
        let elapsed = |since: Timestamp| now.duration_since(since);
        let spent = task
            .started
            .is_some_and(|since| elapsed(since) > signed(limits.step_timeout));
        if error.kind == ErrorKind::InUse && task.verb == Verb::Delete {
            let since = *task.in_use_since.get_or_insert(now);
            return (elapsed(since) > signed(limits.in_use_wait)).then(|| error.into());
        }
        let final_kind = error.retry == Retry::Never && !unknown;
        let too_long = matches!(error.retry, Retry::After(pause) if pause > limits.step_timeout);
        (final_kind || too_long || spent || task.attempts >= limits.attempts).then(|| error.into())
    }

    pub(super) fn is_late(&self, at: usize, now: Timestamp) -> bool {
        let since = self.tasks[at].started;
        since.is_some_and(|since| now.duration_since(since) > signed(self.limits.step_timeout))
    }
}

/// What to do after a failure that is not final. Unknown outcomes and other writers are looked at;
/// a look itself, and an operation, are asked for again.
fn again(next: &Next, error: &Error, unknown: bool) -> Next {
    let conflict = error.kind == ErrorKind::Conflict;
    match next {
        Next::Create | Next::Update(_) | Next::Delete if unknown || conflict => Next::Look,
        Next::Poll(_) if conflict => Next::Look,
        Next::Create
        | Next::Update(_)
        | Next::Delete
        | Next::Poll(_)
        | Next::Look
        | Next::Compare => next.clone(),
    }
}

fn signed(duration: Duration) -> jiff::SignedDuration {
    jiff::SignedDuration::try_from(duration).unwrap_or(jiff::SignedDuration::MAX)
}
