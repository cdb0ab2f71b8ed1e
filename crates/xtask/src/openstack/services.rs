//! Keystone and Neutron themselves.

use std::path::Path;
use std::process::Command;
use std::thread;

use anyhow::{Result, anyhow};
use rustix::process::Signal;

use super::configuration::Configuration;
use super::postgres;
use crate::process::Daemon;
use crate::{command, socket};

const PROVISION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openstack/provision.py");

/// What it does to a fresh cloud.
pub(super) const PROVISION_TEXT: &str = include_str!("../../openstack/provision.py");

/// The three daemons of one cloud.
pub(super) struct Services {
    postgres: Daemon,
    keystone: Daemon,
    neutron: Daemon,
}

impl Services {
    pub(super) fn new(root: &Path) -> Self {
        Self {
            postgres: postgres::daemon(root),
            keystone: Daemon::new(root, "keystone", Signal::TERM),
            neutron: Daemon::new(root, "neutron", Signal::TERM),
        }
    }

    /// Whether all three run. What has answered once and still runs is taken to answer.
    pub(super) fn is_up(&self) -> bool {
        [&self.postgres, &self.keystone, &self.neutron]
            .iter()
            .all(|daemon| daemon.pid().is_some())
    }

    /// Starts them on databases that are in place, and fills these in.
    pub(super) fn start(&self, configuration: &Configuration) -> Result<()> {
        postgres::start(configuration)?;
        self.keystone.start(&mut keystone(configuration))?;
        self.neutron.start(&mut neutron(configuration))?;
        thread::scope(|scope| {
            // Neutron loads its plugins for some seconds; Keystone is filled in the meantime.
            let identity = scope.spawn(|| {
                socket::await_http(&self.keystone, configuration.keystone_port)?;
                provision("identity", configuration)
            });
            socket::await_http(&self.neutron, configuration.neutron_port)?;
            identity
                .join()
                .map_err(|_| anyhow!("provisioning panicked"))?
        })?;
        provision("network", configuration)
    }

    /// Stops them, those first that need the others.
    pub(super) fn stop(&self) -> Result<()> {
        [&self.neutron, &self.keystone, &self.postgres]
            .iter()
            .try_for_each(|daemon| daemon.stop())
    }
}

fn keystone(configuration: &Configuration) -> Command {
    let mut uwsgi = Command::new("uwsgi");
    uwsgi
        .arg("--http-socket")
        .arg(format!("127.0.0.1:{}", configuration.keystone_port));
    uwsgi.args([
        "--plugin",
        "python3",
        "--wsgi-file",
        "/usr/bin/keystone-wsgi-public",
    ]);
    uwsgi.args([
        "--master",
        "--workers",
        "1",
        "--threads",
        "8",
        "--enable-threads",
        "--lazy-apps",
    ]);
    uwsgi.args([
        "--die-on-term",
        "--buffer-size",
        "65535",
        "--disable-logging",
    ]);
    // Its HTTP server closes connections without saying so, and resets those whose body nobody has read.
    uwsgi.args([
        "--add-header",
        "Connection: close",
        "--post-buffering",
        "65536",
    ]);
    uwsgi.env(
        "OS_KEYSTONE_CONFIG_FILES",
        configuration.file("keystone.conf"),
    );
    uwsgi
}

fn neutron(configuration: &Configuration) -> Command {
    let mut server = Command::new("neutron-server");
    server
        .arg("--config-file")
        .arg(configuration.file("neutron.conf"));
    server
        .arg("--config-file")
        .arg(configuration.file("ml2.ini"));
    server
}

fn provision(part: &str, configuration: &Configuration) -> Result<()> {
    let log = configuration.file(&format!("log/provision-{part}.out"));
    // The system's Python, which is the one that the services run on.
    let mut python = Command::new("/usr/bin/python3");
    python
        .args([PROVISION, part])
        .arg(configuration.keystone_url())
        .arg(configuration.neutron_url());
    python.env("no_proxy", "*");
    command::run_logged(&mut python, &log)
}
