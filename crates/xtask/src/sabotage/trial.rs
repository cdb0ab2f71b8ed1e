//! The suite over one state of the tree.

#![allow(
    clippy::disallowed_methods,
    reason = "this measures the real time of real programs; nothing here is replayed"
)]

use std::collections::BTreeSet;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Error, Result, bail};

use super::breaks::{Driver, Suite};
use super::promises;
use super::scratch::Scratch;
use super::switch;
use crate::command;
use crate::compile::{Message, Program, message};

/// No suite takes so long; a break may make a promise wait for ever.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// How much longer a broken suite may take than a whole one: retries cost time.
const SLOWER: u32 = 3;

/// A suite of a few seconds is given more: the machine may have something else to do.
const PATIENCE_MIN: Duration = Duration::from_secs(60);

/// What came of a break.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Outcome {
    /// This promise does not hold any more: the first one that was seen.
    Caught(String),
    /// All of them still hold.
    Uncaught,
    /// The suite does not come to its end.
    Endless,
    /// It is no Rust.
    DoesNotBuild(String),
}

impl Outcome {
    /// The broken tree does not compile.
    pub(super) fn of_build(error: Error) -> Result<Self> {
        Ok(Self::DoesNotBuild(format!("{error:#}")))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caught(by) => write!(f, "caught by {by}"),
            Self::Uncaught => f.write_str("NOT CAUGHT"),
            Self::Endless => f.write_str("NOT CAUGHT, the suite does not end"),
            Self::DoesNotBuild(why) => write!(f, "DOES NOT BUILD: {why}"),
        }
    }
}

/// The compiled suite of a driver.
pub(super) struct Trial {
    driver: Driver,
    program: Program,
    /// The tests that are promises, by their whole names.
    tests: Vec<String>,
    /// How long they may take.
    patience: Duration,
}

impl Trial {
    /// Compiles the suite.
    ///
    /// # Errors
    /// The tree does not compile.
    pub(super) fn of(driver: Driver, scratch: &Scratch) -> Result<Self> {
        let Suite { package, module } = driver.suite();
        let words = ["test", "--no-run", "--package", package, "--test", "it"];
        let mut build = scratch.cargo(&words);
        build.args(["--message-format", "json"]);
        let output = command::output(&mut build)?;
        let (mut program, mut remarks) = (None, String::new());
        for line in String::from_utf8(output.stdout)?.lines() {
            match message(line)? {
                Message::Test(test) => program = Some(test),
                Message::Remark(remark) => remarks += &remark,
                Message::Other => {}
            }
        }
        if !output.status.success() {
            bail!("{remarks}{}", String::from_utf8_lossy(&output.stderr));
        }
        let program = program.context("cargo names no test program")?;
        let tests = tests(&program, module)?;
        Ok(Self {
            driver,
            program,
            tests,
            patience: PATIENCE,
        })
    }

    /// The same suite, compiled again.
    ///
    /// # Errors
    /// The tree does not compile any more.
    pub(super) fn again(&self, scratch: &Scratch) -> Result<Self> {
        let patience = self.patience;
        let again = Self::of(self.driver, scratch)?;
        Ok(Self { patience, ..again })
    }

    /// Every promise holds while no switch is on. That also says how long they may take.
    ///
    /// # Errors
    /// One does not: then no break could be told from it.
    pub(super) fn whole(&mut self) -> Result<()> {
        let began = Instant::now();
        match self.first_broken(&self.tests, "")? {
            Outcome::Uncaught => {
                self.patience = (began.elapsed() * SLOWER).max(PATIENCE_MIN);
                Ok(())
            }
            outcome @ (Outcome::Caught(_) | Outcome::Endless | Outcome::DoesNotBuild(_)) => {
                bail!("the suite fails in a tree that is whole: {outcome}")
            }
        }
    }

    /// Whether a promise catches the break: those that are likely to are asked first.
    pub(super) fn broken(&self, switch: &str, likely: &BTreeSet<String>) -> Result<Outcome> {
        let is_likely = |test: &&String| likely.contains(promises::promise_of(test));
        let likely: Vec<String> = self.tests.iter().filter(is_likely).cloned().collect();
        if !likely.is_empty() {
            let outcome = self.first_broken(&likely, switch)?;
            if outcome != Outcome::Uncaught {
                return Ok(outcome);
            }
        }
        self.first_broken(&self.tests, switch)
    }

    /// Runs tests, while a switch is on, until one of them fails.
    fn first_broken(&self, tests: &[String], switch: &str) -> Result<Outcome> {
        let mut command = command_of(&self.program);
        command
            .arg("--exact")
            .args(tests)
            .env(switch::VARIABLE, switch);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let out = child.stdout.take().context("it is piped")?;
        let (tell, hear) = mpsc::channel();
        let reader = thread::spawn(move || {
            let mut lines = BufReader::new(out).lines().map_while(Result::ok);
            let first = lines.find_map(|line| failed(&line));
            // Nobody listens any more where it took too long.
            let _ = tell.send(first);
        });
        let first = hear.recv_timeout(self.patience);
        if !matches!(first, Ok(None)) {
            child.kill()?;
        }
        let status = child.wait()?;
        drop(reader.join());
        match first {
            Ok(Some(test)) => Ok(Outcome::Caught(test)),
            Ok(None) if status.success() => Ok(Outcome::Uncaught),
            Ok(None) => bail!("the suite ended with {status}, and no promise failed"),
            Err(_) => Ok(Outcome::Endless),
        }
    }
}

fn command_of(program: &Program) -> Command {
    let mut command = Command::new(&program.file);
    command.current_dir(&program.folder);
    command.env("CARGO_MANIFEST_DIR", &program.folder);
    command
}

/// The promises that are mounted in a module.
fn tests(program: &Program, module: &str) -> Result<Vec<String>> {
    let promises = promises::all()?;
    let output = command::output(command_of(program).args(["--list", "--format", "terse"]))?;
    let listed = String::from_utf8(output.stdout)?;
    let test = |line: &str| {
        let test = line.strip_suffix(": test")?;
        let inside = test.strip_prefix(module)?.starts_with("::");
        let known = promises
            .iter()
            .any(|promise| promise == promises::promise_of(test));
        (inside && known).then(|| test.to_owned())
    };
    Ok(listed.lines().filter_map(test).collect())
}

/// The test that a line of libtest says has failed.
fn failed(line: &str) -> Option<String> {
    let name = line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_that_failed_is_named() {
        assert_eq!(failed("test b::c ... FAILED"), Some("b::c".to_owned()));
        assert_eq!(failed("test b::c ... ok"), None);
        assert_eq!(failed("test result: FAILED. 1 passed"), None);
    }
}
