//! `apply`: make it so.

use groundwork_engine::Patience;

use super::{run::execute, session::open};
use crate::{
    Exit,
    args::ApplyOptions,
    ask::consent,
    beside::beside,
    context::Context,
    lines::{Body, Outcome, PlanLine},
    plan_file,
    render::{self, next, style},
    stop::Stop,
};

/// Plans, shows, asks, carries out.
pub(super) async fn run(context: &mut Context<'_>, options: &ApplyOptions) -> Result<Exit, Stop> {
    let approved = match options.plan.clone() {
        Some(path) => Some(beside(move || plan_file::read(&path)).await??),
        None => None,
    };
    super::run::refuse_unasked(context, options.consent)?;
    let opened = open(context).await?;
    let planned = opened.plan(context, Patience::Settle).await?;
    let plan = &planned.plan;
    let text = if plan.is_empty() && !plan.is_blocked() {
        render::plan::same(&opened.name, plan, context.around.page.width)
    } else {
        render::plan::brief(&opened.name, plan, context.around.page)
    };
    context.result(&text, || Body::Plan {
        plan: PlanLine::from(plan),
    })?;
    if let Some(approved) = &approved {
        plan_file::compare(approved, plan)?;
    }
    if plan.is_blocked() {
        if !context.json() {
            context.say(&next(
                "correct what is marked as an error or with !, then apply again",
            ))?;
        }
        return Ok(Exit::Unfit);
    }
    if plan.mutating().next().is_none() {
        let text = style::good("Nothing to do: everything is as it should be.\n")
            + &next(&context.command("output"));
        let (cluster, network) = (plan.cluster.clone(), planned.network.clone());
        let outcome = Outcome::Unchanged;
        context.result(&text, || Body::Outcome {
            cluster,
            outcome,
            network,
        })?;
        return Ok(Exit::Well);
    }
    if !consent(context.around, options.consent.yes, "Apply this plan?").await? {
        return super::run::declined(context, plan);
    }
    execute(context, &opened, &planned).await
}
