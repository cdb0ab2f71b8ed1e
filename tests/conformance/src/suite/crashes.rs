//! The process dies, at every point, and another one goes on.

use std::{sync::Arc, time::Duration};

use groundwork_engine::{Journal, Limits, MemoryJournal, Recall};
use groundwork_model::Address;
use groundwork_provider::Clock;
use mock_cloud::{Fault, Faults};

use super::{clean_shape, faults::settle};
use crate::{Death, Dying, Lab, Subject, Variant, done, lab::label};

/// The process dies right after each journal entry; the next one finishes its work.
pub async fn the_process_dies_after_each_entry(subject: &dyn Subject) {
    deaths(subject, Death::After).await;
}

/// The process dies with each entry unwritten: what was sent has happened.
pub async fn the_process_dies_before_each_entry(subject: &dyn Subject) {
    deaths(subject, Death::Before).await;
}

async fn deaths(subject: &dyn Subject, death: impl Fn(usize) -> Death) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    for nth in 1..=appends(subject).await {
        let case = format!("death {:?}", death(nth));
        let lab = Lab::open(subject);
        let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
        let dying = Arc::new(Dying::new(journal.clone(), death(nth)));
        let process = lab.process_over(dying.clone(), "one");
        let ran = process.apply(&lab.wanted(Variant::DualStack)).await;
        assert!(ran.is_err() && dying.is_dead(), "{case}");
        lab.assert_harmless(&case);
        // The next process begins at once: what the first one sent may still be under way.
        let next = lab.process_with(journal, "one", Arc::new(lab.wire.clone()), 8);
        done(next.apply(&lab.wanted(Variant::DualStack)).await, &case);
        let mutating = lab.mock.mutating_calls().len();
        settle(&lab, &shape, &next, &case).await;
        assert_eq!(
            lab.mock.mutating_calls().len(),
            mutating,
            "{case}: one run is enough"
        );
    }
}

/// The cloud takes back what it made for a process that died, after the next one has seen it: that one
/// makes it anew, and what refers to it, and no further run is needed.
pub async fn what_a_dead_process_made_vanishes_after_it_was_seen(subject: &dyn Subject) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    let mut last = 0;
    for nth in 1..=appends(subject).await {
        let case = format!("the last call before death {nth} is taken back");
        let request = |lab: &Lab<'_>| lab.wanted(Variant::DualStack);
        let counted = Lab::open(subject);
        let dying = Dying::new(Arc::new(MemoryJournal::default()), Death::Before(nth));
        let process = counted.process_over(Arc::new(dying), "one");
        let _ = process.apply(&request(&counted)).await;
        let sent = counted.mock.mutating_calls().len();
        if sent == std::mem::replace(&mut last, sent) {
            continue;
        }
        let lab = Lab::open(subject);
        let faults = Faults::at_mutating_call(sent as u64, Fault::TakenBack);
        lab.mock.set_faults(1, faults);
        let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
        let dying = Arc::new(Dying::new(journal.clone(), Death::Before(nth)));
        let _ = lab.process_over(dying, "one").apply(&request(&lab)).await;
        let next = lab.process_with(journal, "one", Arc::new(lab.wire.clone()), 8);
        done(next.apply(&request(&lab)).await, &case);
        settle(&lab, &shape, &next, &case).await;
    }
}

/// The next process waits for what the dead one sent only until the cloud shows it, not until it can
/// no longer come.
pub async fn a_resume_waits_no_longer_than_until_it_is_shown(subject: &dyn Subject) {
    let quiet = Limits::default().quiet_window;
    let mut shown = 0;
    for nth in 1..=appends(subject).await {
        let lab = Lab::open(subject);
        let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
        let dying = Arc::new(Dying::new(journal.clone(), Death::Before(nth)));
        let request = lab.wanted(Variant::DualStack);
        let _ = lab.process_over(dying, "one").apply(&request).await;
        // A listing may lag.
        lab.clock.sleep(Duration::from_secs(5)).await;
        if !is_all_shown(&lab, &*journal).await {
            continue;
        }
        shown += 1;
        let began = lab.clock.now();
        let mut events = Vec::new();
        let next = lab.process_with(journal, "one", Arc::new(lab.wire.clone()), 8);
        let ran = next.apply_telling(&request, &mut events).await;
        done(ran, "resume");
        let waited = events[0].at.duration_since(began).unsigned_abs();
        assert!(
            waited < quiet / 2,
            "death before {nth}: it waited {waited:?}"
        );
    }
    assert!(shown > 0, "no death left anything behind that is shown");
}

/// Whether some create is open, each open one is of an object with a label, and that is there.
async fn is_all_shown(lab: &Lab<'_>, journal: &dyn Journal) -> bool {
    let clusters = journal.clusters().await.expect("it is in memory");
    let Some(cluster) = clusters.first() else {
        return false;
    };
    let entries = journal.load(cluster).await.expect("it is in memory");
    let intents = Recall::of(&entries).intents;
    let inventory = lab.inventory();
    let is_there = |address: &Address| {
        let of = |entry: &mock_cloud::Entry| label(&entry.text);
        let end = format!(" {address}");
        inventory
            .entries()
            .filter_map(of)
            .any(|label| label.ends_with(&end))
    };
    let mut all = intents.iter();
    let shown = all.all(|(address, intent)| intent.natural.is_none() && is_there(address));
    !intents.is_empty() && shown
}

/// The process dies at each entry of a destroy; the next one takes the rest away.
pub async fn the_process_dies_at_each_entry_of_a_destroy(subject: &dyn Subject) {
    let mut nth = 0;
    loop {
        nth += 1;
        let mut alive = 0;
        for death in [Death::After(nth), Death::Before(nth)] {
            let case = format!("death {death:?} in a destroy");
            let lab = Lab::open(subject);
            let before = lab.inventory();
            let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
            let request = lab.wanted(Variant::DualStack);
            done(
                lab.process_over(journal.clone(), "one")
                    .apply(&request)
                    .await,
                &case,
            );
            let dying = Arc::new(Dying::new(journal.clone(), death));
            let _ = lab
                .process_over(dying.clone(), "one")
                .destroy(&request)
                .await;
            alive += usize::from(!dying.is_dead());
            let next = lab.process_with(journal, "one", Arc::new(lab.wire.clone()), 8);
            done(next.destroy(&request).await, &case);
            lab.quiet().await;
            assert_eq!(before.differences(&lab.inventory()), [""; 0], "{case}");
            lab.assert_harmless(&case);
        }
        if alive == 2 {
            assert!(nth > 2, "a destroy is journalled");
            return;
        }
    }
}

/// How many appends a clean apply makes.
pub(super) async fn appends(subject: &dyn Subject) -> usize {
    let lab = Lab::open(subject);
    let counting = Arc::new(Dying::new(Arc::new(MemoryJournal::default()), Death::Never));
    let process = lab.process_over(counting.clone(), "one");
    done(
        process.apply(&lab.wanted(Variant::DualStack)).await,
        "the clean run",
    );
    counting.appends()
}
