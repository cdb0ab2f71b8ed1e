//! `cargo xtask test`: every test, with the clouds they need.

use anyhow::{Result, bail};
use clap::Args;

use crate::cloud::{self, TestCloud};
use crate::install::Installed;
use crate::{boto3, command, workspace};

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
    let mut started = Started::default();
    let result = started.start(options.no_real).and_then(|variables| {
        // The tests get the interrupt from the terminal themselves; we stay to stop the clouds.
        ctrlc::set_handler(|| {})?;
        command::run(&mut tests(options, variables))
    });
    let result = result.and(started.stop());
    // A run of chosen tests leaves it out.
    let clients = match options.arguments.as_slice() {
        [] => boto3::run(),
        _ => Ok(()),
    };
    result.and(clients)
}

/// Of each cloud, the variable by which the tests find it; no value where it is absent.
type Variables = Vec<(&'static str, Option<String>)>;

fn tests(options: &Options, variables: Variables) -> std::process::Command {
    let mut tests = command::cargo(["test", "--locked", "--no-fail-fast"]);
    if options.arguments.is_empty() {
        tests.arg("--workspace");
    }
    tests.args(&options.arguments);
    for (name, value) in variables {
        match value {
            Some(value) => tests.env(name, value),
            None => tests.env_remove(name),
        };
    }
    tests
}

/// The clouds that this run has started, and has to stop.
#[derive(Default)]
struct Started(Vec<&'static dyn TestCloud>);

impl Started {
    fn start(&mut self, left_out: bool) -> Result<Variables> {
        cloud::ALL
            .into_iter()
            .map(|cloud| self.one(cloud, left_out))
            .collect()
    }

    fn one(
        &mut self,
        cloud: &'static dyn TestCloud,
        left_out: bool,
    ) -> Result<(&'static str, Option<String>)> {
        let reason = match left_out {
            true => Some("--no-real was given".to_owned()),
            false => match cloud.install()? {
                Installed::Yes => None,
                Installed::No(reason) => Some(reason),
            },
        };
        if let Some(reason) = reason {
            skip(cloud.name(), &reason)?;
            return Ok((cloud.variable(), None));
        }
        if !cloud.is_up() {
            self.0.push(cloud);
            cloud.up()?;
        }
        Ok((cloud.variable(), Some(cloud.value()?)))
    }

    fn stop(self) -> Result<()> {
        let stopped: Vec<Result<()>> = self.0.iter().map(|cloud| cloud.down()).collect();
        stopped.into_iter().collect()
    }
}

fn skip(name: &str, reason: &str) -> Result<()> {
    if workspace::is_ci() {
        bail!("the tests against {name} are never skipped in CI: {reason}");
    }
    println!("skipped: the tests against {name} ({reason})");
    Ok(())
}
