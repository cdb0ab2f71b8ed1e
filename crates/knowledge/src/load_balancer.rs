//! What a Service of type LoadBalancer needs to be reached in both families.

use std::collections::BTreeMap;

use groundwork_model::{Family, KubernetesVersion};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Known, Range};

/// What Services of type LoadBalancer need on one cloud, in some versions of Kubernetes.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoadBalancer {
    /// The cloud, by its name in documents.
    pub provider: String,
    /// The versions of Kubernetes, and of the cloud controller manager that goes with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes: Option<Range>,
    /// The Services: one of both families, or one a family. None: there is no way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<ServiceShape>,
    /// What is so; a sentence without its capital and its full stop. Without Services: why not.
    pub says: String,
    /// What to do instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The pages that say so, the best first.
    pub sources: Vec<String>,
    /// The day on which somebody looked, such as 2026-11-28.
    #[schemars(extend("format" = "date"))]
    pub checked: String,
}

/// One Service.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceShape {
    /// Its families, the primary one first.
    pub families: Vec<Family>,
    /// The class of its load balancer, which decides who answers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Its annotations. `{location}` is where the datacenter is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

impl Known {
    /// What Services of type LoadBalancer need on a cloud, in a version of Kubernetes; where none is
    /// said, in the newest.
    pub fn load_balancer(
        &self,
        provider: &str,
        version: Option<KubernetesVersion>,
    ) -> Option<&LoadBalancer> {
        self.load_balancers.iter().find(|one| {
            one.provider == provider && one.kubernetes.is_none_or(|range| range.has(version))
        })
    }
}
