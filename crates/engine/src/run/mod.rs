//! The run: a state machine without I/O that carries a plan out.
//!
//! # Flow
//! The shell asks for what is [`ready`](Run::ready), journals each step's facts, makes the calls,
//! and gives each outcome back with [`finish`](Run::finish), which answers with facts to journal.
//! A task starts the moment its own needs are met; there are no waves. When nothing is ready and
//! nothing is under way, the shell sleeps until [`wake_at`](Run::wake_at).
//!
//! # Guarantees
//! A create is sent again only after it was looked for throughout the quiet window. A failure
//! stops what needs it, and nothing else. The same plan, seed and outcomes give the same steps.

mod outcome;
mod sights;
mod step;
mod task;

pub use step::{Object, Outcome, Sight, Step, StepId, Work};

use std::{cmp::Reverse, collections::BTreeMap, time::Duration};

use groundwork_model::Address;
use groundwork_provider::{Action, IdempotencyToken, Item, Operation, Plan, Retry};
use jiff::Timestamp;
use rand::{Rng, SeedableRng, rngs::SmallRng};

use crate::{Fact, Failure, Finish, Limits, Reason, Verb};
use task::{Need, Next, Stage, Task};

/// A plan on its way.
#[derive(Debug)]
pub struct Run {
    plan: Plan,
    limits: Limits,
    tasks: Vec<Task>,
    /// Who has which turn.
    turns: BTreeMap<String, usize>,
    random: SmallRng,
    cancelled: bool,
    unsettled: bool,
}

impl Run {
    /// Starts a plan. The seed decides tokens and jitter.
    pub fn start(plan: Plan, limits: Limits, seed: u64) -> Self {
        let mut random = SmallRng::seed_from_u64(seed);
        let mut tasks = task::tasks(&plan);
        for task in tasks.iter_mut().filter(|task| task.verb == Verb::Create) {
            task.token = Some(IdempotencyToken::from_bits(random.random()));
        }
        let turns = BTreeMap::new();
        Self {
            plan,
            limits,
            tasks,
            turns,
            random,
            cancelled: false,
            unsettled: false,
        }
    }

    /// Takes over creates that an earlier run left under way at the cloud: they are asked about
    /// before anything is sent again. An object that is to be replaced, or that goes while another one
    /// is made at its address, is what came of one.
    #[must_use]
    pub fn resuming(mut self, operations: &BTreeMap<Address, Operation>) -> Self {
        let items = &self.plan.items;
        for task in &mut self.tasks {
            let goes = |item: &Item| item.address == task.address && item.action.deletes();
            let is_new = items[task.item].action == Action::Create;
            if is_new && !items.iter().any(goes) {
                task.resumed = operations.get(&task.address).cloned();
                task.unresolved = task.resumed.is_some();
            }
        }
        self
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The steps to be made now. Each is under way from here on.
    pub fn ready(&mut self, now: Timestamp) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.cancelled {
            return steps;
        }
        for at in self.order() {
            if self.running() >= self.limits.in_flight {
                break;
            }
            let Some(next) = self.due(at, now) else {
                continue;
            };
            if next.is_mutating() && !self.take_turns(at) {
                continue;
            }
            steps.push(self.begin(at, next, now));
        }
        if steps.is_empty() && self.is_stuck() {
            return self.break_circle(now);
        }
        steps
    }

    /// The order in which tasks may begin where not all can: the one with the longest chain of dependants
    /// first. Deletes of equal rank run in reverse order of creation.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.tasks.len()).collect();
        order.sort_by_key(|&at| {
            let task = &self.tasks[at];
            let place = match task.verb {
                Verb::Delete => self.tasks.len() - at,
                Verb::Create | Verb::Update | Verb::Wait => at,
            };
            (Reverse(task.depth), place)
        });
        order
    }

    /// Whether tasks wait for each other in a circle: objects that join each other.
    fn is_stuck(&self) -> bool {
        self.running() == 0 && self.wake_at().is_none() && !self.is_finished()
    }

    /// Lets the first of them begin; the cloud will say whether it may.
    fn break_circle(&mut self, now: Timestamp) -> Vec<Step> {
        let waiting = |task: &&mut Task| task.stage == Stage::Waiting;
        let Some(task) = self.tasks.iter_mut().find(waiting) else {
            return Vec::new();
        };
        task.needs.clear();
        self.ready(now)
    }

    /// When the next step is due, if one waits for a time. A step that waits for another's turn,
    /// or for a place among those under way, begins after an outcome instead.
    pub fn wake_at(&self) -> Option<Timestamp> {
        if self.cancelled || self.running() >= self.limits.in_flight {
            return None;
        }
        let due = |(at, task): (usize, &Task)| match &task.stage {
            Stage::Due(next, when) if !next.is_mutating() || self.has_turns(at) => Some(*when),
            Stage::Due(..)
            | Stage::Waiting
            | Stage::Running(_)
            | Stage::Done
            | Stage::Failed(_)
            | Stage::Skipped => None,
        };
        self.tasks.iter().enumerate().filter_map(due).min()
    }

    /// No new step begins; what is under way is finished.
    pub fn cancel(&mut self) {
        self.cancelled = true;
    }

    /// Whether nothing is left to do, or nothing may begin.
    pub fn is_finished(&self) -> bool {
        let over = |task: &Task| task.stage.is_final();
        self.running() == 0 && (self.cancelled || self.tasks.iter().all(over))
    }

    /// How it ended. What was stopped from outside is to be resumed, whatever else failed in it.
    pub fn outcome(&self) -> Finish {
        let is = |stage: fn(&Stage) -> bool| self.tasks.iter().any(|task| stage(&task.stage));
        if is(|stage| !stage.is_final()) {
            Finish::Cancelled
        } else if is(|stage| matches!(stage, Stage::Failed(_) | Stage::Skipped)) {
            Finish::Failed
        } else {
            Finish::Done
        }
    }

    /// What failed, by address.
    pub fn failures(&self) -> Vec<(Address, Verb, Failure)> {
        let failed = |task: &Task| match &task.stage {
            Stage::Failed(failure) => Some((task.address.clone(), task.verb, failure.clone())),
            Stage::Waiting | Stage::Due(..) | Stage::Running(_) | Stage::Done | Stage::Skipped => {
                None
            }
        };
        self.tasks.iter().filter_map(failed).collect()
    }

    /// Says more about why a step failed.
    pub fn explain(&mut self, step: StepId, failure: Failure) {
        if let Stage::Failed(said) = &mut self.tasks[step.0].stage {
            *said = failure;
        }
    }

    /// Whether a create was sent twice or found twice, so that a duplicate may be there: a
    /// further look will tell.
    pub fn is_unsettled(&self) -> bool {
        self.unsettled
    }

    /// The object that a step's task has made or kept, as it is now.
    pub fn object(&self, step: StepId) -> Option<&Object> {
        let task = &self.tasks[step.0];
        task.object.as_ref().filter(|_| task.verb != Verb::Delete)
    }

    /// How many steps are under way.
    pub fn running(&self) -> usize {
        self.tasks
            .iter()
            .filter(|task| matches!(task.stage, Stage::Running(_)))
            .count()
    }

    /// The tasks whose objects go with the one that this task deletes.
    fn along(&self, whole: usize) -> impl Iterator<Item = usize> {
        let tasks = self.tasks.iter().enumerate();
        let goes_along = move |(_, task): &(usize, &Task)| task.goes_with == Some(whole);
        tasks.filter(goes_along).map(|(at, _)| at)
    }

    fn item(&self, task: usize) -> &Item {
        &self.plan.items[self.tasks[task].item]
    }

    fn due(&self, at: usize, now: Timestamp) -> Option<Next> {
        let task = &self.tasks[at];
        match &task.stage {
            Stage::Waiting if self.is_free(task) => Some(task.first(&self.plan.items[task.item])),
            Stage::Due(next, when) if *when <= now => Some(next.clone()),
            Stage::Waiting
            | Stage::Due(..)
            | Stage::Running(_)
            | Stage::Done
            | Stage::Failed(_)
            | Stage::Skipped => None,
        }
    }

    fn is_free(&self, task: &Task) -> bool {
        task.needs.iter().all(|need| match need {
            Need::Usable(of) => self.tasks[*of].usable,
            Need::Done(of) => self.tasks[*of].stage == Stage::Done,
        })
    }

    /// Whether nobody else has one of its turns.
    fn has_turns(&self, at: usize) -> bool {
        let free = |turn: &String| self.turns.get(turn).is_none_or(|&holder| holder == at);
        self.tasks[at].turns.iter().all(free)
    }

    /// Takes all its turns, or none.
    fn take_turns(&mut self, at: usize) -> bool {
        let all = self.has_turns(at);
        if all {
            let turns = self.tasks[at].turns.iter();
            self.turns.extend(turns.map(|turn| (turn.clone(), at)));
        }
        all
    }

    fn give_turns_back(&mut self, at: usize) {
        self.turns.retain(|_, holder| *holder != at);
    }

    fn begin(&mut self, at: usize, next: Next, now: Timestamp) -> Step {
        let task = &mut self.tasks[at];
        let first = task.started.is_none();
        task.started.get_or_insert(now);
        if next == Next::Create {
            task.sent = Some(now);
        }
        task.stage = Stage::Running(next.clone());
        let mut facts = self.announcement(at, &next);
        let task = &self.tasks[at];
        if first && matches!(next, Next::Look | Next::Poll(_)) {
            facts.push(task.awaited());
        }
        let work = match next {
            Next::Compare => Work::Compare,
            Next::Create => Work::Create {
                incarnation: task.incarnation,
                token: task
                    .token
                    .clone()
                    .expect("a create has its token from the start"),
            },
            Next::Delete => Work::Delete {
                object: task.object.clone().expect("only what exists is deleted"),
                along: self
                    .along(at)
                    .filter_map(|at| self.item(at).object())
                    .collect(),
            },
            Next::Look => Work::Look {
                id: task.object.as_ref().map(|object| object.id.clone()),
            },
            Next::Poll(operation) => Work::Poll(operation),
            Next::Update(changes) => Work::Update {
                object: task.object.clone().expect("only what exists is updated"),
                changes,
            },
        };
        Step {
            id: StepId(at),
            item: task.item,
            what: task.verb,
            work,
            facts,
        }
    }

    /// What is journalled before a call that changes the cloud.
    fn announcement(&self, at: usize, next: &Next) -> Vec<Fact> {
        let Task {
            address,
            kind,
            incarnation,
            token,
            object,
            ..
        } = &self.tasks[at];
        let (address, kind) = (address.clone(), kind.clone());
        let id = object
            .as_ref()
            .map(|object| object.id.clone())
            .unwrap_or_default();
        match next {
            Next::Create => {
                let (incarnation, token) = (*incarnation, token.clone());
                vec![Fact::Intent {
                    address,
                    kind,
                    incarnation,
                    token,
                    natural: None,
                }]
            }
            Next::Update(changes) => {
                let (what, changes) = (Verb::Update, changes.clone());
                vec![Fact::Began {
                    address,
                    kind,
                    id,
                    what,
                    changes,
                }]
            }
            Next::Delete => {
                vec![Fact::Began {
                    address,
                    kind,
                    id,
                    what: Verb::Delete,
                    changes: Vec::new(),
                }]
            }
            Next::Compare | Next::Look | Next::Poll(_) => Vec::new(),
        }
    }

    /// The pause before another try, not before the cloud allows.
    fn pause(&mut self, attempt: u32, retry: Retry) -> Duration {
        let pause = self
            .limits
            .pause(attempt, self.random.random_range(0.0..1.0));
        match retry {
            Retry::After(at_least) => pause.max(at_least),
            Retry::Never | Retry::Later => pause,
        }
    }

    /// Ends a task without success, and what needs it.
    fn fail(&mut self, at: usize, failure: Failure) -> Vec<Fact> {
        let task = &mut self.tasks[at];
        let fact = Fact::Failed {
            address: task.address.clone(),
            what: task.verb,
            failure: failure.clone(),
            open: task.unresolved,
        };
        task.stage = Stage::Failed(failure);
        self.give_turns_back(at);
        let mut facts = vec![fact];
        self.skip_dependants(at, &mut facts);
        facts
    }

    fn skip_dependants(&mut self, of: usize, facts: &mut Vec<Fact>) {
        let because = self.tasks[of].address.clone();
        let usable = self.tasks[of].usable;
        for at in 0..self.tasks.len() {
            let task = &mut self.tasks[at];
            let blocked = task.needs.contains(&Need::Done(of))
                || task.needs.contains(&Need::Usable(of)) && !usable;
            if blocked && task.stage == Stage::Waiting {
                task.stage = Stage::Skipped;
                facts.push(Fact::Skipped {
                    address: task.address.clone(),
                    because: because.clone(),
                });
                self.skip_dependants(at, facts);
            }
        }
    }

    fn stale(&mut self, at: usize, message: String) -> Vec<Fact> {
        let failure = Failure::new(Reason::Stale, message)
            .remedy("plan again: the cloud has changed since this plan was made");
        self.fail(at, failure)
    }
}
