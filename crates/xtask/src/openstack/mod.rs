//! The real Keystone and Neutron from Debian's packages, on 127.0.0.1, with their data under `target/test-clouds`.
//!
//! Neutron runs as its API server alone: everything that it validates, stores and answers is the real thing, and no packet flows.
//! The migrated database is kept as a template, so that only the first start pays for the migrations.

mod configuration;
mod postgres;
mod services;
mod template;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::cloud::{self, TestCloud};
use crate::command;
use crate::install::{self, Installed};
use configuration::Configuration;
use services::Services;

const PACKAGES: [&str; 6] = [
    "keystone",
    "neutron-server",
    "postgresql",
    "python3-psycopg2",
    "uwsgi-core",
    "uwsgi-plugin-python3",
];

/// Its folder among those of the test clouds.
const NAME: &str = "openstack";

/// The file that says as what it was started.
const STARTED_AS: &str = "started-as";

/// The cloud.
pub(crate) struct OpenStack;

impl TestCloud for OpenStack {
    fn name(&self) -> &'static str {
        "the real OpenStack"
    }

    fn install(&self) -> Result<Installed> {
        install::packages(&PACKAGES)
    }

    fn is_up(&self) -> bool {
        let current =
            fs::read_to_string(root().join(STARTED_AS)).is_ok_and(|text| text == started_as());
        current && Services::new(&root()).is_up() && clouds_yaml().exists()
    }

    /// Empty but for users, catalog and an external network.
    fn up(&self) -> Result<()> {
        let _alone = cloud::lock(NAME)?;
        if self.is_up() {
            return Ok(());
        }
        let root = root();
        // A port that was free may be another's by the time that it is taken.
        let started = command::twice(|| {
            clear(&root)?;
            start(&Configuration::choose(&root)?)
        });
        if started.is_err() {
            // Nothing keeps running that nobody can use; the logs stay to be read.
            Services::new(&root).stop()?;
        }
        started
    }

    /// The template stays.
    fn down(&self) -> Result<()> {
        let _alone = cloud::lock(NAME)?;
        clear(&root())
    }

    fn variable(&self) -> &'static str {
        "GROUNDWORK_REAL_OPENSTACK"
    }

    /// The path of its `clouds.yaml`.
    fn value(&self) -> Result<String> {
        Ok(clouds_yaml().display().to_string())
    }

    fn for_clients(&self) -> Result<Vec<(&'static str, String)>> {
        Ok(vec![
            ("OS_CLIENT_CONFIG_FILE", self.value()?),
            ("OS_CLOUD", "demo".to_owned()),
        ])
    }
}

/// Where its `clouds.yaml` is once it runs.
fn clouds_yaml() -> PathBuf {
    root().join("clouds.yaml")
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

fn root() -> PathBuf {
    cloud::home(NAME)
}

fn clear(root: &Path) -> Result<()> {
    Services::new(root).stop()?;
    cloud::forget(root)?;
    cloud::forget(&postgres::home(root))
}
