//! What is logged of a call that fails says where it belongs; what is logged of a wait, what for and until
//! when.
//!
//! A test program of its own: which spans are alive is a matter of the whole process, and other tests end theirs meanwhile.

#![allow(
    clippy::disallowed_methods,
    reason = "the clock is tokio's, paused: it shows the test's own time"
)]

use std::{
    fmt,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use conformance::{
    Death, Dying, Lab, Process, Subject, Variant,
    subjects::{OpenStackSubject, ToySubject},
    toy::cloud::Config,
};
use groundwork_engine::{Journal, MemoryJournal, Patience, Session};
use mock_cloud::{Fault, Faults, Match};
use serde_json::Value;
use tokio::{
    sync::{Mutex as Turn, MutexGuard},
    time::Instant,
};
use tokio_util::sync::CancellationToken;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::{format::Writer, time::FormatTime};

/// Lines, as a log would have them.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The time of the test, in seconds since it began.
struct Since(Instant);

impl FormatTime for Since {
    fn format_time(&self, to: &mut Writer<'_>) -> fmt::Result {
        write!(to, "{}", self.0.elapsed().as_secs_f64())
    }
}

/// One test hears at a time: who listens is a matter of the whole process.
static EAR: Turn<()> = Turn::const_new(());

/// Lines from here on, with the test's own time.
async fn listen() -> (Lines, DefaultGuard, MutexGuard<'static, ()>) {
    let ear = EAR.lock().await;
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_timer(Since(Instant::now()))
        .with_writer(move || writer.clone())
        .finish();
    (lines, tracing::subscriber::set_default(subscriber), ear)
}

impl Lines {
    /// The first line with these words, and when it came.
    fn first(&self, words: &str) -> (f64, Value) {
        let said = self.read();
        let has = |line: &&Value| {
            let message = line["fields"]["message"].as_str();
            message.is_some_and(|message| message.contains(words))
        };
        let line = said.iter().find(has);
        let line = line.unwrap_or_else(|| panic!("{words:?} is not said: {said:#?}"));
        let at = line["timestamp"].as_str().unwrap_or_default();
        (at.parse().expect("it is a time"), line.clone())
    }

    fn read(&self) -> Vec<Value> {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = bytes.split(|byte| *byte == b'\n');
        let lines = lines.filter(|line| !line.is_empty());
        lines
            .map(|line| serde_json::from_slice(line).expect("a line is JSON"))
            .collect()
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_is_logged_with_cluster_run_node_operation_and_request() {
    let (lines, _guard, _ear) = listen().await;
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    process.apply(&request).await.expect("it runs");
    lab.quiet().await;
    let session = process.session(&request).await.expect("it connects");
    let planned = session.teardown(Patience::Settle).await.expect("it looks");
    // What came after the plan: the cloud itself refuses to delete the network.
    subject.obstruct(&lab.mock);
    let cancel = CancellationToken::new();
    let ran = session.run(&planned, &mut |_| {}, &cancel).await;
    let ran = ran.expect("it ends");
    let said = lines.read();
    let failed = said
        .iter()
        .filter(|line| line["fields"]["message"] == "a call failed")
        .find(|line| line["span"]["node"] == "network")
        .unwrap_or_else(|| panic!("{said:#?}"));
    let span = &failed["span"];
    assert_eq!(span["cluster"], request.cluster.key().as_str());
    assert_eq!(span["run"], ran.run.as_str());
    assert_eq!(span["operation"], "delete");
    let node = span["node"].as_str().unwrap_or_default();
    assert!(planned.plan.item(node).is_some(), "{failed:#}");
    let request = failed["fields"]["request"].as_str();
    assert!(request.is_some_and(|id| !id.is_empty()), "{failed:#}");
}

/// What nobody waits longer for without a word.
const SILENCE_MAX: f64 = 2.0;

/// Holds what is said of a wait against how long it takes.
async fn waits<T>(words: &str, work: impl Future<Output = T>) {
    let (lines, _guard, _ear) = listen().await;
    let began = Instant::now();
    let _ = work.await;
    let took = began.elapsed().as_secs_f64();
    assert!(took > SILENCE_MAX, "{words}: it does not wait: {took}");
    let (at, line) = lines.first(words);
    assert!(at <= SILENCE_MAX, "{words}: it is said after {at} s");
    let fields = &line["fields"];
    let message = fields["message"].as_str().unwrap_or_default();
    let until = fields["until"].is_string() || message.contains("trying again in");
    assert!(until, "{words}: until when? {line:#}");
}

async fn session(lab: &Lab<'_>, process: &Process) -> Session {
    let request = lab.wanted(Variant::DualStack);
    process.session(&request).await.expect("it connects")
}

/// How many calls of an apply, or of a destroy after it, change something.
async fn changes(subject: &dyn Subject, destroy: bool) -> u64 {
    let lab = Lab::open(subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    process.apply(&request).await.expect("it runs");
    if destroy {
        lab.quiet().await;
        lab.mock.clear_calls();
        process.destroy(&request).await.expect("it runs");
    }
    lab.mock.mutating_calls().len() as u64
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_what_nobody_answered_is_told() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    let late = Fault::LateEffect { after_ms: 30_000 };
    lab.mock.set_faults(1, Faults::at_mutating_call(1, late));
    let dying = Arc::new(Dying::new(journal.clone(), Death::Before(3)));
    let request = lab.wanted(Variant::DualStack);
    let _ = lab.process_over(dying, "one").apply(&request).await;
    let next = session(&lab, &lab.process_over(journal, "one")).await;
    let words = "waiting for what an earlier run may still be making";
    waits(words, next.plan(Patience::Settle)).await;
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_what_the_cloud_still_makes_is_told() {
    let config = Config {
        build: Duration::from_secs(300),
        hides_building: true,
        ..Config::default()
    };
    let subject = ToySubject { config };
    for nth in 2..12 {
        let lab = Lab::open(&subject);
        let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
        let dying = Arc::new(Dying::new(journal.clone(), Death::After(nth)));
        let request = lab.wanted(Variant::DualStack);
        let _ = lab.process_over(dying, "one").apply(&request).await;
        let next = session(&lab, &lab.process_over(journal, "one")).await;
        let recall = next.recall().await.expect("it is read");
        // Nothing else is waited for before.
        let open = recall.operations.len();
        if open > 0 && recall.intents.len() == open {
            let words = "waiting until the cloud has finished";
            return waits(words, next.teardown(Patience::Settle)).await;
        }
    }
    panic!("no process died while its operation was open");
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_a_list_that_is_late_is_told() {
    let subject = OpenStackSubject::default();
    let stale = Fault::StaleListings { for_ms: 20_000 };
    let last = changes(&subject, false).await;
    let lab = Lab::open(&subject);
    lab.mock
        .set_faults(1, Faults::at_mutating_call(last, stale));
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    process.apply(&request).await.expect("it runs");
    let made = "made less than a minute ago, and the cloud does not list it";
    waits(made, session(&lab, &process).await.plan(Patience::Settle)).await;
    let last = changes(&subject, true).await;
    lab.quiet().await;
    lab.mock
        .set_faults(1, Faults::at_mutating_call(last, stale));
    process.destroy(&request).await.expect("it runs");
    let gone = "deleted less than a minute ago, and the cloud still lists it";
    let next = session(&lab, &process).await;
    waits(gone, next.teardown(Patience::Settle)).await;
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_a_list_that_is_wrong_is_told() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    process.apply(&request).await.expect("it runs");
    lab.quiet().await;
    let networks = Match::of("GET", "/networks");
    let faults = Faults::none().and(networks, Fault::EmptyListing, Some(2));
    lab.mock.set_faults(1, faults);
    let next = session(&lab, &process).await;
    waits("the cloud's lists leave out", next.plan(Patience::Settle)).await;
}

#[tokio::test(start_paused = true)]
async fn the_wait_before_another_try_is_told() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let throttled = Fault::Throttle {
        retry_after_s: Some(10),
    };
    let networks = Match::of("GET", "/networks").nth(1);
    lab.mock.set_faults(1, Faults::once(networks, throttled));
    let next = session(&lab, &lab.process()).await;
    waits("trying again in", next.plan(Patience::Settle)).await;
}
