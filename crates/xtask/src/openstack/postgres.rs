//! A PostgreSQL for these tests alone: no durability, no sockets but one on 127.0.0.1.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use rustix::process::Signal;

use super::configuration::Configuration;
use crate::process::Daemon;
use crate::{command, socket};

/// Sacrifices everything a crash would need, and gains half a minute in the migrations.
const SETTINGS: [&str; 8] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    // Neutron's long joins would be compiled for a second each, to run for a millisecond.
    "jit=off",
];

pub(super) fn daemon(root: &Path) -> Daemon {
    // Its "fast" shutdown: ends the sessions, leaves the files in order.
    Daemon::new(root, "postgres", Signal::INT)
}

/// Its data: under `root`, or in the system's temporary folder where PostgreSQL's user cannot read our checkout.
pub(super) fn home(root: &Path) -> PathBuf {
    match Account::find() {
        Some(account) if !account.reaches(root) => {
            let unique: String = root.display().to_string().replace('/', "-");
            std::env::temp_dir().join(format!("groundwork{unique}-postgres"))
        }
        Some(_) | None => root.join("postgres"),
    }
}

/// An empty database cluster.
pub(super) fn initialise(configuration: &Configuration) -> Result<()> {
    let home = home(&configuration.root);
    fs::create_dir_all(&home)?;
    if let Some(account) = Account::find() {
        std::os::unix::fs::chown(&home, Some(account.user), Some(account.group))?;
    }
    let mut initdb = program("initdb")?;
    initdb.args([
        "--auth",
        "trust",
        "--username",
        "os",
        "--encoding",
        "UTF8",
        "--no-locale",
    ]);
    initdb.arg("--no-sync").arg("--pgdata").arg(&home);
    command::run_logged(&mut initdb, &configuration.file("log/initdb.out"))
}

/// Starts it and waits until it takes connections.
pub(super) fn start(configuration: &Configuration) -> Result<()> {
    let daemon = daemon(&configuration.root);
    let mut postgres = program("postgres")?;
    postgres.arg("-D").arg(home(&configuration.root));
    postgres
        .arg("-p")
        .arg(configuration.postgres_port.to_string());
    for setting in SETTINGS {
        postgres.args(["-c", setting]);
    }
    // `wal_level=minimal` goes only without replication.
    postgres.args(["-c", "max_wal_senders=0"]);
    daemon.start(&mut postgres)?;
    socket::await_listener(&daemon, configuration.postgres_port)
}

/// Makes the two services' databases.
pub(super) fn create_databases(configuration: &Configuration) -> Result<()> {
    for name in ["keystone", "neutron"] {
        let mut createdb = program("createdb")?;
        createdb.args(["--host", "127.0.0.1", "--username", "os", "--port"]);
        createdb
            .arg(configuration.postgres_port.to_string())
            .arg(name);
        command::run_logged(&mut createdb, &configuration.file("log/createdb.out"))?;
    }
    Ok(())
}

/// One of its programs, run as the user that it insists on. Debian keeps them outside of the search path.
fn program(name: &str) -> Result<Command> {
    let versions = fs::read_dir("/usr/lib/postgresql").context("PostgreSQL is not installed")?;
    let newest = versions
        .flatten()
        .map(|version| version.path().join("bin").join(name))
        .filter(|path| path.is_file())
        .max()
        .with_context(|| format!("PostgreSQL's {name} is not installed"))?;
    let mut command = Command::new(newest);
    command.current_dir("/");
    if let Some(account) = Account::find() {
        command.uid(account.user).gid(account.group);
    }
    Ok(command)
}

/// PostgreSQL refuses to run as root: then it runs as the user of its package.
struct Account {
    user: u32,
    group: u32,
}

impl Account {
    /// None where we are an ordinary user, and PostgreSQL runs as that one.
    fn find() -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        let users = fs::read_to_string("/etc/passwd").ok()?;
        let fields: Vec<&str> = users
            .lines()
            .find(|line| line.starts_with("postgres:"))?
            .split(':')
            .collect();
        Some(Self {
            user: fields.get(2)?.parse().ok()?,
            group: fields.get(3)?.parse().ok()?,
        })
    }

    fn reaches(&self, dir: &Path) -> bool {
        let deepest = dir.ancestors().find(|dir| dir.exists()).unwrap_or(dir);
        let mut test = Command::new("test");
        test.arg("-x")
            .arg(deepest)
            .current_dir("/")
            .uid(self.user)
            .gid(self.group);
        test.status().is_ok_and(|status| status.success())
    }
}
