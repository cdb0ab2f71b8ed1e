//! Calls that are tried again: an API server restarts, and a listing outlives its beginning.

use std::time::Duration;

use groundwork_provider::{Clock, Error, Result, Retry};

/// How often something is tried.
const TRIES: u32 = 6;
/// The first pause; each one is twice the one before.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause that a server may ask for.
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// Tries it until it succeeds, or fails for good, or has failed too often: half a minute at most, unless the
/// server asks for longer pauses.
pub(crate) async fn again<T, F>(clock: &dyn Clock, mut call: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let mut pause = PAUSE;
    let mut tries = 1;
    loop {
        let error = match call().await {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        let Some(wait) = wait(&error, pause).filter(|_| tries < TRIES) else {
            return Err(error);
        };
        clock.sleep(wait).await;
        pause *= 2;
        tries += 1;
    }
}

fn wait(error: &Error, pause: Duration) -> Option<Duration> {
    match error.retry {
        Retry::Never => None,
        Retry::Later => Some(pause),
        Retry::After(wait) => Some(wait.min(PAUSE_MAX)),
    }
}
