//! What a document says about this cloud.

use groundwork_model::Secret;
use schemars::JsonSchema;
use serde::Deserialize;

/// `spec.cloud.toy` of a cluster.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Spec {
    /// What opens the cloud; `TOY_TOKEN` of the environment where it is left out.
    pub token: Option<Secret>,
    /// A network to use, by id; one is made where it is left out.
    pub network: Option<String>,
    /// The IPv4 range of the network: 10.0.0.0/16 where it is left out.
    pub range: Option<String>,
    /// A gateway to use, by id; one is made where it is left out.
    pub gateway: Option<String>,
}

/// `spec.toy` of a datacenter.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Datacenter {
    /// Where the cloud is: `https://toy.example`.
    pub endpoint: String,
    /// Whether clusters may have IPv6 here.
    pub ipv6_enabled: bool,
}
