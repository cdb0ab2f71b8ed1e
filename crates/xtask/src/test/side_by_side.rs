//! Programs that run at the same time, each with its output in one piece.

#![allow(
    clippy::disallowed_methods,
    reason = "this measures the real time of real programs; nothing here is replayed"
)]

use std::collections::VecDeque;
use std::io::{self, Write};
use std::num::NonZero;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// A program to run.
pub(crate) struct Job {
    name: String,
    pub(super) command: Command,
}

impl Job {
    pub(crate) fn new(name: &str, command: Command) -> Self {
        Self {
            name: name.to_owned(),
            command,
        }
    }
}

/// What came of one.
struct Done {
    name: String,
    passed: bool,
    tests: Tests,
}

/// How many tests there were, by what the programs say of themselves.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Tests {
    passed: usize,
    failed: usize,
}

/// Runs all of them, in this order, some at once, and prints what each of them wrote when it has ended.
///
/// # Errors
/// Names those that failed.
pub(super) fn run(jobs: Vec<Job>) -> Result<()> {
    let queue = Mutex::new(VecDeque::from(jobs));
    let next = || {
        queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    };
    let worker = || -> Result<Vec<Done>> {
        let mut done = Vec::new();
        while let Some(job) = next() {
            done.push(one(job)?);
        }
        Ok(done)
    };
    let results: Vec<Result<Vec<Done>>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..at_once()).map(|_| scope.spawn(worker)).collect();
        let join = |worker: thread::ScopedJoinHandle<'_, _>| {
            worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        workers.into_iter().map(join).collect()
    });
    let done: Result<Vec<Vec<Done>>> = results.into_iter().collect();
    conclude(&done?.into_iter().flatten().collect::<Vec<_>>())
}

/// One more than there are processors: some wait for servers.
fn at_once() -> usize {
    thread::available_parallelism().map_or(2, NonZero::get) + 1
}

fn one(mut job: Job) -> Result<Done> {
    let begin = Instant::now();
    let (mut reader, writer) = io::pipe()?;
    job.command.stdout(writer.try_clone()?).stderr(writer);
    let child = job.command.spawn();
    let mut child = child.with_context(|| format!("cannot start {:?}", job.command))?;
    // With its copies of the other end, or the end of the program would not be seen.
    drop(job.command);
    let mut text = Vec::new();
    io::Read::read_to_end(&mut reader, &mut text)?;
    let passed = child.wait()?.success();
    let text = String::from_utf8_lossy(&text);
    let seconds = begin.elapsed().as_secs();
    let mut out = io::stdout().lock();
    writeln!(out, "     Running {} ({seconds} s)\n{text}", job.name)?;
    Ok(Done {
        name: job.name,
        passed,
        tests: text
            .lines()
            .filter_map(counted)
            .fold(Tests::default(), Tests::and),
    })
}

/// Says how many there were, and which programs failed.
fn conclude(done: &[Done]) -> Result<()> {
    let all = done.iter().map(|done| &done.tests);
    let Tests { passed, failed } = all.fold(Tests::default(), |sum, one| sum.and(*one));
    println!("{passed} passed, {failed} failed");
    let failed = done.iter().filter(|done| !done.passed);
    let failed: Vec<&str> = failed.map(|done| done.name.as_str()).collect();
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

impl Tests {
    fn and(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }
}

/// What the last line of a program says: of libtest, or of nextest.
fn counted(line: &str) -> Option<Tests> {
    let line = line.trim();
    if !line.starts_with("test result: ") && !line.starts_with("Summary [") {
        return None;
    }
    let before = |word: &str| -> Option<usize> {
        let words: Vec<&str> = line
            .split([' ', ';', ','])
            .filter(|word| !word.is_empty())
            .collect();
        let at = words.iter().position(|one| *one == word)?;
        words[..at].last()?.parse().ok()
    };
    Some(Tests {
        passed: before("passed")?,
        failed: before("failed").unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Job {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Job::new(script, command)
    }

    #[test]
    fn all_run_and_the_failed_are_named() {
        let failed = run(vec![shell("exit 3"), shell("echo ok"), shell("exit 0")]);
        assert_eq!(failed.unwrap_err().to_string(), "failed: exit 3");
        run(vec![shell("echo ok >&2")]).unwrap();
    }

    #[test]
    fn tests_are_counted_by_the_last_lines_of_cargo_and_nextest() {
        let of = |line| counted(line).map(|tests| (tests.passed, tests.failed));
        let libtest = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.1s";
        assert_eq!(of(libtest), Some((12, 3)));
        let nextest =
            "     Summary [   1.2s] 16 tests run: 15 passed (1 slow), 1 failed, 2 skipped";
        assert_eq!(of(nextest), Some((15, 1)));
        assert_eq!(of("test a::b ... ok"), None);
    }
}
