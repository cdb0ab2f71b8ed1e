//! Clock and randomness, injected: product code has no other source of them.

use std::{
    fmt::Debug,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;

/// What time it is, and waiting.
#[async_trait]
pub trait Clock: Debug + Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Waits.
    async fn sleep(&self, duration: Duration);

    /// How long ago a time was; zero where it is still to come.
    fn since(&self, then: Timestamp) -> Duration {
        Duration::try_from(self.now().duration_since(then)).unwrap_or_default()
    }
}

/// Random numbers: tokens and jitter. The same seed replays the same run.
pub trait Random: Debug + Send {
    /// 128 random bits.
    fn bits(&mut self) -> u128;
}

/// Everything that is not determined by the input.
#[derive(Clone, Debug)]
pub struct World {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    random: Arc<Mutex<dyn Random>>,
}

impl World {
    /// A world of the given clock and randomness.
    pub fn new(clock: Arc<dyn Clock>, random: impl Random + 'static) -> Self {
        Self {
            clock,
            random: Arc::new(Mutex::new(random)),
        }
    }

    /// 128 random bits.
    pub fn bits(&self) -> u128 {
        // A panic elsewhere leaves a generator that still generates.
        self.random
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .bits()
    }

    /// Random between 0 (inclusive) and 1 (exclusive), for jitter.
    pub fn fraction(&self) -> f64 {
        const STEPS: u64 = 1 << 53;
        let step = (self.bits() >> 75) as u64;
        step as f64 / STEPS as f64
    }
}
