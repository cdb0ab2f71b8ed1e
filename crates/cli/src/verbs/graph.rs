//! `graph`: a picture of the network.

use groundwork_engine::Patience;

use super::session::open;
use crate::{
    Exit,
    args::{GraphFormat, GraphOptions, GraphPicture},
    context::Context,
    lines::Body,
    render::{
        graph::{Picture, dot, mermaid, svg},
        topology,
    },
    stop::Stop,
};

/// Looks, plans and draws the plan.
pub(super) async fn run(context: &mut Context<'_>, options: &GraphOptions) -> Result<Exit, Stop> {
    let opened = open(context).await?;
    let planned = opened.plan(context, Patience::Now).await?;
    let picture = || Picture::of(&opened.name, &planned.plan);
    let (format, text) = match (options.picture, options.format) {
        (GraphPicture::Dependencies, None | Some(GraphFormat::Mermaid)) => {
            ("mermaid", mermaid(&picture()))
        }
        (GraphPicture::Dependencies, Some(GraphFormat::Dot)) => ("dot", dot(&picture())),
        (GraphPicture::Dependencies, Some(GraphFormat::Svg)) => ("svg", svg(&picture())),
        (GraphPicture::Topology, None | Some(GraphFormat::Svg)) => {
            let title = format!("{} · {}", opened.name, planned.plan.account.provider);
            ("svg", topology::file(&title, &planned.topology))
        }
        (GraphPicture::Topology, Some(GraphFormat::Mermaid | GraphFormat::Dot)) => {
            let message = "the topology is drawn as SVG: leave --format out, or say --format svg";
            return Err(Stop::Usage(message.to_owned()));
        }
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
