//! What the documents say about DigitalOcean: the reference system's fields, and ours beside them.

use groundwork_model::{NetworkRanges, Secret};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// The section of a cluster's document.
pub(crate) const SECTION: &str = "spec.cloud.digitalocean";

/// `spec.cloud.digitalocean` of a cluster. An empty text means "not given".
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Spec {
    /// A Secret that holds the token.
    pub credentials_reference: Option<Value>,
    /// What opens the account.
    pub token: Option<Secret>,

    /// Ours: the VPC, by id or name; made where it is not given.
    #[schemars(extend("x-groundwork-own" = true))]
    pub vpc: Option<String>,
    /// Ours: the range of a VPC that is made, /16 to /28; a free /20 where it is not given.
    #[schemars(extend("x-groundwork-own" = true))]
    pub vpc_range: Option<String>,
    /// Ours: subnets of the VPC, each with a name and a range, /16 to /24. In a VPC that is named
    /// they have to exist.
    #[schemars(extend("x-groundwork-own" = true))]
    pub subnets: Vec<SubnetSpec>,
    /// Ours: the cloud firewall, by id or name; made where it is not given.
    #[schemars(extend("x-groundwork-own" = true))]
    pub firewall: Option<String>,
    /// Ours: the VPC NAT gateway through which nodes without a public address go out by IPv4, by id
    /// or name. It is never made.
    #[schemars(extend("x-groundwork-own" = true))]
    pub nat_gateway: Option<String>,
    /// Ours: from where SSH is let in; from everywhere where it is not given.
    #[schemars(extend("x-groundwork-own" = "narrows"))]
    pub ssh_sources: Option<Vec<String>>,
    /// Ours: from where node ports may be reached; from everywhere where it is not given.
    #[schemars(extend("x-groundwork-own" = "narrows"))]
    #[serde(rename = "nodePortsAllowedIPRanges")]
    pub node_ports_allowed_ip_ranges: Option<NetworkRanges>,
}

/// A subnet of a VPC.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct SubnetSpec {
    /// Its name, given once in the VPC.
    pub name: String,
    /// Its range, /16 to /24.
    pub range: String,
}

/// `spec.digitalocean` of a datacenter.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Datacenter {
    /// Where droplets run: `fra1`.
    pub region: String,
}

/// The path of a field of a cluster's section.
pub(crate) fn field(name: &str) -> String {
    format!("{SECTION}.{name}")
}
