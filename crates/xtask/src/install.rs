//! Packages of the system's own package manager.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use crate::{command, workspace};

/// What the package scripts ask before they start a service. We start our own, on our own data.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Whether the packages are there now: installed before, or by this call.
pub(crate) enum Installed {
    Yes,
    /// Cannot be had on this machine, with the reason.
    No(String),
}

/// Installs what is missing of `packages`, with apt, as root or through sudo.
///
/// # Errors
/// Only what should have worked and did not; a machine without apt or without the right to use it is [`Installed::No`].
pub(crate) fn packages(packages: &[&str]) -> Result<Installed> {
    // Clouds are installed side by side, and apt takes one at a time.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let missing: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|name| !is_installed(name))
        .collect();
    if missing.is_empty() {
        return Ok(Installed::Yes);
    }
    if !has("apt-get") {
        return Ok(Installed::No(format!(
            "{} not installed, and there is no apt-get",
            missing.join(", ")
        )));
    }
    let Some(rights) = Rights::find() else {
        return Ok(Installed::No(format!(
            "{} not installed; run as root or with sudo: apt-get install -y --no-install-recommends {}",
            missing.join(", "),
            missing.join(" "),
        )));
    };
    println!(
        "installing {} with apt-get, about two minutes",
        missing.join(", ")
    );
    install(rights, &missing).map(|()| Installed::Yes)
}

fn install(rights: Rights, names: &[&str]) -> Result<()> {
    let folder = workspace::target();
    fs::create_dir_all(&folder)?;
    let log = folder.join("apt.log");
    // A mirror may be short of breath for a moment.
    let apt = || {
        let mut command = rights.command("apt-get");
        command.args(["-o", "Acquire::Retries=5"]);
        command
    };
    command::run_logged(apt().arg("update"), &log)?;
    let _no_services = ServicesStayDown::begin(rights, &folder)?;
    let mut command = apt();
    command
        .args(["install", "-y", "--no-install-recommends"])
        .args(names);
    command::run_logged(&mut command, &log)
}

fn is_installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .output()
        .is_ok_and(|output| output.stdout == b"installed")
}

/// Whether a program of that name is in the search path.
pub(crate) fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(program).is_file())
}

/// How we come to change the system.
#[derive(Clone, Copy)]
enum Rights {
    Root,
    Sudo,
}

impl Rights {
    fn find() -> Option<Self> {
        if rustix::process::geteuid().is_root() {
            return Some(Self::Root);
        }
        let mut ask = Command::new("sudo");
        let silent = ask.args(["--non-interactive", "true"]).output();
        silent
            .is_ok_and(|output| output.status.success())
            .then_some(Self::Sudo)
    }

    fn command(self, program: &str) -> Command {
        let mut command = match self {
            Self::Root => Command::new("env"),
            Self::Sudo => {
                let mut command = Command::new("sudo");
                command.args(["--non-interactive", "env"]);
                command
            }
        };
        command.arg("DEBIAN_FRONTEND=noninteractive").arg(program);
        command
    }
}

/// While this lives, packages that are installed do not start their services.
struct ServicesStayDown {
    rights: Rights,
    /// A policy that was there before us stays.
    ours: bool,
}

impl ServicesStayDown {
    fn begin(rights: Rights, folder: &Path) -> Result<Self> {
        let ours = !Path::new(POLICY).exists();
        if ours {
            let draft = folder.join("policy-rc.d");
            fs::write(&draft, "#!/bin/sh\nexit 101\n")?;
            let mut place = rights.command("install");
            command::run(place.args(["--mode", "755"]).arg(&draft).arg(POLICY))?;
        }
        Ok(Self { rights, ours })
    }
}

impl Drop for ServicesStayDown {
    fn drop(&mut self) {
        if self.ours {
            let removed = command::run(self.rights.command("rm").arg(POLICY));
            if let Err(error) = removed {
                eprintln!("{POLICY} is left behind, remove it: {error:#}");
            }
        }
    }
}
