//! `demo`: the whole story on the embedded mock. The engine, the driver and what is printed are
//! those of the real thing; only the cloud is not.

mod openstack;
mod story;

use crate::{Exit, context::Context, stop::Stop};

/// Walks through the whole story.
pub(crate) async fn run(context: &mut Context<'_>) -> Result<Exit, Stop> {
    story::tell(context).await
}
