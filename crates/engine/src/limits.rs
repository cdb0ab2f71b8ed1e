//! A limit on everything.

use std::time::Duration;

/// How much, how often and how long.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Calls of one run under way at once.
    pub in_flight: usize,
    /// Bound on one call, after which its outcome is unknown.
    pub call_timeout: Duration,
    /// Tries of one step, unknown outcomes and conflicts included.
    pub attempts: u32,
    /// First pause after a failure; doubled each time, with jitter.
    pub backoff: Duration,
    /// Longest pause; a longer Retry-After is honoured up to `step_timeout`.
    pub backoff_max: Duration,
    /// Bound on one object, from its first call to its last, waits included.
    pub step_timeout: Duration,
    /// How long a delete waits for what still hangs on the object.
    pub in_use_wait: Duration,
    /// How long a create whose outcome is unknown is looked for before it is sent again, at least;
    /// a driver may name a longer time for its cloud.
    pub quiet_window: Duration,
    /// Pause between two such looks.
    pub look_pause: Duration,
    /// How long after a create a listing may still leave the object out.
    pub settle_window: Duration,
    /// How long a lease lasts unless it is renewed.
    pub lease: Duration,
    /// Rounds of plan and run that one apply may take to clear up after itself.
    pub rounds: u32,
    /// Journal entries of a cluster above which they are condensed.
    pub entries: usize,
}

impl Limits {
    /// The pause after a failed try, from 1: doubled each time, bounded, and between half of it
    /// and all of it by `fraction`, so that many who failed together do not come back together.
    pub(crate) fn pause(&self, attempt: u32, fraction: f64) -> Duration {
        let doubled = self
            .backoff
            .saturating_mul(1 << attempt.saturating_sub(1).min(16));
        doubled.min(self.backoff_max).mul_f64(0.5 + fraction / 2.0)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            in_flight: 16,
            call_timeout: Duration::from_secs(60),
            attempts: 8,
            backoff: Duration::from_millis(500),
            backoff_max: Duration::from_secs(30),
            step_timeout: Duration::from_secs(30 * 60),
            in_use_wait: Duration::from_secs(5 * 60),
            quiet_window: Duration::from_secs(60),
            look_pause: Duration::from_secs(5),
            settle_window: Duration::from_secs(60),
            lease: Duration::from_secs(120),
            rounds: 3,
            entries: 512,
        }
    }
}
