//! Services, and the ranges that they get addresses from.

use std::net::IpAddr;

use groundwork_model::Family;
use ipnet::IpNet;
use serde::Deserialize;

use super::{Condition, families};

/// A Service.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub struct Service {
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct Metadata {
    name: String,
    namespace: String,
    #[serde(rename = "deletionTimestamp")]
    deleted: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, rename_all = "camelCase")]
struct Spec {
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename = "clusterIPs")]
    cluster_ips: Vec<String>,
    ip_families: Vec<String>,
    ip_family_policy: String,
    load_balancer_class: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    load_balancer: LoadBalancer,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct LoadBalancer {
    ingress: Vec<Ingress>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct Ingress {
    ip: String,
    hostname: String,
}

impl Service {
    /// `namespace/name`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.metadata.namespace, self.metadata.name)
    }

    /// Whether it is the service of the API server itself.
    pub fn is_api_server(&self) -> bool {
        self.metadata.namespace == "default" && self.metadata.name == "kubernetes"
    }

    /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
    pub fn kind(&self) -> &str {
        &self.spec.kind
    }

    /// `SingleStack`, `PreferDualStack` or `RequireDualStack`.
    pub fn policy(&self) -> &str {
        &self.spec.ip_family_policy
    }

    /// Its addresses; none where it is headless.
    pub fn cluster_ips(&self) -> Vec<IpAddr> {
        let texts = self.spec.cluster_ips.iter();
        texts.filter_map(|text| text.parse().ok()).collect()
    }

    /// The families that it was given, in their order.
    pub fn families(&self) -> Vec<Family> {
        let read = |text: &String| match text.as_str() {
            "IPv4" => Some(Family::V4),
            "IPv6" => Some(Family::V6),
            _ => None,
        };
        self.spec.ip_families.iter().filter_map(read).collect()
    }

    /// Whether a controller that it names is to answer it, not the cloud's own.
    pub fn has_class(&self) -> bool {
        self.spec.load_balancer_class.is_some()
    }

    /// The families of the addresses that a load balancer has for it; none where that has a name.
    pub fn outside(&self) -> Option<Vec<Family>> {
        let all = &self.status.load_balancer.ingress;
        if all.iter().any(|ingress| !ingress.hostname.is_empty()) {
            return None;
        }
        let ips: Vec<IpAddr> = all.iter().filter_map(|one| one.ip.parse().ok()).collect();
        Some(families(&ips))
    }

    /// Whether a load balancer answers it.
    pub fn is_answered(&self) -> bool {
        !self.status.load_balancer.ingress.is_empty()
    }
}

/// A ServiceCIDR.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub struct ServiceCidr {
    metadata: Metadata,
    #[serde(default)]
    spec: Ranges,
    #[serde(default)]
    status: RangeStatus,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct Ranges {
    cidrs: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct RangeStatus {
    conditions: Vec<Condition>,
}

impl ServiceCidr {
    /// Its name; the API server's own is `kubernetes`.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Its ranges, the primary family first.
    pub fn ranges(&self) -> Vec<IpNet> {
        let texts = self.spec.cidrs.iter();
        texts.filter_map(|text| text.parse().ok()).collect()
    }

    /// Whether it is being deleted.
    pub fn is_deleted(&self) -> bool {
        self.metadata.deleted.is_some()
    }

    /// Why it is not ready; none where it is, or where nobody has said anything yet.
    pub fn unready(&self) -> Option<&Condition> {
        let mut all = self.status.conditions.iter();
        all.find(|one| one.kind == "Ready" && one.status == "False")
    }
}
