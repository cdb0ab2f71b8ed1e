//! Canal: Calico's policies on flannel's network.

use groundwork_kit::existing::{VXLAN, VXLAN_OVER_IPV6};
use groundwork_model::{Family, Finding};
use ipnet::IpNet;
use serde_json::Value;

use super::{
    Scene, felix, gives_v6, local_pods,
    packets::{self, Sizes},
    told, wants_v6, warned,
};
use crate::facts::{ConfigMap, Value as Variable, Workload};

const NAME: &str = "Canal";

pub(super) fn judge(
    config: &ConfigMap,
    workload: Option<&Workload>,
    scene: &Scene<'_>,
) -> Vec<Finding> {
    let text = config.text("net-conf.json");
    let Ok(net) = serde_json::from_str::<Value>(text) else {
        let message = "net-conf.json is no JSON: flannel does not start".to_owned();
        return vec![told(NAME, message, "correct the config map canal-config")];
    };
    let mut findings = flannel(&net, scene);
    if wants_v6(scene) {
        findings.extend(plugin(config));
        findings.extend(workload.and_then(|own| felix(NAME, own)));
        findings.extend(masquerade(config, workload, scene));
    }
    findings.extend(sizes(config, &net, scene));
    findings
}

fn flannel(net: &Value, scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if wants_v6(scene) && net["EnableIPv6"] != true {
        let message = "EnableIPv6 of net-conf.json is not true: flannel carries no IPv6".to_owned();
        let remedy =
            "set EnableIPv6 and IPv6Network in the config map canal-config, and restart its pods";
        findings.push(told(NAME, message, remedy));
    }
    for (family, key) in [(Family::V4, "Network"), (Family::V6, "IPv6Network")] {
        let Some(pods) = scene.expected.pods_of_family(family) else {
            continue;
        };
        let own: Option<IpNet> = net[key].as_str().and_then(|text| text.parse().ok());
        if own.is_some_and(|own| own != *pods) {
            let message = format!(
                "{key} of net-conf.json is {}, and pods have {pods} ({})",
                net[key], scene.expected.pods_of
            );
            let remedy = "give it the cluster's range of pods, and restart its pods";
            findings.push(told(NAME, message, remedy));
        }
    }
    findings
}

/// The plugin that gives pods their addresses has to name both families.
fn plugin(config: &ConfigMap) -> Option<Finding> {
    let text = config.text("cni_network_config");
    if text.is_empty() || gives_v6(text) {
        return None;
    }
    let message = "cni_network_config has one range: pods get no IPv6 address".to_owned();
    Some(told(
        NAME,
        message,
        "add {\"subnet\": \"usePodCidrIPv6\"} to ranges of its ipam, and restart its pods",
    ))
}

/// flannel masquerades both families by one flag. An argument wins over the variable, which the manifest fills from
/// the config map.
fn masquerade(
    config: &ConfigMap,
    workload: Option<&Workload>,
    scene: &Scene<'_>,
) -> Option<Finding> {
    let pods = local_pods(scene)?;
    let workload = workload?;
    let of_variable = match workload.variable("FLANNELD_IP_MASQ") {
        Variable::Set(text) => text,
        Variable::Hidden => config.text("masquerade"),
        Variable::Unset => "",
    };
    if workload.flag("ip-masq").unwrap_or(of_variable) == "true" {
        return None;
    }
    let message = format!(
        "flannel does not masquerade (--ip-masq), and {pods} is unique local: pods reach nothing outside \
         over IPv6"
    );
    Some(warned(
        NAME,
        message,
        "give flanneld --ip-masq in the DaemonSet canal, or pods a range that is routed to the nodes",
    ))
}

/// Whether flannel tunnels; none where its configuration cannot be read.
pub(super) fn tunnels(config: &ConfigMap) -> Option<bool> {
    let net = serde_json::from_str(config.text("net-conf.json")).ok()?;
    Some(is_vxlan(&net))
}

fn is_vxlan(net: &Value) -> bool {
    let kind = net["Backend"]["Type"].as_str();
    kind.is_none_or(|kind| kind == "vxlan")
}

/// Pods have one size for both families, and flannel carries IPv6 in a tunnel over IPv6, whose header is the larger one.
fn sizes(config: &ConfigMap, net: &Value, scene: &Scene<'_>) -> Option<Finding> {
    const REMEDY: &str = "set veth_mtu to \"0\" in the config map canal-config, take MTU out of its net-conf.json, \
                          and restart its pods: the size is then found out";
    if !is_vxlan(net) {
        return None;
    }
    let overhead = match net["EnableIPv6"] == true {
        true => VXLAN_OVER_IPV6,
        false => VXLAN,
    };
    let of_pods = packets::configured(config.text("veth_mtu")).map(|size| Sizes {
        plugin: NAME,
        said: format!("veth_mtu is {size}"),
        inner: size,
        overhead,
        remedy: REMEDY,
    });
    // The backend's is the size of the network's packets; flannel takes the header over IPv4 off it for both families.
    let of_backend = || {
        let size = u32::try_from(net["Backend"]["MTU"].as_u64()?).ok()?;
        Some(Sizes {
            plugin: NAME,
            said: format!("MTU of flannel's Backend is {size}"),
            inner: size.saturating_sub(VXLAN),
            overhead,
            remedy: REMEDY,
        })
    };
    packets::judge(&of_pods.or_else(of_backend)?, scene)
}
