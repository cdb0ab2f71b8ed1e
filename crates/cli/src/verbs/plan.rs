//! `plan`: what would be done.

use groundwork_engine::Patience;
use groundwork_knowledge::Known;

use super::session::open;
use crate::{
    Exit,
    args::PlanOptions,
    context::Context,
    lines::{Body, PlanLine},
    plan_file,
    render::{self, next},
    report::Report,
    stop::Stop,
};

/// Looks, plans and prints the plan.
pub(super) async fn run(context: &mut Context<'_>, options: &PlanOptions) -> Result<Exit, Stop> {
    if let Some(path) = &options.out {
        let state = context.state().ok().filter(|_| !context.common.mock);
        plan_file::refuse(path, state.as_deref(), &context.common.files)?;
    }
    let opened = open(context).await?;
    let planned = opened.plan(context, Patience::Now).await?;
    let plan = &planned.plan;
    let changes = plan.mutating().next().is_some();
    let mut text = render::plan::plan(&opened.name, plan, context.around.page);
    if let Some(path) = &options.out {
        plan_file::write(path, plan)?;
        text += &format!("Written to {}.\n", path.display());
    }
    let apply = context.command("apply");
    text += &match (plan.is_blocked(), changes, &options.out) {
        (true, _, _) => next("correct what is marked as an error or with !, then plan again"),
        (false, false, _) => next(&context.command("output")),
        (false, true, None) => next(&apply),
        (false, true, Some(path)) => next(&format!("{apply} --plan {}", path.display())),
    };
    let exit = match (plan.is_blocked(), options.detailed_exitcode) {
        (true, _) => Exit::Unfit,
        (false, true) => Exit::of_differences(changes),
        (false, false) => Exit::Well,
    };
    let report = |context: &Context<'_>| Report::of(context, exit, &planned, &Known::ours());
    context.reported(report, &text, || Body::Plan {
        plan: PlanLine::from(plan),
    })?;
    Ok(exit)
}
