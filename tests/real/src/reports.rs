//! What reads reports: parsers and schemas that nobody here wrote.

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
