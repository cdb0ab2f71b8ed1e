//! The real Keystone and Neutron on 127.0.0.1, with their data under `target/test-clouds`: an old release and today's, side by side.
//!
//! Neutron runs as its API server alone: everything that it validates, stores and answers is the real thing, and no packet flows.
//! The migrated database is kept as a template, so that only the first start pays for the migrations.

mod configuration;
mod postgres;
mod release;
mod services;
mod template;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::cloud::{self, TestCloud};
use crate::command;
use crate::install::Installed;
use configuration::Configuration;
pub(crate) use release::Release;
use services::Services;

/// The file that says as what it was started.
const STARTED_AS: &str = "started-as";

/// The cloud of one release.
pub(crate) struct OpenStack(pub(crate) Release);

impl TestCloud for OpenStack {
    fn name(&self) -> &'static str {
        self.0.title()
    }

    fn install(&self) -> Result<Installed> {
        self.0.install()
    }

    fn is_up(&self) -> bool {
        let root = self.root();
        let current =
            fs::read_to_string(root.join(STARTED_AS)).is_ok_and(|text| text == started_as());
        current && Services::new(self.0, &root).is_up() && clouds_yaml(&root).exists()
    }

    /// Empty but for users, catalog and an external network.
    fn up(&self) -> Result<()> {
        let _alone = cloud::lock(self.0.folder())?;
        if self.is_up() {
            return Ok(());
        }
        let root = self.root();
        // A port that was free may be another's by the time that it is taken.
        let started = command::twice(|| {
            self.clear()?;
            start(&Configuration::choose(self.0, &root)?)
        });
        if started.is_err() {
            // Nothing keeps running that nobody can use; the logs stay to be read.
            Services::new(self.0, &root).stop()?;
        }
        started
    }

    /// The template stays.
    fn down(&self) -> Result<()> {
        let _alone = cloud::lock(self.0.folder())?;
        self.clear()
    }

    fn variable(&self) -> &'static str {
        self.0.variable()
    }

    /// The path of its `clouds.yaml`.
    fn value(&self) -> Result<String> {
        Ok(clouds_yaml(&self.root()).display().to_string())
    }

    fn for_clients(&self) -> Result<Vec<(&'static str, String)>> {
        Ok(vec![
            ("OS_CLIENT_CONFIG_FILE", self.value()?),
            ("OS_CLOUD", "demo".to_owned()),
        ])
    }
}

impl OpenStack {
    fn root(&self) -> PathBuf {
        cloud::home(self.0.folder())
    }

    fn clear(&self) -> Result<()> {
        let root = self.root();
        Services::new(self.0, &root).stop()?;
        cloud::forget(&root)?;
        cloud::forget(&postgres::home(&root))
    }
}

/// Where its `clouds.yaml` is once it runs.
fn clouds_yaml(root: &Path) -> PathBuf {
    root.join("clouds.yaml")
}

fn start(configuration: &Configuration) -> Result<()> {
    configuration.write()?;
    template::unpack_or_build(configuration)?;
    Services::new(configuration.release, &configuration.root).start(configuration)?;
    fs::write(configuration.file(STARTED_AS), started_as())?;
    configuration.write_clouds_yaml()
}

/// Everything that decides what a fresh cloud looks like.
fn started_as() -> String {
    configuration::fingerprint() + services::PROVISION_TEXT
}
