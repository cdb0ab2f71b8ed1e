//! Sessions that a cloud counts.

use std::time::Duration;

use groundwork_engine::Patience;
use groundwork_provider::Clock;
use mock_cloud::{Effect, Fault, Faults, Match, Rule};

use crate::{Lab, Subject, Variant, done};

/// Whoever logs in logs out, whatever came of it: a run, a look, a look that fails, a sweep, and a
/// session that somebody dropped.
pub async fn who_logs_in_logs_out(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let left = |case: &str| assert_eq!(lab.mock.sessions(), 0, "sessions are left after {case}");
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    left("an apply");
    lab.quiet().await;
    lab.mock.clear_calls();
    process.plan(&request).await.expect("it looks");
    left("a look");
    let calls = lab.mock.calls();
    let listing = calls
        .iter()
        .position(|call| subject.listing(call).is_some());
    let nth = listing.expect("a look lists something") as u64 + 1;
    lab.mock
        .set_faults(1, Faults::at_call(nth, Fault::EmptyListing));
    drop(lab.process().plan(&request).await);
    left("a look that sees nothing");
    process
        .engine
        .sweep(std::slice::from_ref(&request), &mut |_| {})
        .await;
    left("a sweep");
    drop(process.session(&request).await.expect("it connects"));
    drop(process.session(&request).await.expect("it connects"));
    process.engine.leave().await;
    left("sessions that were dropped");
    done(process.destroy(&request).await, "destroy");
    left("a destroy");
}

/// A cloud that does not answer a logout, or refuses it, keeps nobody from ending.
pub async fn who_cannot_log_out_does_not_wait_long(subject: &dyn Subject) {
    let error = Fault::Error {
        status: 500,
        effect: Effect::None,
    };
    for fault in [Fault::Latency { extra_ms: 90_000 }, Fault::Refuse, error] {
        let lab = Lab::open(subject);
        let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
        let session = process.session(&request).await.expect("it connects");
        session.plan(Patience::Now).await.expect("it looks");
        let every = Rule {
            calls: Match::default(),
            fault,
            times: None,
        };
        lab.mock.set_faults(
            1,
            Faults {
                rules: vec![every],
                ..Faults::none()
            },
        );
        let began = lab.clock.now();
        session.leave().await;
        let waited = lab.clock.now().duration_since(began);
        assert!(
            waited <= Duration::from_secs(10).try_into().expect("it is short"),
            "{fault:?}: {waited}"
        );
    }
}
