//! `destroy`: remove everything that is ours.

use groundwork_engine::Patience;

use super::{
    run::{declined, execute, refuse_unasked},
    session::{Opened, open_by_any_name},
};
use crate::{
    Exit,
    args::Yes,
    ask::consent,
    context::Context,
    lines::{Body, Outcome, PlanLine},
    render::{self, next, style},
    stop::Stop,
};

/// Plans the removal, shows, asks, carries out. Needs no document.
pub(super) async fn run(context: &mut Context<'_>, yes: Yes) -> Result<Exit, Stop> {
    refuse_unasked(context, yes)?;
    let opened = open_by_any_name(context).await?;
    finish(context, &opened, yes).await
}

/// From the connected cluster to nothing.
pub(super) async fn finish(
    context: &mut Context<'_>,
    opened: &Opened,
    yes: Yes,
) -> Result<Exit, Stop> {
    let planned = opened.teardown(context, Patience::Settle).await?;
    let plan = &planned.plan;
    let text = render::plan::brief(&opened.name, plan, context.around.page);
    context.result(&text, || Body::Plan {
        plan: PlanLine::from(plan),
    })?;
    if plan.is_blocked() {
        if !context.json() {
            context.say(&next(
                "take what is in the way out of it, then destroy again",
            ))?;
        }
        return Ok(Exit::Unfit);
    }
    if plan.mutating().next().is_none() {
        let (cluster, outcome) = (plan.cluster.clone(), Outcome::Unchanged);
        let text = style::good(match opened.session.creates() {
            true => "Nothing to do: nothing of this cluster exists.\n",
            false => "Nothing to do: this driver creates nothing, so there is nothing to delete.\n",
        });
        context.result(&text, || Body::Outcome {
            cluster,
            outcome,
            network: None,
        })?;
        return Ok(Exit::Well);
    }
    let question = format!("Destroy the network of {}?", opened.name);
    if !consent(context.around, yes.yes, &question).await? {
        return declined(context, plan);
    }
    execute(context, opened, &planned).await
}
