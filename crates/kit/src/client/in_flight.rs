//! How many requests of one account are under way at once.

use std::future::Future;

use tokio::sync::Semaphore;

/// Requests under way at most.
const IN_FLIGHT_MAX: usize = 16;

/// The requests of one account that are under way. Whatever sends for the account goes through
/// here, so this is the one place that decides how many there may be.
#[derive(Debug)]
pub(super) struct InFlight {
    permits: Semaphore,
}

impl Default for InFlight {
    fn default() -> Self {
        Self {
            permits: Semaphore::new(IN_FLIGHT_MAX),
        }
    }
}

impl InFlight {
    /// Runs one exchange when there is room for it.
    pub(super) async fn run<T>(&self, exchange: impl Future<Output = T>) -> T {
        // The semaphore is never closed, so there is always a permit in the end.
        let _permit = self.permits.acquire().await.ok();
        exchange.await
    }
}
