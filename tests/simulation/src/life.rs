//! The life of one cluster, with one operator and one state file.

use std::{sync::Arc, time::Duration};

use conformance::{Death, Dying, Lab, Subject, Variant};
use groundwork_engine::{Event, Finish, Journal, MemoryJournal, Request};
use groundwork_provider::Clock;
use mock_cloud::Faults;
use rand::{Rng, SeedableRng, rngs::SmallRng};

use crate::seeds::Named;

/// What the operator does next.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Apply(Variant),
    Destroy,
    /// The state file is lost.
    Forget,
    /// Some time passes.
    Wait(u64),
}

/// Lives the life that a seed decides, and answers with every event of it, one a line.
///
/// While faults strike, a run may fail; but it ends, and nothing of others is touched. After they
/// have ceased, one apply leaves nothing to do, and one destroy leaves what was there before.
///
/// # Panics
/// If it is not so; the seed is printed.
pub async fn live(subject: &dyn Subject, seed: u64) -> String {
    let named = Named(seed);
    let case = format!("seed {seed}");
    let mut random = SmallRng::seed_from_u64(seed);
    let lab = Lab::open(subject);
    let before = lab.inventory();
    lab.mock.set_faults(seed, Faults::swarm(seed));
    let mut journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    let mut events = Vec::new();
    for number in 0..random.random_range(2..6) {
        let death = death(&mut random);
        match deed(&mut random) {
            Deed::Wait(seconds) => lab.clock.sleep(Duration::from_secs(seconds)).await,
            Deed::Forget => {
                // Not before what is under way has become visible: a request that nobody knows
                // of, and that nobody can see, cannot be waited for.
                lab.quiet().await;
                journal = Arc::new(MemoryJournal::default());
            }
            Deed::Apply(variant) => {
                let process = mortal(&lab, &journal, death, seed ^ number);
                let request = wanted(&lab, variant);
                let _ = process.apply_telling(&request, &mut events).await;
            }
            Deed::Destroy => {
                let process = mortal(&lab, &journal, death, seed ^ number);
                let request = wanted(&lab, Variant::DualStack);
                let _ = process.destroy_telling(&request, &mut events).await;
            }
        }
        lab.assert_harmless(&case);
    }
    lab.mock.set_faults(seed, Faults::none());
    lab.quiet().await;
    comes_right(&lab, &journal, &mut events, &case).await;
    assert_eq!(
        before.differences(&lab.inventory()),
        [""; 0],
        "{case}: destroy leaves what was"
    );
    lab.assert_harmless(&case);
    drop(named);
    lines(&events)
}

async fn comes_right(
    lab: &Lab<'_>,
    journal: &Arc<dyn Journal>,
    events: &mut Vec<Event>,
    case: &str,
) {
    let process = mortal(lab, journal, Death::Never, 1);
    let request = wanted(lab, Variant::DualStack);
    let ran = process.apply_telling(&request, events).await;
    let ran = ran.unwrap_or_else(|why| panic!("{case}: {why:#?}"));
    assert_eq!(
        ran.applied.finish,
        Finish::Done,
        "{case}: {:#?}",
        ran.applied.failures
    );
    lab.quiet().await;
    let planned = process.plan(&request).await;
    let plan = planned
        .unwrap_or_else(|why| panic!("{case}: {why:#?}"))
        .plan;
    assert!(plan.is_empty(), "{case}: {plan:#?}");
    let ran = process.destroy_telling(&request, events).await;
    let ran = ran.unwrap_or_else(|why| panic!("{case}: {why:#?}"));
    assert_eq!(
        ran.applied.finish,
        Finish::Done,
        "{case}: {:#?}",
        ran.applied.failures
    );
    lab.quiet().await;
}

fn mortal(
    lab: &Lab<'_>,
    journal: &Arc<dyn Journal>,
    death: Death,
    seed: u64,
) -> conformance::Process {
    let dying = Arc::new(Dying::new(journal.clone(), death));
    lab.process_with(dying, "one", Arc::new(lab.wire.clone()), seed)
}

/// The document, with everything allowed that a life may need.
fn wanted(lab: &Lab<'_>, variant: Variant) -> Request {
    let mut request = lab.wanted(variant);
    // A life changes its mind: what one document asked for, the next one need not have.
    request.options.lost.insert("sshSources".to_owned());
    for address in ["network", "subnet/ipv4", "subnet/a", "subnet/b"] {
        let address = address.parse().expect("it is an address");
        request.options.replace.insert(address);
    }
    request
}

fn death(random: &mut SmallRng) -> Death {
    let nth = random.random_range(1..40);
    match random.random_range(0..4) {
        0 => Death::After(nth),
        1 => Death::Before(nth),
        _ => Death::Never,
    }
}

fn deed(random: &mut SmallRng) -> Deed {
    match random.random_range(0..10) {
        0..=3 => Deed::Apply(Variant::DualStack),
        4 => Deed::Apply(Variant::Ipv4),
        5 => Deed::Apply(Variant::Edited),
        6..=7 => Deed::Destroy,
        8 => Deed::Forget,
        _ => Deed::Wait(random.random_range(1..90)),
    }
}

/// Events as they are published to callers that are not written in Rust: one a line.
pub(crate) fn lines(events: &[Event]) -> String {
    let line = |event: &Event| serde_json::to_string(event).expect("an event is plain data") + "\n";
    events.iter().map(line).collect()
}
