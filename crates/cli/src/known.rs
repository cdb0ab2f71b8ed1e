//! What is known, with the file that the user brings.

use groundwork_knowledge::Known;

use crate::{context::Context, documents, stop::Stop};

/// Reads the file of `--knowledge`, where it is given, and puts it above what this program knows.
pub(crate) async fn read(context: &mut Context<'_>) -> Result<Known, Stop> {
    let mut brought = Vec::new();
    if let Some(file) = context.common.knowledge.clone() {
        brought.push(documents::source(context, file).await?);
    }
    Known::with(&brought).map_err(Stop::Unfit)
}
