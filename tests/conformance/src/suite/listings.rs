//! Listings that are wrong.

use groundwork_engine::{Finish, Trouble};
use groundwork_provider::{ApiOperation, Use};
use mock_cloud::{Fault, Faults};

use crate::{Lab, Subject, Variant, done};

/// Each listing is empty once, although everything is there: an apply makes nothing a second time,
/// and changes and removes nothing; a destroy does not forget what it did not see.
pub async fn a_listing_is_wrong_once(subject: &dyn Subject) {
    for nth in listings(subject, false).await {
        let case = format!("call {nth} of an apply shows nothing");
        let lab = Lab::open(subject);
        let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
        done(process.apply(&request).await, &case);
        lab.quiet().await;
        let there = lab.inventory();
        lab.mock
            .set_faults(1, Faults::at_call(nth, Fault::EmptyListing));
        let _ = process.apply(&request).await;
        lab.quiet().await;
        assert_eq!(there.differences(&lab.inventory()), [""; 0], "{case}");
    }
    for nth in listings(subject, true).await {
        let case = format!("call {nth} of a destroy shows nothing");
        let lab = Lab::open(subject);
        let before = lab.inventory();
        let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
        done(process.apply(&request).await, &case);
        lab.quiet().await;
        lab.mock
            .set_faults(1, Faults::at_call(nth, Fault::EmptyListing));
        let first = process.destroy(&request).await;
        lab.quiet().await;
        if !first.is_ok_and(|ran| ran.applied.finish == Finish::Done) {
            done(process.destroy(&request).await, &case);
            lab.quiet().await;
        }
        assert_eq!(before.differences(&lab.inventory()), [""; 0], "{case}");
        lab.assert_harmless(&case);
    }
}

/// No page of any listing is the last one: a run gives up, names the listing, and changes nothing.
pub async fn a_listing_without_end_is_given_up(subject: &dyn Subject) {
    let lab = Lab::paged(subject, 0);
    let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
    let Err(Trouble::Cloud(error)) = ran else {
        panic!("it was taken for a whole listing");
    };
    let registry = subject.registry();
    let mut operations = registry.iter().flat_map(|provider| provider.operations());
    let is_it = |of: &ApiOperation| of.used_for == Use::List && is_call(&error.operation, of.name);
    assert!(operations.any(is_it), "no listing is named: {error:#?}");
    assert_eq!(lab.mock.mutating_calls(), []);
}

/// Whether a call is of an operation, as the table names it: `GET /projects/{id}/ips`.
fn is_call(call: &str, operation: &str) -> bool {
    let (call, operation) = (call.split('/'), operation.split('/'));
    let same = |(called, named): (&str, &str)| named.starts_with('{') || called == named;
    call.clone().count() == operation.clone().count() && call.zip(operation).all(same)
}

/// Which calls of an apply that has nothing to do, or of a destroy, begin or continue a listing.
async fn listings(subject: &dyn Subject, destroy: bool) -> Vec<u64> {
    let lab = Lab::open(subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "the clean run");
    lab.quiet().await;
    lab.mock.clear_calls();
    let ran = match destroy {
        true => process.destroy(&request).await,
        false => process.apply(&request).await,
    };
    done(ran, "the clean second run");
    let calls = lab.mock.calls();
    let numbered = (1..).zip(&calls);
    let listed = numbered.filter(|(_, call)| subject.listing(call).is_some());
    listed.map(|(nth, _)| nth).collect()
}
