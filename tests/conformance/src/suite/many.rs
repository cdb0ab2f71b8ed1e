//! State files that are lost, and several writers.

use std::{sync::Arc, time::Duration};

use groundwork_engine::{Journal, JournalError, MemoryJournal, Trouble, codes};
use groundwork_model::Finding;
use groundwork_provider::Clock;

use super::{clean_shape, crashes::appends, faults::settle};
use crate::{Death, Dying, Lab, Subject, Variant, done};

/// The state file is lost: the cloud itself says what is ours.
pub async fn the_state_file_is_lost(subject: &dyn Subject) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    let lab = Lab::open(subject);
    let request = lab.wanted(Variant::DualStack);
    done(lab.process().apply(&request).await, "apply");
    lab.quiet().await;
    lab.mock.clear_calls();
    let next = lab.process();
    done(next.apply(&request).await, "apply with an empty state file");
    assert_eq!(lab.mock.mutating_calls(), []);
    lab.assert_converged(&next, &request, &shape, "a lost state file")
        .await;
}

/// The state file is lost, and then all has to go. Without a uid, `--adopt` is needed.
pub async fn the_state_file_is_lost_before_destroy(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let before = lab.inventory();
    let mut request = lab.wanted(Variant::WithoutUid);
    done(lab.process().apply(&request).await, "apply");
    lab.quiet().await;
    lab.mock.clear_calls();
    let refused = lab.process().apply(&request).await.err();
    assert!(matches!(refused, Some(Trouble::Unfit(_))), "{refused:?}");
    let refused = lab.process().destroy(&request).await.err();
    assert!(matches!(refused, Some(Trouble::Unfit(_))), "{refused:?}");
    assert_eq!(lab.mock.mutating_calls(), []);
    request.options.adopt = true;
    done(
        lab.process().destroy(&request).await,
        "destroy with --adopt",
    );
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// The same cluster with its uid and without, and no state: it is not made a second time, a destroy
/// does not say that nothing is there, and by its name all of it goes, or what is left is named.
pub async fn a_cluster_with_and_without_its_uid_is_one(subject: &dyn Subject) {
    for (first, second) in [
        (Variant::DualStack, Variant::WithoutUid),
        (Variant::WithoutUid, Variant::DualStack),
    ] {
        let lab = Lab::open(subject);
        let before = lab.inventory();
        let request = lab.wanted(first);
        done(lab.process().apply(&request).await, "apply");
        lab.quiet().await;
        lab.mock.clear_calls();
        let other = lab.wanted(second);
        for ran in [
            lab.process().apply(&other).await,
            lab.process().destroy(&other).await,
        ] {
            let Err(Trouble::Unfit(findings)) = ran else {
                panic!("{second:?} after {first:?} was not refused");
            };
            let named = |finding: &Finding| finding.code == codes::NAMESAKE.id;
            assert!(findings.iter().any(named), "{findings:#?}");
        }
        assert_eq!(lab.mock.mutating_calls(), []);
        let without = lab.process_without_document(&lab.process());
        let name = &request.cluster.metadata.name;
        match without.destroy_without_document(name).await {
            // What carries no label is nobody's without a document and a state: it is named.
            Err(Trouble::Unfit(findings)) => {
                let named = |finding: &Finding| finding.code == codes::IN_THE_WAY.id;
                assert!(findings.iter().any(named), "{findings:#?}");
                assert_eq!(lab.mock.mutating_calls(), []);
            }
            ran => {
                done(ran, "destroy by name");
                lab.quiet().await;
                assert_eq!(before.differences(&lab.inventory()), [""; 0]);
            }
        }
    }
}

/// Two processes with two state files do no harm to each other. Where both have made a whole
/// network, the one that lost takes its own away: that is up to it, so each makes a further run.
pub async fn two_processes_apply_at_once(subject: &dyn Subject) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    for seed in 0..8 {
        let case = format!("two processes, seed {seed}");
        let lab = Lab::open(subject);
        let request = lab.wanted(Variant::DualStack);
        let process = |holder, seed| {
            let journal = Arc::new(MemoryJournal::default());
            lab.process_with(journal, holder, Arc::new(lab.wire.clone()), seed)
        };
        let (one, two) = (process("one", 100 + seed), process("two", 200 + seed));
        let later = async {
            lab.clock.sleep(Duration::from_millis(70 * seed)).await;
            two.apply(&request).await
        };
        let (first, second) = futures::join!(one.apply(&request), later);
        drop((first, second));
        lab.assert_harmless(&case);
        for process in [&one, &two, &one] {
            lab.quiet().await;
            let _ = process.apply(&request).await;
        }
        lab.quiet().await;
        lab.assert_converged(&one, &request, &shape, &case).await;
        lab.assert_converged(&two, &request, &shape, &case).await;
    }
}

/// Two processes with a state file each work at once, and both die. What they left half made becomes
/// one network without a human, whichever state file is used next, or none.
pub async fn what_two_killed_runs_left_becomes_one_network(subject: &dyn Subject) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    let entries = appends(subject).await;
    let at = |part: usize| (entries * part / 5).max(1);
    let deaths = [(1, 4), (2, 2), (2, 3), (3, 3), (3, 2), (4, 1)];
    for (first, second) in deaths.map(|(first, second)| (at(first), at(second))) {
        for next in ["one", "two", "a new"] {
            let case = format!("deaths at {first} and {second}, then with {next} state file");
            let lab = Lab::open(subject);
            let request = lab.wanted(Variant::DualStack);
            let journal = || -> Arc<dyn Journal> { Arc::new(MemoryJournal::default()) };
            let (one, two) = (journal(), journal());
            let process = |journal: &Arc<dyn Journal>, seed, death| {
                let dying = Arc::new(Dying::new(journal.clone(), death));
                lab.process_with(dying, "holder", Arc::new(lab.wire.clone()), seed)
            };
            let dies = (
                process(&one, 100, Death::Before(first)),
                process(&two, 200, Death::Before(second)),
            );
            let both = futures::join!(dies.0.apply(&request), dies.1.apply(&request));
            drop(both);
            lab.assert_harmless(&case);
            let used = match next {
                "one" => one.clone(),
                "two" => two.clone(),
                _ => journal(),
            };
            let after = process(&used, 300, Death::Never);
            done(after.apply(&request).await, &case);
            lab.quiet().await;
            lab.assert_converged(&after, &request, &shape, &case).await;
            for other in [one, two] {
                let other = process(&other, 400, Death::Never);
                done(other.apply(&request).await, &case);
                lab.quiet().await;
                lab.assert_converged(&other, &request, &shape, &case).await;
            }
        }
    }
}

/// Two processes of one journal: one of them works, the other is told so.
pub async fn two_processes_of_one_journal_take_turns(subject: &dyn Subject) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    let lab = Lab::open(subject);
    let request = lab.wanted(Variant::DualStack);
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    let one = lab.process_over(journal.clone(), "one");
    let two = lab.process_with(journal, "two", Arc::new(lab.wire.clone()), 8);
    let (first, second) = futures::join!(one.apply(&request), two.apply(&request));
    let leased =
        |trouble: &Trouble| matches!(trouble, Trouble::Journal(JournalError::Leased { .. }));
    match (first, second) {
        (Ok(ran), Err(trouble)) | (Err(trouble), Ok(ran)) => {
            done(Ok(ran), "the one that works");
            assert!(leased(&trouble), "{trouble:?}");
        }
        (Ok(_), Ok(_)) => panic!("both worked at once"),
        (Err(one), Err(two)) => panic!("neither worked: {one:?}, {two:?}"),
    }
    settle(&lab, &shape, &two, "one journal").await;
}
