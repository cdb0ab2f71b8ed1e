//! The real Keystone and Neutron from Debian's packages, on 127.0.0.1, with their data under `target/test-clouds`.
//!
//! Neutron runs as its API server alone: everything that it validates, stores and answers is the real thing, and no packet flows.
//! The migrated database is kept as a template, so that only the first start pays for the migrations.

mod configuration;
mod postgres;
mod services;
mod template;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::install::{self, Installed};
use crate::workspace;
use configuration::Configuration;
use services::Services;

/// The environment variable that tells the tests where the real cloud is: the path of its `clouds.yaml`.
pub(crate) const VARIABLE: &str = "GROUNDWORK_REAL_OPENSTACK";

const PACKAGES: [&str; 6] = [
    "keystone",
    "neutron-server",
    "postgresql",
    "python3-psycopg2",
    "uwsgi-core",
    "uwsgi-plugin-python3",
];

/// The file that says as what it was started.
const STARTED_AS: &str = "started-as";

/// Installs what it needs, if this machine lets us.
pub(crate) fn install() -> Result<Installed> {
    install::packages(&PACKAGES)
}

/// Where its `clouds.yaml` is once it runs.
pub(crate) fn clouds_yaml() -> PathBuf {
    root().join("clouds.yaml")
}

/// Whether it runs, and as it would be started now.
pub(crate) fn is_up() -> bool {
    let current =
        fs::read_to_string(root().join(STARTED_AS)).is_ok_and(|text| text == started_as());
    current && Services::new(&root()).is_up() && clouds_yaml().exists()
}

/// Starts it, empty but for users, catalog and an external network. One that runs already stays as it is.
pub(crate) fn up() -> Result<()> {
    let _alone = lock()?;
    if is_up() {
        return Ok(());
    }
    let root = root();
    clear(&root)?;
    let configuration = Configuration::choose(&root)?;
    let started = start(&configuration);
    if started.is_err() {
        // Nothing keeps running that nobody can use; the logs stay to be read.
        Services::new(&root).stop()?;
    }
    started
}

fn start(configuration: &Configuration) -> Result<()> {
    configuration.write()?;
    template::unpack_or_build(configuration)?;
    Services::new(&configuration.root).start(configuration)?;
    fs::write(configuration.file(STARTED_AS), started_as())?;
    configuration.write_clouds_yaml()
}

/// Everything that decides what a fresh cloud looks like.
fn started_as() -> String {
    configuration::fingerprint() + services::PROVISION_TEXT
}

/// Stops it and forgets its data; the template stays.
pub(crate) fn down() -> Result<()> {
    let _alone = lock()?;
    clear(&root())
}

fn root() -> PathBuf {
    workspace::target().join("test-clouds").join("openstack")
}

fn clear(root: &Path) -> Result<()> {
    Services::new(root).stop()?;
    for dir in [root.to_owned(), postgres::home(root)] {
        match fs::remove_dir_all(&dir) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove {}", dir.display()));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Two starts at once would take each other's ports.
fn lock() -> Result<File> {
    let dir = workspace::target().join("test-clouds");
    fs::create_dir_all(&dir)?;
    let file = File::create(dir.join("openstack.lock"))?;
    file.lock()?;
    Ok(file)
}
