//! The run where things go wrong twice: operations, turns, listings that lag, cancelling.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use crate::play::{at, done, found, item, later, lost, only, refused, run, sight};
use groundwork_engine::{
    Fact, Finish, Limits, Reason, Verb,
    run::{Outcome, Run, StepId, Work},
};
use groundwork_provider::{Action, Error, ErrorKind, Found, Item, Operation, Phase, Retry};
use jiff::Timestamp;
use serde_json::{Value, json};

fn pending(seconds: u64) -> Outcome {
    Outcome::Pending {
        operation: Operation(json!("op")),
        poll_after: Duration::from_secs(seconds),
    }
}

fn is_open(facts: &[Fact]) -> bool {
    matches!(facts[0], Fact::Failed { open: true, .. })
}

fn resumed(item: Item) -> Run {
    let under_way = BTreeMap::from([("a".parse().unwrap(), Operation(json!("old")))]);
    run(vec![item]).resuming(&under_way)
}

/// What nothing is sent for is told all the same: who watches sees what is waited for.
#[test]
fn what_is_only_waited_for_is_told() {
    let there = |phase: Phase| {
        let mut there = item("a", Action::Keep, &[], &[]);
        let mut seen = found("id-a", &[]);
        seen.phase = phase;
        there.found = Some(Arc::new(seen));
        there
    };
    let old = || Operation(json!("old"));
    let mut leaving = there(Phase::Leaving);
    leaving.action = Action::Create;
    for (mut run, verb) in [
        (run(vec![there(Phase::Pending(None))]), Verb::Wait),
        (run(vec![there(Phase::Pending(Some(old())))]), Verb::Wait),
        (run(vec![leaving]), Verb::Create),
        (resumed(item("a", Action::Create, &[], &[])), Verb::Create),
    ] {
        let step = only(&mut run, 0);
        let told = |fact: &Fact| matches!(fact, Fact::Pending { what, operation: None, .. } if *what == verb);
        assert!(step.facts.iter().any(told), "{step:?}");
        run.finish(step.id, Outcome::Seen(vec![]), at(0));
        let again = run.wake_at().map(|_| later(&mut run).0);
        let once = again.is_none_or(|again| !again.facts.iter().any(told));
        assert!(once, "it is told once");
    }
}

/// Gives each look the same answer until something else is to be done.
fn looking(run: &mut Run, sights: &[Found<Value>]) -> (StepId, Work, Timestamp) {
    for _ in 0..10_000 {
        let (step, now) = later(run);
        if !matches!(step.work, Work::Look { .. }) {
            return (step.id, step.work, now);
        }
        let sights = sights.iter().cloned().map(sight).collect();
        run.finish(step.id, Outcome::Seen(sights), now);
    }
    panic!("it looks for ever");
}

#[test]
fn a_step_that_waits_for_anothers_turn_does_not_wake_the_run() {
    let turn = |mut item: Item| {
        item.turns.insert("router".to_owned());
        item
    };
    let mut run = run(vec![
        turn(item("a", Action::Create, &[], &[])),
        turn(item("b", Action::Create, &[], &[])),
    ]);
    let a = only(&mut run, 0);
    run.finish(a.id, refused(ErrorKind::Throttled), at(0));
    let b = only(&mut run, 0);
    assert_eq!(run.wake_at(), None, "only the end of b's call can help a");
    run.finish(b.id, lost(), at(9));
    let due = run.wake_at().unwrap();
    assert!(due > at(9), "b's look is due next, not a's create: {due}");
}

#[test]
fn a_step_that_finds_no_place_does_not_wake_the_run() {
    let items = vec![
        item("a", Action::Create, &[], &[]),
        item("b", Action::Create, &[], &[]),
    ];
    let limits = Limits {
        in_flight: 1,
        ..Limits::default()
    };
    let mut run = Run::start(run(items).plan().clone(), limits, 1);
    let a = only(&mut run, 0);
    run.finish(a.id, refused(ErrorKind::Throttled), at(0));
    only(&mut run, 0);
    assert_eq!(run.wake_at(), None);
}

#[test]
fn an_operation_that_cannot_be_asked_about_stays_open() {
    let mut run = run(vec![item("a", Action::Create, &[], &[])]);
    let create = only(&mut run, 0);
    run.finish(create.id, pending(5), at(0));
    let (poll, now) = later(&mut run);
    let facts = run.finish(poll.id, refused(ErrorKind::Denied), now);
    assert!(is_open(&facts), "the next run asks again: {facts:?}");
}

#[test]
fn an_operation_of_an_earlier_run_that_came_to_nothing_is_looked_for_and_made_anew() {
    let mut run = resumed(item("a", Action::Create, &[], &[]));
    let poll = only(&mut run, 0);
    run.finish(poll.id, refused(ErrorKind::Quota), at(1));
    let (step, work, now) = looking(&mut run, &[]);
    assert!(matches!(work, Work::Create { .. }), "{work:?}");
    assert!(now >= at(0) + Limits::default().quiet_window, "at {now}");
    run.finish(step, done("x"), now);
    assert_eq!(run.outcome(), Finish::Done);
}

#[test]
fn an_object_that_is_replaced_is_not_what_an_operation_of_an_earlier_run_makes() {
    let mut run = resumed(item("a", Action::Replace, &[], &[]));
    let delete = only(&mut run, 0);
    run.finish(delete.id, Outcome::Gone, at(0));
    assert!(matches!(only(&mut run, 0).work, Work::Create { .. }));
}

/// Of two networks the one goes, with what was on its way in it; another is made in the one that stays.
#[test]
fn an_object_that_goes_is_what_an_operation_of_an_earlier_run_makes() {
    let under_way = BTreeMap::from([("a".parse().unwrap(), Operation(json!("old")))]);
    let items = vec![
        item("a", Action::Create, &[], &[]),
        item("a", Action::Delete, &[], &[]),
    ];
    let mut run = run(items).resuming(&under_way);
    let delete = only(&mut run, 0);
    assert!(matches!(delete.work, Work::Delete { .. }));
    run.finish(delete.id, Outcome::Gone, at(1));
    // It may have held what the new one needs.
    let create = only(&mut run, 1);
    assert!(matches!(create.work, Work::Create { .. }), "{create:#?}");
}

#[test]
fn a_long_operation_may_fail_to_answer_now_and_then() {
    let mut run = run(vec![item("a", Action::Create, &[], &[])]);
    let create = only(&mut run, 0);
    run.finish(create.id, pending(5), at(0));
    for _ in 0..Limits::default().attempts * 2 {
        let (poll, now) = later(&mut run);
        run.finish(poll.id, refused(ErrorKind::Unavailable), now);
        let (poll, now) = later(&mut run);
        run.finish(poll.id, pending(5), now);
    }
    let (poll, now) = later(&mut run);
    run.finish(poll.id, done("x"), now);
    assert_eq!(run.outcome(), Finish::Done);
}

#[test]
fn a_cloud_that_asks_to_wait_for_a_day_is_not_waited_for() {
    let mut run = run(vec![item("a", Action::Create, &[], &[])]);
    let create = only(&mut run, 0);
    run.finish(create.id, pending(86_400), at(0));
    assert!(run.wake_at() <= Some(at(0) + Limits::default().step_timeout));
}

#[test]
fn an_object_that_the_cloud_takes_away_again_is_not_made_for_ever() {
    let mut run = run(vec![item("a", Action::Create, &[], &[])]);
    let mut now = at(0);
    let mut creates = 0;
    while !run.is_finished() {
        let step = run.ready(now).remove(0);
        let is_create = matches!(step.work, Work::Create { .. });
        creates += u32::from(is_create);
        let outcome = match is_create {
            true => Outcome::Gone,
            false => Outcome::Seen(Vec::new()),
        };
        run.finish(step.id, outcome, now);
        now = run.wake_at().unwrap_or(now);
        assert!(creates <= Limits::default().attempts);
    }
    assert_eq!(run.failures()[0].2.reason, Reason::Unexpected);
}

#[test]
fn a_delete_waits_until_the_object_is_no_longer_busy() {
    let busy = Found {
        phase: Phase::Pending(None),
        ..found("id-a", &[])
    };
    let mut run = run(vec![item("a", Action::Delete, &[], &[])]);
    let delete = only(&mut run, 0);
    run.finish(delete.id, refused(ErrorKind::Conflict), at(0));
    for _ in 0..Limits::default().attempts * 2 {
        let (look, now) = later(&mut run);
        assert!(matches!(look.work, Work::Look { .. }), "{:?}", look.work);
        run.finish(look.id, Outcome::Seen(vec![sight(busy.clone())]), now);
    }
    let (look, now) = later(&mut run);
    run.finish(look.id, Outcome::Seen(vec![sight(found("id-a", &[]))]), now);
    assert!(matches!(later(&mut run).0.work, Work::Delete { .. }));
}

#[test]
fn what_was_stopped_is_to_be_resumed_whatever_else_failed() {
    let mut run = run(vec![
        item("a", Action::Create, &[], &[]),
        item("b", Action::Create, &[], &[]),
    ]);
    let steps = run.ready(at(0));
    run.finish(steps[0].id, refused(ErrorKind::Invalid), at(1));
    run.finish(steps[1].id, pending(5), at(1));
    run.cancel();
    assert_eq!(
        (run.is_finished(), run.outcome()),
        (true, Finish::Cancelled)
    );
    assert_eq!(run.failures().len(), 1);
}

#[test]
fn the_quiet_window_begins_when_the_outcome_became_unknown() {
    let mut run = run(vec![item("a", Action::Create, &[], &[])]);
    let create = only(&mut run, 0);
    let limits = Limits::default();
    let timed_out = at(0) + limits.call_timeout;
    run.finish(create.id, lost(), timed_out);
    let (_, work, now) = looking(&mut run, &[]);
    assert!(matches!(work, Work::Create { .. }));
    assert!(
        now >= timed_out + limits.quiet_window,
        "sent again at {now}"
    );
}

#[test]
fn a_cloud_that_says_when_is_waited_for_no_longer_than_a_step_may_take() {
    let mut run = run(vec![item("a", Action::Create, &[], &[])]);
    let create = only(&mut run, 0);
    let mut error = Error::new(ErrorKind::Throttled, "POST", "tomorrow");
    error.retry = Retry::After(Duration::from_secs(86_400));
    let facts = run.finish(create.id, Outcome::Failed(error), at(0));
    assert!(matches!(&facts[0], Fact::Failed { open: false, .. }));
}

#[test]
fn what_would_have_to_be_made_anew_is_nothing_to_build_on() {
    let mut run = run(vec![
        item("a", Action::Create, &[], &[]),
        item("b", Action::Create, &["a"], &[]),
    ]);
    let create = only(&mut run, 0);
    let Outcome::Done { object, .. } = done("a") else {
        panic!("it is done");
    };
    let change = groundwork_provider::Change::new("network", "theirs", "ours");
    let diff = groundwork_provider::Diff::Replace(vec![change]);
    run.finish(create.id, Outcome::Done { object, diff }, at(1));
    assert_eq!(
        run.ready(at(1)),
        [],
        "b does not join another writer's object"
    );
    assert_eq!(run.outcome(), Finish::Failed);
}

#[test]
fn another_writers_object_elsewhere_does_not_answer_for_a_lost_create() {
    let mut run = run(vec![item("a", Action::Create, &[], &[])]);
    let create = only(&mut run, 0);
    run.finish(create.id, lost(), at(0));
    let (look, now) = later(&mut run);
    let change = groundwork_provider::Change::new("network", "theirs", "ours");
    let theirs = groundwork_engine::run::Sight {
        diff: groundwork_provider::Diff::Replace(vec![change]),
        ..sight(found("theirs", &[]))
    };
    let facts = run.finish(look.id, Outcome::Seen(vec![theirs]), now);
    assert_eq!(
        facts.len(),
        1,
        "it is not journalled as made here: {facts:?}"
    );
    assert!(is_open(&facts), "ours may still appear: {facts:?}");
}

#[test]
fn what_is_only_waited_for_is_not_changed() {
    let busy = Found {
        phase: Phase::Pending(Some(Operation(json!("op")))),
        ..found("id-a", &[])
    };
    let mut run = run(vec![Item {
        found: Some(Arc::new(busy)),
        ..item("a", Action::Keep, &[], &[])
    }]);
    let poll = only(&mut run, 0);
    let Outcome::Done { object, .. } = done("id-a") else {
        panic!("it is done");
    };
    let change = groundwork_provider::Change::new("name", "theirs", "ours");
    let diff = groundwork_provider::Diff::Update(vec![change]);
    let facts = run.finish(poll.id, Outcome::Done { object, diff }, at(1));
    let stale = |fact: &Fact| matches!(fact, Fact::Failed { failure, .. } if failure.reason == Reason::Stale);
    assert!(stale(&facts[0]), "nobody approved an update: {facts:?}");
    assert_eq!(run.ready(at(1)), []);
}
