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
    report::Report,
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
        Err(stop) => return Err(stop.adding(|findings| add(findings, context))),
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
    let exit = if blocked { Exit::Unfit } else { Exit::Well };
    let report = |context: &Context<'_>| Report::of(context, exit, &planned, &known);
    let findings = || Body::Findings {
        findings: plan.findings.clone(),
    };
    context.reported(report, &text, findings)?;
    Ok(exit)
}

async fn looked(context: &mut Context<'_>, given: &Given) -> Result<(Opened, Planned), Stop> {
    let opened = open_given(context, given).await?;
    let planned = opened.plan(context, Patience::Now).await?;
    Ok((opened, planned))
}
