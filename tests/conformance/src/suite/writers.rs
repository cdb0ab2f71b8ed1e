//! Writers that the cloud cannot handle at once: ours among themselves, and others.

use std::{collections::BTreeMap, time::Duration};

use mock_cloud::{Fault, Faults, Match, Rule};

use super::{clean_shape, faults::calls};
use crate::{Lab, Subject, Variant, done};

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
