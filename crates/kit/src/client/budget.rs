//! How many requests an account has left, where the cloud says so with each reply.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use http::{HeaderMap, header::DATE};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822::DateTimeParser};

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

/// The form of an HTTP date (RFC 9110 section 5.6.7).
const DATES: DateTimeParser = DateTimeParser::new();
/// The shortest time between two requests of an account that has none left.
const SECOND: Duration = Duration::from_secs(1);
/// Numbers below this are seconds from now, others seconds since 1970.
const EPOCH_MIN: i64 = 1_000_000_000;

/// What the newest reply said.
#[derive(Clone, Copy, Debug)]
struct Left {
    remaining: u64,
    /// When the next request is possible, where none remains.
    next: Timestamp,
    /// How long one more takes, where the budget fills evenly.
    interval: Duration,
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
        match (wait(known, now), self.headers.at_reset) {
            (Some(wait), _) => Some(wait),
            // The next reply says how many there are now.
            (None, Reset::Next) => {
                *left = None;
                None
            }
            // One each time: whoever waited too has to wait for another one.
            (None, Reset::Full) => {
                known.next = now.checked_add(known.interval).unwrap_or(now);
                None
            }
        }
    }

    /// The time until the next request, where the budget is used up.
    pub(super) fn used_up(&self, now: Timestamp) -> Option<Duration> {
        let left = *self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let left = left.filter(|left| left.remaining == 0)?;
        wait(&left, now)
    }

    /// Remembers what a reply says. Where it has the server's time, that is what its reset is
    /// compared with: clocks differ.
    pub(super) fn note(&self, headers: &HeaderMap, now: Timestamp) {
        let left = self.read(headers, now);
        if let Some(left) = left {
            *self.left.lock().unwrap_or_else(PoisonError::into_inner) = Some(left);
        }
    }

    fn read(&self, headers: &HeaderMap, now: Timestamp) -> Option<Left> {
        let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
        let number = |name: &str| text(name)?.parse::<i64>().ok();
        let RateLimit {
            limit,
            remaining,
            reset,
            at_reset,
        } = self.headers;
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        let (remaining, reset) = (count(number(remaining)?), number(reset)?);
        let served = text(DATE.as_str()).and_then(|date| DATES.parse_timestamp(date).ok());
        let until = match reset {
            ..EPOCH_MIN => SignedDuration::from_secs(reset.max(0)),
            EPOCH_MIN.. => {
                let reset = Timestamp::from_second(reset).ok()?;
                reset.duration_since(served.unwrap_or(now))
            }
        };
        let until = Duration::try_from(until).unwrap_or_default();
        let interval = match at_reset {
            Reset::Next => until,
            Reset::Full => each(until, count(number(limit).unwrap_or(1)), remaining),
        };
        let next = now.checked_add(interval).ok()?;
        Some(Left {
            remaining,
            next,
            interval,
        })
    }
}

/// How long one request takes to come back, where a budget is full again after `until`, which is
/// told in whole seconds.
fn each(until: Duration, limit: u64, remaining: u64) -> Duration {
    let missing = limit.saturating_sub(remaining).max(1);
    let missing = u32::try_from(missing).unwrap_or(u32::MAX);
    ((until + SECOND) / missing).max(SECOND).min(until)
}

/// The time until the next request.
fn wait(left: &Left, now: Timestamp) -> Option<Duration> {
    let wait = Duration::try_from(left.next.duration_since(now)).unwrap_or_default();
    Some(wait).filter(|wait| !wait.is_zero())
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
        let wait = budget.used_up(now()).unwrap();
        assert_eq!(wait.as_secs(), 2);
    }

    #[test]
    fn a_budget_that_fills_evenly_gives_one_at_a_time() {
        let budget = budget(Reset::Full);
        budget.note(&headers("36", "0", "1800003600"), now());
        let after = |seconds| now() + SignedDuration::from_secs(seconds);
        let wait = budget.take(now()).unwrap();
        assert!(
            wait > Duration::from_secs(100) && wait < Duration::from_secs(101),
            "{wait:?}"
        );
        assert_eq!(
            budget.take(after(101)),
            None,
            "it does not wait until it is full"
        );
        let again = budget.take(after(101)).unwrap();
        assert!(
            again > Duration::from_secs(99),
            "the second one waits: {again:?}"
        );
        assert_eq!(budget.take(after(202)), None);
    }

    #[test]
    fn the_servers_clock_counts_where_it_is_told() {
        let budget = budget(Reset::Full);
        let mut told = headers("3600", "0", "1700003600");
        budget.note(&told, now());
        assert_eq!(budget.used_up(now()), None, "an hour ago, by our clock");
        // 1700000000
        told.insert(DATE, "Tue, 14 Nov 2023 22:13:20 GMT".parse().unwrap());
        budget.note(&told, now());
        assert!(budget.used_up(now()).unwrap() >= SECOND);
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
