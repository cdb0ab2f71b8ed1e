//! Credentials that a cluster may refer to.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{CloudSection, Sections};

/// A preset (`kind: Preset`, `apiVersion: kubermatic.k8c.io/v1`): credentials by cloud.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Preset {
    /// Its name.
    pub name: String,
    /// Whether it may be used.
    pub enabled: bool,
    /// The sections, by the name of their cloud.
    pub clouds: Sections,
}

impl Preset {
    /// The section of one cloud.
    pub fn cloud(&self, name: &str) -> Option<&CloudSection> {
        self.clouds.get(name)
    }
}

/// `spec` of a preset.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PresetSpec {
    /// Whether it may be used; true where it is not said.
    pub(crate) enabled: Option<bool>,
    /// E-mail addresses or domains of those who may use it.
    #[allow(dead_code, reason = "read so that it is not taken for a cloud")]
    required_emails: Vec<String>,
    /// Projects that may use it.
    #[allow(dead_code, reason = "read so that it is not taken for a cloud")]
    projects: Vec<String>,
    /// The sections, by the name of their cloud.
    #[serde(flatten)]
    #[schemars(with = "BTreeMap<String, CloudSection>")]
    pub(crate) clouds: Sections,
}
