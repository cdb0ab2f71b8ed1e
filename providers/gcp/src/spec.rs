//! What the documents say about Google Cloud: the reference system's fields, and ours beside them.

use groundwork_kit::document::given;
use groundwork_model::{NetworkRanges, Secret};
use groundwork_provider::Target;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `spec.cloud.gcp` of a cluster. An empty text means "not given".
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Spec {
    /// A Secret that holds the service account's key.
    pub credentials_reference: Option<Value>,
    /// A service account's key, JSON, encoded with base64.
    pub service_account: Option<Secret>,
    /// The network: `global/networks/NAME`, or `projects/PROJECT/global/networks/NAME`; made where
    /// neither it nor a subnetwork is given.
    pub network: Option<String>,
    /// The subnetwork: `projects/PROJECT/regions/REGION/subnetworks/NAME`; made where it is not given.
    pub subnetwork: Option<String>,
    /// From where node ports may be reached: one range.
    #[serde(rename = "nodePortsAllowedIPRange")]
    pub node_ports_allowed_ip_range: Option<String>,
    /// From where node ports may be reached: several ranges.
    #[serde(rename = "nodePortsAllowedIPRanges")]
    pub node_ports_allowed_ip_ranges: Option<NetworkRanges>,

    /// Ours: the IPv4 range of a subnetwork that is made, default 10.0.0.0/20.
    #[schemars(extend("x-groundwork-own" = true))]
    pub subnet_cidr: Option<String>,
    /// Ours: whether nodes have public IPv6 addresses (`External`, the default) or such of the network
    /// alone (`Internal`). It cannot be changed later.
    #[schemars(extend("x-groundwork-own" = true))]
    pub ipv6_access_type: Option<AccessType>,
    /// Ours: the /48 of fd20::/20 that a network with internal addresses gets; drawn where it is not
    /// given.
    #[schemars(extend("x-groundwork-own" = true))]
    pub internal_ipv6_range: Option<String>,
    /// Ours: the sub-prefix of one's own addresses that the subnetwork's IPv6 range comes from:
    /// `projects/PROJECT/regions/REGION/publicDelegatedPrefixes/NAME`.
    #[schemars(extend("x-groundwork-own" = true))]
    pub ip_collection: Option<String>,
    /// Ours: whether nodes without a public IPv4 address reach the internet by Cloud NAT, default true.
    #[schemars(extend("x-groundwork-own" = true))]
    pub nat: Option<bool>,
    /// Ours: from where SSH is let in; from everywhere where it is not given.
    #[schemars(extend("x-groundwork-own" = "narrows"))]
    pub ssh_sources: Option<Vec<String>>,
}

/// Which IPv6 addresses machines of a subnetwork have.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub enum AccessType {
    /// Addresses of the internet.
    #[default]
    #[serde(alias = "EXTERNAL", alias = "external")]
    External,
    /// Addresses of the network alone: its /48 of unique local addresses (RFC 4193).
    #[serde(alias = "INTERNAL", alias = "internal")]
    Internal,
}

impl AccessType {
    /// As the API writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::External => "EXTERNAL",
            Self::Internal => "INTERNAL",
        }
    }
}

/// `spec.gcp` of a datacenter.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Datacenter {
    /// The region: `europe-west3`.
    pub region: Option<String>,
    /// The zones of machines, by the ends of their names: `a`, `b`.
    pub zone_suffixes: Vec<String>,
    /// Whether the cloud controller manager works in all of the region.
    pub regional: bool,
}

impl Datacenter {
    /// The region, where it is given.
    pub(crate) fn region(&self) -> Option<&str> {
        given(&self.region)
    }
}

impl Spec {
    pub(crate) fn access_type(&self) -> AccessType {
        self.ipv6_access_type.unwrap_or_default()
    }
}

/// Whether a network is made: the document names neither it nor a subnetwork.
pub(crate) fn makes_network(target: &Target<Spec, Datacenter>) -> bool {
    given(&target.spec.network).is_none() && given(&target.spec.subnetwork).is_none()
}

/// The full path of a field of the cluster's section.
pub(crate) fn field(name: &str) -> String {
    format!("spec.cloud.gcp.{name}")
}
