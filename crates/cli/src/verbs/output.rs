//! `output`: the ids and CIDRs of the network.

use groundwork_engine::Patience;
use groundwork_provider::Action;

use super::session::open;
use crate::{
    Exit,
    args::OutputOptions,
    context::Context,
    lines::Body,
    render::{network, style},
    stop::Stop,
};

/// Looks and prints the network, cloud-neutral and in the document's own field names.
pub(super) async fn run(context: &mut Context<'_>, options: &OutputOptions) -> Result<Exit, Stop> {
    let opened = open(context).await?;
    let planned = opened.plan(context, Patience::Now).await?;
    let Some(found) = planned
        .network
        .filter(|network| !network.objects.is_empty())
    else {
        let message = format!("cluster {} has no network yet", opened.name);
        return Err(Stop::failed_with(
            message,
            format!("make it with {}", context.command("apply")),
        ));
    };
    if planned
        .plan
        .items
        .iter()
        .any(|item| item.action == Action::Create)
    {
        let message = "warning: the network is not complete; apply makes the rest\n";
        context.aside(message)?;
    }
    let patch = network::patch(&found.patch);
    let text = if options.patch {
        patch
    } else {
        let heading =
            style::strong("To write back into the document (output --patch prints only this)");
        format!(
            "{}\n{heading}\n\n{patch}",
            network::network(&found, context.around.page)
        )
    };
    context.result(&text, || Body::Network { network: found })?;
    Ok(Exit::Well)
}
