//! The configuration files: templates beside the crate, with our paths and ports put in.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::release::Release;
use crate::socket;

/// Every file that is filled in before the services start.
const TEMPLATES: [(&str, &str); 4] = [
    (
        "keystone.conf",
        include_str!("../../openstack/keystone.conf"),
    ),
    ("neutron.conf", include_str!("../../openstack/neutron.conf")),
    ("ml2.ini", include_str!("../../openstack/ml2.ini")),
    (
        "api-paste.ini",
        include_str!("../../openstack/api-paste.ini"),
    ),
];
const CLOUDS_YAML: &str = include_str!("../../openstack/clouds.yaml");

/// What differs from one start to the next.
pub(super) struct Configuration {
    pub(super) release: Release,
    pub(super) root: PathBuf,
    pub(super) keystone_port: u16,
    pub(super) neutron_port: u16,
    pub(super) postgres_port: u16,
}

impl Configuration {
    /// The usual ports where they are free.
    pub(super) fn choose(release: Release, root: &Path) -> Result<Self> {
        let ports = release.ports();
        Ok(Self {
            release,
            root: root.to_owned(),
            keystone_port: socket::free(ports.keystone)?,
            neutron_port: socket::free(ports.neutron)?,
            postgres_port: socket::free(ports.postgres)?,
        })
    }

    /// Makes the folders and writes the services' files.
    pub(super) fn write(&self) -> Result<()> {
        for dir in ["run", "log", "lock", "state"] {
            fs::create_dir_all(self.root.join(dir))
                .with_context(|| format!("cannot make folders in {}", self.root.display()))?;
        }
        TEMPLATES
            .iter()
            .try_for_each(|(name, template)| self.write_one(name, template))
    }

    /// Written last: who finds it finds a cloud that answers.
    pub(super) fn write_clouds_yaml(&self) -> Result<()> {
        self.write_one("clouds.yaml", CLOUDS_YAML)
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub(super) fn keystone_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.keystone_port)
    }

    pub(super) fn neutron_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.neutron_port)
    }

    fn write_one(&self, name: &str, template: &str) -> Result<()> {
        let file = self.file(name);
        fs::write(&file, self.fill(template))
            .with_context(|| format!("cannot write {}", file.display()))
    }

    fn fill(&self, template: &str) -> String {
        let database = format!("postgresql+psycopg2://os@127.0.0.1:{}", self.postgres_port);
        template
            .replace("@root@", &self.root.display().to_string())
            .replace("@database@", &database)
            .replace("@keystone_port@", &self.keystone_port.to_string())
            .replace("@neutron_port@", &self.neutron_port.to_string())
    }
}

/// What the template of the database was made from, beside the packages.
pub(super) fn fingerprint() -> String {
    TEMPLATES.map(|(_, template)| template).concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_placeholder_is_left() {
        let configuration = Configuration {
            release: Release::Zed,
            root: PathBuf::from("/somewhere"),
            keystone_port: 1,
            neutron_port: 2,
            postgres_port: 3,
        };
        for (name, template) in TEMPLATES.into_iter().chain([("clouds.yaml", CLOUDS_YAML)]) {
            assert!(
                !configuration.fill(template).contains('@') || name.ends_with(".conf"),
                "{name}"
            );
            assert!(!configuration.fill(template).contains("@root"), "{name}");
            assert!(!configuration.fill(template).contains("_port@"), "{name}");
        }
    }
}
