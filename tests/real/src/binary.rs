//! The program `groundwork`, as a user runs it.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, ensure};
use rustix::net::sockopt::set_socket_send_buffer_size;
use rustix::process::Signal;
use serde_json::Value;

use crate::document::Document;

/// A user's seat: a folder with the documents and the state file.
pub struct Seat {
    folder: tempfile::TempDir,
    /// Variables that every run has.
    variables: Vec<(String, String)>,
}

/// How a run ended.
#[derive(Debug)]
pub struct Run {
    /// The exit code; -1 where a signal ended it.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Seat {
    /// A fresh one, with a state file that is not there yet.
    ///
    /// # Errors
    /// No temporary folder to be had.
    pub fn new() -> Result<Self> {
        Self::with_environment(&[])
    }

    /// The same with variables in the environment of all its runs.
    ///
    /// # Errors
    /// No temporary folder to be had.
    pub fn with_environment(variables: &[(&str, &str)]) -> Result<Self> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Ok(Self {
            folder: tempfile::tempdir()?,
            variables: variables.iter().map(owned).collect(),
        })
    }

    /// Runs a verb on a document to its end.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn run(&self, document: &Document, arguments: &[&str]) -> Result<Run> {
        let mut command = self.command(arguments)?;
        command
            .arg("--file")
            .arg(document.write(self.folder.path())?);
        Ok(Run::of(command.output()?))
    }

    /// Runs a verb that needs no document, with the credentials of one in the environment.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn run_without_document(
        &self,
        variables: &[(&str, &str)],
        arguments: &[&str],
    ) -> Result<Run> {
        let mut command = self.command(arguments)?;
        Ok(Run::of(command.envs(variables.iter().copied()).output()?))
    }

    /// Starts a verb with `--output json` and kills it, without any chance to clean up, once it has written so many lines.
    /// However late that is, it is some lines further and not at its end: it can write no more than a few before they are read.
    ///
    /// # Errors
    /// It cannot be started, or it has ended by itself.
    pub fn kill_after(&self, document: &Document, arguments: &[&str], lines: usize) -> Result<()> {
        let (ours, theirs) = UnixStream::pair()?;
        // The kernel takes its smallest instead: room for some four lines.
        set_socket_send_buffer_size(&theirs, 0)?;
        let mut command = self.command(arguments)?;
        command
            .args(["--output", "json", "--file"])
            .arg(document.write(self.folder.path())?);
        let mut child = command
            .stdout(OwnedFd::from(theirs))
            .stderr(Stdio::null())
            .spawn()?;
        // With its copy of the other end, or the end of the program would not be seen.
        drop(command);
        // Nothing is read ahead, and the end stays open: without a reader the program runs freely.
        let mut reader = BufReader::with_capacity(1, ours);
        let written = reader.by_ref().lines().take(lines).count();
        child.kill()?;
        let status = child.wait()?;
        ensure!(
            written == lines && status.signal() == Some(Signal::KILL.as_raw()),
            "it has ended by itself, {status}, after {written} lines or some more"
        );
        Ok(())
    }

    /// Throws the state file away.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn lose_state(&self) -> Result<()> {
        for entry in self.folder.path().read_dir()? {
            let path = entry?.path();
            if path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("state.db"))
            {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    fn command(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = Command::new(program()?);
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if ["OS_", "AWS_", "GOVC_", "KUBECONFIG"]
                .iter()
                .any(|of| text.starts_with(of))
            {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .arg("--state")
            .arg(self.folder.path().join("state.db"));
        command
            .stdin(Stdio::null())
            .env("NO_COLOR", "1")
            .env("NO_PROXY", "127.0.0.1")
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        Ok(command)
    }
}

impl Run {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// Itself, if it ended with that code.
    ///
    /// # Errors
    /// It ended otherwise; everything that it wrote is in the message.
    pub fn ended(self, code: i32) -> Result<Self> {
        ensure!(
            self.code == code,
            "ended with {} instead of {code}\n{}\n{}",
            self.code,
            self.out,
            self.err
        );
        Ok(self)
    }

    /// Its last line of JSON.
    ///
    /// # Errors
    /// It wrote none.
    pub fn json(&self) -> Result<Value> {
        let line = self.out.lines().last().context("it wrote nothing")?;
        serde_json::from_str(line).with_context(|| self.out.clone())
    }

    /// Everything that it wrote.
    pub fn text(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

/// The program, built first: `cargo test` of this crate alone does not do that.
fn program() -> Result<&'static Path> {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let built = PROGRAM.get_or_init(|| {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        // With the features of the whole workspace: the SDK of AWS is not compiled once more.
        build.args(["build", "--quiet", "--workspace", "--bin", "groundwork"]);
        // Cargo tells a test about its own package; ring would be built again because of that.
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                build.env_remove(name);
            }
        }
        let done = build
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .is_ok_and(|status| status.success());
        let tests = env::current_exe().ok()?;
        // target/debug/deps/<test>: the program lies one folder above.
        let program = tests.parent()?.parent()?.join("groundwork");
        (done && program.exists()).then_some(program)
    });
    built.as_deref().context("the program cannot be built")
}
