//! What the documents say. KKP's own section is empty; every field is ours.

use groundwork_provider::Target;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// `spec.cloud.bringyourown` of a cluster. An empty text means "not given".
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Spec {
    /// Ours: a Secret that holds the kubeconfig of the cluster, under the key `kubeconfig`, and a
    /// bootstrap token, under the key `token`.
    #[schemars(extend("x-groundwork-own" = true))]
    pub credentials_reference: Option<Value>,
    /// Ours: the context of the kubeconfig; its current one where it is not given.
    #[schemars(extend("x-groundwork-own" = true))]
    pub context: Option<String>,
    /// Ours: the nodes, whether they have joined or not.
    #[schemars(extend("x-groundwork-own" = true))]
    pub nodes: Vec<NodeSpec>,
    /// Ours: where nodes reach the API server, `host:port`.
    #[schemars(extend("x-groundwork-own" = true))]
    pub api_server_endpoint: Option<String>,
    /// Ours: the hashes of the public key of the cluster's authority, `sha256:` and 64 digits.
    #[schemars(extend("x-groundwork-own" = true))]
    pub ca_cert_hashes: Vec<String>,
}

/// One node of the list.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct NodeSpec {
    /// Its name in the cluster: the host's name, where the kubelet is told no other.
    pub name: String,
    /// Its addresses in the order of the kubelet's `--node-ip`, IPv4 first. With the length of the
    /// subnet's prefix (`fd00::5/64`) they are held against the subnet as well.
    pub addresses: Vec<String>,
    /// The ranges of its pods (`spec.podCIDRs` of the Node), where somebody has set them already.
    #[serde(rename = "podCIDRs")]
    pub pod_cidrs: Vec<String>,
}

/// `spec.bringyourown` of a datacenter: it says nothing.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Datacenter {}

pub(crate) type ByoTarget = Target<Spec, Datacenter>;

/// The full path of a field of the cluster's section.
pub(crate) fn field(name: &str) -> String {
    format!("spec.cloud.bringyourown.{name}")
}
