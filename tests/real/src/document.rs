//! Documents for the tests: a cluster and its datacenter.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::project::Project;

/// A cluster, as its owner would write it.
#[derive(Clone, Debug)]
pub struct Document {
    name: String,
    dual: bool,
    /// The key under `spec.cloud`.
    cloud: &'static str,
    /// `spec.cloud.<cloud>`, credentials included.
    section: Map<String, Value>,
    /// `spec.<cloud>` of the datacenter.
    datacenter: Value,
    /// The version of Kubernetes.
    version: &'static str,
    /// What stands in a file beside it.
    beside: Option<String>,
}

impl Document {
    /// A dual-stack cluster in a cloud.
    pub fn new(cloud: &'static str, name: &str, section: Value, datacenter: Value) -> Self {
        Self {
            name: name.to_owned(),
            dual: true,
            cloud,
            section: section.as_object().cloned().unwrap_or_default(),
            datacenter,
            version: "1.31.1",
            beside: None,
        }
    }

    /// The same of a version of Kubernetes.
    #[must_use]
    pub fn of_version(self, version: &'static str) -> Self {
        Self { version, ..self }
    }

    /// The same with another document behind it, as it is.
    #[must_use]
    pub fn beside(mut self, text: &str) -> Self {
        self.beside = Some(text.to_owned());
        self
    }

    /// A dual-stack cluster in an OpenStack project that leaves everything to defaults.
    pub fn dual(project: &Project, name: &str) -> Self {
        let login = &project.login;
        let section = json!({
            "domain": "Default",
            "username": login.username,
            "password": login.password,
            "project": login.project_name,
            "floatingIPPool": login.project_name,
            "nodePortsAllowedIPRanges": {"cidrBlocks": ["192.0.2.0/24", "2001:db8:1::/48"]},
            "sshSources": ["192.0.2.0/24"],
        });
        let datacenter = json!({
            "authURL": login.auth_url,
            "region": "RegionOne",
            "ipv6Enabled": true,
            "dnsServers": ["192.0.2.53", "2001:db8::53"],
        });
        Self::new("openstack", name, section, datacenter)
    }

    /// The same with IPv4 alone.
    #[must_use]
    pub fn ipv4(mut self) -> Self {
        self.dual = false;
        self.section.insert(
            "nodePortsAllowedIPRanges".into(),
            json!({"cidrBlocks": ["192.0.2.0/24"]}),
        );
        self
    }

    /// The same with another value of a field of the cloud's section.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.section.insert(field.to_owned(), value.into());
        self
    }

    /// The same with the ids that an `output --patch` wrote.
    #[must_use]
    pub fn patched(mut self, patch: &Value) -> Self {
        let fields = patch["spec"]["cloud"][self.cloud].as_object();
        self.section.extend(
            fields
                .into_iter()
                .flatten()
                .map(|(field, value)| (field.clone(), value.clone())),
        );
        self
    }

    /// The cluster's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Writes it and returns where. JSON is YAML too.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<PathBuf> {
        let file = folder.join("cluster.yaml");
        let list =
            json!({"apiVersion": "v1", "kind": "List", "items": [self.cluster(), self.seed()]});
        let mut text = serde_json::to_string_pretty(&list)?;
        if let Some(beside) = &self.beside {
            text = format!("{text}\n---\n{beside}");
        }
        fs::write(&file, text)?;
        Ok(file)
    }

    fn cluster(&self) -> Value {
        let family = if self.dual { "IPv4+IPv6" } else { "IPv4" };
        json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Cluster",
            "metadata": {"name": self.name},
            "spec": {
                "version": self.version,
                "cloud": {"dc": "lab", "providerName": self.cloud, self.cloud: self.section},
                "clusterNetwork": {"ipFamily": family},
                "cniPlugin": {"type": "cilium", "version": "1.16.0"},
            },
        })
    }

    fn seed(&self) -> Value {
        json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Seed",
            "metadata": {"name": "lab"},
            "spec": {"datacenters": {"lab": {"spec": {self.cloud: self.datacenter}}}},
        })
    }
}
