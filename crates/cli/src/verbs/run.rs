//! Carrying a plan out, with its events.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use groundwork_engine::{Applied, Event, Finish, Planned};
use groundwork_provider::{Clock, Goal, Plan};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::session::Opened;
use crate::{
    Exit,
    args::Yes,
    context::Context,
    lines::{Body, Line, Outcome},
    render::{
        next,
        plan::{left_to, objects},
        progress::{Above, GLANCE, Progress},
        style,
    },
    stop::Stop,
};

/// Refuses before anything is asked of the cloud, where nobody could say yes.
pub(super) fn refuse_unasked(context: &Context<'_>, yes: Yes) -> Result<(), Stop> {
    if yes.yes || context.around.interactive {
        return Ok(());
    }
    let why = "the input is not a terminal, so nobody can be asked";
    Err(Stop::Usage(format!(
        "{why}; say --yes to go on without a question"
    )))
}

/// The user said no.
pub(super) fn declined(context: &mut Context<'_>, plan: &Plan) -> Result<Exit, Stop> {
    let cluster = plan.cluster.clone();
    let outcome = Outcome::Declined;
    context.result("Nothing was changed.\n", || Body::Outcome {
        cluster,
        outcome,
        network: None,
    })?;
    Ok(Exit::Well)
}

/// Carries a plan out; what happens is shown as it happens.
pub(super) async fn execute(
    context: &mut Context<'_>,
    opened: &Opened,
    planned: &Planned,
) -> Result<Exit, Stop> {
    let json = context.json();
    let lively = context.around.lively && !json;
    let progress = Progress::new(lively, planned.plan.mutating());
    let began = context.around.world.clock.now();
    if !json {
        context.say("\n")?;
    }
    let (stop, ended) = (context.around.stop.clone(), CancellationToken::new());
    let above = progress.above();
    let clock = context.around.world.clock.clone();
    let (out, err) = (&mut context.around.out, &mut context.around.err);
    let screen = Mutex::new((progress, err));
    let mut publish = |event: &Event| {
        if json {
            // A reader that has gone away does not stop the run: the journal has it all.
            let _ = writeln!(
                out,
                "{}",
                Line::text(Body::Event {
                    entry: event.clone()
                })
            );
            let _ = out.flush();
        } else {
            let mut screen = held(&screen);
            let (progress, err) = &mut *screen;
            progress.show(event, err);
        }
    };
    context.busy.set(true);
    let applied = tokio::join!(
        async {
            let applied = opened.session.run(planned, &mut publish, &stop).await;
            ended.cancel();
            applied
        },
        told(&stop, &ended, &above),
        still(&*clock, &ended, |now| {
            let mut screen = held(&screen);
            let (progress, err) = &mut *screen;
            progress.still(now, err);
        })
    );
    held(&screen).0.clear();
    drop(screen);
    context.busy.set(false);
    let (applied, (), ()) = applied;
    let elapsed = context.around.world.clock.now().duration_since(began);
    report(
        context,
        opened,
        planned,
        applied?,
        Duration::try_from(elapsed).unwrap_or_default(),
    )
}

fn held<T>(screen: &Mutex<T>) -> MutexGuard<'_, T> {
    screen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks from time to time whether something takes long.
async fn still(clock: &dyn Clock, ended: &CancellationToken, mut look: impl FnMut(Timestamp)) {
    loop {
        tokio::select! {
            biased;
            () = ended.cancelled() => return,
            () = clock.sleep(GLANCE) => look(clock.now()),
        }
    }
}

/// Says that the wish to stop was heard, unless the run has ended before.
async fn told(stop: &CancellationToken, ended: &CancellationToken, above: &Above) {
    tokio::select! {
        // A run with nothing under way ends by the wish itself: both may be seen at once.
        biased;
        () = stop.cancelled() => {
            above.say("Stopping: what is under way is finished first. Ctrl-C again stops at once.");
        }
        () = ended.cancelled() => {}
    }
}

fn report(
    context: &mut Context<'_>,
    opened: &Opened,
    planned: &Planned,
    applied: Applied,
    elapsed: Duration,
) -> Result<Exit, Stop> {
    let Applied {
        finish,
        failures,
        network,
        ..
    } = applied;
    let goal = planned.plan.goal;
    let left = planned
        .plan
        .mutating()
        .filter(|item| left_to(item).is_some());
    let left = left.count();
    let count = planned.plan.mutating().count() - left;
    let (outcome, text, exit) = match finish {
        Finish::Done => (
            Outcome::Done,
            done(context, goal, [count, left], elapsed),
            Exit::Well,
        ),
        Finish::Failed => {
            let failed = style::bad(format!("{} failed.", objects(failures.len())));
            let rest = "What did not need it is done; nothing is lost.\n";
            let again = next(&format!(
                "correct what is said above, then {}",
                context.command(verb(goal))
            ));
            (
                Outcome::Failed,
                format!("\n{failed} {rest}{again}"),
                Exit::Failed,
            )
        }
        Finish::Cancelled => {
            let text = "Stopped. What was under way is finished or journalled; nothing is lost.\n";
            let text = format!("\n{}{}", style::bad(text), next(&context.command("resume")));
            (Outcome::Cancelled, text, Exit::Failed)
        }
    };
    let cluster = opened.session.cluster().clone();
    let network = network.filter(|_| goal == Goal::Apply);
    let told = context.result(&text, || Body::Outcome {
        cluster,
        outcome,
        network,
    });
    match told {
        // It is done all the same.
        Ok(()) | Err(Stop::Unread) => Ok(exit),
        Err(other) => Err(other),
    }
}

fn done(context: &Context<'_>, goal: Goal, [count, left]: [usize; 2], elapsed: Duration) -> String {
    let what = match goal {
        Goal::Apply => "brought to what the document says",
        Goal::Destroy => "removed",
    };
    let time = format!("{:.1}s", elapsed.as_secs_f64());
    let left = match left {
        0 => String::new(),
        _ => format!(", {left} left to others"),
    };
    let done = style::good(format!("Done: {} {what} in {time}{left}.", objects(count)));
    let next = match goal {
        // A mock cloud that ends with the process has nothing to show after it.
        Goal::Apply if !context.common.mock => next(&context.command("output")),
        Goal::Apply | Goal::Destroy => String::new(),
    };
    format!("\n{done}\n{next}")
}

fn verb(goal: Goal) -> &'static str {
    match goal {
        Goal::Apply => "apply",
        Goal::Destroy => "destroy",
    }
}
