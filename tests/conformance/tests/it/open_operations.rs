//! Creates that the cloud is still working on, and does not show, when the next run begins.

use std::{sync::Arc, time::Duration};

use conformance::{Death, Dying, Lab, Process, Variant, subjects::ToySubject, toy::cloud::Config};
use groundwork_engine::{Finish, Journal, MemoryJournal, Trouble};

fn slow(build: Duration) -> ToySubject {
    let config = Config {
        build,
        hides_building: true,
        ..Config::default()
    };
    ToySubject { config }
}

/// The next process, after one has died with its network's operation open in the journal.
async fn died_meanwhile(lab: &Lab<'_>, nth: usize) -> Option<Process> {
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    let dying = Arc::new(Dying::new(journal.clone(), Death::After(nth)));
    let request = lab.wanted(Variant::DualStack);
    let _ = lab.process_over(dying, "one").apply(&request).await;
    let next = lab.process_over(journal, "one");
    let session = next.session(&request).await.expect("it connects");
    let recall = session.recall().await.expect("it is read");
    (!recall.operations.is_empty()).then_some(next)
}

#[tokio::test(start_paused = true)]
async fn a_destroy_waits_for_what_the_cloud_is_still_making_and_does_not_show() {
    let subject = slow(Duration::from_secs(300));
    let mut cases = 0;
    for nth in 2..7 {
        let lab = Lab::open(&subject);
        let before = lab.inventory();
        let Some(next) = died_meanwhile(&lab, nth).await else {
            continue;
        };
        cases += 1;
        let ran = next.destroy(&lab.wanted(Variant::DualStack)).await;
        let ran = ran.unwrap_or_else(|why| panic!("entry {nth}: {why:#?}"));
        assert_eq!(ran.applied.finish, Finish::Done, "entry {nth}");
        lab.quiet().await;
        let left = before.differences(&lab.inventory());
        assert_eq!(left, [""; 0], "entry {nth}: nothing appears afterwards");
        lab.assert_harmless("a destroy over an open create");
    }
    assert!(cases > 0, "some process died while its operation was open");
}

#[tokio::test(start_paused = true)]
async fn a_destroy_does_not_end_before_what_the_cloud_never_finishes() {
    let subject = slow(Duration::from_secs(10 * 24 * 3600));
    let lab = Lab::open(&subject);
    let mut next = None;
    for nth in 2..7 {
        next = died_meanwhile(&lab, nth).await;
        if next.is_some() {
            break;
        }
    }
    let next = next.expect("some process died while its operation was open");
    let trouble = next.destroy(&lab.wanted(Variant::DualStack)).await.err();
    let said = matches!(&trouble, Some(Trouble::Cloud(error)) if error.message.contains("network"));
    assert!(said, "{trouble:?}");
}
