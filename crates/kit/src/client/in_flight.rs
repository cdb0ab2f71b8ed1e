//! The requests of one account that are under way: as many as the server answers quickly.

use std::{
    future::Future,
    sync::{Mutex, MutexGuard, PoisonError},
};

use groundwork_provider::Clock;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::pace::Pace;

/// The requests of one account that are under way. Whatever sends for the account goes through
/// here, so this is the one place that decides how many there may be.
#[derive(Debug)]
pub(super) struct InFlight {
    /// Those who wait are let through in the order in which they came.
    permits: Semaphore,
    now: Mutex<Now>,
}

#[derive(Debug)]
struct Now {
    pace: Pace,
    under_way: usize,
    /// Permits that there are, taken or not.
    permits: usize,
}

/// How an exchange went, as far as it says something of the server's haste.
pub(super) enum Went {
    /// There was a reply.
    Replied,
    /// There was none, or it asks for fewer requests.
    Refused,
}

impl InFlight {
    /// As many as a pace finds out.
    pub(super) fn new(pace: Pace) -> Self {
        let permits = pace.window();
        Self {
            permits: Semaphore::new(permits),
            now: Mutex::new(Now {
                pace,
                under_way: 0,
                permits,
            }),
        }
    }

    /// The same for a cloud of many servers.
    pub(super) fn ample(self) -> Self {
        let now = self.now.into_inner();
        Self::new(now.unwrap_or_else(PoisonError::into_inner).pace.ample())
    }

    /// Makes one exchange when there is room for it.
    pub(super) async fn run<T>(
        &self,
        operation: &str,
        clock: &dyn Clock,
        exchange: impl Future<Output = T>,
        went: impl FnOnce(&T) -> Went,
    ) -> T {
        // The semaphore is never closed, so there is always a permit in the end.
        let permit = self.permits.acquire().await.ok();
        let place = Place::of(self, permit);
        let began = clock.now();
        let result = exchange.await;
        let took = clock.since(began);
        match went(&result) {
            Went::Replied => self.now().pace.replied(operation, place.together, took),
            Went::Refused => self.now().pace.refused(),
        }
        result
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The room that a request takes until it has a reply, or nobody waits for one any more.
struct Place<'a> {
    of: &'a InFlight,
    permit: Option<SemaphorePermit<'a>>,
    /// How many requests were under way when this one was sent, itself included.
    together: usize,
}

impl<'a> Place<'a> {
    fn of(of: &'a InFlight, permit: Option<SemaphorePermit<'a>>) -> Self {
        let mut now = of.now();
        now.under_way += 1;
        let together = now.under_way;
        Self {
            of,
            permit,
            together,
        }
    }
}

impl Drop for Place<'_> {
    /// Gives the room back, or keeps it where there is to be less of it; makes more.
    fn drop(&mut self) {
        let mut now = self.of.now();
        now.under_way -= 1;
        let window = now.pace.window();
        if window < now.permits
            && let Some(permit) = self.permit.take()
        {
            permit.forget();
            now.permits -= 1;
        }
        if window > now.permits {
            self.of.permits.add_permits(window - now.permits);
            now.permits = window;
        }
    }
}
