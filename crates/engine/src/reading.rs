//! Reads that try again: a look asks a second time for what failed, and only for that.

use std::time::Duration;

use groundwork_provider::{Result, Retry, World};

use crate::Limits;

/// Repeats a read while its error says that a later try may succeed: backed off with jitter, not
/// before the cloud allows, a bounded number of times.
pub(crate) async fn patiently<T, F>(
    world: &World,
    limits: &Limits,
    mut read: impl FnMut() -> F,
) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let mut attempt = 0;
    loop {
        let error = match read().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        attempt += 1;
        let at_least = match error.retry {
            Retry::Never => return Err(error),
            Retry::Later => Duration::ZERO,
            Retry::After(pause) => pause,
        };
        if attempt >= limits.attempts || at_least > limits.step_timeout {
            return Err(error);
        }
        let pause = limits.pause(attempt, world.fraction()).max(at_least);
        // A person at a terminal waits with us: say what for.
        let (of, seconds) = (limits.attempts, pause.as_secs_f64());
        tracing::warn!("{error}; trying again in {seconds:.1} s ({attempt} of {of} tries failed)");
        world.clock.sleep(pause).await;
    }
}
