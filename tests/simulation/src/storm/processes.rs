//! Starting processes, killing them, and hearing what they said.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant, SystemTime},
};

use crate::{
    child::{ADDRESS, Deed, ORIGIN},
    clock,
    cloud::Cloud,
};

/// No process takes longer, on the wall.
const LIFE_MAX: Duration = Duration::from_secs(120);
/// How often it is asked whether a process has ended.
const PAUSE: Duration = Duration::from_millis(2);

/// How processes are started.
pub(crate) struct Started<'a> {
    pub(crate) cloud: Cloud,
    pub(crate) address: &'a str,
    pub(crate) origin: SystemTime,
}

/// A process, killed when this is dropped.
struct Process {
    child: Child,
    said: PathBuf,
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already: there is nobody to tell.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// How it ends, if it does by then.
    async fn ended(&mut self, within: Duration) -> io::Result<Option<ExitStatus>> {
        let began = Instant::now();
        loop {
            let status = self.child.try_wait()?;
            if status.is_some() || began.elapsed() >= within {
                return Ok(status);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl Started<'_> {
    fn start(&self, deed: Deed, state: &Path) -> io::Result<Process> {
        let said = state.with_extension("said");
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["child", &self.cloud.to_string(), deed.word()]);
        command.arg(state);
        command.env_clear().env(ADDRESS, self.address);
        command.env(ORIGIN, clock::written(self.origin));
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(File::create(&said)?);
        let child = command.spawn()?;
        Ok(Process { child, said })
    }

    /// Kills a process after a while, if it has not ended by then.
    pub(crate) async fn killed(&self, deed: Deed, state: &Path, after: Duration) -> io::Result<()> {
        let mut process = self.start(deed, state)?;
        if process.ended(after).await?.is_none() {
            // SIGKILL: nothing of it is written or sent any more.
            process.child.kill()?;
        }
        Ok(())
    }

    /// Lets a process come to its end, which has to be a good one.
    pub(crate) async fn well(&self, deed: Deed, state: &Path) -> Result<(), String> {
        let failed = |why: io::Error| format!("{}: {why}", deed.word());
        let mut process = self.start(deed, state).map_err(failed)?;
        match process.ended(LIFE_MAX).await.map_err(failed)? {
            Some(status) if status.success() => Ok(()),
            Some(_) => Err(fs::read_to_string(&process.said).map_err(failed)?),
            None => Err(format!("{} does not end", deed.word())),
        }
    }
}
