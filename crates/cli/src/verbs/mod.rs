//! One file a verb.

mod apply;
mod capabilities;
mod completions;
mod destroy;
mod drift;
mod graph;
mod inventory;
#[cfg(feature = "mock")]
mod mock;
mod output;
mod plan;
mod preflight;
mod resume;
mod run;
mod schema;
mod session;
pub(crate) mod sweep;
mod verify;

use crate::{Exit, args::Verb, context::Context, stop::Stop};

/// Does what the verb says.
pub(crate) async fn run(context: &mut Context<'_>, verb: &Verb) -> Result<Exit, Stop> {
    match verb {
        Verb::Preflight => preflight::run(context).await,
        Verb::Plan(options) => plan::run(context, options).await,
        Verb::Apply(options) => apply::run(context, options).await,
        Verb::Verify => verify::run(context).await,
        Verb::Drift => drift::run(context).await,
        Verb::Sweep => sweep::run(context).await,
        Verb::Destroy(consent) => destroy::run(context, *consent).await,
        Verb::Resume(consent) => resume::run(context, *consent).await,
        Verb::Output(options) => output::run(context, options).await,
        Verb::Inventory => inventory::run(context).await,
        Verb::Graph(options) => graph::run(context, options).await,
        Verb::Capabilities(options) => capabilities::run(context, options),
        Verb::Schema(options) => schema::run(context, options),
        #[cfg(feature = "mock")]
        Verb::Mock(options) => mock::run(context, options).await,
        #[cfg(all(feature = "mock", feature = "openstack"))]
        Verb::Demo => crate::demo::run(context).await,
        Verb::Completions { shell } => completions::run(context, *shell),
    }
}
