//! From arguments to an exit code.

use std::{
    cell::{Cell, RefCell},
    ffi::OsString,
    io::{self, Write},
    process,
    sync::Arc,
    time::Duration,
};

use clap::Parser;
use groundwork_engine::{Engine, Journal, Trouble};
use groundwork_knowledge::Known;
use groundwork_model::Finding;
use tokio_util::sync::CancellationToken;

use crate::{
    Exit, Surroundings,
    args::Arguments,
    clean,
    context::Context,
    lines::Body,
    logging,
    render::{self, findings, next, style},
    report::Report,
    stop::Stop,
    verbs,
};

/// Runs the process: its arguments, its streams, its signals.
pub fn main() -> Exit {
    let mut around = Surroundings::of_process();
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return cannot_start(&mut around, &error),
    };
    let exit = runtime.block_on(async {
        match Signals::listen() {
            Ok(signals) => tokio::spawn(interrupts(signals, around.stop.clone())),
            Err(error) => return cannot_start(&mut around, &error),
        };
        run(std::env::args_os(), &mut around).await
    });
    // A question that was not answered still waits for the keyboard.
    runtime.shutdown_background();
    exit
}

fn cannot_start(around: &mut Surroundings, error: &io::Error) -> Exit {
    // Nothing is left to be done where even this cannot be written.
    let _ = writeln!(around.err, "the process cannot start: {error}");
    Exit::Failed
}

/// Runs one command line; the first argument is the name of the program.
pub async fn run(arguments: impl IntoIterator<Item = OsString>, around: &mut Surroundings) -> Exit {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return usage(around, &error),
    };
    logging::start(arguments.common.log_format, around);
    let (stop, busy) = (around.stop.clone(), Cell::new(false));
    let (open, engines) = (RefCell::default(), RefCell::default());
    let subject = RefCell::default();
    let mut context = Context {
        around,
        common: &arguments.common,
        verb: arguments.verb.report().unwrap_or_default(),
        subject: &subject,
        busy: &busy,
        open: &open,
        engines: &engines,
    };
    let ended = tokio::select! {
        ended = verbs::run(&mut context, &arguments.verb) => ended,
        () = idle_stop(&stop, &busy) => Err(Stop::failed("stopped; nothing was changed")),
    };
    if stop.is_cancelled() && context.around.lively {
        // The terminal shows ^C where the cursor stands. Nothing is lost if it shows no more.
        let _ = writeln!(context.around.err);
    }
    let clock = context.around.world.clock.clone();
    let closed = tokio::select! {
        biased;
        (closed, ()) = async { tokio::join!(close(&open), leave(&engines)) } => closed,
        // Whoever wants to stop does not wait for one who has the file, or for a cloud.
        () = clock.sleep(CLOSE_MAX), if stop.is_cancelled() => Ok(()),
    };
    match ended.and_then(|exit| closed.map(|()| exit)) {
        Ok(exit) => exit,
        Err(stop) => {
            let exit = stop.exit();
            match report(&mut context, stop) {
                Ok(()) => exit,
                Err(Stop::Unread) => Exit::Unread,
                Err(_) => Exit::Failed,
            }
        }
    }
}

/// How long a stop waits for a state file to be closed, and for a cloud to be left.
const CLOSE_MAX: Duration = Duration::from_secs(1);

/// Leaves the clouds that were reached.
async fn leave(engines: &RefCell<Vec<Engine>>) {
    for engine in engines.take() {
        engine.leave().await;
    }
}

/// Closes the state files: each is one file then.
async fn close(open: &RefCell<Vec<Arc<dyn Journal>>>) -> Result<(), Stop> {
    let mut ended = Ok(());
    for journal in open.take() {
        ended = ended.and(journal.close().await);
    }
    ended.map_err(|error| Stop::from(Trouble::from(error)))
}

/// The user wants to stop, and nothing is under way that has to be finished first. What is busy
/// looks after the wish itself.
async fn idle_stop(stop: &CancellationToken, busy: &Cell<bool>) {
    stop.cancelled().await;
    if busy.get() {
        std::future::pending::<()>().await;
    }
}

/// Help and version are answers; everything else that clap says is wrong usage.
fn usage(around: &mut Surroundings, error: &clap::Error) -> Exit {
    let text = clean::page(&error.render().ansi().to_string());
    let (stream, exit) = if error.use_stderr() {
        (&mut around.err, Exit::Usage)
    } else {
        (&mut around.out, Exit::Well)
    };
    match stream
        .write_all(text.as_bytes())
        .and_then(|()| stream.flush())
    {
        Ok(()) => exit,
        Err(error) => Stop::from(error).exit(),
    }
}

/// Says why it stopped: findings are a result, everything else is said beside the results.
fn report(context: &mut Context<'_>, stop: Stop) -> Result<(), Stop> {
    let exit = stop.exit().code();
    match stop {
        Stop::Unfit(all) => unfit(context, all),
        Stop::Unread => Ok(()),
        Stop::Usage(message) => trouble(context, message, None, exit),
        Stop::Failed {
            message,
            remedy,
            findings,
        } => {
            known_all_the_same(context, &findings, (&message, remedy.as_deref()))?;
            trouble(context, message, remedy, exit)
        }
    }
}

/// What a person should know although it failed. A report says in one document what failed, too.
fn known_all_the_same(
    context: &mut Context<'_>,
    all: &[Finding],
    (message, remedy): (&str, Option<&str>),
) -> Result<(), Stop> {
    if all.is_empty() && !context.common.output.is_report() {
        return Ok(());
    }
    let text = findings::findings(all, context.around.page.width) + "\n";
    let report = |context: &Context<'_>| {
        let report = Report::new(context, Exit::Failed, all.to_vec(), &Known::ours());
        report.with_trouble(message, remedy)
    };
    let findings = || Body::Findings {
        findings: all.to_vec(),
    };
    context.reported(report, &text, findings)
}

fn unfit(context: &mut Context<'_>, all: Vec<Finding>) -> Result<(), Stop> {
    // What stands against a run need be no error: somebody has paused the cluster.
    let what = match all.iter().any(Finding::is_error) {
        true => "correct what is marked as an error, then run it again",
        false => "do as is said above, then run it again",
    };
    let text = format!(
        "{}\n{}\n{}",
        findings::findings(&all, context.around.page.width),
        style::bad(format!("Unfit: {}.", findings::counted(&all))),
        next(what)
    );
    let report =
        |context: &Context<'_>| Report::new(context, Exit::Unfit, all.clone(), &Known::ours());
    let findings = || Body::Findings {
        findings: all.clone(),
    };
    context.reported(report, &text, findings)
}

fn trouble(
    context: &mut Context<'_>,
    message: String,
    remedy: Option<String>,
    exit: u8,
) -> Result<(), Stop> {
    context.aside(&render::trouble(&message, remedy.as_deref()))?;
    if context.json() {
        context.line(Body::Trouble {
            message,
            remedy,
            exit,
        })?;
    }
    Ok(())
}

/// The first Ctrl-C (or SIGTERM) stops cleanly, the second at once.
async fn interrupts(mut signals: Signals, stop: CancellationToken) {
    const INTERRUPTED: i32 = 130;
    signals.next().await;
    stop.cancel();
    signals.next().await;
    anstream::eprintln!("Stopped. What was sent is journalled: `groundwork resume` looks for it.");
    process::exit(INTERRUPTED);
}

/// The signals that ask a process to stop, listened to from the beginning.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let (interrupt, terminate) = (SignalKind::interrupt(), SignalKind::terminate());
        Ok(Self {
            interrupt: signal(interrupt)?,
            terminate: signal(terminate)?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ctrl-C, the one signal that every platform has.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
