//! The subject itself: a suite over a subject that shows nothing proves nothing.

use std::collections::BTreeSet;

use super::{capabilities::is_creator, clean_shape};
use crate::{Lab, Subject, Variant, done, lab::label};

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
    match is_creator(subject) {
        true => what_was_made_can_be_meddled_with(subject, &lab),
        false => {
            assert_eq!(before.differences(&lab.inventory()), [""; 0], "it creates");
            assert_eq!(lab.mock.mutating_calls(), [], "it changes something");
        }
    }
    assert!(
        subject.violations().len() > 1,
        "the subject knows no two ways in which a named network can be unfit"
    );
}

fn what_was_made_can_be_meddled_with(subject: &dyn Subject, lab: &Lab<'_>) {
    let inventory = lab.inventory();
    assert!(
        inventory
            .entries()
            .any(|entry| label(&entry.text).is_some()),
        "no object that the driver made shows its label: `Cloud::describe` leaves out the text that \
         it is in"
    );
    changes(lab, "drift", || {
        let _ = subject.drift(&lab.mock);
    });
    changes(lab, "obstruct", || drop(subject.obstruct(&lab.mock)));
    for stranger in subject.strangers() {
        changes(lab, stranger.what, || drop((stranger.put)(&lab.mock)));
    }
    // Last, since an object that a stranger joins is no longer the only one of its label then.
    changes(lab, "twin", || drop(subject.twin(&lab.mock, true)));
    assert!(
        subject.strangers().iter().any(|stranger| stranger.blocks),
        "no stranger of the subject is in the way of a destroy"
    );
}

/// A listing has more than one page, and what is on the last one counts.
pub async fn every_page_of_a_listing_is_read(subject: &dyn Subject) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    let lab = Lab::paged(subject, 1);
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
