//! The real clock and the operating system's randomness: the one place that asks for them.

use std::time::Duration;

use async_trait::async_trait;
use groundwork_provider::{Clock, Random, World};
use jiff::Timestamp;
use rand::{Rng, SeedableRng, rngs::SmallRng};

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
#[allow(
    clippy::disallowed_methods,
    reason = "this is where the injected clock comes from"
)]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// Randomness that a seed replays.
#[derive(Clone, Debug)]
pub struct SeededRandom(SmallRng);

impl SeededRandom {
    /// The same seed gives the same numbers.
    pub fn new(seed: u64) -> Self {
        Self(SmallRng::seed_from_u64(seed))
    }

    /// Seeded by the operating system.
    #[allow(
        clippy::disallowed_methods,
        reason = "this is where injected randomness comes from"
    )]
    pub fn from_system() -> Self {
        Self(SmallRng::from_os_rng())
    }
}

impl Random for SeededRandom {
    fn bits(&mut self) -> u128 {
        self.0.random()
    }
}

/// The world of a product binary.
pub fn system_world() -> World {
    World::new(
        std::sync::Arc::new(SystemClock),
        SeededRandom::from_system(),
    )
}
