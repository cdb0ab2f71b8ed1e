//! Keystone and Neutron themselves.

use std::path::Path;
use std::process::Command;
use std::thread;

use anyhow::{Result, anyhow};
use rustix::process::Signal;

use super::configuration::Configuration;
use super::postgres;
use super::release::Release;
use crate::process::Daemon;
use crate::{command, socket};

const PROVISION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openstack/provision.py");

/// What it does to a fresh cloud.
pub(super) const PROVISION_TEXT: &str = include_str!("../../openstack/provision.py");

/// Politely asked, uWSGI waits a minute for its threads; nothing here is worth that.
const UWSGI_STOP: Signal = Signal::INT;

/// The three daemons of one cloud.
pub(super) struct Services {
    postgres: Daemon,
    keystone: Daemon,
    neutron: Daemon,
}

impl Services {
    pub(super) fn new(release: Release, root: &Path) -> Self {
        let neutron = match release {
            Release::Zed => Signal::TERM,
            Release::V2026_2 => UWSGI_STOP,
        };
        Self {
            postgres: postgres::daemon(root),
            keystone: Daemon::new(root, "keystone", UWSGI_STOP),
            neutron: Daemon::new(root, "neutron", neutron),
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
    let mut uwsgi = uwsgi(configuration, configuration.keystone_port);
    match configuration.release {
        Release::Zed => uwsgi.args(["--wsgi-file", "/usr/bin/keystone-wsgi-public"]),
        Release::V2026_2 => uwsgi.args(["--module", "keystone.wsgi.api:application"]),
    };
    // With several threads in one process, some requests are refused that one thread answers.
    uwsgi.args(["--workers", "1", "--threads", "1"]);
    uwsgi.env(
        "OS_KEYSTONE_CONFIG_FILES",
        configuration.file("keystone.conf"),
    );
    uwsgi
}

fn neutron(configuration: &Configuration) -> Command {
    match configuration.release {
        Release::Zed => neutron_server(configuration),
        Release::V2026_2 => neutron_application(configuration),
    }
}

/// A program of its own, until 2024.
fn neutron_server(configuration: &Configuration) -> Command {
    let mut server = configuration.release.program("neutron-server");
    for name in ["neutron.conf", "ml2.ini"] {
        server.arg("--config-file").arg(configuration.file(name));
    }
    server
}

/// A WSGI application since then.
fn neutron_application(configuration: &Configuration) -> Command {
    let mut uwsgi = uwsgi(configuration, configuration.neutron_port);
    uwsgi.args(["--module", "neutron.wsgi.api:application"]);
    // Of several threads in one process, the first ones after a start answer with empty listings.
    uwsgi.args(["--workers", "2", "--threads", "1"]);
    uwsgi.env("OS_NEUTRON_CONFIG_DIR", &configuration.root);
    uwsgi.env("OS_NEUTRON_CONFIG_FILES", "neutron.conf;ml2.ini");
    uwsgi
}

fn uwsgi(configuration: &Configuration, port: u16) -> Command {
    let mut uwsgi = configuration.release.uwsgi();
    uwsgi.arg("--http-socket").arg(format!("127.0.0.1:{port}"));
    uwsgi.args([
        "--master",
        "--need-app",
        "--enable-threads",
        "--lazy-apps",
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
    uwsgi
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
