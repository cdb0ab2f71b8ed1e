//! Two operators with a state file each, at the same time.

use std::{sync::Arc, time::Duration};

use conformance::{Lab, Process, Subject, Variant};
use groundwork_engine::{Finish, MemoryJournal};
use groundwork_provider::Clock;
use mock_cloud::Faults;
use rand::{Rng, SeedableRng, rngs::SmallRng};

use crate::{life::lines, seeds::Named};

/// Lets two processes apply the same document while faults strike, and answers with the events of
/// both, one a line.
///
/// Nothing of others is touched meanwhile. When both have looked again, there is one network, both
/// agree that nothing is left to do, and a destroy leaves what was there before.
///
/// # Panics
/// If it is not so; the seed is printed.
pub async fn race(subject: &dyn Subject, seed: u64) -> String {
    let named = Named(seed);
    let case = format!("seed {seed}");
    let mut random = SmallRng::seed_from_u64(seed);
    let lab = Lab::open(subject);
    let before = lab.inventory();
    lab.mock.set_faults(seed, Faults::swarm(seed));
    let request = lab.wanted(Variant::DualStack);
    let process = |holder, seed| -> Process {
        let journal = Arc::new(MemoryJournal::default());
        lab.process_with(journal, holder, Arc::new(lab.wire.clone()), seed)
    };
    let (one, two) = (process("one", seed), process("two", !seed));
    let (mut first, mut second) = (Vec::new(), Vec::new());
    let pause = Duration::from_millis(random.random_range(0..8_000));
    let later = async {
        lab.clock.sleep(pause).await;
        two.apply_telling(&request, &mut second).await
    };
    let both = futures::join!(one.apply_telling(&request, &mut first), later);
    drop(both);
    lab.assert_harmless(&case);
    lab.mock.set_faults(seed, Faults::none());
    for process in [&one, &two, &one] {
        lab.quiet().await;
        let _ = process.apply_telling(&request, &mut first).await;
    }
    lab.quiet().await;
    for process in [&one, &two] {
        let planned = process.plan(&request).await;
        let plan = planned
            .unwrap_or_else(|why| panic!("{case}: {why:#?}"))
            .plan;
        assert!(plan.is_empty(), "{case}: {plan:#?}");
    }
    let ran = two.destroy_telling(&request, &mut second).await;
    let ran = ran.unwrap_or_else(|why| panic!("{case}: {why:#?}"));
    assert_eq!(
        ran.applied.finish,
        Finish::Done,
        "{case}: {:#?}",
        ran.applied.failures
    );
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0], "{case}");
    lab.assert_harmless(&case);
    drop(named);
    lines(&first) + &lines(&second)
}
