//! `preflight`: what would stand in the way.

use groundwork_engine::{Patience, Planned};
use groundwork_knowledge::Subject;
use groundwork_model::Finding;

use super::session::{Opened, open_given};
use crate::{
    Exit,
    context::Context,
    documents::{self, Given},
    known,
    lines::Body,
    render::{findings, next, plan, style},
    stop::Stop,
};

/// Looks, plans, judges, and reports what a person should know, with what is known of such clusters.
pub(super) async fn run(context: &mut Context<'_>) -> Result<Exit, Stop> {
    let known = known::read(context).await?;
    let given = documents::read(context).await?;
    let add = |findings: &mut Vec<Finding>, context: &Context<'_>| {
        if let Ok(cluster) = given.cluster(context) {
            let (subject, fault) = Subject::of(cluster, &given.documents.machine_deployments);
            findings.extend(fault);
            subject
                .iter()
                .for_each(|subject| known.add_to(findings, subject));
        }
    };
    let (opened, mut planned) = match looked(context, &given).await {
        Ok(looked) => looked,
        Err(Stop::Unfit(mut findings)) => {
            add(&mut findings, context);
            return Err(Stop::Unfit(findings));
        }
        Err(other @ (Stop::Usage(_) | Stop::Unread | Stop::Failed { .. })) => return Err(other),
    };
    add(&mut planned.plan.findings, context);
    let plan = &planned.plan;
    let blocked = plan.is_blocked();
    let mut text = plan::heading(&opened.name, plan, context.around.page.width);
    text += &findings::of_cluster(&opened.name, &plan.findings, context.around.page.width);
    if plan.findings.is_empty() {
        text += &style::good("Nothing would stop an apply.\n");
    }
    if !plan.findings.is_empty() {
        text += &style::quiet("\ngroundwork explain CODE says more of each.\n");
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

async fn looked(context: &mut Context<'_>, given: &Given) -> Result<(Opened, Planned), Stop> {
    let opened = open_given(context, given).await?;
    let planned = opened.plan(context, Patience::Now).await?;
    Ok((opened, planned))
}
