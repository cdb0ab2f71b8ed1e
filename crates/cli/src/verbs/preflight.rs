//! `preflight`: what would stand in the way.

use groundwork_engine::Patience;
use groundwork_model::Finding;

use super::session::open;
use crate::{
    Exit,
    context::Context,
    lines::Body,
    render::{findings, next, plan, style},
    stop::Stop,
};

/// Looks, plans, judges, and reports what a person should know.
pub(super) async fn run(context: &mut Context<'_>) -> Result<Exit, Stop> {
    let opened = open(context).await?;
    let planned = opened.plan(context, Patience::Now).await?;
    let plan = &planned.plan;
    let blocked = plan.is_blocked();
    let mut text = plan::heading(&opened.name, plan, context.around.page.width);
    text += &findings::of_cluster(&opened.name, &plan.findings, context.around.page.width);
    if plan.findings.is_empty() {
        text += &style::good("Nothing would stop an apply.\n");
    }
    text += &format!("\n{}\n", plan::summary(plan));
    text += &if blocked {
        next("correct what is marked as an error, then run it again")
    } else {
        next(&context.command("plan"))
    };
    let all: Vec<Finding> = plan.findings.clone();
    context.result(&text, || Body::Findings { findings: all })?;
    Ok(if blocked { Exit::Unfit } else { Exit::Well })
}
