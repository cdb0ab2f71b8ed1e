//! `verify`: prove that what exists is fit.

use groundwork_engine::Patience;
use groundwork_knowledge::Known;

use super::session::open;
use crate::{
    Exit,
    context::Context,
    lines::{Body, PlanLine},
    render::{self, next, style},
    report::Report,
    stop::Stop,
};

/// Looks and judges. An error is unfit; something missing or different is a difference.
pub(super) async fn run(context: &mut Context<'_>) -> Result<Exit, Stop> {
    let opened = open(context).await?.only_looking();
    let planned = opened.plan(context, Patience::Now).await?;
    let plan = &planned.plan;
    let exit = match (plan.is_blocked(), plan.is_empty()) {
        (true, _) => Exit::Unfit,
        (false, empty) => Exit::of_differences(!empty),
    };
    let mut text = render::plan::plan(&opened.name, plan, context.around.page);
    text += &match exit {
        Exit::Well => style::good("Fit: everything exists and is as it has to be.\n"),
        Exit::Differs => {
            style::bad("Not complete: what is marked + or ~ is missing or different.\n")
                + &next(&context.command("apply"))
        }
        Exit::Unfit | Exit::Failed | Exit::Usage | Exit::Unread => {
            style::bad("Unfit.\n")
                + &next("correct what is marked as an error or with !, then verify again")
        }
    };
    let report = |context: &Context<'_>| Report::of(context, exit, &planned, &Known::ours());
    context.reported(report, &text, || Body::Plan {
        plan: PlanLine::from(plan),
    })?;
    Ok(exit)
}
