//! The migrated, still empty databases, kept so that only the first start waits for the migrations.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Result, anyhow};

use super::configuration::{self, Configuration};
use super::postgres;
use crate::command;

/// Puts the databases and keys in place, from the template if it still fits the installed packages. Leaves PostgreSQL stopped.
pub(super) fn unpack_or_build(configuration: &Configuration) -> Result<()> {
    let template = folder(&configuration.root);
    let key = key(configuration)?;
    if fs::read_to_string(template.join("key")).is_ok_and(|made_from| made_from == key) {
        return copy(&template, configuration, Direction::Unpack);
    }
    println!("migrating the databases, about half a minute; the next start will be faster");
    build(configuration)?;
    if template.exists() {
        fs::remove_dir_all(&template)?;
    }
    fs::create_dir_all(&template)?;
    copy(&template, configuration, Direction::Keep)?;
    Ok(fs::write(template.join("key"), key)?)
}

fn build(configuration: &Configuration) -> Result<()> {
    postgres::initialise(configuration)?;
    postgres::start(configuration)?;
    postgres::create_databases(configuration)?;
    thread::scope(|scope| {
        let keystone = scope.spawn(|| migrate_keystone(configuration));
        migrate_neutron(configuration)?;
        keystone
            .join()
            .map_err(|_| anyhow!("the migration of Keystone panicked"))?
    })?;
    postgres::daemon(&configuration.root).stop()
}

fn migrate_keystone(configuration: &Configuration) -> Result<()> {
    let user = rustix::process::geteuid().as_raw().to_string();
    let group = rustix::process::getegid().as_raw().to_string();
    let owner = ["--keystone-user", &user, "--keystone-group", &group];
    let administrator = [
        "--bootstrap-password",
        "secret",
        "--bootstrap-region-id",
        "RegionOne",
    ];
    for (step, arguments) in [
        ("db_sync", &[][..]),
        ("fernet_setup", &owner[..]),
        ("credential_setup", &owner[..]),
        ("bootstrap", &administrator[..]),
    ] {
        let mut command = configuration.release.program("keystone-manage");
        command
            .arg("--config-file")
            .arg(configuration.file("keystone.conf"))
            .arg(step);
        let log = configuration
            .file("log")
            .join(format!("keystone-{step}.out"));
        command::run_logged(command.args(arguments), &log)?;
    }
    Ok(())
}

fn migrate_neutron(configuration: &Configuration) -> Result<()> {
    let mut command = configuration.release.program("neutron-db-manage");
    command
        .arg("--config-file")
        .arg(configuration.file("neutron.conf"));
    command
        .arg("--config-file")
        .arg(configuration.file("ml2.ini"));
    command::run_logged(
        command.args(["upgrade", "heads"]),
        &configuration.file("log/neutron-db.out"),
    )
}

#[derive(Clone, Copy)]
enum Direction {
    Keep,
    Unpack,
}

fn copy(template: &Path, configuration: &Configuration, direction: Direction) -> Result<()> {
    let places = [
        ("postgres", postgres::home(&configuration.root)),
        ("fernet", configuration.file("fernet")),
        ("credential", configuration.file("credential")),
    ];
    for (name, live) in places {
        let kept = template.join(name);
        let (from, to) = match direction {
            Direction::Keep => (live, kept),
            Direction::Unpack => (kept, live),
        };
        // `cp` keeps owners and modes, which both PostgreSQL and Keystone insist on.
        command::run(
            Command::new("cp")
                .args(["--archive", "--no-target-directory"])
                .arg(from)
                .arg(to),
        )?;
    }
    Ok(())
}

fn folder(root: &Path) -> PathBuf {
    let name = root.file_name().unwrap_or_default().to_string_lossy();
    root.with_file_name(format!("{name}-template"))
}

/// What the template was made from: packages and configuration.
fn key(configuration: &Configuration) -> Result<String> {
    Ok(configuration.release.installed()? + &configuration::fingerprint())
}
