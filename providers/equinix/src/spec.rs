//! What the documents say about Equinix Metal, which KKP called Packet: the fields that KKP had up to
//! 2.28, and ours beside them.

use groundwork_model::Secret;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// `spec.cloud.packet` of a cluster. An empty text means "not given".
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Spec {
    /// A Secret that holds the credentials: `apiKey`, and `projectID` if it likes.
    pub credentials_reference: Option<Value>,
    /// The API key; one that only reads is enough.
    pub api_key: Option<Secret>,
    /// The project, by id.
    #[serde(rename = "projectID")]
    pub project_id: Option<String>,
    /// How machines are paid for; not used here.
    pub billing_cycle: Option<String>,

    /// Ours: where an installation is that speaks the API of the former service.
    #[schemars(extend("x-groundwork-own" = true))]
    pub endpoint: Option<String>,
    /// Ours: the block of IPv6 addresses that nodes have theirs from, by id; the project's own in
    /// the metro where it is not given.
    #[schemars(extend("x-groundwork-own" = true, "x-groundwork-family" = "IPv6"))]
    pub ipv6_reservation: Option<String>,
    /// Ours: the VLANs that nodes are to be in, by number (2 to 3999).
    #[schemars(extend("x-groundwork-own" = true), inner(range(min = 2, max = 3999)))]
    pub vlans: Vec<u16>,
}

/// `spec.packet` of a datacenter.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Datacenter {
    /// The metro: `da`.
    pub metro: Option<String>,
    /// Facilities, which metros have taken the place of.
    pub facilities: Vec<String>,
}

/// The full path of a field of the cluster's section.
pub(crate) fn field(name: &str) -> String {
    format!("spec.cloud.packet.{name}")
}
