//! `graph`: a picture of the network.

use groundwork_engine::Patience;

use super::session::open;
use crate::{
    Exit,
    args::{GraphFormat, GraphOptions},
    context::Context,
    lines::Body,
    render::graph::{Picture, dot, mermaid, svg},
    stop::Stop,
};

/// Looks, plans and draws the plan.
pub(super) async fn run(context: &mut Context<'_>, options: &GraphOptions) -> Result<Exit, Stop> {
    let opened = open(context).await?;
    let planned = opened.plan(context, Patience::Now).await?;
    let picture = Picture::of(&opened.name, &planned.plan);
    let (format, text) = match options.format {
        GraphFormat::Mermaid => ("mermaid", mermaid(&picture)),
        GraphFormat::Dot => ("dot", dot(&picture)),
        GraphFormat::Svg => ("svg", svg(&picture)),
    };
    let graph = serde_json::to_value(&planned.graph).expect("a graph is plain data");
    let body = || Body::Graph {
        format: format.to_owned(),
        text: text.clone(),
        graph,
    };
    context.result(&text, body)?;
    Ok(Exit::Well)
}
