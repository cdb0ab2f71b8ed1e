//! The mock AWS against boto3, which knows nothing of us.

use std::panic::resume_unwind;
use std::path::PathBuf;
use std::process::Command;
use std::thread::{self, JoinHandle};

use anyhow::{Result, bail};

use crate::install::Installed;
use crate::{command, python, workspace};

/// Builds the mock, installs boto3, and lets it go through the life of networks.
///
/// # Errors
/// boto3 could not read a reply, or was told something else than EC2 would tell it; in CI, also
/// where there is no Python.
pub(crate) fn run() -> Result<()> {
    let proof = Proof::begin();
    let build = [
        "build",
        "--locked",
        "--package",
        "mock-aws",
        "--example",
        "serve_aws",
    ];
    command::run(&mut command::cargo(build))?;
    match proof.command()? {
        Some(mut proof) => command::run(&mut proof),
        None => Ok(()),
    }
}

/// boto3, being installed while something else is done.
pub(crate) struct Proof(JoinHandle<Result<Option<PathBuf>>>);

impl Proof {
    /// Begins.
    pub(crate) fn begin() -> Self {
        Self(thread::spawn(interpreter))
    }

    /// What has to run, once the mock is built; nothing where there is no Python.
    ///
    /// # Errors
    /// boto3 cannot be installed; in CI, also where there is no Python.
    pub(crate) fn command(self) -> Result<Option<Command>> {
        let python = self.0.join().unwrap_or_else(|panic| resume_unwind(panic))?;
        let script = workspace::root().join("mocks/aws/tests/boto3_lifecycle.py");
        let mock = workspace::target().join("debug/examples/serve_aws");
        Ok(python.map(|python| {
            let mut proof = Command::new(python);
            proof.arg(script).arg(mock);
            proof
        }))
    }
}

fn interpreter() -> Result<Option<PathBuf>> {
    if let Installed::No(reason) = python::install()? {
        if workspace::is_ci() {
            bail!("boto3 against the mock AWS is never skipped in CI: {reason}");
        }
        println!("skipped: boto3 against the mock AWS ({reason})");
        return Ok(None);
    }
    let requirements = workspace::root().join("mocks/aws/tests/requirements.txt");
    python::environment("boto3", &requirements).map(Some)
}
