//! What a document says about this cloud.

use groundwork_model::Secret;
use schemars::JsonSchema;
use serde::Deserialize;

/// `spec.cloud.acorn` of a cluster.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Spec {
    /// What opens the cloud; `ACORN_TOKEN` of the environment where it is left out.
    pub token: Option<Secret>,
    /// A network to use, by id; one is created where it is left out.
    pub network: Option<String>,
    /// A subnet of that network to use, by id; one is created where it is left out.
    pub subnet: Option<String>,
    /// The IPv4 range of a network that is created: 10.0.0.0/16 where it is left out.
    pub range: Option<String>,
}

/// `spec.acorn` of a datacenter.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Datacenter {
    /// Where the cloud is; the public one where it is left out.
    pub endpoint: Option<String>,
}
