//! Programs of others that pip installs, each in an environment of its own below `target/`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::install::{self, Installed};
use crate::{cloud, command, workspace};

/// A Python that can make environments; some distributions have that apart.
pub(crate) fn install() -> Result<Installed> {
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
    environment_of("python3", name, requirements)
}

/// The same of a certain Python.
///
/// # Errors
/// As [`environment`].
pub(crate) fn environment_of(base: &str, name: &str, requirements: &Path) -> Result<PathBuf> {
    let folder = folder(name);
    let python = folder.join("bin/python");
    let installed = folder.join("requirements.txt");
    let wanted = std::fs::read(requirements)?;
    // Clouds are installed side by side, and several of them are built by one Go.
    let _alone = cloud::lock(&format!("python-{name}"))?;
    if std::fs::read(&installed).is_ok_and(|there| there == wanted) {
        return Ok(python);
    }
    println!("installing {name} with pip, below {}", folder.display());
    let mut venv = Command::new(base);
    command::run(venv.args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(&python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        // What is imported is compiled then, and most never is.
        "--no-compile",
        // An index may be short of breath for a moment.
        "--retries",
        "10",
        "--requirement",
    ]);
    command::run(pip.arg(requirements))?;
    std::fs::write(installed, wanted)?;
    Ok(python)
}

/// Where the environment of that name is.
pub(crate) fn folder(name: &str) -> PathBuf {
    workspace::target().join("python").join(name)
}
