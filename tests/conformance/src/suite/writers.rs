//! Writers that the cloud cannot handle at once: ours among themselves, and others.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use groundwork_engine::{Finish, MemoryJournal};
use mock_cloud::{Call, Fault, Faults, Match, Rule};

use super::{clean_shape, faults::calls, strangers::has};
use crate::{Lab, Overtaken, Stranger, Subject, Variant, done};

/// Each change meets another writer, who was faster: the run looks again, does what is still to do, and
/// needs no further one. So does a destroy.
pub async fn a_change_that_meets_another_writer_ends_no_run(subject: &dyn Subject) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    let (_, mutating) = calls(subject).await;
    for nth in 1..=mutating {
        let case = format!("change {nth} meets another writer");
        let lab = Lab::open(subject);
        let before = lab.inventory();
        let conflict = || Faults::at_mutating_call(nth as u64, Fault::Conflict);
        lab.mock.set_faults(1, conflict());
        let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
        done(process.apply(&request).await, &case);
        lab.quiet().await;
        assert_eq!(lab.shape(), shape, "{case}");
        lab.mock.set_faults(1, conflict());
        done(process.destroy(&request).await, &case);
        lab.quiet().await;
        assert_eq!(before.differences(&lab.inventory()), [""; 0], "{case}");
        lab.assert_harmless(&case);
    }
}

/// Changes that the cloud cannot handle two at once of are sent one after the other, however long each of
/// them takes.
pub async fn writers_of_one_object_take_turns(subject: &dyn Subject) {
    let extra_ms = 5_000;
    let every = Rule {
        calls: Match {
            mutating: Some(true),
            ..Match::default()
        },
        fault: Fault::Latency { extra_ms },
        times: None,
    };
    let lab = Lab::open(subject);
    lab.mock.set_faults(
        1,
        Faults {
            rules: vec![every],
            ..Faults::none()
        },
    );
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    done(process.destroy(&request).await, "destroy");
    let mut last: BTreeMap<String, Duration> = BTreeMap::new();
    for call in lab.mock.mutating_calls() {
        let Some(at) = subject.turns_at(&call) else {
            continue;
        };
        if let Some(before) = last.insert(at, call.at) {
            let apart = call.at.saturating_sub(before);
            assert!(
                apart >= Duration::from_millis(extra_ms),
                "{} comes {apart:?} after another one, which takes {extra_ms} ms",
                call.line()
            );
        }
    }
}

/// Whatever somebody else puts into ours between our look and our write is there afterwards: each change
/// leaves it alone, or is refused because what it rests on is old, and is made anew.
pub async fn what_others_write_a_moment_before_us_stays(subject: &dyn Subject) {
    let strangers = subject.strangers();
    let changes = repair(subject).await;
    for stranger in strangers {
        for (nth, call) in (1..).zip(&changes) {
            if !subject.overwrites(call) {
                stays(subject, stranger, nth).await;
            }
        }
    }
}

/// The changes that a repair makes of everything that others may have something in as well.
async fn repair(subject: &dyn Subject) -> Vec<Call> {
    let lab = Lab::open(subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    subject.drift_in_lists(&lab.mock);
    lab.mock.clear_calls();
    done(process.apply(&request).await, "repair");
    lab.mock.mutating_calls()
}

async fn stays(subject: &dyn Subject, stranger: Stranger, nth: usize) {
    let case = format!("{} comes right before change {nth}", stranger.what);
    let lab = Lab::open(subject);
    let request = lab.wanted(Variant::DualStack);
    let journal = Arc::new(MemoryJournal::default());
    let process = lab.process_over(journal.clone(), "one");
    done(process.apply(&request).await, &case);
    lab.quiet().await;
    subject.drift_in_lists(&lab.mock);
    let wire = Overtaken::new(lab.wire.clone(), nth, move |mock, _| {
        Some((stranger.put)(mock))
    });
    let process = lab.process_with(journal, "one", Arc::new(wire.clone()), 7);
    done(process.apply(&request).await, &case);
    lab.quiet().await;
    let id = wire.made().expect("the repair makes that change");
    assert!(has(&lab.inventory(), &id), "{case}: {id} is lost");
    lab.assert_harmless(&case);
}

/// Somebody else takes the name of what we are about to make, between our look and our create: what is
/// theirs is left as it is, and nothing is called done in its place.
pub async fn a_name_that_is_taken_a_moment_before_us_is_left_alone(subject: &dyn Subject) {
    let Some(overtake) = subject.overtake() else {
        return;
    };
    let (_, mutating) = calls(subject).await;
    let mut taken = 0;
    for nth in 1..=mutating {
        let lab = Lab::open(subject);
        let wire = Overtaken::new(lab.wire.clone(), nth, overtake);
        let journal = Arc::new(MemoryJournal::default());
        let process = lab.process_with(journal, "one", Arc::new(wire.clone()), 7);
        let ran = process.apply(&lab.wanted(Variant::DualStack)).await;
        lab.quiet().await;
        let Some(id) = wire.made() else {
            continue;
        };
        taken += 1;
        let case = format!("{id} was there right before change {nth}");
        assert!(has(&lab.inventory(), &id), "{case}: it is gone");
        lab.assert_harmless(&case);
        if let Ok(ran) = ran {
            assert_ne!(ran.applied.finish, Finish::Done, "{case}");
        }
    }
    assert!(taken > 0, "no request makes anything under a name");
}
