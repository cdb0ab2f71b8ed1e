//! Every call goes wrong once, in every way.

use std::sync::Arc;

use groundwork_engine::{Event, Fact, MemoryJournal, Reason};
use mock_cloud::{Effect, Fault, Faults};

use super::clean_shape;
use crate::{Halved, Lab, Odd, Shape, Subject, Twice, Variant, done};

/// Each call fails, before or after its effect, and in every way that a client sees.
pub async fn each_call_fails(subject: &dyn Subject) {
    let harms = [
        Fault::Error {
            status: 500,
            effect: Effect::None,
        },
        Fault::Error {
            status: 503,
            effect: Effect::Applied,
        },
        Fault::Throttle {
            retry_after_s: Some(2),
        },
        Fault::Throttle {
            retry_after_s: None,
        },
        Fault::Refuse,
        Fault::Truncate,
        Fault::Latency { extra_ms: 90_000 },
    ];
    let (calls, _) = calls(subject).await;
    for fault in harms {
        applies(subject, calls, fault, Faults::at_call).await;
    }
}

/// Each call of a look at what is as it should be fails once: what is there is seen all the same,
/// or nothing is said of it.
pub async fn each_call_of_a_look_fails(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let request = lab.wanted(Variant::DualStack);
    done(lab.process().apply(&request).await, "the clean run");
    lab.quiet().await;
    lab.mock.clear_calls();
    let clean = lab.process().plan(&request).await.expect("nothing fails");
    let calls = lab.mock.calls().len();
    for fault in [
        Fault::Error {
            status: 500,
            effect: Effect::None,
        },
        Fault::Throttle {
            retry_after_s: None,
        },
        Fault::LostReply,
    ] {
        for nth in 1..=calls {
            lab.mock.set_faults(1, Faults::at_call(nth as u64, fault));
            if let Ok(seen) = lab.process().plan(&request).await {
                let case = format!("{fault:?} at call {nth} of a look");
                assert_eq!(seen.plan.items, clean.plan.items, "{case}");
                assert_eq!(seen.plan.findings, clean.plan.findings, "{case}");
            }
        }
    }
}

/// Each reply is something else than it should be, JSON that is no object above all: nothing panics,
/// and one further run is enough.
pub async fn a_reply_of_another_shape_breaks_nothing(subject: &dyn Subject) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    let (calls, _) = calls(subject).await;
    for nth in 1..=calls {
        // Neighbours get others.
        let body = Odd::BODIES[nth % Odd::BODIES.len()];
        let case = format!("the reply to call {nth} is {body}");
        let lab = Lab::open(subject);
        let wire = Arc::new(Odd::new(lab.wire.clone(), nth, body));
        let process = lab.process_with(Arc::new(MemoryJournal::default()), "one", wire, 7);
        if let Ok(ran) = process.apply(&lab.wanted(Variant::DualStack)).await {
            let mut failures = ran.applied.failures.iter();
            let panic = failures.find(|(.., failure)| failure.reason == Reason::Panic);
            assert!(panic.is_none(), "{case}: {panic:#?}");
        }
        settle(&lab, &shape, &process, &case).await;
    }
}

/// Each reply is lost: the effect is there, and nobody was told.
pub async fn each_reply_is_lost(subject: &dyn Subject) {
    let (calls, _) = calls(subject).await;
    applies(subject, calls, Fault::LostReply, Faults::at_call).await;
}

/// Each effect comes late: soon, and after everybody has stopped looking for it.
pub async fn each_effect_comes_late(subject: &dyn Subject) {
    let (_, mutating) = calls(subject).await;
    for after_ms in [3_000, 150_000] {
        applies(
            subject,
            mutating,
            Fault::LateEffect { after_ms },
            Faults::at_mutating_call,
        )
        .await;
    }
}

/// A create without a reply, or with a server's error for one, is looked for as long as it may still
/// take effect, and is not sent again meanwhile: there is never a second object that would have to be
/// deleted.
pub async fn no_create_is_sent_twice_while_the_first_may_come(subject: &dyn Subject) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    let (_, mutating) = calls(subject).await;
    let harms = [
        Fault::LateEffect { after_ms: 40_000 },
        Fault::Error {
            status: 503,
            effect: Effect::Applied,
        },
    ];
    for (nth, fault) in (1..=mutating).flat_map(|nth| harms.map(|fault| (nth, fault))) {
        let case = format!("{fault:?} at change {nth}");
        let lab = Lab::open(subject);
        lab.mock
            .set_faults(1, Faults::at_mutating_call(nth as u64, fault));
        let mut events = Vec::new();
        let process = lab.process();
        let request = lab.wanted(Variant::DualStack);
        let _ = process.apply_telling(&request, &mut events).await;
        let deleted = events
            .iter()
            .filter(|event| matches!(event.fact, Fact::Deleted { .. }));
        assert_eq!(
            deleted.count(),
            0,
            "{case}: a second object was deleted: {events:#?}"
        );
        lab.quiet().await;
        for (object, count) in lab.shape() {
            let expected = shape.get(&object).copied().unwrap_or(0);
            assert!(count <= expected, "{case}: {count} of {object:?}");
        }
    }
}

/// Half of each reply arrives, and nothing says that it is not the whole. The change may have happened:
/// the next run, which begins at once, makes no second object while listings do not show the first.
pub async fn a_change_with_an_unreadable_reply_may_have_happened(subject: &dyn Subject) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    let (_, mutating) = calls(subject).await;
    for nth in 1..=mutating {
        let case = format!("half of reply {nth}");
        let lab = Lab::open(subject);
        let fault = Fault::StaleListings { for_ms: 20_000 };
        lab.mock
            .set_faults(1, Faults::at_mutating_call(nth as u64, fault));
        let wire = Arc::new(Halved::new(lab.wire.clone(), nth));
        let process = lab.process_with(Arc::new(MemoryJournal::default()), "one", wire, 7);
        let request = lab.wanted(Variant::DualStack);
        let mut events = Vec::new();
        for _ in 0..2 {
            let _ = process.apply_telling(&request, &mut events).await;
        }
        let is_delete = |event: &&Event| matches!(event.fact, Fact::Deleted { .. });
        let deleted = events.iter().find(is_delete);
        assert!(deleted.is_none(), "{case}: {deleted:?}");
        for (object, count) in lab.shape() {
            let expected = shape.get(&object).copied().unwrap_or(0);
            assert!(count <= expected, "{case}: {count} of {object:?}");
        }
        settle(&lab, &shape, &process, &case).await;
    }
}

/// Half of each reply arrives: the run looks what came of the change, and needs no further one.
pub async fn an_unreadable_reply_ends_no_run(subject: &dyn Subject) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    let (_, mutating) = calls(subject).await;
    for nth in 1..=mutating {
        let case = format!("half of reply {nth}");
        let lab = Lab::open(subject);
        let wire = Arc::new(Halved::new(lab.wire.clone(), nth));
        let process = lab.process_with(Arc::new(MemoryJournal::default()), "one", wire, 7);
        done(process.apply(&lab.wanted(Variant::DualStack)).await, &case);
        settle(&lab, &shape, &process, &case).await;
    }
}

/// The cloud takes back what it made for a create that got no reply, after the run has seen it: the
/// run makes it anew, and what refers to it, and no further run is needed.
pub async fn what_vanishes_after_it_was_seen_is_made_anew(subject: &dyn Subject) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    let (_, mutating) = calls(subject).await;
    for nth in 1..=mutating {
        let case = format!("what call {nth} made is taken back");
        let lab = Lab::open(subject);
        let faults = Faults::at_mutating_call(nth as u64, Fault::TakenBack);
        lab.mock.set_faults(1, faults);
        let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
        done(process.apply(&request).await, &case);
        settle(&lab, &shape, &process, &case).await;
    }
}

/// Each listing after a change is old for a while.
pub async fn each_listing_is_stale(subject: &dyn Subject) {
    let (_, mutating) = calls(subject).await;
    let fault = Fault::StaleListings { for_ms: 20_000 };
    applies(subject, mutating, fault, Faults::at_mutating_call).await;
}

/// Each step is made twice, as by a proxy that tries again.
pub async fn each_step_is_repeated(subject: &dyn Subject) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    let (_, mutating) = calls(subject).await;
    for nth in 1..=mutating {
        let case = format!("step {nth} is made twice");
        let lab = Lab::open(subject);
        let wire = Arc::new(Twice::new(lab.wire.clone(), nth));
        let process = lab.process_with(Arc::new(MemoryJournal::default()), "one", wire, 7);
        let _ = process.apply(&lab.wanted(Variant::DualStack)).await;
        settle(&lab, &shape, &process, &case).await;
    }
}

/// A cloud that asks for a pause gets it: the run goes on by itself, and needs no further one.
pub async fn a_throttled_change_is_tried_again(subject: &dyn Subject) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    let (_, mutating) = calls(subject).await;
    let fault = Fault::Throttle {
        retry_after_s: Some(2),
    };
    for nth in 1..=mutating {
        let case = format!("change {nth} is throttled");
        let lab = Lab::open(subject);
        lab.mock
            .set_faults(1, Faults::at_mutating_call(nth as u64, fault));
        let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
        done(process.apply(&request).await, &case);
        settle(&lab, &shape, &process, &case).await;
    }
}

/// A reply takes so long that the cloud has forgotten what it was about: the run looks again, and needs
/// no further one.
pub async fn a_slow_reply_ends_no_run(subject: &dyn Subject) {
    let (calls, _) = calls(subject).await;
    for nth in 1..=calls {
        let case = format!("reply {nth} takes half a minute");
        let lab = Lab::open(subject);
        let fault = Fault::Latency { extra_ms: 30_000 };
        lab.mock.set_faults(1, Faults::at_call(nth as u64, fault));
        let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
        done(process.apply(&request).await, &case);
        lab.assert_harmless(&case);
    }
}

/// A change that a proxy has made twice may be refused the second time: an object that exists already,
/// or not any more, ends no run. Not every cloud tells such a refusal apart from bad input.
pub async fn a_change_that_is_made_twice_ends_well(subject: &dyn Subject) {
    let (_, mutating) = calls(subject).await;
    for nth in 1..=mutating {
        let case = format!("change {nth} is made twice");
        let lab = Lab::open(subject);
        let wire = Arc::new(Twice::new(lab.wire.clone(), nth));
        let process = lab.process_with(Arc::new(MemoryJournal::default()), "one", wire, 7);
        let request = lab.wanted(Variant::DualStack);
        done(process.apply(&request).await, &case);
        lab.assert_harmless(&case);
    }
}

/// Each call of a destroy fails, before and after its effect; in the end everything is gone.
pub async fn each_call_of_a_destroy_fails(subject: &dyn Subject) {
    let harms = [
        Fault::Error {
            status: 500,
            effect: Effect::None,
        },
        Fault::Error {
            status: 503,
            effect: Effect::Applied,
        },
        Fault::LostReply,
        Fault::Throttle {
            retry_after_s: Some(2),
        },
    ];
    let count = destroy_calls(subject).await;
    for fault in harms {
        for nth in 1..=count {
            let case = format!("{fault:?} at call {nth} of a destroy");
            let lab = Lab::open(subject);
            let before = lab.inventory();
            let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
            done(process.apply(&request).await, &case);
            lab.quiet().await;
            lab.mock.set_faults(1, Faults::at_call(nth as u64, fault));
            let _ = process.destroy(&request).await;
            lab.quiet().await;
            done(process.destroy(&request).await, &case);
            lab.quiet().await;
            assert_eq!(before.differences(&lab.inventory()), [""; 0], "{case}");
            lab.assert_harmless(&case);
        }
    }
}

/// Applies with one fault at each call; a further run has to be enough.
async fn applies(
    subject: &dyn Subject,
    calls: usize,
    fault: Fault,
    at: impl Fn(u64, Fault) -> Faults,
) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    for nth in 1..=calls {
        let case = format!("{fault:?} at call {nth}");
        let lab = Lab::open(subject);
        let process = lab.process();
        lab.mock.set_faults(1, at(nth as u64, fault));
        let _ = process.apply(&lab.wanted(Variant::DualStack)).await;
        settle(&lab, &shape, &process, &case).await;
    }
}

/// Time passes, one further run is made, and all is well.
pub(super) async fn settle(lab: &Lab<'_>, shape: &Shape, process: &crate::Process, case: &str) {
    let request = lab.wanted(Variant::DualStack);
    lab.assert_harmless(case);
    lab.quiet().await;
    let ran = done(process.apply(&request).await, case);
    lab.quiet().await;
    match ran.planned.plan.is_empty() {
        true => lab.assert_shape(shape, case),
        false => lab.assert_converged(process, &request, shape, case).await,
    }
}

/// How many calls a clean apply makes, and how many of them change something.
pub(super) async fn calls(subject: &dyn Subject) -> (usize, usize) {
    let lab = Lab::open(subject);
    done(
        lab.process().apply(&lab.wanted(Variant::DualStack)).await,
        "the clean run",
    );
    (lab.mock.calls().len(), lab.mock.mutating_calls().len())
}

async fn destroy_calls(subject: &dyn Subject) -> usize {
    let lab = Lab::open(subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "the clean run");
    lab.quiet().await;
    lab.mock.clear_calls();
    done(process.destroy(&request).await, "the clean destroy");
    lab.mock.calls().len()
}
