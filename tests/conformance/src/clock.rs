#![allow(
    clippy::disallowed_methods,
    reason = "this is the clock that tests inject: tokio's own, paused"
)]
//! A clock that costs no time.

use std::time::Duration;

use async_trait::async_trait;
use groundwork_provider::Clock;
use jiff::Timestamp;
use tokio::time::Instant;

/// Tokio's clock, which tests pause: it moves on only when everybody waits.
#[derive(Clone, Copy, Debug)]
pub struct VirtualClock {
    began: Instant,
}

impl VirtualClock {
    /// When every test begins, in seconds since 1970.
    const BEGAN_S: i64 = 1_800_000_000;

    /// A clock that begins now. Call it under `#[tokio::test(start_paused = true)]`.
    #[must_use]
    pub fn start() -> Self {
        Self {
            began: Instant::now(),
        }
    }
}

#[async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        Timestamp::constant(Self::BEGAN_S, 0) + self.began.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
