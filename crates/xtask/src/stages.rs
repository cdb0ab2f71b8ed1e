//! Stages of a longer run, each timed, with a summary at the end.

#![allow(
    clippy::disallowed_methods,
    reason = "this measures the real time of real programs; nothing here is replayed"
)]

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Runs stages one after the other, all of them, so that one run shows everything that is wrong.
#[derive(Default)]
pub(crate) struct Stages {
    done: Vec<Stage>,
}

struct Stage {
    name: &'static str,
    took: Duration,
    passed: bool,
}

impl Stages {
    /// Runs one. Its failure is printed at once and counted at the end.
    pub(crate) fn run(&mut self, name: &'static str, stage: impl FnOnce() -> Result<()>) {
        println!("\n== {name}");
        let begin = Instant::now();
        let result = stage();
        if let Err(error) = &result {
            println!("{error:#}");
        }
        self.done.push(Stage {
            name,
            took: begin.elapsed(),
            passed: result.is_ok(),
        });
    }

    /// Prints the summary.
    ///
    /// # Errors
    /// Names the stages that failed.
    pub(crate) fn finish(self) -> Result<()> {
        println!("\n{}", self.summary());
        let failed: Vec<&str> = self
            .done
            .iter()
            .filter(|stage| !stage.passed)
            .map(|stage| stage.name)
            .collect();
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        Ok(())
    }

    fn summary(&self) -> String {
        let line = |name: &str, took: Duration, verdict: &str| {
            format!("{name:<14} {:>4} s  {verdict}\n", took.as_secs())
        };
        let total = self.done.iter().map(|stage| stage.took).sum();
        let stages = self.done.iter();
        let verdict = |stage: &Stage| if stage.passed { "passed" } else { "FAILED" };
        let lines: String = stages
            .map(|stage| line(stage.name, stage.took, verdict(stage)))
            .collect();
        lines + &line("in all", total, "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_fails_the_run_and_the_others_still_ran() {
        let mut stages = Stages::default();
        stages.run("first", || bail!("no"));
        let mut ran = false;
        stages.run("second", || {
            ran = true;
            Ok(())
        });
        assert!(stages.summary().contains("second"));
        assert_eq!(stages.finish().unwrap_err().to_string(), "failed: first");
        assert!(ran);
    }
}
