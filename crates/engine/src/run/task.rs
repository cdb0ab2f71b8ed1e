//! One object on its way: what has to be done first, and how far it is.

use std::collections::BTreeSet;

use groundwork_model::Address;
use groundwork_provider::{Action, Change, IdempotencyToken, Item, Node, Operation, Phase, Plan};
use jiff::Timestamp;

use super::step::Object;
use crate::{Fact, Failure, Verb};

/// One object on its way.
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub item: usize,
    pub address: Address,
    pub kind: String,
    pub verb: Verb,
    pub incarnation: u32,
    pub token: Option<IdempotencyToken>,
    pub needs: BTreeSet<Need>,
    pub turns: BTreeSet<String>,
    /// The delete that takes its object along: it has no step of its own.
    pub goes_with: Option<usize>,
    /// Tasks that come after this one, at most, in a row: longest chains go first.
    pub depth: usize,
    pub stage: Stage,
    /// Whether what refers to the object may begin.
    pub usable: bool,
    pub object: Option<Object>,
    /// Failed tries.
    pub attempts: u32,
    /// Updates that did not settle it.
    pub updates: u32,
    /// When its first step began.
    pub started: Option<Timestamp>,
    /// When its create was last sent.
    pub sent: Option<Timestamp>,
    /// An operation of an earlier run that may still make the object.
    pub resumed: Option<Operation>,
    /// Whether the outcome of a call is unknown.
    pub unresolved: bool,
    /// Since when something hangs on the object that is to go.
    pub in_use_since: Option<Timestamp>,
}

/// What has to be so before a task begins.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Need {
    /// The task's object is there. Its finishing touches may still be under way.
    Usable(usize),
    /// The task is done.
    Done(usize),
}

impl Need {
    pub(super) fn task(self) -> usize {
        match self {
            Self::Usable(task) | Self::Done(task) => task,
        }
    }
}

/// How far a task is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stage {
    /// For what it needs.
    Waiting,
    /// Its next step is due at a time.
    Due(Next, Timestamp),
    /// A step is under way.
    Running(Next),
    Done,
    Failed(Failure),
    Skipped,
}

/// The next step of a task.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Next {
    Compare,
    Create,
    Delete,
    Look,
    Poll(Operation),
    Update(Vec<Change>),
}

impl Next {
    /// Whether it changes the cloud, so that turns have to be taken.
    pub(super) fn is_mutating(&self) -> bool {
        match self {
            Self::Create | Self::Delete | Self::Update(_) => true,
            Self::Compare | Self::Look | Self::Poll(_) => false,
        }
    }
}

impl Stage {
    pub(super) fn is_final(&self) -> bool {
        match self {
            Self::Done | Self::Failed(_) | Self::Skipped => true,
            Self::Waiting | Self::Due(..) | Self::Running(_) => false,
        }
    }
}

impl Task {
    fn new(item: usize, of: &Item, verb: Verb) -> Self {
        let object = of.found.as_ref().filter(|_| verb != Verb::Create);
        Self {
            item,
            address: of.address.clone(),
            kind: of.kind.clone(),
            verb,
            incarnation: of.incarnation,
            token: None,
            needs: BTreeSet::new(),
            turns: of.turns.clone(),
            goes_with: None,
            depth: 0,
            stage: Stage::Waiting,
            usable: false,
            object: object.map(Object::of),
            attempts: 0,
            updates: 0,
            started: None,
            sent: None,
            resumed: None,
            unresolved: false,
            in_use_since: None,
        }
    }

    /// That somebody else's call for it is still being carried out: nothing of ours is sent for it, and
    /// who watches the run is told what it waits for.
    pub(super) fn awaited(&self) -> Fact {
        Fact::Pending {
            address: self.address.clone(),
            kind: self.kind.clone(),
            what: self.verb,
            operation: None,
        }
    }

    /// The first step, once all that is needed is there. What an earlier run left under way is
    /// waited for, not done again.
    pub(super) fn first(&self, item: &Item) -> Next {
        let phase = item.found.as_ref().map(|found| &found.phase);
        match (self.verb, phase, &self.resumed) {
            (Verb::Create, _, Some(operation)) => Next::Poll(operation.clone()),
            (Verb::Create | Verb::Delete, Some(Phase::Leaving), None) => Next::Look,
            (Verb::Create, _, None) => Next::Create,
            (Verb::Delete, ..) => Next::Delete,
            (Verb::Update, ..) if item.late => Next::Compare,
            (Verb::Update, ..) => Next::Update(item.changes.clone()),
            (Verb::Wait, Some(Phase::Pending(Some(operation))), _) => Next::Poll(operation.clone()),
            (Verb::Wait, ..) => Next::Look,
        }
    }
}

/// The tasks of a plan, with what each needs.
pub(super) fn tasks(plan: &Plan) -> Vec<Task> {
    let mut tasks = Vec::new();
    for (at, item) in plan.items.iter().enumerate() {
        let pending = item
            .found
            .as_ref()
            .is_some_and(|f| matches!(f.phase, Phase::Pending(_)));
        match item.action {
            Action::Create => tasks.push(Task::new(at, item, Verb::Create)),
            Action::Update => tasks.push(Task::new(at, item, Verb::Update)),
            Action::Delete | Action::Discard => tasks.push(Task::new(at, item, Verb::Delete)),
            Action::Replace => {
                tasks.push(Task::new(at, item, Verb::Delete));
                tasks.push(Task::new(at, item, Verb::Create));
            }
            Action::Keep if pending => tasks.push(Task::new(at, item, Verb::Wait)),
            Action::Keep | Action::Verified | Action::Violated | Action::Ambiguous => {}
        }
    }
    let needs: Vec<_> = tasks.iter().map(|task| needs(plan, &tasks, task)).collect();
    let wholes: Vec<_> = tasks.iter().map(|task| whole(plan, &tasks, task)).collect();
    for ((task, needs), whole) in tasks.iter_mut().zip(needs).zip(&wholes) {
        task.needs = needs;
        task.goes_with = *whole;
    }
    pass_needs_on(&mut tasks, &wholes);
    measure(&mut tasks);
    tasks
}

/// The task that deletes what takes the object of this one with it.
fn whole(plan: &Plan, tasks: &[Task], task: &Task) -> Option<usize> {
    let whole = plan.items[task.item].goes_with.as_ref();
    let whole = whole.filter(|_| task.verb == Verb::Delete)?;
    let is_whole =
        |of: &Task| of.verb == Verb::Delete && plan.items[of.item].object().as_ref() == Some(whole);
    tasks.iter().position(is_whole)
}

/// What has to be done before a delete has to be done before the one that takes its object along; and it
/// needs that one alone.
fn pass_needs_on(tasks: &mut [Task], wholes: &[Option<usize>]) {
    for (at, whole) in wholes.iter().enumerate() {
        if let Some(whole) = *whole {
            let own = BTreeSet::from([Need::Done(whole)]);
            let before = std::mem::replace(&mut tasks[at].needs, own);
            tasks[whole].needs.extend(before);
        }
    }
    for (at, task) in tasks.iter_mut().enumerate() {
        let waits_for = |of: usize| of != at && wholes[of] != Some(at);
        task.needs.retain(|need| waits_for(need.task()));
    }
}

fn needs(plan: &Plan, tasks: &[Task], task: &Task) -> BTreeSet<Need> {
    let others = tasks.iter().enumerate();
    match task.verb {
        Verb::Delete => others
            .filter(|(_, other)| goes_before(plan, other, task))
            .map(|(at, _)| Need::Done(at))
            .collect(),
        Verb::Create | Verb::Update | Verb::Wait => {
            let node = plan.items[task.item].node.as_ref();
            let refers = |address: &Address| node.is_some_and(|n| n.after.contains(address));
            // The one before it may hold what the new one needs: an address is bound to one gateway.
            let before = |other: &Task| task.verb == Verb::Create && other.address == task.address;
            others
                .filter_map(|(at, other)| match other.verb {
                    Verb::Delete if before(other) => Some(Need::Done(at)),
                    Verb::Create | Verb::Update | Verb::Wait if refers(&other.address) => {
                        Some(Need::Usable(at))
                    }
                    Verb::Delete | Verb::Create | Verb::Update | Verb::Wait => None,
                })
                .collect()
        }
    }
}

/// Whether `child` comes before the delete of `parent`: it joins it, or its node refers to it. What
/// changes lets go of what it joined, before that goes; what is replaced has to go first itself.
fn goes_before(plan: &Plan, child: &Task, parent: &Task) -> bool {
    if child.item == parent.item {
        return false;
    }
    let verb = child.verb;
    let (child, parent) = (&plan.items[child.item], &plan.items[parent.item]);
    let anew = |item: &Item| item.action == Action::Create && item.address == parent.address;
    let replaced = parent.action == Action::Replace || plan.items.iter().any(anew);
    let own = parent.object();
    let mut joined = child.found.iter().flat_map(|found| &found.joins);
    let joins = joined.any(|join| Some(join) == own.as_ref());
    let refers = |node: &Node| node.after.contains(&parent.address);
    match verb {
        Verb::Delete => {
            let both = replaced && child.action == Action::Replace;
            joins || both && child.node.as_ref().is_some_and(refers)
        }
        Verb::Update => joins && !replaced,
        Verb::Create | Verb::Wait => false,
    }
}

/// Gives each task the length of the longest chain behind it. Tasks that need each other in a
/// circle (objects that join each other) keep what they have.
fn measure(tasks: &mut [Task]) {
    for _ in 0..tasks.len() {
        let mut changed = false;
        for at in 0..tasks.len() {
            let depth = tasks[at].depth + 1;
            let needs: Vec<usize> = tasks[at].needs.iter().map(|need| need.task()).collect();
            for need in needs {
                if tasks[need].depth < depth {
                    tasks[need].depth = depth;
                    changed = true;
                }
            }
        }
        if !changed {
            return;
        }
    }
}
