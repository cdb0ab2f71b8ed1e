//! `cargo xtask test`: every test, with the clouds they need.

use anyhow::{Result, bail};
use clap::Args;

use crate::install::Installed;
use crate::{boto3, command, openstack, workspace};

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
    let cloud = OpenStack::start(options.no_real)?;
    // The tests get the interrupt from the terminal themselves; we stay to stop the cloud.
    ctrlc::set_handler(|| {})?;
    let result = command::run(&mut tests(options, &cloud));
    cloud.stop()?;
    // A run of chosen tests leaves it out.
    let clients = match options.arguments.as_slice() {
        [] => boto3::run(),
        _ => Ok(()),
    };
    result.and(clients)
}

fn tests(options: &Options, cloud: &OpenStack) -> std::process::Command {
    let mut tests = command::cargo(["test", "--locked", "--no-fail-fast"]);
    if options.arguments.is_empty() {
        tests.arg("--workspace");
    }
    tests
        .args(&options.arguments)
        .env_remove(openstack::VARIABLE);
    match cloud {
        OpenStack::Absent => {}
        OpenStack::WasUp | OpenStack::Started => {
            tests.env(openstack::VARIABLE, openstack::clouds_yaml());
        }
    }
    tests
}

/// The real OpenStack of this run.
enum OpenStack {
    Absent,
    WasUp,
    Started,
}

impl OpenStack {
    fn start(left_out: bool) -> Result<Self> {
        if left_out {
            return Self::skip("--no-real was given");
        }
        if let Installed::No(reason) = openstack::install()? {
            return Self::skip(&reason);
        }
        if openstack::is_up() {
            return Ok(Self::WasUp);
        }
        openstack::up()?;
        Ok(Self::Started)
    }

    fn skip(reason: &str) -> Result<Self> {
        if workspace::is_ci() {
            bail!("the tests against the real OpenStack are never skipped in CI: {reason}");
        }
        println!("skipped: the tests against the real OpenStack ({reason})");
        Ok(Self::Absent)
    }

    fn stop(self) -> Result<()> {
        match self {
            Self::Absent | Self::WasUp => Ok(()),
            Self::Started => openstack::down(),
        }
    }
}
