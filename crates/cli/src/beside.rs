//! What may take as long as it likes, beside the runtime: it has to hear Ctrl-C meanwhile.

use crate::stop::Stop;

/// Does it on a thread of its own. One that never ends is left behind when the process stops.
pub(crate) async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Stop> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Stop::failed("a part of the program has broken down"))
}
