//! Every graph of up to five nodes, every order in which calls can end, and one failure anywhere.
//!
//! The space is small enough to walk through all of it: a [`Choices`] turns a test that looks
//! random into one that is told every possible sequence of answers, one after another.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::{collections::BTreeSet, sync::Arc};

use groundwork_engine::{
    Fact, Finish, Limits,
    run::{Object, Outcome, Run, Step, Work},
};
use groundwork_model::{ClusterKey, InstallationId, Label};
use groundwork_provider::{
    Account, Action, AnyFound, Diff, Error, ErrorKind, Fields, Found, Goal, Item, Key, Node,
    ObjectRef, Owner, Phase, Plan, Told,
};
use jiff::Timestamp;
use serde_json::{Value, json};

const NODES_MAX: usize = 5;

/// Answers, of which each combination is given once.
#[derive(Default)]
struct Choices {
    /// What was answered, and out of how many.
    given: Vec<(usize, usize)>,
    at: usize,
}

impl Choices {
    /// A number below `count`.
    fn pick(&mut self, count: usize) -> usize {
        if self.at == self.given.len() {
            self.given.push((0, count));
        }
        let (answer, of) = self.given[self.at];
        assert_eq!(of, count, "the same answers lead to the same questions");
        self.at += 1;
        answer
    }

    /// Moves on to the next combination; `false` after the last.
    fn advance(&mut self) -> bool {
        self.at = 0;
        while let Some((answer, count)) = self.given.pop() {
            if answer + 1 < count {
                self.given.push((answer + 1, count));
                return true;
            }
        }
        false
    }
}

/// Edges of a graph: node `j` refers to the nodes in `after[j]`, all of them smaller.
type After = Vec<BTreeSet<usize>>;

/// Every graph of so many nodes: one bit a pair.
fn graphs(nodes: usize) -> impl Iterator<Item = After> {
    let pairs: Vec<(usize, usize)> = (0..nodes)
        .flat_map(|j| (0..j).map(move |i| (i, j)))
        .collect();
    (0_u32..1 << pairs.len()).map(move |bits| {
        let mut after = vec![BTreeSet::new(); nodes];
        for (bit, &(i, j)) in pairs.iter().enumerate() {
            if bits & (1 << bit) != 0 {
                after[j].insert(i);
            }
        }
        after
    })
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Trouble {
    Nothing,
    /// For good.
    Refused(usize),
    /// The driver breaks down.
    Panic(usize),
    /// Once.
    Throttled(usize),
}

fn troubles(nodes: usize) -> Vec<Trouble> {
    let each = (0..nodes).flat_map(|node| {
        // The two that end a node differ in nothing that five nodes would show and four do not.
        let panic = (nodes < NODES_MAX).then_some(Trouble::Panic(node));
        [
            Some(Trouble::Refused(node)),
            panic,
            Some(Trouble::Throttled(node)),
        ]
    });
    std::iter::once(Trouble::Nothing)
        .chain(each.flatten())
        .collect()
}

#[test]
fn every_create_order_of_every_graph_with_one_failure() {
    let walked = walk(NODES_MAX, Action::Create, usize::MAX);
    assert_eq!(walked, 91_503, "histories");
}

#[test]
fn every_delete_order_of_every_graph_with_one_failure() {
    let walked = walk(4, Action::Delete, usize::MAX);
    assert_eq!(walked, 3_810, "histories");
}

#[test]
fn no_more_calls_are_under_way_than_allowed() {
    for in_flight in [1, 2] {
        walk(4, Action::Create, in_flight);
    }
}

/// Walks through all of it; answers how many histories there were.
fn walk(nodes_max: usize, action: Action, in_flight: usize) -> usize {
    let mut walked = 0;
    for nodes in 1..=nodes_max {
        for after in graphs(nodes) {
            for trouble in troubles(nodes) {
                let mut choices = Choices::default();
                loop {
                    History::new(&after, action, in_flight, trouble).play(&mut choices);
                    walked += 1;
                    if !choices.advance() {
                        break;
                    }
                }
            }
        }
    }
    walked
}

/// One history, and what has to be true of it.
struct History<'a> {
    after: &'a After,
    action: Action,
    in_flight: usize,
    trouble: Trouble,
    run: Run,
    now: Timestamp,
    under_way: Vec<Step>,
    started: BTreeSet<usize>,
    done: BTreeSet<usize>,
    failed: BTreeSet<usize>,
    skipped: BTreeSet<usize>,
    /// Who waits for its second try.
    retries: Option<usize>,
}

impl<'a> History<'a> {
    fn new(after: &'a After, action: Action, in_flight: usize, trouble: Trouble) -> Self {
        let limits = Limits {
            in_flight,
            ..Limits::default()
        };
        Self {
            after,
            action,
            in_flight,
            trouble,
            run: Run::start(plan(after, action), limits, 1),
            now: Timestamp::from_second(1_800_000_000).unwrap(),
            under_way: Vec::new(),
            started: BTreeSet::new(),
            done: BTreeSet::new(),
            failed: BTreeSet::new(),
            skipped: BTreeSet::new(),
            retries: None,
        }
    }

    fn play(mut self, choices: &mut Choices) {
        loop {
            self.start();
            if self.under_way.is_empty() {
                let Some(wake_at) = self.run.wake_at() else {
                    break;
                };
                self.now = self.now.max(wake_at);
                continue;
            }
            let step = self.under_way.remove(choices.pick(self.under_way.len()));
            self.end(&step);
        }
        self.assert_over();
    }

    /// What the run begins now is what can begin, all of it, and nothing twice.
    fn start(&mut self) {
        for step in self.run.ready(self.now) {
            let node = step.item;
            assert!(
                self.free(node),
                "{node} began before what it needs: {:?}",
                self.after
            );
            let new = self.started.insert(node);
            let again = self.retries.take_if(|retries| *retries == node);
            assert!(new || again.is_some(), "{node} began twice");
            self.under_way.push(step);
        }
        assert!(
            self.under_way.len() <= self.in_flight,
            "too many calls are under way"
        );
        assert_eq!(self.run.running(), self.under_way.len());
        if self.under_way.len() < self.in_flight {
            let idle = (0..self.after.len())
                .find(|&node| !self.started.contains(&node) && self.free(node));
            assert_eq!(idle, None, "a node waits for nothing: {:?}", self.after);
        }
    }

    /// Whether all that a node needs is done: what it refers to, or, when it goes, who refers to it.
    fn free(&self, node: usize) -> bool {
        self.needs(node).is_subset(&self.done)
    }

    fn needs(&self, node: usize) -> BTreeSet<usize> {
        if self.action != Action::Delete {
            return self.after[node].clone();
        }
        (0..self.after.len())
            .filter(|&other| self.after[other].contains(&node))
            .collect()
    }

    fn end(&mut self, step: &Step) {
        let node = step.item;
        let outcome = match self.trouble {
            Trouble::Refused(of) if of == node => {
                self.failed.insert(node);
                Outcome::Failed(Error::new(ErrorKind::Invalid, "POST", "no"))
            }
            Trouble::Panic(of) if of == node => {
                self.failed.insert(node);
                Outcome::Panicked("a defect".to_owned())
            }
            Trouble::Throttled(of) if of == node => {
                self.trouble = Trouble::Nothing;
                self.retries = Some(node);
                let error = Error::new(ErrorKind::Throttled, "POST", "slow down");
                let facts = self.run.finish(step.id, Outcome::Failed(error), self.now);
                assert!(
                    matches!(facts.as_slice(), [Fact::Retrying { .. }]),
                    "{facts:?}"
                );
                return;
            }
            Trouble::Nothing | Trouble::Refused(_) | Trouble::Panic(_) | Trouble::Throttled(_) => {
                self.done.insert(node);
                well(step)
            }
        };
        let facts = self.run.finish(step.id, outcome, self.now);
        for fact in &facts {
            if let Fact::Skipped { address, .. } = fact {
                self.skipped.insert(address.as_str()[1..].parse().unwrap());
            }
        }
    }

    /// At the end everything is done, but what failed, and what needs it.
    fn assert_over(&self) {
        assert!(self.run.is_finished(), "{:?}", self.after);
        let mut cut_off = BTreeSet::new();
        loop {
            let more: Vec<usize> = (0..self.after.len())
                .filter(|node| !cut_off.contains(node) && !self.failed.contains(node))
                .filter(|&node| {
                    let needs = self.needs(node);
                    !needs.is_disjoint(&self.failed) || !needs.is_disjoint(&cut_off)
                })
                .collect();
            if more.is_empty() {
                break;
            }
            cut_off.extend(more);
        }
        let all: BTreeSet<usize> = (0..self.after.len()).collect();
        let rest: BTreeSet<usize> = &(&all - &self.failed) - &cut_off;
        assert_eq!(self.done, rest, "{:?} with {:?}", self.after, self.trouble);
        assert_eq!(self.skipped, cut_off, "each is named");
        let failed: Vec<_> = self.run.failures();
        assert_eq!(failed.len(), self.failed.len(), "each failure is reported");
        let finish = if self.failed.is_empty() {
            Finish::Done
        } else {
            Finish::Failed
        };
        assert_eq!(self.run.outcome(), finish);
    }
}

fn well(step: &Step) -> Outcome {
    if matches!(step.work, Work::Delete { .. }) {
        return Outcome::Gone;
    }
    let id = format!("id-{}", step.item);
    let state = Fields::new(json!({ "id": id }));
    Outcome::Done {
        object: Object { id, state },
        diff: Diff::Same,
    }
}

fn plan(after: &After, action: Action) -> Plan {
    Plan {
        version: Plan::VERSION,
        goal: Goal::Apply,
        account: Account {
            provider: "toy".to_owned(),
            endpoint: String::new(),
            project: None,
            region: String::new(),
        },
        installation: InstallationId::default(),
        cluster: ClusterKey::new("c").unwrap(),
        items: (0..after.len())
            .map(|node| item(node, &after[node], action))
            .collect(),
        findings: Vec::new(),
        hash: String::new(),
    }
}

fn item(node: usize, after: &BTreeSet<usize>, action: Action) -> Item {
    let kind = "toy.net/1".to_owned();
    let wanted = Node {
        kind: kind.clone(),
        named: None,
        after: after
            .iter()
            .map(|of| format!("n{of}").parse().unwrap())
            .collect(),
        desired: Fields::default(),
    };
    Item {
        address: format!("n{node}").parse().unwrap(),
        kind,
        action,
        changes: Vec::new(),
        reason: None,
        late: false,
        found: (action == Action::Delete).then(|| Arc::new(found(node, after)) as Arc<AnyFound>),
        node: (action != Action::Delete).then_some(wanted),
        told: Told::default(),
        incarnation: 1,
        turns: BTreeSet::new(),
        goes_with: None,
    }
}

fn found(node: usize, joins: &BTreeSet<usize>) -> Found<Value> {
    let label = Label {
        installation: InstallationId::default(),
        cluster: ClusterKey::new("c").unwrap(),
        address: format!("n{node}").parse().unwrap(),
        incarnation: 1,
    };
    Found {
        id: format!("id-{node}"),
        key: Key::from(&label),
        owner: Owner::Label(label),
        joins: joins
            .iter()
            .map(|join| ObjectRef::new("toy.net/1", format!("id-{join}")))
            .collect(),
        phase: Phase::Ready,
        created: None,
        shared: None,
        state: json!({}),
    }
}
