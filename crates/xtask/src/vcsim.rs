//! govmomi's simulator of a vCenter, an old release and today's, below `target/test-clouds`.
//!
//! Its program is built here, from the module proxy of Go, by the Go that pip installs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::ValueEnum;
use rustix::process::Signal;

use crate::cloud::{self, TestCloud};
use crate::go::Program;
use crate::install::Installed;
use crate::process::Daemon;
use crate::{command, socket};

/// The file that says where it listens.
const URL: &str = "url";

/// Who may log in, and with which password.
const LOGIN: (&str, &str) = ("groundwork", "simulated");

/// A release of govmomi.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Release {
    /// 0.24.2, the one of Debian 12.
    #[value(name = "0.24")]
    V0_24,
    /// 0.55.1
    #[value(name = "0.55")]
    V0_55,
}

/// The simulator of one release.
pub(crate) struct Vcsim(pub(crate) Release);

impl TestCloud for Vcsim {
    fn name(&self) -> &'static str {
        match self.0 {
            Release::V0_24 => "govmomi's simulator (0.24)",
            Release::V0_55 => "govmomi's simulator (0.55)",
        }
    }

    fn install(&self) -> Result<Installed> {
        let _alone = cloud::lock(self.folder())?;
        self.program().install()
    }

    fn is_up(&self) -> bool {
        let root = self.root();
        self.program().is_built() && daemon(&root).pid().is_some() && root.join(URL).exists()
    }

    fn up(&self) -> Result<()> {
        let _alone = cloud::lock(self.folder())?;
        if self.is_up() {
            return Ok(());
        }
        let root = self.root();
        // The port that was free may be another's by the time that it is taken.
        let started = command::twice(|| clear(&root).and_then(|()| self.start(&root)));
        if started.is_err() {
            daemon(&root).stop()?;
        }
        started
    }

    fn down(&self) -> Result<()> {
        let _alone = cloud::lock(self.folder())?;
        clear(&self.root())
    }

    fn variable(&self) -> &'static str {
        match self.0 {
            Release::V0_24 => "GROUNDWORK_REAL_VCSIM_0_24",
            Release::V0_55 => "GROUNDWORK_REAL_VCSIM_0_55",
        }
    }

    /// Where it listens, with who may log in.
    fn value(&self) -> Result<String> {
        fs::read_to_string(self.root().join(URL)).context("the simulator is not running")
    }

    fn for_clients(&self) -> Result<Vec<(&'static str, String)>> {
        Ok(vec![("GOVC_URL", self.value()?)])
    }
}

impl Vcsim {
    fn folder(&self) -> &'static str {
        match self.0 {
            Release::V0_24 => "vcsim-0.24",
            Release::V0_55 => "vcsim-0.55",
        }
    }

    fn root(&self) -> PathBuf {
        cloud::home(self.folder())
    }

    fn program(&self) -> Program {
        let modules = match self.0 {
            Release::V0_24 => "old",
            Release::V0_55 => "go",
        };
        Program {
            told: self.name(),
            takes: "two minutes",
            binary: "vcsim",
            folder: self.folder(),
            sources: "vcsim",
            modules,
            linked: "",
        }
    }

    fn start(&self, root: &Path) -> Result<()> {
        for folder in ["log", "run"] {
            fs::create_dir_all(root.join(folder))?;
        }
        let port = socket::free(self.port())?;
        let at = format!("127.0.0.1:{port}");
        let (user, password) = LOGIN;
        let daemon = daemon(root);
        let mut server = Command::new(self.program().path());
        server.args(["-at", &at, "-user", user, "-password", password]);
        daemon.start(&mut server)?;
        socket::await_http(&daemon, port)?;
        fs::write(root.join(URL), format!("http://{user}:{password}@{at}"))?;
        Ok(())
    }

    fn port(&self) -> u16 {
        match self.0 {
            Release::V0_24 => 8989,
            Release::V0_55 => 8990,
        }
    }
}

fn clear(root: &Path) -> Result<()> {
    daemon(root).stop()?;
    cloud::forget(root)
}

fn daemon(root: &Path) -> Daemon {
    Daemon::new(root, "vcsim", Signal::TERM)
}
