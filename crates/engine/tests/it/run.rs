//! The run, step by step: what is sent again, when, and what is not.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use crate::play::{at, done, found, item, later, lost, only, refused, run};
use groundwork_engine::{
    Fact, Finish, Limits, Reason,
    run::{Object, Outcome, Run, Sight, Work},
};
use groundwork_provider::{
    Action, Diff, Error, ErrorKind, Fields, Found, Item, Operation, Phase, Retry,
};
use serde_json::{Value, json};

#[test]
fn a_node_starts_the_moment_its_own_needs_are_met() {
    let mut run = run(vec![
        item("a", Action::Create, &[], &[]),
        item("b", Action::Create, &[], &[]),
        item("c", Action::Create, &["a"], &[]),
    ]);
    let first = run.ready(at(0));
    assert_eq!(
        first.iter().map(|step| step.item).collect::<Vec<_>>(),
        [0, 1]
    );
    run.finish(first[0].id, done("a"), at(1));
    assert_eq!(only(&mut run, 1).item, 2, "c does not wait for b");
}

#[test]
fn what_refers_to_an_object_does_not_wait_for_its_finishing_touches() {
    let mut run = run(vec![
        item("a", Action::Create, &[], &[]),
        item("b", Action::Create, &["a"], &[]),
    ]);
    let create = only(&mut run, 0);
    let change = groundwork_provider::Change::new("tags", Value::Null, json!(["x"]));
    let object = Object {
        id: "a".to_owned(),
        state: Fields::default(),
    };
    run.finish(
        create.id,
        Outcome::Done {
            object,
            diff: Diff::Update(vec![change]),
        },
        at(1),
    );
    let steps = run.ready(at(1));
    assert_eq!(steps.len(), 2, "{steps:?}");
    assert!(
        steps
            .iter()
            .any(|step| matches!(step.work, Work::Update { .. }))
    );
}

#[test]
fn a_lost_create_is_looked_for_throughout_the_quiet_window_and_then_sent_with_the_same_token() {
    let mut run = run(vec![item("a", Action::Create, &[], &[])]);
    let first = only(&mut run, 0);
    run.finish(first.id, lost(), at(1));
    let quiet = at(0) + Limits::default().quiet_window;
    let mut looks = 0;
    let again = loop {
        let (step, now) = later(&mut run);
        match step.work {
            Work::Look { .. } => {
                looks += 1;
                run.finish(step.id, Outcome::Seen(Vec::new()), now);
            }
            Work::Create { .. } => break (step, now),
            Work::Compare | Work::Delete { .. } | Work::Poll(_) | Work::Update { .. } => {
                panic!("{:?}", step.work)
            }
        }
    };
    assert!(
        looks > 5 && again.1 >= quiet,
        "{looks} looks until {}",
        again.1
    );
    assert_eq!(
        again.0.work, first.work,
        "the same incarnation, the same token"
    );
    assert!(run.is_unsettled() || matches!(again.0.work, Work::Create { .. }));
    run.finish(again.0.id, done("a"), again.1);
    assert_eq!(run.outcome(), Finish::Done);
    assert!(run.is_unsettled(), "a duplicate may yet appear");
}

#[test]
fn a_lost_create_that_is_found_is_not_sent_again() {
    let mut run = run(vec![item("a", Action::Create, &[], &[])]);
    let first = only(&mut run, 0);
    run.finish(first.id, lost(), at(1));
    let (look, now) = later(&mut run);
    let sight = Sight {
        found: Arc::new(found("x", &[])),
        diff: Diff::Same,
        used: false,
    };
    let facts = run.finish(look.id, Outcome::Seen(vec![sight]), now);
    assert!(
        matches!(&facts[0], Fact::Created { id, .. } if id == "x"),
        "{facts:?}"
    );
    assert_eq!((run.outcome(), run.is_finished()), (Finish::Done, true));
}

#[test]
fn of_two_found_the_used_one_stays_then_the_oldest_then_the_smallest_id() {
    let sight = |id: &str, created: i64, used: bool| {
        let found = Found {
            created: Some(at(created)),
            ..found(id, &[])
        };
        Sight {
            found: Arc::new(found),
            diff: Diff::Same,
            used,
        }
    };
    let cases = [
        (vec![sight("b", 1, false), sight("a", 2, true)], "a"),
        (vec![sight("a", 2, false), sight("b", 1, false)], "b"),
        (vec![sight("b", 1, false), sight("a", 1, false)], "a"),
    ];
    for (sights, survivor) in cases {
        let mut run = run(vec![item("a", Action::Create, &[], &[])]);
        let first = only(&mut run, 0);
        run.finish(first.id, lost(), at(1));
        let (look, now) = later(&mut run);
        let facts = run.finish(look.id, Outcome::Seen(sights), now);
        assert!(
            matches!(&facts[0], Fact::Created { id, .. } if id == survivor),
            "{facts:?}"
        );
        assert!(run.is_unsettled(), "the other one is to be discarded");
    }
}

#[test]
fn errors_of_the_request_fail_at_once_and_stop_only_what_needs_them() {
    for kind in [
        ErrorKind::Denied,
        ErrorKind::Invalid,
        ErrorKind::Quota,
        ErrorKind::Unsupported,
    ] {
        let mut run = run(vec![
            item("a", Action::Create, &[], &[]),
            item("b", Action::Create, &["a"], &[]),
            item("c", Action::Create, &["b"], &[]),
            item("d", Action::Create, &[], &[]),
        ]);
        let steps = run.ready(at(0));
        let facts = run.finish(steps[0].id, refused(kind), at(1));
        let skipped = facts
            .iter()
            .filter(|fact| matches!(fact, Fact::Skipped { .. }))
            .count();
        assert_eq!(skipped, 2, "{facts:?}");
        run.finish(steps[1].id, done("d"), at(1));
        assert_eq!((run.is_finished(), run.outcome()), (true, Finish::Failed));
        assert_eq!(run.failures().len(), 1);
    }
}

#[test]
fn a_throttled_call_is_made_again_not_before_the_cloud_allows() {
    let mut run = run(vec![item("a", Action::Create, &[], &[])]);
    let first = only(&mut run, 0);
    let mut error = Error::new(ErrorKind::Throttled, "POST", "slow down");
    error.retry = Retry::After(Duration::from_secs(17));
    run.finish(first.id, Outcome::Failed(error), at(0));
    assert!(run.wake_at().unwrap() >= at(17));
    assert!(
        matches!(later(&mut run).0.work, Work::Create { .. }),
        "it had no effect: no look"
    );
}

#[test]
fn tries_are_bounded() {
    let mut run = run(vec![item("a", Action::Create, &[], &[])]);
    let mut step = only(&mut run, 0);
    let mut tries = 1;
    while !run.is_finished() {
        let now = run.wake_at().unwrap_or(at(0));
        run.finish(step.id, refused(ErrorKind::Unavailable), now);
        if !run.is_finished() {
            step = later(&mut run).0;
            tries += 1;
        }
    }
    assert_eq!(tries, Limits::default().attempts);
}

#[test]
fn a_delete_waits_for_what_hangs_on_it_and_then_says_so() {
    let mut run = run(vec![item("a", Action::Delete, &[], &[])]);
    let mut step = only(&mut run, 0);
    let mut now = at(0);
    while !run.is_finished() {
        run.finish(step.id, refused(ErrorKind::InUse), now);
        if !run.is_finished() {
            (step, now) = later(&mut run);
        }
    }
    assert!(now >= at(0) + Limits::default().in_use_wait, "{now}");
    assert_eq!(run.failures()[0].2.reason, Reason::InUse);
}

#[test]
fn a_delete_with_an_unknown_outcome_is_looked_at() {
    let mut run = run(vec![item("a", Action::Delete, &[], &[])]);
    let first = only(&mut run, 0);
    run.finish(first.id, lost(), at(1));
    let (look, now) = later(&mut run);
    assert_eq!(
        look.work,
        Work::Look {
            id: Some("id-a".to_owned())
        }
    );
    let facts = run.finish(look.id, Outcome::Seen(Vec::new()), now);
    assert!(matches!(facts[0], Fact::Deleted { .. }));
}

#[test]
fn children_are_deleted_before_what_they_join() {
    let mut run = run(vec![
        item("net", Action::Delete, &[], &[]),
        item("subnet", Action::Delete, &[], &["id-net"]),
    ]);
    let first = only(&mut run, 0);
    assert_eq!(first.item, 1);
    run.finish(first.id, Outcome::Gone, at(1));
    assert_eq!(only(&mut run, 1).item, 0);
}

#[test]
fn what_lets_go_of_an_object_is_changed_before_it_is_deleted() {
    let plan = || {
        run(vec![
            item("gateway", Action::Delete, &[], &[]),
            item("route", Action::Update, &["new"], &["id-gateway"]),
            item("new", Action::Create, &[], &[]),
        ])
    };
    let mut run = plan();
    for (second, next) in [2, 1, 0].into_iter().enumerate() {
        let step = only(&mut run, i64::try_from(second).unwrap());
        assert_eq!(step.item, next);
        let ended = if next == 0 {
            Outcome::Gone
        } else {
            done("new")
        };
        run.finish(step.id, ended, at(2));
    }
    assert_eq!(run.outcome(), Finish::Done);

    let mut run = plan();
    let create = only(&mut run, 0);
    run.finish(create.id, refused(ErrorKind::Quota), at(1));
    assert!(run.is_finished(), "the route keeps its way out");
}

#[test]
fn what_is_replaced_does_not_wait_for_what_changes_to_its_successor() {
    let mut run = run(vec![
        item("gateway", Action::Replace, &[], &[]),
        item("route", Action::Update, &["gateway"], &["id-gateway"]),
    ]);
    for (second, (next, ended)) in [(0, Outcome::Gone), (0, done("new")), (1, done("route"))]
        .into_iter()
        .enumerate()
    {
        let step = only(&mut run, i64::try_from(second).unwrap());
        assert_eq!(step.item, next);
        run.finish(step.id, ended, at(2));
    }
    assert_eq!(run.outcome(), Finish::Done);
}

#[test]
fn objects_that_join_each_other_do_not_block_the_run() {
    let mut run = run(vec![
        item("a", Action::Delete, &[], &["id-b"]),
        item("b", Action::Delete, &[], &["id-a"]),
    ]);
    let first = only(&mut run, 0);
    run.finish(first.id, Outcome::Gone, at(1));
    let second = only(&mut run, 1);
    run.finish(second.id, Outcome::Gone, at(2));
    assert_eq!(run.outcome(), Finish::Done);
}

#[test]
fn a_replace_deletes_in_reverse_and_then_creates() {
    let mut run = run(vec![
        item("net", Action::Replace, &[], &[]),
        item("subnet", Action::Replace, &["net"], &["id-net"]),
    ]);
    let mut order = Vec::new();
    for second in 0..4 {
        let step = only(&mut run, second);
        let created = matches!(step.work, Work::Create { .. });
        order.push((step.item, created));
        run.finish(
            step.id,
            if created { done("new") } else { Outcome::Gone },
            at(second),
        );
    }
    assert_eq!(order, [(1, false), (0, false), (0, true), (1, true)]);
}

#[test]
fn writers_that_share_something_take_turns() {
    let with_turn = |address| {
        let turns = BTreeSet::from(["router".to_owned()]);
        Item {
            turns,
            ..item(address, Action::Create, &[], &[])
        }
    };
    let mut run = run(vec![
        with_turn("a"),
        with_turn("b"),
        item("c", Action::Create, &[], &[]),
    ]);
    let steps = run.ready(at(0));
    assert_eq!(
        steps.iter().map(|step| step.item).collect::<Vec<_>>(),
        [0, 2]
    );
    run.finish(steps[0].id, done("a"), at(1));
    assert_eq!(only(&mut run, 1).item, 1);
}

#[test]
fn of_two_deletes_that_take_turns_the_one_made_last_comes_first() {
    let with_turn = |address| Item {
        turns: BTreeSet::from(["router".to_owned()]),
        ..item(address, Action::Delete, &[], &[])
    };
    let mut run = run(vec![with_turn("ipv4"), with_turn("ipv6")]);
    let first = only(&mut run, 0);
    assert_eq!(first.item, 1);
    run.finish(first.id, Outcome::Gone, at(1));
    assert_eq!(only(&mut run, 1).item, 0);
}

#[test]
fn a_pending_operation_is_asked_about_and_a_forgotten_one_is_looked_for() {
    let mut run = run(vec![item("a", Action::Create, &[], &[])]);
    let first = only(&mut run, 0);
    let poll_after = Duration::from_secs(5);
    let operation = Operation(json!("op"));
    run.finish(
        first.id,
        Outcome::Pending {
            operation,
            poll_after,
        },
        at(0),
    );
    assert_eq!(run.wake_at(), Some(at(5)));
    let (poll, now) = later(&mut run);
    assert!(matches!(poll.work, Work::Poll(_)));
    run.finish(poll.id, refused(ErrorKind::Conflict), now);
    assert_eq!(later(&mut run).0.work, Work::Look { id: None });
}

#[test]
fn a_panic_is_that_steps_failure_and_leaves_its_outcome_open() {
    let mut run = run(vec![item("a", Action::Create, &[], &[])]);
    let first = only(&mut run, 0);
    let facts = run.finish(first.id, Outcome::Panicked("index".to_owned()), at(1));
    assert!(
        matches!(facts[0], Fact::Failed { open: true, .. }),
        "{facts:?}"
    );
}

#[test]
fn after_a_cancel_nothing_begins_and_what_is_under_way_is_finished() {
    let mut run = run(vec![
        item("a", Action::Create, &[], &[]),
        item("b", Action::Create, &["a"], &[]),
    ]);
    let first = only(&mut run, 0);
    run.cancel();
    assert!(!run.is_finished());
    run.finish(first.id, done("a"), at(1));
    assert!(run.ready(at(1)).is_empty());
    assert_eq!(
        (run.is_finished(), run.outcome()),
        (true, Finish::Cancelled)
    );
}

#[test]
fn the_same_seed_gives_the_same_tokens_and_pauses() {
    let play = |seed: u64| {
        let mut run = run(vec![item("a", Action::Create, &[], &[])]);
        let plan = run.plan().clone();
        run = Run::start(plan, Limits::default(), seed);
        let first = only(&mut run, 0);
        run.finish(first.id, refused(ErrorKind::Unavailable), at(0));
        (first.work, run.wake_at())
    };
    assert_eq!(play(7), play(7));
    assert_ne!(play(7), play(8));
}

#[test]
fn a_create_that_an_earlier_run_left_under_way_is_asked_about_and_not_sent() {
    let operations =
        std::collections::BTreeMap::from([("a".parse().unwrap(), Operation(json!("op")))]);
    let mut run = run(vec![item("a", Action::Create, &[], &[])]).resuming(&operations);
    let poll = only(&mut run, 0);
    assert_eq!(poll.work, Work::Poll(Operation(json!("op"))));
    run.finish(poll.id, done("a"), at(1));
    assert_eq!(run.outcome(), Finish::Done);
}

#[test]
fn a_create_waits_until_what_is_being_deleted_at_its_place_is_gone() {
    let leaving = Found {
        phase: Phase::Leaving,
        ..found("old", &[])
    };
    let item = Item {
        found: Some(Arc::new(leaving.clone())),
        ..item("a", Action::Create, &[], &[])
    };
    let mut run = run(vec![item]);
    let look = only(&mut run, 0);
    assert_eq!(look.work, Work::Look { id: None });
    let sight = Sight {
        found: Arc::new(leaving),
        diff: Diff::Same,
        used: false,
    };
    run.finish(look.id, Outcome::Seen(vec![sight]), at(0));
    let (look, now) = later(&mut run);
    run.finish(look.id, Outcome::Seen(Vec::new()), now);
    assert!(matches!(later(&mut run).0.work, Work::Create { .. }));
}
