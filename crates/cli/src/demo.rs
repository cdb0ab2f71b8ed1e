//! `demo`: the whole story on the embedded mock.

use crate::{Exit, context::Context, stop::Stop};

/// Walks through the whole story.
pub(crate) async fn run(_context: &mut Context<'_>) -> Result<Exit, Stop> {
    Err(Stop::failed("written next"))
}
