//! The same seed gives the same run; another seed gives another one.

use std::collections::BTreeSet;

use crate::shelf::{at, make, request, shelf};
use mock_cloud::{Bounds, Call, Fault, Faults};

/// What a fixed sequence of requests meets under a seed.
fn run(seed: u64) -> (Vec<Call>, serde_json::Value) {
    let mock = shelf(seed, Faults::swarm(seed));
    for n in 0..60 {
        make(&mock, at(n * 100), &format!("thing-{}", n % 7));
        mock.serve_once(
            at(n * 100 + 50),
            request("GET", "/things", &serde_json::Value::Null),
        );
    }
    mock.advance(at(60_000));
    (mock.calls(), mock.inventory().to_json())
}

#[test]
fn a_seed_replays() {
    for seed in 0..20 {
        assert_eq!(run(seed), run(seed), "seed {seed}");
    }
}

#[test]
fn seeds_differ_and_some_are_quiet_about_a_kind() {
    let kinds = |seed| -> BTreeSet<String> {
        let rules = Faults::swarm(seed).rules;
        rules
            .iter()
            .map(|rule| format!("{:?}", std::mem::discriminant(&rule.fault)))
            .collect()
    };
    let all: BTreeSet<_> = (0..50).map(kinds).collect();
    assert!(all.len() > 20, "{} different subsets", all.len());
}

#[test]
fn a_swarm_stays_within_its_bounds() {
    let bounds = Bounds::default();
    for seed in 0..200 {
        for rule in Faults::swarm_within(seed, &bounds).rules {
            let within = match rule.fault {
                Fault::LateEffect { after_ms } => at(after_ms) <= bounds.late_max,
                Fault::StaleListings { for_ms } => at(for_ms) <= bounds.stale_max,
                Fault::Latency { extra_ms } => at(extra_ms) <= bounds.latency_max,
                Fault::Throttle { retry_after_s } => retry_after_s.unwrap_or(1) <= 3,
                Fault::Error { status, .. } => (500..=504).contains(&status),
                Fault::LostReply | Fault::Refuse | Fault::Truncate => true,
                // Retrying does not overcome it.
                Fault::Conflict | Fault::EmptyListing | Fault::Quota | Fault::TakenBack => false,
            };
            assert!(within, "seed {seed}: {rule:?}");
            assert!(rule.times.is_some(), "seed {seed}: a run has to get quiet");
        }
    }
}
