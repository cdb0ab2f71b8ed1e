//! The mock AWS against boto3, which knows nothing of us.

use std::process::Command;

use anyhow::{Result, bail};

use crate::install::Installed;
use crate::{command, python, workspace};

/// Builds the mock, installs boto3 beside it, and lets it go through the life of networks.
///
/// # Errors
/// boto3 could not read a reply, or was told something else than EC2 would tell it; in CI, also
/// where there is no Python.
pub(crate) fn run() -> Result<()> {
    if let Installed::No(reason) = python::install()? {
        if workspace::is_ci() {
            bail!("boto3 against the mock AWS is never skipped in CI: {reason}");
        }
        println!("skipped: boto3 against the mock AWS ({reason})");
        return Ok(());
    }
    let build = [
        "build",
        "--locked",
        "--package",
        "mock-aws",
        "--example",
        "serve_aws",
    ];
    command::run(&mut command::cargo(build))?;
    let tests = workspace::root().join("mocks/aws/tests");
    let python = python::environment("boto3", &tests.join("requirements.txt"))?;
    let serve = workspace::target().join("debug/examples/serve_aws");
    let mut proof = Command::new(python);
    command::run(proof.arg(tests.join("boto3_lifecycle.py")).arg(serve))
}
