//! `cargo xtask test`: every test, with the clouds they need.

mod clouds;
mod programs;
mod side_by_side;

use std::process::Command;

use anyhow::Result;
use clap::Args;

pub(crate) use clouds::Clouds;

use crate::clients::Proofs;
use crate::{command, compile};
use clouds::Variables;
use side_by_side::Job;

/// What to leave out, and what to hand to the tests.
#[derive(Args, Default)]
pub(crate) struct Options {
    /// Leave out the tests against real clouds.
    #[arg(long)]
    no_real: bool,
    /// Arguments of `cargo test`, instead of --workspace.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Runs them. A cloud that this call started is stopped whatever happens; one that ran before keeps running.
///
/// # Errors
/// A test failed, or, in CI, a cloud could not be had.
pub(crate) fn run(options: &Options) -> Result<()> {
    let clouds = Clouds::begin(options.no_real)?;
    if options.arguments.is_empty() {
        return all(clouds);
    }
    clouds.with(|variables| {
        let mut chosen = command::cargo(["test", "--locked", "--no-fail-fast"]);
        command::run(set(chosen.args(&options.arguments), variables))
    })
}

/// Every test there is, with clouds that are on their way while it is compiled.
///
/// # Errors
/// As [`run`].
pub(crate) fn all(clouds: Clouds) -> Result<()> {
    let proofs = Proofs::begin();
    let built = compile::programs();
    clouds.with(|variables| {
        let programs = built?;
        let mut jobs = match programs::is_nextest_there() {
            true => vec![Job::new("cargo nextest", programs::nextest())],
            false => programs::jobs(programs),
        };
        jobs.push(Job::new("examples in the docs", doc_tests()));
        let (proofs, missing) = proofs
            .commands()
            .map_or_else(|why| (Vec::new(), Err(why)), |proofs| (proofs, Ok(())));
        for (title, proof) in proofs {
            jobs.push(Job::new(&title, proof));
        }
        for job in &mut jobs {
            set(&mut job.command, variables);
        }
        side_by_side::run(jobs).and(missing)
    })
}

fn doc_tests() -> Command {
    let tests = ["test", "--workspace", "--doc", "--locked", "--no-fail-fast"];
    command::behind(&command::cargo(tests))
}

/// Tells a command where the clouds are.
fn set<'a>(command: &'a mut Command, variables: &Variables) -> &'a mut Command {
    for (name, value) in variables {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}
