//! `spec.clusterNetwork`, as the user gave it.

use std::{fmt, net::IpAddr};

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

/// One address family.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
pub enum Family {
    /// IPv4.
    #[serde(rename = "IPv4")]
    V4,
    /// IPv6.
    #[serde(rename = "IPv6")]
    V6,
}

impl Family {
    /// Both, the primary one first.
    pub const BOTH: [Self; 2] = [Self::V4, Self::V6];

    /// The family of a network.
    pub const fn of(net: &IpNet) -> Self {
        match net {
            IpNet::V4(_) => Self::V4,
            IpNet::V6(_) => Self::V6,
        }
    }

    /// As documents and clouds write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }

    /// The family of an address.
    pub const fn of_address(address: &IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }

    /// How long its addresses are, in bits.
    pub const fn bits(self) -> u8 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The families of a cluster: IPv4 alone, or both with IPv4 as the primary one.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Deserialize,
    Eq,
    Hash,
    JsonSchema,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
)]
pub enum IpFamily {
    /// `IPv4`.
    #[default]
    #[serde(rename = "IPv4")]
    Ipv4,
    /// `IPv4+IPv6`.
    #[serde(rename = "IPv4+IPv6")]
    DualStack,
}

impl IpFamily {
    /// The families, the primary one first.
    pub const fn families(self) -> &'static [Family] {
        match self {
            Self::Ipv4 => &[Family::V4],
            Self::DualStack => &Family::BOTH,
        }
    }

    /// Whether the cluster has that family.
    pub fn has(self, family: Family) -> bool {
        self.families().contains(&family)
    }

    /// Whether the cluster has both.
    pub const fn is_dual_stack(self) -> bool {
        matches!(self, Self::DualStack)
    }
}

impl fmt::Display for IpFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ipv4 => "IPv4",
            Self::DualStack => "IPv4+IPv6",
        })
    }
}

/// `spec.clusterNetwork` before any default: [`Addressing`](crate::Addressing) is what comes of it.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(default, rename_all = "camelCase")]
pub struct ClusterNetwork {
    /// `IPv4` or `IPv4+IPv6`; empty means what the CIDR lists say.
    #[serde(deserialize_with = "empty_is_none")]
    #[schemars(with = "IpFamilyText")]
    pub ip_family: Option<IpFamily>,
    /// Where pods get their addresses: one IPv4 CIDR, or one IPv4 and one IPv6 CIDR.
    pub pods: NetworkRanges,
    /// Where services get their addresses: as many CIDRs as there are for pods.
    pub services: NetworkRanges,
    /// The prefix length of one node's part of the pods' IPv4 range, default 24.
    #[serde(rename = "nodeCidrMaskSizeIPv4")]
    pub node_cidr_mask_size_ipv4: Option<u8>,
    /// The prefix length of one node's part of the pods' IPv6 range, default 64.
    #[serde(rename = "nodeCidrMaskSizeIPv6")]
    pub node_cidr_mask_size_ipv6: Option<u8>,
    /// How services are forwarded: `ipvs`, `iptables`, `nftables` or `ebpf`.
    pub proxy_mode: Option<String>,
    /// The domain of services.
    pub dns_domain: Option<String>,
    /// Options of the `ipvs` mode.
    pub ipvs: Option<Ipvs>,
    /// Whether every node has a DNS cache.
    #[serde(rename = "nodeLocalDNSCacheEnabled")]
    pub node_local_dns_cache_enabled: Option<bool>,
    /// How many CoreDNS pods there are.
    #[serde(rename = "coreDNSReplicas")]
    pub core_dns_replicas: Option<i32>,
    /// Whether Konnectivity joins the control plane and the nodes.
    pub konnectivity_enabled: Option<bool>,
    /// The address of the tunnelling agents.
    #[serde(rename = "tunnelingAgentIP")]
    pub tunneling_agent_ip: Option<String>,
}

/// A list of CIDRs, as text.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(default, rename_all = "camelCase")]
pub struct NetworkRanges {
    /// The CIDRs.
    pub cidr_blocks: Vec<String>,
}

/// Options of the `ipvs` mode.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(default, rename_all = "camelCase")]
pub struct Ipvs {
    /// Whether ARP is answered for addresses of the interface only.
    pub strict_arp: Option<bool>,
}

/// What KKP allows as text: the empty one means "not said".
#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
enum IpFamilyText {
    #[serde(rename = "")]
    Unsaid,
    #[serde(rename = "IPv4")]
    Ipv4,
    #[serde(rename = "IPv4+IPv6")]
    DualStack,
}

fn empty_is_none<'de, D: Deserializer<'de>>(from: D) -> Result<Option<IpFamily>, D::Error> {
    Ok(match IpFamilyText::deserialize(from)? {
        IpFamilyText::Unsaid => None,
        IpFamilyText::Ipv4 => Some(IpFamily::Ipv4),
        IpFamilyText::DualStack => Some(IpFamily::DualStack),
    })
}
