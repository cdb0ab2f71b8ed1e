//! How many requests are taken: a number an hour, and a number a minute.

use std::time::Duration;

use mock_cloud::{Buckets, Response, reply};

use crate::config::Config;
use crate::refused::{Answer, Refused};

/// Which limit.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Limit {
    Burst,
    Hour,
}

/// What is left of both limits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits(Buckets<Limit>);

impl Limits {
    /// Takes a request, or says when the next one is taken: a burst with `Retry-After`, the hour
    /// with `ratelimit-reset` alone.
    pub(crate) fn take(&mut self, config: &Config, now: Duration) -> Answer<()> {
        if !self.0.take(Limit::Burst, config.burst(), now) {
            let seconds = 60_u32.div_ceil(config.requests_per_minute.max(1));
            return Err(Refused::throttled(Some(u64::from(seconds))));
        }
        match self.0.take(Limit::Hour, config.hourly(), now) {
            true => Ok(()),
            false => Err(Refused::throttled(None)),
        }
    }

    /// What every response tells of them: `ratelimit-reset` is when the oldest request leaves the
    /// hour, so that one more is taken.
    pub(crate) fn told(&self, config: &Config, now: Duration, response: Response) -> Response {
        let level = self.0.level(&Limit::Hour, config.hourly(), now);
        let burst = self.0.level(&Limit::Burst, config.burst(), now);
        // A burst that is used up shows as nothing left, too.
        let left = if burst.left == 0 { 0 } else { level.left };
        let next = 3600_u32.div_ceil(config.requests_per_hour.max(1));
        let reset = now + Duration::from_secs(u64::from(next));
        let headers = [
            ("ratelimit-limit", level.limit.to_string()),
            ("ratelimit-remaining", left.to_string()),
            (
                "ratelimit-reset",
                config.calendar.at(reset).as_second().to_string(),
            ),
        ];
        headers.iter().fold(response, |response, (name, value)| {
            reply::with_header(response, name, value)
        })
    }
}
