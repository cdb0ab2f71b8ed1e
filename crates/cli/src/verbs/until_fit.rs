//! Waiting until a cluster is fit: it is watched, and judged again when something has changed.

use std::{pin::pin, time::Duration};

use groundwork_cluster::{Facts, Watched};
use groundwork_model::{Cluster, Finding};
use groundwork_provider::{Clock, Error};
use indicatif::ProgressBar;
use jiff::Timestamp;

use super::{seed::Seed, verify_cluster::Servers};
use crate::{
    context::Context,
    render::{
        progress::{SILENCE_MAX, waiting},
        style,
    },
    stop::Stop,
};

/// What changes together is judged together.
const SETTLE: Duration = Duration::from_millis(250);
/// How often the seed is read.
const SEED: Duration = Duration::from_secs(10);

/// Watches a cluster until nothing is wrong, or the time is over; what is known then. A cluster that does not answer
/// yet is waited for, too.
///
/// # Errors
/// The API server refuses for good, or does not answer at the end: the inner error.
pub(super) async fn until_fit(
    context: &mut Context<'_>,
    servers: &Servers,
    cluster: Option<&Cluster>,
    deadline: Duration,
) -> Result<Result<Facts, Error>, Stop> {
    let clock = context.around.world.clock.clone();
    let watched = match servers.seed {
        Some(_) => Watched::new(&servers.client).with_seed(),
        None => Watched::new(&servers.client),
    };
    let mut telling = Telling::new(context.around.lively, clock.now());
    let ended = {
        let mut run = pin!(run(&watched, servers.seed.as_ref(), &*clock));
        let mut findings: Option<Vec<Finding>> = None;
        loop {
            let trouble = watched.trouble();
            let state = State::of(findings.as_deref(), trouble.as_ref());
            let left = deadline.saturating_sub(telling.waited(&*clock));
            let pause = match state {
                State::Fit => break Ok(()),
                // The first look is whole, however long it takes.
                State::Reading => SILENCE_MAX,
                State::Lost(_) | State::Unfit(_) if left.is_zero() => {
                    break trouble.map_or(Ok(()), Err);
                }
                State::Lost(_) | State::Unfit(_) => left,
            };
            telling.tell_unwatched(context, &watched)?;
            telling.tell(context, &*clock, &state)?;
            let pause = pause.min(telling.silence(&*clock));
            tokio::select! {
                biased;
                error = &mut run => break Err(error),
                () = watched.changed() => {}
                () = clock.sleep(pause) => continue,
            }
            tokio::select! {
                biased;
                error = &mut run => break Err(error),
                () = clock.sleep(SETTLE) => {}
            }
            findings = watched.judge(cluster);
        }
    };
    telling.end();
    Ok(ended.map(|()| watched.into_facts()))
}

/// Follows the cluster, and reads its seed from time to time: that role has one verb.
async fn run(watched: &Watched<'_>, seed: Option<&Seed>, clock: &dyn Clock) -> Error {
    let seed = async {
        let Some(seed) = seed else {
            return;
        };
        loop {
            let mut facts = Facts::default();
            seed.read(&mut facts).await;
            watched.take_seed(facts);
            clock.sleep(SEED).await;
        }
    };
    let both = async {
        seed.await;
        std::future::pending().await
    };
    tokio::select! {
        error = watched.run() => error,
        never = both => never,
    }
}

/// How it stands.
enum State {
    /// Some question has no answer yet.
    Reading,
    /// The API server is not heard.
    Lost(String),
    /// This is wrong.
    Unfit(String),
    /// Nothing is wrong.
    Fit,
}

impl State {
    fn of(findings: Option<&[Finding]>, trouble: Option<&Error>) -> Self {
        if let Some(error) = trouble {
            return Self::Lost(error.to_string());
        }
        let Some(findings) = findings else {
            return Self::Reading;
        };
        let mut errors = findings.iter().filter(|one| one.is_error());
        let Some(first) = errors.next() else {
            return Self::Fit;
        };
        let about = first.subject.as_deref().unwrap_or("the cluster");
        let more = match errors.count() {
            0 => String::new(),
            count => format!(" and {count} more"),
        };
        Self::Unfit(format!("{} of {about}{more}", first.code))
    }

    fn words(&self) -> Option<String> {
        match self {
            Self::Reading => Some("reading the cluster".to_owned()),
            Self::Lost(why) => Some(format!("{why}; asking again")),
            Self::Unfit(what) => Some(format!("{what}; watching for changes")),
            Self::Fit => None,
        }
    }
}

/// What a person sees meanwhile: a line that moves on a terminal; elsewhere a line for each change, and one again
/// when nothing has changed for three times as long.
struct Telling {
    bar: Option<ProgressBar>,
    began: Timestamp,
    told: String,
    /// Since when it is so.
    since: Timestamp,
    /// For how long nothing more is said of it.
    quiet: Duration,
    has_told_unwatched: bool,
}

impl Telling {
    fn new(lively: bool, now: Timestamp) -> Self {
        Self {
            bar: waiting(lively, "reading the cluster"),
            began: now,
            told: "reading the cluster".to_owned(),
            since: now,
            quiet: SILENCE_MAX,
            has_told_unwatched: false,
        }
    }

    fn waited(&self, clock: &dyn Clock) -> Duration {
        clock.since(self.began)
    }

    /// How long nothing needs to be said.
    fn silence(&self, clock: &dyn Clock) -> Duration {
        match self.bar {
            Some(_) => Duration::MAX,
            None => self.quiet.saturating_sub(clock.since(self.since)),
        }
    }

    fn tell(
        &mut self,
        context: &mut Context<'_>,
        clock: &dyn Clock,
        state: &State,
    ) -> Result<(), Stop> {
        let Some(words) = state.words() else {
            return Ok(());
        };
        let is_news = words != self.told;
        if let Some(bar) = &self.bar {
            bar.set_message(words.clone());
        } else if is_news || self.silence(clock).is_zero() {
            let still = if is_news { "" } else { "still " };
            let seconds = self.waited(clock).as_secs();
            let line = format!("after {seconds} s: {still}{words}\n");
            context.aside(&style::quiet(line))?;
        } else {
            return Ok(());
        }
        if is_news {
            self.since = clock.now();
            self.quiet = SILENCE_MAX;
            self.told = words;
        } else {
            self.quiet = clock.since(self.since) * 3;
        }
        Ok(())
    }

    /// Says once what is not watched.
    fn tell_unwatched(
        &mut self,
        context: &mut Context<'_>,
        watched: &Watched<'_>,
    ) -> Result<(), Stop> {
        let Some((what, why)) = watched.unwatched().filter(|_| !self.has_told_unwatched) else {
            return Ok(());
        };
        self.has_told_unwatched = true;
        let line = format!(
            "not watched, but read again every ten seconds: {} ({why}); the roles that `groundwork \
             verify-cluster --wait --print-rbac` prints allow to watch\n",
            what.join(", ")
        );
        match &self.bar {
            Some(bar) => bar.suspend(|| context.aside(&style::quiet(line))),
            None => context.aside(&style::quiet(line)),
        }
    }

    fn end(self) {
        self.bar.inspect(|bar| bar.finish_and_clear());
    }
}
