//! What is going on, while it goes on.

use std::{collections::BTreeMap, io::Write, time::Duration};

use groundwork_engine::{Event, Fact, Failure, Verb};
use groundwork_model::Address;
use groundwork_provider::{Action, Change, Item};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use jiff::Timestamp;

use super::{plan::left_to, style, table::table};
use crate::clean::{self, cleaned};

/// Shows a run: on a terminal with a moving line for everything under way, elsewhere with one line
/// for everything that ended.
pub(crate) struct Progress {
    bars: Option<MultiProgress>,
    running: BTreeMap<Address, Running>,
    address_width: usize,
    /// What is not deleted but left to others, and to whom.
    left: BTreeMap<Address, String>,
    /// Since when nothing is under way, as far as that was looked at.
    idle: Option<Idle>,
}

/// Nothing is under way: the run looks, or is about to end.
struct Idle {
    since: Timestamp,
    told: Duration,
}

struct Running {
    since: Timestamp,
    bar: Option<ProgressBar>,
    what: Verb,
    /// The fields that change.
    fields: String,
    /// For how long nothing more is said about it, where nothing moves.
    told: Duration,
}

/// What takes longer is said.
pub(crate) const SILENCE_MAX: Duration = Duration::from_secs(2);

/// How often it is looked whether something takes long: so much earlier it is said, and never later.
pub(crate) const GLANCE: Duration = Duration::from_millis(250);

impl Progress {
    /// Shows a run over these items; with `lively`, on the terminal that standard error is.
    pub(crate) fn new<'a>(lively: bool, items: impl Iterator<Item = &'a Item>) -> Self {
        let (mut address_width, mut left) = (0, BTreeMap::new());
        for item in items {
            address_width = address_width.max(item.address.as_str().len());
            if let Some(others) = left_to(item) {
                left.insert(item.address.clone(), others.to_owned());
            }
        }
        Self {
            bars: lively.then(MultiProgress::new),
            running: BTreeMap::new(),
            address_width,
            left,
            idle: None,
        }
    }

    /// Where nothing moves: says what takes longer than a reader waits, and says it again from time
    /// to time.
    pub(crate) fn still(&mut self, now: Timestamp, err: &mut dyn Write) {
        if self.bars.is_some() {
            return;
        }
        let mut lines = String::new();
        if self.running.is_empty() {
            let told = Duration::ZERO;
            let idle = self.idle.get_or_insert(Idle { since: now, told });
            if let Some(elapsed) = due(now, idle.since, &mut idle.told) {
                lines += &format!("     {}\n", style::quiet(format!("looking, {elapsed} …")));
            }
        }
        for (address, running) in &mut self.running {
            if let Some(elapsed) = due(now, running.since, &mut running.told) {
                let doing = doing(running.what);
                let line = format!(
                    "{:1$}  {doing}, {elapsed} …",
                    address.as_str(),
                    self.address_width
                );
                lines += &format!("     {}\n", style::quiet(line));
            }
        }
        self.line(&lines, err);
    }

    /// A place above what moves, for words that are no event.
    pub(crate) fn above(&self) -> Above {
        Above(self.bars.clone())
    }

    /// Shows one event.
    pub(crate) fn show(&mut self, event: &Event, err: &mut dyn Write) {
        let event = &cleaned(event);
        self.idle = None;
        match &event.fact {
            Fact::Intent { address, .. } => self.begin(address, Verb::Create, &[], event.at),
            Fact::Began {
                address,
                what,
                changes,
                ..
            } => {
                self.begin(address, *what, changes, event.at);
            }
            Fact::Pending { address, what, .. } => self.begin(address, *what, &[], event.at),
            Fact::Retrying {
                address,
                attempt,
                after_ms,
                failure,
                ..
            } => {
                self.retrying(address, *attempt, *after_ms, failure, err);
            }
            Fact::Created { address, id, .. } => {
                self.end(address, Action::Create, "created", id, event.at, err);
            }
            Fact::Updated { address, .. } => {
                let fields = self
                    .running
                    .get(address)
                    .map(|running| running.fields.clone());
                let fields = fields.unwrap_or_default();
                self.end(address, Action::Update, "changed", &fields, event.at, err);
            }
            Fact::Deleted { address, id, .. } => {
                let (done, what) = match self.left.get(address) {
                    Some(others) => ("left", &clean::text(&format!("to {others}"))),
                    None => ("deleted", id),
                };
                self.end(address, Action::Delete, done, what, event.at, err);
            }
            Fact::Failed {
                address, failure, ..
            } => self.failed(address, failure, event.at, err),
            Fact::Skipped { address, because } => {
                let why = format!("needs {because}");
                self.end(address, Action::Violated, "skipped", &why, event.at, err);
            }
            Fact::RunStarted { .. } | Fact::Claimed { .. } | Fact::Absent { .. } => {}
            Fact::RunFinished { .. } => self.clear(),
        }
    }

    fn begin(&mut self, address: &Address, what: Verb, changes: &[Change], at: Timestamp) {
        let Self {
            bars,
            running,
            address_width,
            left: _,
            idle: _,
        } = self;
        let (since, told) = running
            .get(address)
            .map_or((at, Duration::ZERO), |running| {
                (running.since, running.told)
            });
        let bar = bars.as_ref().map(|bars| match running.remove(address) {
            Some(Running { bar: Some(bar), .. }) => bar,
            Some(Running { bar: None, .. }) | None => spinner(bars),
        });
        if let Some(bar) = &bar {
            bar.set_message(format!(
                "{:address_width$}  {}",
                address.as_str(),
                doing(what)
            ));
        }
        running.insert(
            address.clone(),
            Running {
                since,
                bar,
                what,
                fields: fields(changes),
                told,
            },
        );
    }

    fn retrying(
        &self,
        address: &Address,
        attempt: u32,
        after_ms: u64,
        failure: &Failure,
        err: &mut dyn Write,
    ) {
        let Some(running) = self.running.get(address) else {
            return;
        };
        let (doing, width) = (doing(running.what), self.address_width);
        let pause = seconds(Duration::from_millis(after_ms));
        let note = format!("{doing}, try {attempt} failed, again in {pause}: {failure}");
        let line = format!("{:width$}  {note}", address.as_str());
        match &running.bar {
            Some(bar) => bar.set_message(line),
            None => self.line(&format!("     {}\n", style::quiet(line)), err),
        }
    }

    fn failed(&mut self, address: &Address, failure: &Failure, at: Timestamp, err: &mut dyn Write) {
        self.end(
            address,
            Action::Violated,
            "failed",
            &failure.to_string(),
            at,
            err,
        );
        if let Some(remedy) = &failure.remedy {
            self.line(
                &format!("    {}\n", style::quiet(format!("→ {remedy}"))),
                err,
            );
        }
    }

    fn end(
        &mut self,
        address: &Address,
        action: Action,
        done: &str,
        what: &str,
        at: Timestamp,
        err: &mut dyn Write,
    ) {
        let running = self.running.remove(address);
        let since = running.as_ref().map_or(at, |running| running.since);
        if let Some(bar) = running.and_then(|running| running.bar) {
            bar.finish_and_clear();
        }
        let elapsed = Duration::try_from(at.duration_since(since)).unwrap_or_default();
        let row = vec![
            style::of_action(action, action.glyph()),
            format!("{:width$}", address.as_str(), width = self.address_width),
            style::of_action(action, format!("{done:<7}")),
            format!("{:>6}", seconds(elapsed)),
            // An id that is made of other ids stands there already.
            style::quiet(if what.contains('/') && !what.contains(' ') {
                ""
            } else {
                what
            }),
        ];
        self.line(&table("  ", &[row]), err);
    }

    fn line(&self, line: &str, err: &mut dyn Write) {
        let mut write = || {
            // A reader of progress that has gone away does not stop the run.
            let _ = err.write_all(clean::page(line).as_bytes());
        };
        match &self.bars {
            Some(bars) => bars.suspend(write),
            None => write(),
        }
    }

    /// Takes what still moves off the terminal.
    pub(crate) fn clear(&mut self) {
        for (_, running) in std::mem::take(&mut self.running) {
            if let Some(bar) = running.bar {
                bar.finish_and_clear();
            }
        }
    }
}

/// A place above what moves.
pub(crate) struct Above(Option<MultiProgress>);

impl Above {
    /// Says something there, on standard error.
    pub(crate) fn say(&self, words: &str) {
        match &self.0 {
            Some(bars) => bars.suspend(|| anstream::eprintln!("{words}")),
            None => anstream::eprintln!("{words}"),
        }
    }
}

/// For how long something lasts, where that is to be said; it is said again when it lasts three times as
/// long.
fn due(now: Timestamp, since: Timestamp, told: &mut Duration) -> Option<String> {
    let elapsed = Duration::try_from(now.duration_since(since)).unwrap_or_default();
    let is_due = elapsed + GLANCE > *told + SILENCE_MAX;
    if is_due {
        *told = elapsed.saturating_mul(2);
    }
    is_due.then(|| seconds(elapsed))
}

/// `tags, 10 × rule`.
fn fields(changes: &[Change]) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for change in changes {
        match counts.iter_mut().find(|(field, _)| *field == change.field) {
            Some((_, count)) => *count += 1,
            None => counts.push((&change.field, 1)),
        }
    }
    let words = counts.iter().map(|(field, count)| match count {
        1 => (*field).to_owned(),
        _ => format!("{count} × {field}"),
    });
    words.collect::<Vec<_>>().join(", ")
}

fn spinner(bars: &MultiProgress) -> ProgressBar {
    let style = ProgressStyle::with_template("  {spinner} {msg}  {elapsed}")
        .expect("the template is right")
        .tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ ");
    let bar = bars.add(ProgressBar::new_spinner().with_style(style));
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn doing(what: Verb) -> &'static str {
    match what {
        Verb::Create => "creating",
        Verb::Update => "changing",
        Verb::Delete => "deleting",
        Verb::Wait => "waiting",
    }
}

/// `0.3s`, `12.0s`, `2m05s`.
fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs();
    if whole < 60 {
        format!("{:.1}s", duration.as_secs_f64())
    } else {
        format!("{}m{:02}s", whole / 60, whole % 60)
    }
}

/// A moving line for work of which only the elapsed time is known.
pub(crate) fn waiting(lively: bool, message: &'static str) -> Option<ProgressBar> {
    let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}")
        .expect("the template is right")
        .tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ ");
    lively.then(|| {
        let bar = ProgressBar::new_spinner()
            .with_style(style)
            .with_message(message);
        bar.enable_steady_tick(Duration::from_millis(100));
        bar
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_change_often_are_counted() {
        let change = |field| Change::new(field, "a", "b");
        assert_eq!(
            fields(&[change("tags"), change("rule"), change("rule")]),
            "tags, 2 × rule"
        );
    }

    #[test]
    fn elapsed_time_is_short() {
        assert_eq!(seconds(Duration::from_millis(340)), "0.3s");
        assert_eq!(seconds(Duration::from_secs(125)), "2m05s");
    }
}
