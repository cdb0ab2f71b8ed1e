//! The subject itself: a suite over a subject that shows nothing proves nothing.

use std::collections::BTreeSet;

use super::{clean_shape, done};
use crate::{Lab, Subject, Variant, lab::label};

/// The cloud of the subject can show what the suite looks for; else one line says what it lacks.
pub async fn the_subject_is_sound(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let before = lab.inventory();
    assert!(
        before.entries().next().is_some(),
        "the subject's cloud has nothing of others in it: a driver that deletes too much would not \
         be seen"
    );
    done(
        lab.process().apply(&lab.wanted(Variant::DualStack)).await,
        "the subject's usual document",
    );
    lab.quiet().await;
    let inventory = lab.inventory();
    assert!(
        inventory
            .entries()
            .any(|entry| label(&entry.text).is_some()),
        "no object that the driver made shows its label: `Cloud::describe` leaves out the text that \
         it is in"
    );
    changes(&lab, "drift", || {
        let _ = subject.drift(&lab.mock);
    });
    changes(&lab, "obstruct", || drop(subject.obstruct(&lab.mock)));
    for stranger in subject.strangers() {
        changes(&lab, stranger.what, || drop((stranger.put)(&lab.mock)));
    }
    // Last, since an object that a stranger joins is no longer the only one of its label then.
    changes(&lab, "twin", || drop(subject.twin(&lab.mock, true)));
    assert!(
        subject.strangers().iter().any(|stranger| stranger.blocks),
        "no stranger of the subject is in the way of a destroy"
    );
    assert!(
        subject.violations().len() > 1,
        "the subject knows no two ways in which a named network can be unfit"
    );
}

/// A listing has more than one page, and what is on the last one counts.
pub async fn every_page_of_a_listing_is_read(subject: &dyn Subject) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    let lab = Lab::paged(subject);
    let before = lab.inventory();
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    let calls = lab.mock.calls();
    let listings: BTreeSet<String> = calls.iter().filter_map(|c| subject.listing(c)).collect();
    assert!(
        !listings.is_empty(),
        "the subject takes no call for the begin of a listing: `Subject::listing` answers None"
    );
    let is_further = |call: &mock_cloud::Call| {
        let of =
            |begin: &mock_cloud::Call| begin.path == call.path && subject.listing(begin).is_some();
        let other = !call.mutating && !subject.is_overhead(call);
        other && subject.listing(call).is_none() && calls.iter().any(of)
    };
    assert!(
        calls.iter().any(is_further),
        "every listing of the subject's cloud has one page: `Subject::paged` has to make pages \
         smaller, or a driver that reads the first one alone would not be seen"
    );
    lab.assert_converged(&lab.process(), &request, &shape, "pages")
        .await;
    done(lab.process().destroy(&request).await, "destroy");
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

fn changes(lab: &Lab<'_>, what: &str, change: impl FnOnce()) {
    let before = lab.inventory();
    change();
    assert!(
        before != lab.inventory(),
        "`Subject::{what}` changes nothing that the inventory shows"
    );
}

/// Every call is in the driver's table of operations, from which policies are made, and what the
/// table says of a kind is what is called.
pub async fn every_call_is_in_the_table_of_operations(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&lab.wanted(Variant::Ipv4)).await, "IPv4");
    done(process.apply(&request).await, "dual-stack");
    lab.quiet().await;
    subject.drift(&lab.mock);
    done(process.apply(&request).await, "repair");
    done(process.destroy(&request).await, "destroy");
    let registry = subject.registry();
    let provider = registry.iter().next().expect("the subject has a driver");
    let operations = provider.operations();
    let of_table = |call: &mock_cloud::Call| operations.iter().any(|o| subject.is_of(call, o.name));
    let missing: BTreeSet<String> = lab
        .mock
        .calls()
        .iter()
        .filter(|call| !of_table(call))
        .map(mock_cloud::Call::line)
        .collect();
    assert!(missing.is_empty(), "not in the table: {missing:#?}");
    let kinds = provider.kinds();
    for operation in operations
        .iter()
        .filter(|operation| !operation.kind.is_empty())
    {
        let known = operation.kind.contains('/');
        assert!(known, "{operation:?} names no kind");
    }
    for kind in kinds.iter().filter(|kind| !kind.watched) {
        let uses = operations
            .iter()
            .filter(|operation| operation.kind == kind.name);
        assert!(
            uses.count() > 0,
            "no operation of the table is of {}",
            kind.name
        );
    }
}

/// What a driver declares of a feature is said once, with its reason.
pub async fn each_feature_is_declared_once(subject: &dyn Subject) {
    let registry = subject.registry();
    let provider = registry.iter().next().expect("the subject has a driver");
    let features = provider.capabilities().features;
    let distinct: BTreeSet<_> = features.iter().map(|of| of.feature).collect();
    assert_eq!(
        distinct.len(),
        features.len(),
        "a feature is declared twice: {features:#?}"
    );
    for of in features {
        assert!(!of.reason.is_empty() && !of.reference.is_empty(), "{of:?}");
    }
}
