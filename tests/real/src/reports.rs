//! What reads reports: parsers and schemas that nobody here wrote.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::access;

/// The readers, where they are installed. Without them, says in one line that the test is skipped.
///
/// # Panics
/// In CI, where no test may be skipped.
pub fn readers() -> Option<Readers> {
    let python = access::found("GROUNDWORK_REAL_READERS")?;
    Some(Readers { python })
}

/// Parsers of JUnit and SARIF, with their schemas.
pub struct Readers {
    python: std::ffi::OsString,
}

impl Readers {
    /// What they read in a text of that format.
    ///
    /// # Errors
    /// They do not take it: why.
    pub fn read(&self, format: &str, text: &str) -> Result<Value> {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(text.as_bytes())?;
        let mut read = Command::new(&self.python);
        read.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/reports/read.py"));
        let ended = read.arg(format).arg(file.path()).stdin(Stdio::null());
        let ended = ended.output()?;
        let why = String::from_utf8_lossy(&ended.stderr);
        ensure!(ended.status.success(), "{format}: {why}\n{text}");
        Ok(serde_json::from_slice(&ended.stdout)?)
    }
}

/// A browser, where it is installed. Without it, says in one line that the test is skipped.
///
/// # Panics
/// In CI, where no test may be skipped.
pub fn browser() -> Option<Browser> {
    let program = access::found("GROUNDWORK_REAL_CHROMIUM")?;
    Some(Browser { program })
}

/// Headless Chromium.
pub struct Browser {
    program: std::ffi::OsString,
}

impl Browser {
    /// A picture of a page, PNG.
    ///
    /// # Errors
    /// It cannot be started, or draws nothing.
    pub fn picture(&self, page: &str, options: &[&str]) -> Result<Vec<u8>> {
        self.made(page, "page.png", "--screenshot", options)
    }

    /// On how many pages a page is printed.
    ///
    /// # Errors
    /// It cannot be started, or prints nothing.
    pub fn pages(&self, page: &str) -> Result<usize> {
        let printed = self.made(
            page,
            "page.pdf",
            "--print-to-pdf",
            &["--no-pdf-header-footer"],
        )?;
        let printed = String::from_utf8_lossy(&printed);
        let objects = printed.split("/Type /Page").skip(1);
        Ok(objects.filter(|rest| !rest.starts_with('s')).count())
    }

    fn made(&self, page: &str, name: &str, verb: &str, options: &[&str]) -> Result<Vec<u8>> {
        let folder = tempfile::tempdir()?;
        let (from, to) = (folder.path().join("page.html"), folder.path().join(name));
        fs::write(&from, page)?;
        let mut browser = Command::new(&self.program);
        // Nothing of ours is on the page but text: it needs no sandbox, which root has not.
        browser
            .args(["--no-sandbox", "--hide-scrollbars"])
            .args(options);
        browser.arg(format!("{verb}={}", to.display()));
        browser.arg(format!("file://{}", from.display()));
        let ended = browser.stdin(Stdio::null()).output()?;
        let why = String::from_utf8_lossy(&ended.stderr);
        ensure!(to.exists(), "nothing was made: {why}");
        Ok(fs::read(to)?)
    }
}
