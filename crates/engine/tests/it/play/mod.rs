//! What the tests of the run play with: plans of a few objects, and how calls end.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::{collections::BTreeSet, sync::Arc};

use groundwork_engine::{
    Limits,
    run::{Object, Outcome, Run, Sight, Step},
};
use groundwork_model::{ClusterKey, InstallationId, Label};
use groundwork_provider::{
    Account, Action, AnyFound, Diff, Error, ErrorKind, Fields, Found, Goal, Item, Key, Node,
    ObjectRef, Owner, Phase, Plan, Told,
};
use jiff::Timestamp;
use serde_json::{Value, json};

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

pub(crate) fn item(address: &str, action: Action, after: &[&str], joins: &[&str]) -> Item {
    let node = Node {
        kind: "toy.net/1".to_owned(),
        named: None,
        after: after.iter().map(|a| a.parse().unwrap()).collect(),
        desired: Fields::default(),
    };
    let exists = action != Action::Create;
    Item {
        address: address.parse().unwrap(),
        kind: node.kind.clone(),
        action,
        changes: Vec::new(),
        reason: None,
        late: false,
        found: exists.then(|| Arc::new(found(&format!("id-{address}"), joins)) as Arc<AnyFound>),
        node: (action != Action::Delete).then_some(node),
        told: Told::default(),
        incarnation: 1,
        turns: BTreeSet::new(),
        goes_with: None,
    }
}

pub(crate) fn found(id: &str, joins: &[&str]) -> Found<Value> {
    let label = Label {
        installation: InstallationId::default(),
        cluster: ClusterKey::new("c").unwrap(),
        address: "net".parse().unwrap(),
        incarnation: 1,
    };
    Found {
        id: id.to_owned(),
        key: Key::from(&label),
        owner: Owner::Label(label),
        joins: joins
            .iter()
            .map(|join| ObjectRef::new("toy.net/1", *join))
            .collect(),
        phase: Phase::Ready,
        created: None,
        shared: None,
        state: json!({ "id": id }),
    }
}

pub(crate) fn run(items: Vec<Item>) -> Run {
    let plan = Plan {
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
        items,
        findings: Vec::new(),
        hash: String::new(),
    };
    Run::start(plan, Limits::default(), 1)
}

pub(crate) fn done(id: &str) -> Outcome {
    let object = Object {
        id: id.to_owned(),
        state: Fields::new(json!({ "id": id })),
    };
    Outcome::Done {
        object,
        diff: Diff::Same,
    }
}

pub(crate) fn lost() -> Outcome {
    Outcome::Failed(Error::new(ErrorKind::Unavailable, "POST", "no reply").effect_unknown())
}

pub(crate) fn refused(kind: ErrorKind) -> Outcome {
    Outcome::Failed(Error::new(kind, "POST", "no"))
}

pub(crate) fn only(run: &mut Run, now: i64) -> Step {
    let mut steps = run.ready(at(now));
    assert_eq!(steps.len(), 1, "{steps:?}");
    steps.remove(0)
}

/// Goes to the next time at which something is due, and takes the one step then.
pub(crate) fn later(run: &mut Run) -> (Step, Timestamp) {
    let now = run.wake_at().expect("something waits for its time");
    let mut steps = run.ready(now);
    assert_eq!(steps.len(), 1, "{steps:?}");
    (steps.remove(0), now)
}

pub(crate) fn sight(found: Found<Value>) -> Sight {
    Sight {
        found: Arc::new(found),
        diff: Diff::Same,
        used: false,
    }
}
