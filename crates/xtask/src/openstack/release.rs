//! The releases of OpenStack that the tests run on, side by side, and where each comes from.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::install::{self, Installed};
use crate::{command, python, workspace};

/// A release of Keystone and Neutron.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Release {
    /// Keystone 22 and Neutron 21, from Debian's packages.
    Zed,
    /// Keystone 30 and Neutron 29, from PyPI.
    #[value(name = "2026.2")]
    V2026_2,
}

/// Where a release listens, where nobody else does.
pub(super) struct Ports {
    pub(super) keystone: u16,
    pub(super) neutron: u16,
    pub(super) postgres: u16,
}

/// What both run on.
const COMMON: [&str; 3] = ["postgresql", "uwsgi-core", "uwsgi-plugin-python3"];

/// Debian's packages of the services.
const ZED: [&str; 3] = ["keystone", "neutron-server", "python3-psycopg2"];

/// The Python that Debian's uWSGI has built in.
const PYTHON: &str = "/usr/bin/python3";

impl Release {
    /// As people are told of it.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Zed => "the real OpenStack (Zed)",
            Self::V2026_2 => "the real OpenStack (2026.2)",
        }
    }

    /// Its folder among those of the test clouds.
    pub(super) const fn folder(self) -> &'static str {
        match self {
            Self::Zed => "openstack-zed",
            Self::V2026_2 => "openstack-2026.2",
        }
    }

    /// The environment variable by which the tests find its `clouds.yaml`.
    pub(super) const fn variable(self) -> &'static str {
        match self {
            Self::Zed => "GROUNDWORK_REAL_OPENSTACK_ZED",
            Self::V2026_2 => "GROUNDWORK_REAL_OPENSTACK_2026_2",
        }
    }

    pub(super) const fn ports(self) -> Ports {
        let (keystone, neutron, postgres) = match self {
            Self::Zed => (5000, 9696, 15_432),
            Self::V2026_2 => (5100, 9796, 15_532),
        };
        Ports {
            keystone,
            neutron,
            postgres,
        }
    }

    /// Installs it, if this machine lets us.
    pub(super) fn install(self) -> Result<Installed> {
        match self {
            Self::Zed => install::packages(&[&COMMON[..], &ZED].concat()),
            Self::V2026_2 => {
                let installed = install::packages(&[&COMMON[..], &["python3-venv"]].concat())?;
                if let Installed::Yes = installed {
                    python::environment_of(PYTHON, self.folder(), &requirements())?;
                    guard_migration(&self.environment())?;
                }
                Ok(installed)
            }
        }
    }

    /// One of its command line programs.
    pub(super) fn program(self, name: &str) -> Command {
        match self {
            Self::Zed => Command::new(name),
            Self::V2026_2 => Command::new(self.environment().join("bin").join(name)),
        }
    }

    /// uWSGI with its Python.
    pub(super) fn uwsgi(self) -> Command {
        let mut uwsgi = Command::new("uwsgi");
        uwsgi.args(["--plugin", "python3"]);
        match self {
            Self::Zed => &mut uwsgi,
            Self::V2026_2 => uwsgi.arg("--home").arg(self.environment()),
        };
        uwsgi
    }

    /// Which versions of its packages are installed.
    pub(super) fn installed(self) -> Result<String> {
        let mut query = Command::new("dpkg-query");
        query.args(["--show", "postgresql"]);
        match self {
            Self::Zed => query.args(ZED),
            Self::V2026_2 => &mut query,
        };
        let mut versions = String::from_utf8(command::output(&mut query)?.stdout)?;
        if self == Self::V2026_2 {
            versions += &fs::read_to_string(requirements())?;
        }
        Ok(versions)
    }

    /// Where pip has installed it.
    fn environment(self) -> PathBuf {
        python::folder(self.folder())
    }
}

fn requirements() -> PathBuf {
    workspace::root().join("crates/xtask/openstack/requirements-2026.2.txt")
}

/// One migration of Neutron 2025.2 is written for MySQL alone: a change of the character set, which
/// PostgreSQL neither needs nor understands. It is left out there.
fn guard_migration(environment: &Path) -> Result<()> {
    const PLACE: &str = "neutron/db/migration/alembic_migrations/versions/2025.2/expand/d553edeb540f_tag_case_sensitive.py";
    const HEAD: &str = "def upgrade():\n";
    const GUARD: &str = "    if op.get_bind().dialect.name != 'mysql':\n        return\n";
    let file = site_packages(environment)?.join(PLACE);
    let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    if text.contains(GUARD) {
        return Ok(());
    }
    fs::write(&file, text.replace(HEAD, &format!("{HEAD}{GUARD}")))
        .with_context(|| format!("cannot write {}", file.display()))
}

/// Its name has the version of Python in it.
fn site_packages(environment: &Path) -> Result<PathBuf> {
    let libraries = fs::read_dir(environment.join("lib"))?;
    let mut packages = libraries
        .flatten()
        .map(|entry| entry.path().join("site-packages"));
    packages
        .find(|path| path.is_dir())
        .with_context(|| format!("{} has no packages", environment.display()))
}
