//! The mock AWS against boto3, which knows nothing of us.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::install::Installed;
use crate::{command, install, workspace};

/// Builds the mock, installs boto3 beside it, and lets it go through the life of networks.
///
/// # Errors
/// boto3 could not read a reply, or was told something else than EC2 would tell it; in CI, also
/// where there is no Python.
pub(crate) fn run() -> Result<()> {
    if let Installed::No(reason) = python()? {
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
        "serve",
    ];
    command::run(&mut command::cargo(build))?;
    let tests = workspace::root().join("mocks/aws/tests");
    let python = environment("boto3", &tests.join("requirements.txt"))?;
    let serve = workspace::target().join("debug/examples/serve");
    let mut proof = Command::new(python);
    command::run(proof.arg(tests.join("boto3_lifecycle.py")).arg(serve))
}

/// Python that can make environments; some distributions have that apart.
fn python() -> Result<Installed> {
    let mut ask = Command::new("python3");
    let able = ask.args(["-c", "import ensurepip, venv"]).output();
    match able.is_ok_and(|output| output.status.success()) {
        true => Ok(Installed::Yes),
        false => install::packages(&["python3", "python3-venv"]),
    }
}

/// The interpreter of an environment below `target/` that has what `requirements` names; made anew
/// where those have changed.
///
/// # Errors
/// The environment cannot be made, or a package cannot be had.
pub(crate) fn environment(name: &str, requirements: &Path) -> Result<PathBuf> {
    let folder = workspace::target().join("python").join(name);
    let python = folder.join("bin/python");
    let installed = folder.join("requirements.txt");
    let wanted = std::fs::read(requirements)?;
    if std::fs::read(&installed).is_ok_and(|there| there == wanted) {
        return Ok(python);
    }
    println!("installing {name} with pip, below {}", folder.display());
    let mut venv = Command::new("python3");
    command::run(venv.args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(&python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
    ]);
    command::run(pip.arg(requirements))?;
    std::fs::write(installed, wanted)?;
    Ok(python)
}
