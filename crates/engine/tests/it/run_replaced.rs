//! The run that makes something anew, and has to tell the new object from the one before it.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::sync::Arc;

use crate::play::{at, found, item, later, lost, only, run, sight};
use groundwork_engine::{
    Finish, Limits,
    run::{Outcome, Run, Work},
};
use groundwork_provider::{Action, Found, Item, Key};
use serde_json::{Value, json};

#[test]
fn what_was_deleted_to_be_made_anew_is_not_taken_for_the_new_one() {
    let old = found("id-a", &[]);
    let mut run = run(vec![item("a", Action::Replace, &[], &[])]);
    let delete = only(&mut run, 0);
    run.finish(delete.id, Outcome::Gone, at(0));
    let create = only(&mut run, 0);
    run.finish(create.id, lost(), at(1));
    let (look, now) = later(&mut run);
    run.finish(look.id, Outcome::Seen(vec![sight(old.clone())]), now);
    assert!(!run.is_finished(), "the listing lags");
    let (look, now) = later(&mut run);
    let new = found("id-new", &[]);
    run.finish(look.id, Outcome::Seen(vec![sight(old), sight(new)]), now);
    let object = run.object(look.id).unwrap();
    assert_eq!(
        (object.id.as_str(), run.outcome()),
        ("id-new", Finish::Done)
    );
}

/// A run that has replaced an object which is known by its place, and had no reply.
fn replaced_at_its_place() -> (Run, Found<Value>) {
    let old = Found {
        key: Key::Natural("place".to_owned()),
        ..found("place", &[])
    };
    let replace = Item {
        found: Some(Arc::new(old.clone())),
        ..item("a", Action::Replace, &[], &[])
    };
    let mut run = run(vec![replace]);
    let delete = only(&mut run, 0);
    run.finish(delete.id, Outcome::Gone, at(0));
    let create = only(&mut run, 0);
    run.finish(create.id, lost(), at(1));
    (run, old)
}

#[test]
fn the_new_object_at_a_place_has_the_id_of_the_one_before() {
    let (mut run, old) = replaced_at_its_place();
    let new = Found {
        state: json!({ "id": "place", "association": "new" }),
        ..old.clone()
    };
    let (look, now) = later(&mut run);
    run.finish(look.id, Outcome::Seen(vec![sight(old)]), now);
    assert!(!run.is_finished(), "the listing lags");
    let (look, now) = later(&mut run);
    run.finish(look.id, Outcome::Seen(vec![sight(new)]), now);
    assert_eq!(run.outcome(), Finish::Done);
}

#[test]
fn what_is_at_a_place_after_the_quiet_window_is_no_longer_the_one_before() {
    let (mut run, old) = replaced_at_its_place();
    let window = at(1) + Limits::default().quiet_window;
    while !run.is_finished() {
        let (look, now) = later(&mut run);
        assert!(matches!(look.work, Work::Look { .. }), "{:?}", look.work);
        run.finish(look.id, Outcome::Seen(vec![sight(old.clone())]), now);
        assert_eq!(run.is_finished(), now >= window, "at {now}");
    }
    assert_eq!(run.outcome(), Finish::Done);
}
