//! `drift`: how an applied network differs from its document.

use groundwork_engine::{Patience, Planned};
use groundwork_knowledge::Known;
use groundwork_provider::Plan;

use super::session::open;
use crate::{
    Exit,
    context::Context,
    lines::{Body, PlanLine},
    render::{self, next, style},
    report::Report,
    stop::Stop,
};

/// Looks and compares. Differences are shown; what is as it should be is only counted.
pub(super) async fn run(context: &mut Context<'_>) -> Result<Exit, Stop> {
    let opened = open(context).await?.only_looking();
    let planned = opened.plan(context, Patience::Now).await?;
    let plan = &planned.plan;
    let text = text(context, &opened.name, &planned);
    let exit = Exit::of_differences(!plan.is_empty());
    let report = |context: &Context<'_>| Report::of(context, exit, &planned, &Known::ours());
    context.reported(report, &text, || Body::Plan {
        plan: PlanLine::from(plan),
    })?;
    Ok(exit)
}

fn text(context: &Context<'_>, name: &str, planned: &Planned) -> String {
    let plan = &planned.plan;
    let page = context.around.page;
    if plan.is_empty() {
        let shown = match plan.is_blocked() {
            true => render::plan::brief(name, plan, page),
            false => render::plan::same(name, plan, page.width),
        };
        return shown + &style::good("No drift: everything is as the document says.\n");
    }
    let differing = plan.items.iter().filter(|item| {
        use groundwork_provider::Action;
        !matches!(item.action, Action::Keep | Action::Verified)
    });
    let shown = Plan {
        items: differing.cloned().collect(),
        ..plan.clone()
    };
    render::plan::brief(name, &shown, page) + &next(&context.command("apply"))
}
