//! The readers of reports: parsers and schemas that nobody here wrote, from PyPI, and a browser without a
//! window, from Debian. Programs that are there or not; nothing of them runs on.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::cloud::TestCloud;
use crate::install::{self, Installed};
use crate::{python, workspace};

/// Reads JUnit and SARIF.
pub(crate) struct Parsers;

/// Shows pages.
pub(crate) struct Browser;

/// Where Debian puts the browser.
const BROWSER: &str = "/usr/bin/chromium-headless-shell";

impl TestCloud for Parsers {
    fn name(&self) -> &'static str {
        "the readers of JUnit and SARIF"
    }

    fn install(&self) -> Result<Installed> {
        let installed = python::install()?;
        if let Installed::Yes = installed {
            interpreter()?;
        }
        Ok(installed)
    }

    fn is_up(&self) -> bool {
        python::folder("reports").join("requirements.txt").exists()
    }

    fn up(&self) -> Result<()> {
        ensure!(self.is_up(), "{} are not installed", self.name());
        Ok(())
    }

    fn down(&self) -> Result<()> {
        Ok(())
    }

    fn variable(&self) -> &'static str {
        "GROUNDWORK_REAL_READERS"
    }

    /// The Python that has them.
    fn value(&self) -> Result<String> {
        Ok(interpreter()?.display().to_string())
    }

    fn for_clients(&self) -> Result<Vec<(&'static str, String)>> {
        Ok(Vec::new())
    }
}

fn interpreter() -> Result<PathBuf> {
    let requirements = workspace::root().join("tests/real/reports/requirements.txt");
    python::environment("reports", &requirements)
}

impl TestCloud for Browser {
    fn name(&self) -> &'static str {
        "headless Chromium"
    }

    fn install(&self) -> Result<Installed> {
        install::packages(&["chromium-headless-shell", "fonts-dejavu-core"])
    }

    fn is_up(&self) -> bool {
        PathBuf::from(BROWSER).exists()
    }

    fn up(&self) -> Result<()> {
        ensure!(self.is_up(), "{BROWSER} is not there");
        Ok(())
    }

    fn down(&self) -> Result<()> {
        Ok(())
    }

    fn variable(&self) -> &'static str {
        "GROUNDWORK_REAL_CHROMIUM"
    }

    /// The program.
    fn value(&self) -> Result<String> {
        Ok(BROWSER.to_owned())
    }

    fn for_clients(&self) -> Result<Vec<(&'static str, String)>> {
        Ok(Vec::new())
    }
}
