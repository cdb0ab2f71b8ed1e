//! What the documents say about OpenStack: the reference system's fields, and ours beside them.

use groundwork_model::{Family, NetworkRanges, Secret};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `spec.cloud.openstack` of a cluster. An empty text means "not given".
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Spec {
    /// A Secret that holds the credentials.
    pub credentials_reference: Option<CredentialsReference>,
    /// The user's name.
    pub username: Option<String>,
    /// The user's password.
    pub password: Option<Secret>,
    /// The project's name.
    pub project: Option<String>,
    /// The project's id.
    #[serde(rename = "projectID")]
    pub project_id: Option<String>,
    /// The domain of user and project, by name.
    pub domain: Option<String>,
    /// An application credential, by id.
    #[serde(rename = "applicationCredentialID")]
    pub application_credential_id: Option<String>,
    /// The secret of the application credential.
    pub application_credential_secret: Option<Secret>,
    /// Whether `token` is to be used.
    pub use_token: bool,
    /// A Keystone token.
    pub token: Option<Secret>,

    /// The network, by name or id; made where it is not given.
    pub network: Option<String>,
    /// The security group, by name or id; made where it is not given.
    pub security_groups: Option<String>,
    /// From where node ports may be reached: one range.
    #[serde(rename = "nodePortsAllowedIPRange")]
    pub node_ports_allowed_ip_range: Option<String>,
    /// From where node ports may be reached: several ranges.
    #[serde(rename = "nodePortsAllowedIPRanges")]
    pub node_ports_allowed_ip_ranges: Option<NetworkRanges>,
    /// The external network of router and floating IPs, by name or id.
    #[serde(rename = "floatingIPPool")]
    pub floating_ip_pool: Option<String>,
    /// The external network of load balancers.
    #[serde(rename = "loadBalancerFloatingIPPool")]
    pub load_balancer_floating_ip_pool: Option<String>,
    /// The router, by id; made where it is not given and none serves the subnet.
    #[serde(rename = "routerID")]
    pub router_id: Option<String>,
    /// The IPv4 subnet, by id; made where it is not given.
    #[serde(rename = "subnetID")]
    pub subnet_id: Option<String>,
    /// The range of an IPv4 subnet that is made, default 192.168.1.0/24.
    pub subnet_cidr: Option<String>,
    /// The addresses of it that are given out: `first-last`.
    pub subnet_allocation_pool: Option<String>,
    /// The range of an IPv6 subnet that is made.
    #[schemars(extend("x-groundwork-family" = "IPv6"))]
    #[serde(rename = "ipv6SubnetCidr")]
    pub ipv6_subnet_cidr: Option<String>,
    /// The IPv6 subnet, by id.
    #[schemars(extend("x-groundwork-family" = "IPv6"))]
    #[serde(rename = "ipv6SubnetID")]
    pub ipv6_subnet_id: Option<String>,
    /// The subnet pool of an IPv6 subnet that is made, by name or id.
    #[schemars(extend("x-groundwork-family" = "IPv6"))]
    #[serde(rename = "ipv6SubnetPool")]
    pub ipv6_subnet_pool: Option<String>,

    /// Passed on to the cloud controller manager; not used here.
    pub use_octavia: Option<bool>,
    /// Passed on to the cloud controller manager; not used here.
    pub enable_ingress_hostname: Option<bool>,
    /// Passed on to the cloud controller manager; not used here.
    pub ingress_hostname_suffix: Option<String>,
    /// Passed on to the CSI driver; not used here.
    pub cinder_topology_enabled: Option<bool>,
    /// Passed on to the cloud controller manager; not used here.
    pub load_balancer_classes: Option<Vec<Value>>,
    /// Passed on to the CSI driver; not used here.
    pub node_volume_attach_limit: Option<u32>,

    /// Ours: how nodes get their IPv6 addresses, default `dhcpv6-stateless`.
    #[schemars(extend("x-groundwork-own" = true, "x-groundwork-family" = "IPv6"))]
    #[serde(rename = "ipv6RAMode")]
    pub ipv6_ra_mode: Option<RaMode>,
    /// Ours: from where SSH is let in; from everywhere where it is not given.
    #[schemars(extend("x-groundwork-own" = "narrows"))]
    pub ssh_sources: Option<Vec<String>>,
    /// Ours: the way out of the network is not a router of Neutron's, but a provider network or a
    /// firewall machine. No router is made or asked for.
    #[schemars(extend("x-groundwork-own" = true))]
    pub external_gateway: bool,
    /// Ours: router advertisements come from outside of Neutron.
    #[schemars(extend("x-groundwork-own" = true, "x-groundwork-family" = "IPv6"))]
    #[serde(rename = "externalIPv6RA")]
    pub external_ipv6_ra: bool,
}

/// `credentialsReference`: a key of a Secret, as Kubernetes refers to one.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct CredentialsReference {
    /// The Secret's kind.
    pub kind: Option<String>,
    /// The Secret's API version.
    pub api_version: Option<String>,
    /// The Secret's name.
    pub name: Option<String>,
    /// The Secret's namespace.
    pub namespace: Option<String>,
    /// The Secret's uid.
    pub uid: Option<String>,
    /// Its version.
    pub resource_version: Option<String>,
    /// A part of it.
    pub field_path: Option<String>,
    /// One of its keys.
    pub key: Option<String>,
}

/// How nodes of a subnet get their IPv6 addresses.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum RaMode {
    /// The address from the router's advertisement, the rest from DHCP.
    #[default]
    #[serde(rename = "dhcpv6-stateless")]
    Stateless,
    /// Everything from DHCP.
    #[serde(rename = "dhcpv6-stateful")]
    Stateful,
    /// Everything from the router's advertisement.
    Slaac,
}

impl RaMode {
    /// As Neutron spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stateless => "dhcpv6-stateless",
            Self::Stateful => "dhcpv6-stateful",
            Self::Slaac => "slaac",
        }
    }

    /// Whether every port gets an address of its own accord, so that the subnet has to be a /64.
    pub fn is_automatic(self) -> bool {
        match self {
            Self::Stateless | Self::Slaac => true,
            Self::Stateful => false,
        }
    }
}

/// What Neutron says of how nodes of a subnet get their IPv6 addresses: a later release may have another
/// way, and one subnet of it must not hide all others.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Mode {
    /// A way that we know.
    Known(RaMode),
    /// In Neutron's own word.
    Unknown(String),
}

impl Mode {
    /// The way, where it is one that we know.
    pub fn known(&self) -> Option<RaMode> {
        match self {
            Self::Known(mode) => Some(*mode),
            Self::Unknown(_) => None,
        }
    }

    /// As Neutron spells it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(mode) => mode.as_str(),
            Self::Unknown(word) => word,
        }
    }
}

/// `spec.openstack` of a datacenter.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Datacenter {
    /// Where Keystone is.
    #[serde(rename = "authURL")]
    pub auth_url: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The availability zone of machines.
    pub availability_zone: Option<String>,
    /// Whether volumes may be in another zone than machines; not used here.
    #[serde(rename = "ignoreVolumeAZ")]
    pub ignore_volume_az: Option<bool>,
    /// Whether every machine has a floating IP.
    #[serde(rename = "enforceFloatingIP")]
    pub enforce_floating_ip: Option<bool>,
    /// The name servers of subnets that are made, in either family.
    pub dns_servers: Vec<String>,
    /// Machine images by operating system; not used here.
    pub images: Value,
    /// Passed on to the cloud controller manager; not used here.
    pub manage_security_groups: Option<bool>,
    /// Passed on to the cloud controller manager; not used here.
    pub load_balancer_provider: Option<String>,
    /// Passed on to the cloud controller manager; not used here.
    pub load_balancer_method: Option<String>,
    /// Passed on to the cloud controller manager; not used here.
    pub use_octavia: Option<bool>,
    /// Passed on to the cloud controller manager; not used here.
    pub trust_device_path: Option<bool>,
    /// The smallest machines that may be chosen; not used here.
    pub node_size_requirements: Value,
    /// The flavors that may be chosen; not used here.
    pub enabled_flavors: Option<Vec<String>>,
    /// Whether clusters here may be dual-stack.
    #[serde(rename = "ipv6Enabled")]
    pub ipv6_enabled: Option<bool>,
    /// Passed on to the CSI driver; not used here.
    #[serde(rename = "csiCinderTopologyEnabled")]
    pub csi_cinder_topology_enabled: Option<bool>,
    /// Whether machines have a configuration drive; not used here.
    pub enable_config_drive: Option<bool>,
    /// From where node ports may be reached, where the cluster does not say it.
    #[serde(rename = "nodePortsAllowedIPRange")]
    pub node_ports_allowed_ip_range: Option<NetworkRanges>,
    /// Passed on to the cloud controller manager; not used here.
    pub load_balancer_classes: Option<Vec<Value>>,
    /// Passed on to the CSI driver; not used here.
    pub node_volume_attach_limit: Option<u32>,
}

/// A cluster on OpenStack.
pub(crate) type Target = groundwork_provider::Target<Spec, Datacenter>;

/// How to reach the account of one.
pub(crate) type Access = groundwork_provider::Access<Spec, Datacenter>;

/// Where the subnet of one family stands.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// The family.
    pub family: Family,
    /// In the graph.
    pub address: &'static str,
    /// In the same way, the router's interface in it.
    pub interface: &'static str,
    /// In the cluster's section: the field that names one.
    pub field: &'static str,
    /// In the same way, the field that says the range of one that is made.
    pub cidr_field: &'static str,
}

/// Where each of a cluster's subnets stands; a cluster of IPv4 alone has the first.
pub(crate) const SUBNETS: [Place; 2] = [
    Place {
        family: Family::V4,
        address: "subnet/ipv4",
        interface: "interface/ipv4",
        field: "subnetID",
        cidr_field: "subnetCidr",
    },
    Place {
        family: Family::V6,
        address: "subnet/ipv6",
        interface: "interface/ipv6",
        field: "ipv6SubnetID",
        cidr_field: "ipv6SubnetCidr",
    },
];

/// Those that the cluster has.
pub(crate) fn subnets(target: &Target) -> impl Iterator<Item = Place> {
    let count = target.addressing.family.families().len();
    SUBNETS.into_iter().take(count)
}

/// The full path of a field of the cluster's section.
pub(crate) fn field(name: &str) -> String {
    format!("spec.cloud.openstack.{name}")
}

#[cfg(test)]
mod tests {
    use groundwork_kit::document::given;

    use super::*;

    #[test]
    fn the_reference_systems_spellings_are_read() {
        let spec: Spec = serde_json::from_value(serde_json::json!({
            "subnetID": "s4", "ipv6SubnetID": "s6", "ipv6SubnetPool": "", "routerID": "r",
            "floatingIPPool": "public", "subnetCidr": "10.0.0.0/24", "ipv6SubnetCidr": "fd10::/64",
            "nodePortsAllowedIPRanges": { "cidrBlocks": ["10.0.0.0/8"] }, "ipv6RAMode": "slaac",
        }))
        .unwrap();
        assert_eq!(given(&spec.subnet_id), Some("s4"));
        assert_eq!(given(&spec.ipv6_subnet_id), Some("s6"));
        assert_eq!(given(&spec.ipv6_subnet_pool), None);
        assert_eq!(given(&spec.ipv6_subnet_cidr), Some("fd10::/64"));
        assert_eq!(spec.ipv6_ra_mode, Some(RaMode::Slaac));
    }

    #[test]
    fn a_password_is_not_printed() {
        let spec: Spec = serde_json::from_str(r#"{"password":"hunter2"}"#).unwrap();
        assert!(!format!("{spec:?}").contains("hunter2"));
    }

    #[test]
    fn modes_are_spelt_as_neutron_spells_them() {
        for mode in [RaMode::Stateless, RaMode::Stateful, RaMode::Slaac] {
            assert_eq!(serde_json::to_value(mode).unwrap(), mode.as_str());
        }
    }
}
