//! One fast clock for a mock and all its processes.

use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use groundwork_provider::Clock;
use jiff::Timestamp;

use crate::PACE;

/// [`PACE`] times faster than the clock on the wall since `origin`, when it was `epoch`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paced {
    pub(crate) origin: SystemTime,
    pub(crate) epoch: Timestamp,
}

#[async_trait]
impl Clock for Paced {
    fn now(&self) -> Timestamp {
        let elapsed = self.origin.elapsed().unwrap_or_default();
        self.epoch + elapsed * PACE
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration / PACE).await;
    }
}

/// A time as text, for a process that is started.
pub(crate) fn written(origin: SystemTime) -> String {
    let since = origin.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_nanos().to_string()
}

/// The time that was written.
pub(crate) fn read(text: &str) -> Option<SystemTime> {
    let nanos = text.parse().ok()?;
    Some(SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos))
}
