//! How many requests an account has left, where the cloud says so with each reply.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};

/// The headers that tell an account's request limit.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    /// Header with the number of requests in a full budget: `ratelimit-limit`.
    pub limit: &'static str,
    /// Header with the number that is left: `ratelimit-remaining`.
    pub remaining: &'static str,
    /// Header with a time: seconds since 1970, or seconds from now: `ratelimit-reset`.
    pub reset: &'static str,
    /// What happens at that time.
    pub at_reset: Reset,
}

/// What happens at the time that a rate limit's reset header names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reset {
    /// The budget is full again; until then it fills evenly (Hetzner).
    Full,
    /// The next request is possible again (DigitalOcean: the oldest one leaves the window).
    Next,
}

/// Numbers below this are seconds from now, others seconds since 1970.
const EPOCH_MIN: i64 = 1_000_000_000;

/// What the newest reply said.
#[derive(Clone, Copy, Debug)]
struct Left {
    limit: u64,
    remaining: u64,
    reset: Timestamp,
}

/// The budget of one account. Shared by everything that is sent for it.
#[derive(Debug)]
pub(super) struct Budget {
    headers: RateLimit,
    left: Mutex<Option<Left>>,
}

impl Budget {
    pub(super) fn new(headers: RateLimit) -> Self {
        Self {
            headers,
            left: Mutex::new(None),
        }
    }

    /// Takes one request from the budget. `Some`: it is used up, and the time until the next one.
    pub(super) fn take(&self, now: Timestamp) -> Option<Duration> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let known = left.as_mut()?;
        if known.remaining > 0 {
            known.remaining -= 1;
            return None;
        }
        let wait = self.wait(known, now);
        if wait.is_zero() {
            // The time has come: the next reply says how many there are now.
            *left = None;
            return None;
        }
        Some(wait)
    }

    /// The time until the next request, where the budget is used up.
    pub(super) fn used_up(&self, now: Timestamp) -> Option<Duration> {
        let left = *self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let left = left.filter(|left| left.remaining == 0)?;
        Some(self.wait(&left, now)).filter(|wait| !wait.is_zero())
    }

    /// Remembers what a reply says.
    pub(super) fn note(&self, headers: &HeaderMap, now: Timestamp) {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<i64>().ok();
        let RateLimit {
            limit,
            remaining,
            reset,
            at_reset: _,
        } = self.headers;
        let (Some(remaining), Some(reset)) = (number(remaining), number(reset)) else {
            return;
        };
        let reset = match reset {
            ..EPOCH_MIN => now
                .checked_add(SignedDuration::from_secs(reset.max(0)))
                .ok(),
            EPOCH_MIN.. => Timestamp::from_second(reset).ok(),
        };
        let left = reset.map(|reset| Left {
            limit: number(limit)
                .and_then(|n| u64::try_from(n).ok())
                .unwrap_or(1),
            remaining: u64::try_from(remaining).unwrap_or(0),
            reset,
        });
        *self.left.lock().unwrap_or_else(PoisonError::into_inner) = left;
    }

    fn wait(&self, left: &Left, now: Timestamp) -> Duration {
        let until = Duration::try_from(left.reset.duration_since(now)).unwrap_or_default();
        match self.headers.at_reset {
            Reset::Next => until,
            Reset::Full => {
                let share = u32::try_from(left.limit.max(1)).unwrap_or(u32::MAX);
                (until / share).max(Duration::from_secs(1)).min(until)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(at_reset: Reset) -> Budget {
        Budget::new(RateLimit {
            limit: "ratelimit-limit",
            remaining: "ratelimit-remaining",
            reset: "ratelimit-reset",
            at_reset,
        })
    }

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    fn headers(limit: &str, remaining: &str, reset: &str) -> HeaderMap {
        let pairs = [
            ("ratelimit-limit", limit),
            ("ratelimit-remaining", remaining),
            ("ratelimit-reset", reset),
        ];
        let header = |(name, value): (&'static str, &str)| {
            (http::HeaderName::from_static(name), value.parse().unwrap())
        };
        pairs.map(header).into_iter().collect()
    }

    #[test]
    fn an_unknown_budget_stops_nothing() {
        let budget = budget(Reset::Next);
        assert_eq!(budget.take(now()), None);
        budget.note(&headers("x", "many", "soon"), now());
        assert_eq!(budget.take(now()), None);
    }

    #[test]
    fn what_is_left_is_used_and_no_more() {
        let budget = budget(Reset::Next);
        budget.note(&headers("5000", "2", "1800000030"), now());
        assert_eq!(budget.take(now()), None);
        assert_eq!(budget.take(now()), None);
        assert_eq!(budget.take(now()), Some(Duration::from_secs(30)));
        let later = Timestamp::from_second(1_800_000_030).unwrap();
        assert_eq!(budget.take(later), None);
    }

    #[test]
    fn a_budget_that_fills_evenly_has_room_before_it_is_full() {
        let budget = budget(Reset::Full);
        budget.note(&headers("3600", "0", "1800007200"), now());
        assert_eq!(budget.used_up(now()), Some(Duration::from_secs(2)));
    }

    #[test]
    fn a_small_number_is_seconds_from_now() {
        let budget = budget(Reset::Next);
        budget.note(&headers("10", "0", "17"), now());
        assert_eq!(budget.used_up(now()), Some(Duration::from_secs(17)));
    }

    #[test]
    fn numbers_that_cannot_be_are_no_panic() {
        let budget = budget(Reset::Full);
        for (limit, remaining, reset) in [
            ("0", "0", "1800000030"),
            ("-1", "-5", "-9"),
            ("9223372036854775807", "0", "9223372036854775807"),
        ] {
            budget.note(&headers(limit, remaining, reset), now());
            budget.take(now());
            budget.used_up(now());
        }
    }
}
