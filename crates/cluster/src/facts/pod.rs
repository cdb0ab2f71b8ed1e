//! Pods.

use std::net::IpAddr;

use serde::Deserialize;

use super::Container;

/// A Pod. Containers are kept of the control plane's own alone.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(from = "Object")]
pub struct Pod {
    /// `namespace/name`.
    pub name: String,
    /// The node that it runs on; empty before it has one.
    pub node: String,
    /// Whether it uses its node's own addresses.
    pub is_on_host: bool,
    /// Whether it runs.
    pub is_running: bool,
    /// Its addresses, the primary family first.
    pub ips: Vec<IpAddr>,
    /// The kernel settings of its own network that it asks for.
    pub sysctls: Vec<Sysctl>,
    /// Why it does not run, for programs: `SysctlForbidden`.
    pub reason: String,
    /// The part of the control plane that it is: `kube-apiserver`; empty for every other pod.
    pub component: String,
    /// Its containers, where it is a part of the control plane.
    pub containers: Vec<Container>,
}

/// A kernel setting.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Sysctl {
    /// `net.ipv6.conf.all.disable_ipv6`.
    pub name: String,
    /// What it is set to.
    pub value: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Security {
    sysctls: Vec<Sysctl>,
}

#[derive(Deserialize)]
struct Object {
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    name: String,
    namespace: String,
    labels: Labels,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Labels {
    component: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Spec {
    node_name: String,
    host_network: bool,
    security_context: Security,
    containers: Vec<Container>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    phase: String,
    reason: String,
    #[serde(rename = "podIPs")]
    ips: Vec<Ip>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Ip {
    ip: String,
}

impl From<Object> for Pod {
    fn from(object: Object) -> Self {
        let Object {
            metadata,
            spec,
            status,
        } = object;
        let is_system = metadata.namespace == "kube-system";
        let component = metadata.labels.component;
        let component = match component.starts_with("kube-") && is_system {
            true => component,
            false => String::new(),
        };
        let containers = match component.is_empty() {
            true => Vec::new(),
            false => spec.containers,
        };
        Self {
            name: format!("{}/{}", metadata.namespace, metadata.name),
            node: spec.node_name,
            is_on_host: spec.host_network,
            is_running: status.phase == "Running",
            sysctls: spec.security_context.sysctls,
            reason: status.reason,
            ips: status
                .ips
                .iter()
                .filter_map(|ip| ip.ip.parse().ok())
                .collect(),
            component,
            containers,
        }
    }
}
