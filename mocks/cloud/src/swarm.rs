use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::faults::{Effect, Fault, Faults, Match, Rule};

/// How far a swarm goes: what the client under test has to survive, and no more.
///
/// The engine's quiet window (how long it looks for a create of unknown outcome) has to be longer
/// than `late_max` + `stale_max`, or a duplicate is no defect of the client.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Bounds {
    /// The latest that a late effect comes.
    pub late_max: Duration,
    /// The longest that a listing stays stale.
    pub stale_max: Duration,
    /// The longest extra latency of one reply.
    pub latency_max: Duration,
    /// The largest `Retry-After`.
    pub retry_after_max: Duration,
    /// The largest share of calls that one kind of fault strikes, 0 to 100.
    pub percent_max: u32,
    /// How many calls in a row with the same method and path may be harmed.
    pub consecutive_max: u32,
    /// How often each kind of fault strikes in all, so that every run gets quiet.
    pub times_max: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            late_max: Duration::from_secs(5),
            stale_max: Duration::from_secs(5),
            latency_max: Duration::from_secs(2),
            retry_after_max: Duration::from_secs(3),
            percent_max: 20,
            consecutive_max: 2,
            times_max: 40,
        }
    }
}

impl Faults {
    /// A random subset of the kinds of faults, each with its own rate: some seeds are all lost
    /// replies, some all throttling, some quiet. [`Fault::Quota`] is never among them: it is no
    /// accident that retrying overcomes; nor is [`Fault::EmptyListing`], which nobody can tell from
    /// the truth who knows nothing of what was there.
    pub fn swarm(seed: u64) -> Self {
        Self::swarm_within(seed, &Bounds::default())
    }

    /// The same within other bounds.
    pub fn swarm_within(seed: u64, bounds: &Bounds) -> Self {
        let mut rng = SmallRng::seed_from_u64(seed);
        let kinds: [fn(&mut SmallRng, &Bounds) -> Fault; 9] = [
            |_, _| Fault::LostReply,
            |rng, bounds| Fault::LateEffect {
                after_ms: up_to(rng, bounds.late_max),
            },
            |rng, bounds| Fault::StaleListings {
                for_ms: up_to(rng, bounds.stale_max),
            },
            |_, _| Fault::Truncate,
            |_, _| Fault::Refuse,
            |rng, bounds| Fault::Throttle {
                retry_after_s: retry_after(rng, bounds),
            },
            |rng, bounds| Fault::Latency {
                extra_ms: up_to(rng, bounds.latency_max),
            },
            |rng, _| Fault::Error {
                status: rng.random_range(500..=504),
                effect: Effect::None,
            },
            |rng, _| Fault::Error {
                status: rng.random_range(500..=504),
                effect: Effect::Applied,
            },
        ];
        let mut rules = Vec::new();
        for kind in kinds {
            // Drawn also for the kinds that stay off, so that one kind's rates do not move another's.
            let on = rng.random_bool(0.5);
            let fault = kind(&mut rng, bounds);
            let percent = rng.random_range(1..=bounds.percent_max.max(1));
            let rule = rule(fault, f64::from(percent) / 100.0, bounds.times_max);
            if on {
                rules.push(rule);
            }
        }
        Self {
            rules,
            consecutive_max: bounds.consecutive_max,
        }
    }
}

fn rule(fault: Fault, share: f64, times: u64) -> Rule {
    let mutating = match fault {
        // They mean nothing on a call that has no effect.
        Fault::LateEffect { .. } | Fault::StaleListings { .. } => Some(true),
        Fault::Conflict
        | Fault::EmptyListing
        | Fault::Error { .. }
        | Fault::Latency { .. }
        | Fault::LostReply
        | Fault::Quota
        | Fault::Refuse
        | Fault::TakenBack
        | Fault::Throttle { .. }
        | Fault::Truncate => None,
    };
    let calls = Match {
        mutating,
        probability: Some(share),
        ..Match::default()
    };
    Rule {
        calls,
        fault,
        times: Some(times),
    }
}

fn up_to(rng: &mut SmallRng, limit: Duration) -> u64 {
    let limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
    rng.random_range(1..=limit_ms.max(1))
}

fn retry_after(rng: &mut SmallRng, bounds: &Bounds) -> Option<u64> {
    let seconds = rng.random_range(0..=bounds.retry_after_max.as_secs());
    (seconds > 0).then_some(seconds)
}
