//! What the suite said of a break.

use std::fs;

use anyhow::Result;

use super::breaks::Break;
use crate::workspace;

/// What came of it.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Outcome {
    /// These promises do not hold any more.
    Caught(Vec<String>),
    /// All of them still hold.
    Uncaught,
    /// It is no Rust.
    DoesNotBuild(String),
}

impl Outcome {
    /// Reads what the test program printed.
    pub(crate) fn of(text: &str) -> Self {
        let failed = |line: &str| {
            let name = line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
            Some(name.to_owned())
        };
        let failed: Vec<String> = text.lines().filter_map(failed).collect();
        match failed.is_empty() {
            true => Self::Uncaught,
            false => Self::Caught(failed),
        }
    }
}

/// One line for a terminal.
pub(crate) fn line(of: &Break, outcome: &Outcome) -> String {
    let (driver, name) = (of.driver.name(), of.name);
    match outcome {
        Outcome::Caught(by) => format!("{driver} {name}: caught by {}", by.len()),
        Outcome::Uncaught => format!("{driver} {name}: NOT CAUGHT"),
        Outcome::DoesNotBuild(why) => format!("{driver} {name}: DOES NOT BUILD: {why}"),
    }
}

/// The page of docs/.
pub(crate) fn table(outcomes: &[(&Break, Outcome)]) -> String {
    let mut text = "# Sabotage\n\n\
        A green conformance suite has to mean that a driver hurts nobody. `cargo xtask sabotage` \
        breaks each driver on purpose, in one place at a time, and runs the suite over it: a break \
        that no promise catches is a promise that is missing. It is run by hand, and before a \
        release; `cargo xtask sabotage --fits` says whether every break still fits its file.\n\n\
        | driver | break | what it is | caught by |\n|---|---|---|---|\n"
        .to_owned();
    for (of, outcome) in outcomes {
        let by = match outcome {
            Outcome::Caught(by) => told(by),
            Outcome::Uncaught => "**nothing**".to_owned(),
            Outcome::DoesNotBuild(_) => "does not build".to_owned(),
        };
        text += &format!(
            "| {} | {} | {} | {by} |\n",
            of.driver.name(),
            of.name,
            of.what
        );
    }
    text
}

/// The first promises, and how many more.
fn told(by: &[String]) -> String {
    const SHOWN: usize = 3;
    let names: Vec<String> = by
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = by.len().saturating_sub(SHOWN);
    match more {
        0 => names.join(", "),
        _ => format!("{} and {more} more", names.join(", ")),
    }
}

pub(crate) fn write(page: &str) -> Result<()> {
    Ok(fs::write(workspace::root().join("docs/sabotage.md"), page)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_that_failed_are_named() {
        let text = "test a ... ok\ntest b::c ... FAILED\n\ntest result: FAILED. 1 passed";
        assert_eq!(Outcome::of(text), Outcome::Caught(vec!["b::c".to_owned()]));
        assert_eq!(Outcome::of("test a ... ok"), Outcome::Uncaught);
    }
}
