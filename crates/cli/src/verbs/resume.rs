//! `resume`: finish what was interrupted.

use groundwork_engine::{Entry, Fact, Recall};
use groundwork_provider::Goal;

use super::{
    destroy,
    run::refuse_unasked,
    session::{Opened, open_by_any_name},
};
use crate::{
    Exit,
    args::{ApplyOptions, Yes},
    context::Context,
    lines::{Body, Outcome},
    render::{next, style},
    stop::{Stop, chain},
};

/// Looks whether a run was interrupted, and goes on the way it went.
pub(super) async fn run(context: &mut Context<'_>, yes: Yes) -> Result<Exit, Stop> {
    refuse_unasked(context, yes)?;
    let opened = open_by_any_name(context).await?;
    let journal = &opened.engine.parts().journal;
    let entries = journal.load(opened.session.cluster()).await;
    let entries = entries.map_err(|error| Stop::failed(chain(&error)))?;
    let recall = Recall::of(&entries);
    match last_goal(&entries).filter(|_| !recall.finished) {
        None => nothing(context, &opened),
        Some(Goal::Destroy) => destroy::finish(context, &opened, yes).await,
        Some(Goal::Apply) if context.common.files.is_empty() => Err(Stop::Usage(
            "an apply was interrupted: give its documents with -f".to_owned(),
        )),
        Some(Goal::Apply) => {
            drop(opened);
            super::apply::run(
                context,
                &ApplyOptions {
                    plan: None,
                    consent: yes,
                },
            )
            .await
        }
    }
}

fn last_goal(entries: &[Entry]) -> Option<Goal> {
    entries.iter().rev().find_map(|entry| match &entry.fact {
        Fact::RunStarted { goal, .. } => Some(*goal),
        Fact::Intent { .. }
        | Fact::Began { .. }
        | Fact::Pending { .. }
        | Fact::Retrying { .. }
        | Fact::Claimed { .. }
        | Fact::Created { .. }
        | Fact::Absent { .. }
        | Fact::Updated { .. }
        | Fact::Deleted { .. }
        | Fact::Failed { .. }
        | Fact::Skipped { .. }
        | Fact::RunFinished { .. } => None,
    })
}

fn nothing(context: &mut Context<'_>, opened: &Opened) -> Result<Exit, Stop> {
    let (cluster, outcome) = (opened.session.cluster().clone(), Outcome::Unchanged);
    let text = style::good("Nothing to resume: the last run came to its end.\n")
        + &next(&context.command("plan"));
    context.result(&text, || Body::Outcome {
        cluster,
        outcome,
        network: None,
    })?;
    Ok(Exit::Well)
}
