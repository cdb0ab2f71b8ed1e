//! What the documents say about Azure: the reference system's fields, and ours beside them.

use groundwork_kit::document::given;
use groundwork_model::{NetworkRanges, Secret};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::id;

/// `spec.cloud.azure` of a cluster. An empty text means "not given".
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Spec {
    /// A Secret that holds tenantID, subscriptionID, clientID and clientSecret.
    pub credentials_reference: Option<Value>,
    /// The directory that the application is in.
    #[serde(rename = "tenantID")]
    pub tenant_id: Option<String>,
    /// The subscription.
    #[serde(rename = "subscriptionID")]
    pub subscription_id: Option<String>,
    /// The application.
    #[serde(rename = "clientID")]
    pub client_id: Option<String>,
    /// The application's secret.
    pub client_secret: Option<Secret>,
    /// The resource group: made where it is not given.
    pub resource_group: Option<String>,
    /// The resource group that the virtual network is in, where it is another one.
    pub vnet_resource_group: Option<String>,
    /// The virtual network: made where it is not given.
    pub vnet: Option<String>,
    /// The subnet: made where it is not given.
    pub subnet: Option<String>,
    /// The route table: made where it is not given.
    pub route_table: Option<String>,
    /// The network security group: made where it is not given.
    pub security_group: Option<String>,
    /// The availability set of the machines. It is no part of a network.
    pub availability_set: Option<String>,
    /// Whether machines get an availability set.
    pub assign_availability_set: Option<bool>,
    /// The SKU of load balancers: `standard`.
    #[serde(rename = "loadBalancerSKU")]
    pub load_balancer_sku: Option<String>,
    /// From where node ports may be reached: one range.
    #[serde(rename = "nodePortsAllowedIPRange")]
    pub node_ports_allowed_ip_range: Option<String>,
    /// From where node ports may be reached: several ranges.
    #[serde(rename = "nodePortsAllowedIPRanges")]
    pub node_ports_allowed_ip_ranges: Option<NetworkRanges>,

    /// Ours: the IPv4 range of a network that is made, default 10.0.0.0/16.
    #[schemars(extend("x-groundwork-own" = true))]
    pub vnet_cidr: Option<String>,
    /// Ours: the IPv6 range of a network that is made, such as a /48. Without it, a /48 of fd00::/8 that
    /// is the cluster's alone; `kkp` is fd00::/48, which KKP gives to every cluster.
    #[schemars(extend("x-groundwork-own" = true))]
    pub vnet_ipv6_cidr: Option<String>,
    /// Ours: the IPv4 range of a subnet that is made; without it, all of the network's.
    #[schemars(extend("x-groundwork-own" = true))]
    pub subnet_cidr: Option<String>,
    /// Ours: the IPv6 range of a subnet that is made, a /64; without it, the network's first that is free.
    #[schemars(extend("x-groundwork-own" = true))]
    pub subnet_ipv6_cidr: Option<String>,
    /// Ours: whether nodes without public addresses reach the internet by a NAT gateway of SKU StandardV2,
    /// in both families. Default false.
    #[schemars(extend("x-groundwork-own" = true))]
    pub nat_gateway: Option<bool>,
    /// Ours: whether machines without a public IPv4 address reach the internet by addresses that Azure
    /// chooses. Default true, as it has been. It cannot be changed later.
    #[schemars(extend("x-groundwork-own" = true))]
    pub default_outbound_access: Option<bool>,
    /// Ours: from where SSH is let in; from everywhere where it is not given.
    #[schemars(extend("x-groundwork-own" = "narrows"))]
    pub ssh_sources: Option<Vec<String>>,
}

/// `spec.azure` of a datacenter.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Datacenter {
    /// The region: `westeurope`.
    pub location: Option<String>,
    /// Images of machines. They are no part of a network.
    pub images: Option<Value>,
}

impl Datacenter {
    /// The region as ids have it, where it is given.
    pub(crate) fn location(&self) -> Option<String> {
        given(&self.location).map(id::location)
    }
}

/// The full path of a field of the cluster's section.
pub(crate) fn field(name: &str) -> String {
    format!("spec.cloud.azure.{name}")
}
