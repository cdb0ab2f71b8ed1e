//! The machines of a cluster, as far as their operating system goes.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{Finding, Location, Metadata, document::Places};

/// A MachineDeployment (`apiVersion: cluster.k8s.io/v1alpha1`), read and well formed: machines that
/// are made alike.
#[derive(Clone, Debug)]
pub struct MachineDeployment {
    /// Its name.
    pub name: String,
    /// The cloud that the machines are made in, in machine-controller's words (`gce`).
    pub cloud_provider: Option<String>,
    /// The operating system, in machine-controller's words (`rockylinux`).
    pub operating_system: Option<String>,
    places: Arc<Places>,
    /// Where the document stands inside another one.
    within: Option<String>,
}

/// A MachineDeployment, as it stands in a document.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "MachineDeployment")]
pub(crate) struct MachineDeploymentDocument {
    /// Name.
    #[serde(default)]
    pub(crate) metadata: Metadata,
    /// How many machines, and how each of them is made.
    #[serde(default)]
    pub(crate) spec: MachineDeploymentSpec,
}

/// `spec` of a MachineDeployment, as far as it is used. The rest of its fields is accepted.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[schemars(extend("additionalProperties" = true))]
pub(crate) struct MachineDeploymentSpec {
    /// What every machine is made from.
    template: MachineTemplate,
}

/// What every machine is made from.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[schemars(extend("additionalProperties" = true))]
struct MachineTemplate {
    /// One machine.
    spec: MachineSpec,
}

/// One machine.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[schemars(extend("additionalProperties" = true))]
struct MachineSpec {
    /// What is the cloud's of it.
    provider_spec: ProviderSpec,
}

/// What is the cloud's of a machine.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[schemars(extend("additionalProperties" = true))]
struct ProviderSpec {
    /// Cloud and operating system.
    value: ProviderConfig,
}

/// Cloud and operating system of a machine.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[schemars(extend("additionalProperties" = true))]
struct ProviderConfig {
    /// The cloud.
    cloud_provider: Option<String>,
    /// The operating system.
    operating_system: Option<String>,
}

/// Where the operating system of the machines stands.
const SYSTEM: &str = "spec.template.spec.providerSpec.value.operatingSystem";

impl MachineDeployment {
    pub(crate) fn new(
        document: MachineDeploymentDocument,
        places: Arc<Places>,
        within: Option<String>,
    ) -> Self {
        let MachineDeploymentDocument { metadata, spec } = document;
        let ProviderConfig {
            cloud_provider,
            operating_system,
        } = spec.template.spec.provider_spec.value;
        Self {
            name: metadata.name,
            cloud_provider,
            operating_system,
            places,
            within,
        }
    }

    /// Says of a finding that it is about the operating system of these machines, and where that
    /// stands.
    pub fn place(&self, finding: Finding) -> Finding {
        let mut finding = finding.about(format!("MachineDeployment {}", self.name));
        let field = self.within.as_deref().unwrap_or(SYSTEM);
        finding.location = self.locate(field);
        finding.at(field)
    }

    fn locate(&self, field: &str) -> Option<Location> {
        self.places.locate(field)
    }
}
