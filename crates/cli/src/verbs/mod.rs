//! One file a verb.

mod apply;
mod availability;
mod capabilities;
mod completions;
mod destroy;
mod drift;
mod explain;
mod graph;
mod inventory;
mod machines;
mod matrix;
#[cfg(feature = "mock")]
mod mock;
mod output;
mod plan;
mod preflight;
mod render;
mod resume;
mod run;
mod schema;
mod seed;
mod session;
pub(crate) mod sweep;
mod trace;
mod until_fit;
mod verify;
mod verify_cluster;

use crate::{
    Exit,
    args::{Output, Verb},
    context::Context,
    stop::Stop,
};

/// Does what the verb says.
pub(crate) async fn run(context: &mut Context<'_>, verb: &Verb) -> Result<Exit, Stop> {
    if context.common.output == Output::Markdown && !verb.has_markdown() {
        let message = "--output markdown is for matrix and explain; use text or json";
        return Err(Stop::Usage(message.to_owned()));
    }
    if context.common.output.is_report() && verb.report().is_none() {
        let message = "--output junit, sarif and html are for preflight, plan, verify, verify-cluster and drift";
        return Err(Stop::Usage(format!("{message}; use text or json")));
    }
    match verb {
        Verb::Preflight => preflight::run(context).await,
        Verb::Plan(options) => plan::run(context, options).await,
        Verb::Apply(options) => apply::run(context, options).await,
        Verb::Verify => verify::run(context).await,
        Verb::VerifyCluster(options) => verify_cluster::run(context, options).await,
        Verb::Drift => drift::run(context).await,
        Verb::Sweep => sweep::run(context).await,
        Verb::Destroy(consent) => destroy::run(context, *consent).await,
        Verb::Resume(consent) => resume::run(context, *consent).await,
        Verb::Output(options) => output::run(context, options).await,
        Verb::Inventory => inventory::run(context).await,
        Verb::Graph(options) => graph::run(context, options).await,
        Verb::Trace(options) => trace::run(context, options).await,
        Verb::Availability => availability::run(context).await,
        Verb::Render { what } => render::run(context, what).await,
        Verb::Capabilities(options) => capabilities::run(context, options),
        Verb::Matrix => matrix::run(context).await,
        Verb::Explain(options) => explain::run(context, options).await,
        Verb::Schema(options) => schema::run(context, options),
        #[cfg(feature = "mock")]
        Verb::Mock(options) => mock::run(context, options).await,
        #[cfg(all(feature = "mock", feature = "openstack"))]
        Verb::Demo => crate::demo::run(context).await,
        Verb::Completions { shell } => completions::run(context, *shell),
    }
}
