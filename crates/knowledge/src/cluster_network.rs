//! `spec.clusterNetwork` with everything that the reference system chooses where it says nothing.

use groundwork_model::{Addressing, Cluster, CniKind, NetworkRanges};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Known, Range};

/// How services are forwarded where the document does not say it. The first that fits a cluster counts.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProxyDefault {
    /// `iptables`, `ipvs`, `nftables` or `ebpf`.
    pub proxy_mode: String,
    /// On which clouds; none: on all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub providers: Vec<String>,
    /// With which network plugins; none: with all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plugins: Vec<CniKind>,
    /// In which versions of Kubernetes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes: Option<Range>,
}

impl ProxyDefault {
    fn fits(&self, cluster: &Cluster) -> bool {
        let provider = cluster.provider().unwrap_or_default();
        (self.providers.is_empty() || self.providers.iter().any(|one| one == provider))
            && (self.plugins.is_empty() || self.plugins.contains(&cluster.cni()))
            && self
                .kubernetes
                .is_none_or(|range| range.has(cluster.spec.version))
    }
}

/// `spec.clusterNetwork`, completed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompletedNetwork {
    ip_family: String,
    pods: Ranges,
    services: Ranges,
    #[serde(rename = "nodeCidrMaskSizeIPv4")]
    node_mask_v4: u8,
    #[serde(
        rename = "nodeCidrMaskSizeIPv6",
        skip_serializing_if = "Option::is_none"
    )]
    node_mask_v6: Option<u8>,
    proxy_mode: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ipvs: Option<Ipvs>,
    dns_domain: String,
    #[serde(rename = "nodeLocalDNSCacheEnabled")]
    node_local_dns_cache_enabled: bool,
    konnectivity_enabled: bool,
    #[serde(rename = "coreDNSReplicas", skip_serializing_if = "Option::is_none")]
    core_dns_replicas: Option<i32>,
    #[serde(rename = "tunnelingAgentIP", skip_serializing_if = "Option::is_none")]
    tunneling_agent_ip: Option<String>,
    /// The fields that the document does not have, by their names in this block.
    #[serde(skip)]
    pub chosen: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Ranges {
    cidr_blocks: Vec<IpNet>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Ipvs {
    strict_arp: bool,
}

impl Known {
    /// How services are forwarded in a cluster that does not say it.
    pub fn proxy_mode(&self, cluster: &Cluster) -> &str {
        let mut defaults = self.proxy_defaults.iter();
        let fit = defaults.find(|default| default.fits(cluster));
        fit.map_or("", |default| &default.proxy_mode)
    }

    /// The block of a cluster, with the addresses that its document comes to.
    pub fn complete(&self, cluster: &Cluster, addressing: &Addressing) -> CompletedNetwork {
        let given = &cluster.spec.cluster_network;
        let proxy_mode = given.proxy_mode.clone();
        let proxy_mode = proxy_mode.unwrap_or_else(|| self.proxy_mode(cluster).to_owned());
        let dns_domain = given.dns_domain.clone().filter(|text| !text.is_empty());
        let strict_arp = given.ipvs.as_ref().and_then(|ipvs| ipvs.strict_arp);
        let is_ipvs = proxy_mode == "ipvs";
        let ipvs = given.ipvs.is_some() || is_ipvs;
        let unsaid = |ranges: &NetworkRanges| ranges.cidr_blocks.is_empty();
        let chosen = [
            ("ipFamily", given.ip_family.is_none()),
            ("pods", unsaid(&given.pods)),
            ("services", unsaid(&given.services)),
            (
                "nodeCidrMaskSizeIPv4",
                given.node_cidr_mask_size_ipv4.is_none(),
            ),
            (
                "nodeCidrMaskSizeIPv6",
                addressing.node_mask_v6.is_some() && given.node_cidr_mask_size_ipv6.is_none(),
            ),
            ("proxyMode", given.proxy_mode.is_none()),
            ("ipvs", ipvs && strict_arp.is_none()),
            ("dnsDomain", dns_domain.is_none()),
            (
                "nodeLocalDNSCacheEnabled",
                given.node_local_dns_cache_enabled.is_none(),
            ),
            ("konnectivityEnabled", given.konnectivity_enabled.is_none()),
        ];
        let chosen = chosen.into_iter().filter(|(_, is_chosen)| *is_chosen);
        CompletedNetwork {
            ip_family: addressing.family.to_string(),
            pods: Ranges {
                cidr_blocks: addressing.pods.clone(),
            },
            services: Ranges {
                cidr_blocks: addressing.services.clone(),
            },
            node_mask_v4: addressing.node_mask_v4,
            node_mask_v6: addressing.node_mask_v6,
            proxy_mode,
            ipvs: ipvs.then_some(Ipvs {
                strict_arp: strict_arp.unwrap_or(is_ipvs),
            }),
            dns_domain: dns_domain.unwrap_or_else(|| "cluster.local".to_owned()),
            node_local_dns_cache_enabled: given.node_local_dns_cache_enabled.unwrap_or(true),
            konnectivity_enabled: given.konnectivity_enabled.unwrap_or(true),
            core_dns_replicas: given.core_dns_replicas,
            tunneling_agent_ip: given.tunneling_agent_ip.clone(),
            chosen: chosen.map(|(name, _)| name.to_owned()).collect(),
        }
    }
}
