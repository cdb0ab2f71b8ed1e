//! `demo`: the whole story on the embedded mock. The engine, the driver and what is printed are
//! those of the real thing; only the cloud is not.

#[cfg(feature = "openstack")]
mod openstack;
#[cfg(feature = "openstack")]
mod story;

use crate::{Exit, context::Context, stop::Stop};

/// Walks through the whole story.
#[cfg(feature = "openstack")]
pub(crate) async fn run(context: &mut Context<'_>) -> Result<Exit, Stop> {
    story::tell(context).await
}

/// Walks through the whole story.
#[cfg(not(feature = "openstack"))]
pub(crate) async fn run(_: &mut Context<'_>) -> Result<Exit, Stop> {
    Err(Stop::failed(
        "the demo needs a binary with the feature openstack",
    ))
}
