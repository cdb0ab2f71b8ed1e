//! `matrix`: which operating systems nodes run on, by cloud.

use groundwork_knowledge::Known;

use crate::{Exit, args::Output, context::Context, known, lines::Body, render::matrix, stop::Stop};

/// Prints the compatibility matrix, and why it is so.
pub(super) async fn run(context: &mut Context<'_>) -> Result<Exit, Stop> {
    let known = known::read(context).await?;
    let text = match context.common.output {
        Output::Markdown => matrix::page(&known),
        Output::Text | Output::Json | Output::Junit | Output::Sarif | Output::Html => {
            matrix::text(&known, context.around.page.width)
        }
    };
    let entries = known.below_matrix().cloned().collect();
    let Known {
        providers,
        systems,
        matrix,
        ..
    } = known;
    context.result(&text, || Body::Matrix {
        providers,
        systems,
        cells: matrix,
        entries,
    })?;
    Ok(Exit::Well)
}
