//! Daemons that outlive us, found again by a file and stopped for certain.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::command;

/// A process started in the background, and everything it starts itself.
///
/// The file `run/<name>.pid` holds its number and the time it was started, so that a number which the kernel has given to
/// another process in the meantime is never mistaken for ours.
pub(crate) struct Daemon {
    name: &'static str,
    file: PathBuf,
    log: PathBuf,
    stop: Signal,
    /// How many steps of 50 ms it gets to end by itself.
    patience: u32,
}

impl Daemon {
    /// The daemon of that name under `root`, running or not. `stop` is the signal that ends it in good order.
    pub(crate) fn new(root: &Path, name: &'static str, stop: Signal) -> Self {
        let file = root.join("run").join(format!("{name}.pid"));
        let log = root.join("log").join(format!("{name}.out"));
        Self {
            name,
            file,
            log,
            stop,
            patience: 200,
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Starts it in a process group of its own, so that Ctrl-C in our terminal does not reach it.
    pub(crate) fn start(&self, command: &mut Command) -> Result<()> {
        if let Some(pid) = self.pid() {
            bail!("{} runs already as process {pid}", self.name);
        }
        let log = File::create(&self.log)?;
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0);
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        let pid = i32::try_from(child.id()).context("process numbers are positive and small")?;
        let started = start_time(pid).with_context(|| {
            format!("{} ended at once:\n{}", self.name, command::tail(&self.log))
        })?;
        fs::write(&self.file, format!("{pid} {started}\n")).context("cannot write the pid file")
    }

    /// Its process number, if it is running.
    pub(crate) fn pid(&self) -> Option<i32> {
        let text = fs::read_to_string(&self.file).ok()?;
        let (pid, started) = text.trim().split_once(' ')?;
        let pid = pid.parse().ok()?;
        (start_time(pid)? == started).then_some(pid)
    }

    /// Ends it and its children: first politely, after ten seconds by force. One that is not running is no error.
    pub(crate) fn stop(&self) -> Result<()> {
        if let Some(number) = self.pid() {
            let pid = Pid::from_raw(number).context("a process number is never 0")?;
            kill_process(pid, self.stop)?;
            if !self.await_end(self.patience) {
                kill_process_group(pid, Signal::KILL)?;
                // Nothing can be in the way of this but a slow machine.
                self.await_end(12_000);
            }
        }
        if self.pid().is_some() {
            bail!("{} does not end", self.name);
        }
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// The end of what it wrote.
    pub(crate) fn log_tail(&self) -> String {
        command::tail(&self.log)
    }

    fn await_end(&self, steps_max: u32) -> bool {
        for _ in 0..steps_max {
            if self.pid().is_none() {
                return true;
            }
            thread::sleep(Duration::from_millis(50));
        }
        false
    }
}

/// When the kernel started a process, in its ticks; nothing if there is no such process, or only its exit code is left.
fn start_time(pid: i32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the program's name in brackets and may hold blanks; the third is the state, the 22nd the start.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    (*fields.first()? != "Z").then(|| fields.get(19).map(|start| (*start).to_owned()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn daemon(root: &Path) -> Daemon {
        fs::create_dir_all(root.join("run")).unwrap();
        fs::create_dir_all(root.join("log")).unwrap();
        Daemon::new(root, "sleeper", Signal::TERM)
    }

    #[test]
    fn a_daemon_is_found_again_and_stopped() {
        let root = tempfile::tempdir().unwrap();
        daemon(root.path())
            .start(Command::new("sleep").arg("600"))
            .unwrap();
        let found = daemon(root.path());
        assert!(found.pid().is_some());
        found.stop().unwrap();
        assert_eq!(found.pid(), None);
        found.stop().unwrap();
    }

    #[test]
    fn one_that_does_not_listen_to_reason_is_stopped_by_force() {
        let root = tempfile::tempdir().unwrap();
        let deaf = Daemon {
            stop: Signal::CONT,
            patience: 1,
            ..daemon(root.path())
        };
        deaf.start(Command::new("sleep").arg("600")).unwrap();
        deaf.stop().unwrap();
        assert_eq!(deaf.pid(), None);
    }

    #[test]
    fn a_number_that_belongs_to_another_process_now_is_not_ours() {
        let root = tempfile::tempdir().unwrap();
        let daemon = daemon(root.path());
        fs::write(
            root.path().join("run/sleeper.pid"),
            format!("{} 1", std::process::id()),
        )
        .unwrap();
        assert_eq!(daemon.pid(), None);
        daemon.stop().unwrap();
    }
}
