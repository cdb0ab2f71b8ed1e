//! Calico as its manifest installs it: the DaemonSet `calico-node` and `calico-config` in kube-system.

use groundwork_kit::existing::{IPIP, VXLAN, VXLAN_OVER_IPV6};
use groundwork_model::{Family, Finding};
use ipnet::IpNet;

use super::{
    Scene, felix, gives_v6, local_pods,
    packets::{self, Sizes},
    pools, told, wants_v6, warned,
};
use crate::facts::{ConfigMap, Value, Workload};

pub(super) const NAME: &str = "Calico";

pub(super) fn judge(
    workload: &Workload,
    config: Option<&ConfigMap>,
    scene: &Scene<'_>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    // What it is told of pools counts when it starts for the first time.
    let is_known = pools::known(scene).is_some();
    if !is_known {
        findings.extend(first_pools(workload, scene));
    }
    if wants_v6(scene) {
        findings.extend(config.and_then(plugin));
        findings.extend(felix(NAME, workload));
    }
    if wants_v6(scene) && !is_known {
        findings.extend(masquerade(workload, scene));
    }
    findings.extend(config.and_then(|config| sizes(workload, config, scene)));
    findings
}

fn set<'a>(workload: &'a Workload, name: &str) -> Option<&'a str> {
    match workload.variable(name) {
        Value::Set(text) => Some(text).filter(|text| !text.is_empty()),
        Value::Unset | Value::Hidden => None,
    }
}

/// The pools that it makes when it starts for the first time.
fn first_pools(workload: &Workload, scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (family, name) in [
        (Family::V4, "CALICO_IPV4POOL_CIDR"),
        (Family::V6, "CALICO_IPV6POOL_CIDR"),
    ] {
        let pods = scene.expected.pods_of_family(family);
        let own: Option<IpNet> = set(workload, name).and_then(|text| text.parse().ok());
        let (Some(pods), Some(own)) = (pods, own) else {
            continue;
        };
        if !pods.contains(&own) {
            let message = format!(
                "{name} is {own}, outside of {pods} ({})",
                scene.expected.pods_of
            );
            let remedy = "make an IPPool with the cluster's range of pods, and disable the other one: the \
                          variable counts at the first start alone";
            findings.push(told(NAME, message, remedy));
        }
    }
    findings
}

/// Calico's own IPAM gives IPv6 addresses only where it is told so.
fn plugin(config: &ConfigMap) -> Option<Finding> {
    let text = config.text("cni_network_config");
    let refuses: String = text.chars().filter(|one| !one.is_whitespace()).collect();
    let is_off = refuses.contains(r#""assign_ipv6":"false""#);
    if text.is_empty() || (gives_v6(text) && !is_off) {
        return None;
    }
    let message =
        "cni_network_config of calico-config does not assign IPv6: pods get no IPv6 address";
    Some(told(
        NAME,
        message.to_owned(),
        "add \"assign_ipv6\": \"true\" to its ipam, and restart calico-node and the pods",
    ))
}

/// IPv6 pools are not masqueraded unless somebody asks for it; IPv4 pools are.
fn masquerade(workload: &Workload, scene: &Scene<'_>) -> Option<Finding> {
    let pods = local_pods(scene)?;
    if workload.variable("CALICO_IPV6POOL_NAT_OUTGOING") == Value::Set("true") {
        return None;
    }
    let message = format!(
        "CALICO_IPV6POOL_NAT_OUTGOING is not true, and {pods} is unique local: pods reach nothing outside \
         over IPv6 unless natOutgoing of the IPPool was set by hand"
    );
    Some(warned(
        NAME,
        message,
        "set natOutgoing: true in the IPv6 IPPool: the variable counts at the first start alone",
    ))
}

/// What the tunnels of the pools add that it makes when it starts for the first time.
fn first_overhead(workload: &Workload) -> u32 {
    let is_on = |name: &str| set(workload, name).is_some_and(|mode| mode != "Never");
    if is_on("CALICO_IPV6POOL_VXLAN") {
        VXLAN_OVER_IPV6
    } else if is_on("CALICO_IPV4POOL_VXLAN") {
        VXLAN
    } else if is_on("CALICO_IPV4POOL_IPIP") {
        IPIP
    } else {
        0
    }
}

fn sizes(workload: &Workload, config: &ConfigMap, scene: &Scene<'_>) -> Option<Finding> {
    let size = packets::configured(config.text("veth_mtu"))?;
    let overhead = match pools::known(scene) {
        Some(pools) => pools::overhead(pools),
        None => first_overhead(workload),
    };
    packets::judge(
        &Sizes {
            plugin: NAME,
            said: format!("veth_mtu is {size}"),
            inner: size,
            overhead,
            remedy: "set veth_mtu to \"0\" in the config map calico-config, and restart calico-node: the \
                     size is then found out",
        },
        scene,
    )
}
