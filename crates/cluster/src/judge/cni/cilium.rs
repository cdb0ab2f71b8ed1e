//! Cilium: what `cilium-config` says of families, routing, pools, masquerading and packet sizes.

use groundwork_kit::existing::{VXLAN, VXLAN_OVER_IPV6, WIREGUARD};
use groundwork_model::{Family, Finding};

use super::{
    Scene, local_pods,
    packets::{self, Sizes},
    told, wants_v6, warned,
};
use crate::facts::{ConfigMap, ranges};

const NAME: &str = "Cilium";

pub(super) fn judge(config: &ConfigMap, scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = families(config, scene);
    if wants_v6(scene) && is_on(config, "enable-ipv6") {
        if is_native(config) {
            findings.extend(native(config, scene));
        }
        findings.extend(masquerade(config, scene));
    }
    if config.text("ipam").starts_with("cluster-pool") {
        findings.extend(pools(config, scene));
    }
    findings.extend(sizes(config, scene));
    findings
}

fn is_on(config: &ConfigMap, key: &str) -> bool {
    config.text(key) == "true"
}

pub(super) fn is_native(config: &ConfigMap) -> bool {
    config.text("routing-mode") == "native" || config.text("tunnel") == "disabled"
}

fn families(config: &ConfigMap, scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (family, key) in [(Family::V4, "enable-ipv4"), (Family::V6, "enable-ipv6")] {
        if scene.expected.families.contains(&family) && !is_on(config, key) {
            let text = config.text(key);
            let message = format!("{key} is {text:?}: pods get no {family} address");
            let remedy = "set it to \"true\" in the config map cilium-config (ipv4.enabled and \
                          ipv6.enabled of its chart), and restart its pods";
            findings.push(told(NAME, message, remedy));
        }
    }
    findings
}

/// Without a tunnel the network between the nodes has to carry the pods of both families.
fn native(config: &ConfigMap, scene: &Scene<'_>) -> Option<Finding> {
    let of_hetzner = scene
        .controller
        .kind
        .is_some_and(|kind| kind.provider == "hetzner");
    if of_hetzner && config.text("auto-direct-node-routes") != "true" {
        let message = "routing-mode is native, and Hetzner's private network carries no IPv6: pods of \
                       two nodes do not reach each other over IPv6";
        return Some(told(NAME, message.to_owned(), "set routing-mode to tunnel"));
    }
    if !is_on(config, "enable-ipv6-masquerade") {
        return None;
    }
    let key = "ipv6-native-routing-cidr";
    let remedy = "set ipv6-native-routing-cidr to the range that the network carries: at least that of \
                  the pods";
    let own = ranges(config.text(key));
    let Some(range) = own.first() else {
        let message = format!(
            "routing-mode is native and enable-ipv6-masquerade is true, without {key}: its agents do not \
             start, or hide every pod's IPv6 address from the others"
        );
        return Some(told(NAME, message, remedy));
    };
    let pods = scene.expected.pods_of_family(Family::V6)?;
    if range.contains(pods) {
        return None;
    }
    let message = format!(
        "{key} is {range}, which does not hold all of {pods} ({}): between nodes those pods have the \
         node's IPv6 address, and network policies do not know them",
        scene.expected.pods_of
    );
    Some(warned(NAME, message, remedy))
}

/// Unset, it masquerades.
fn masquerade(config: &ConfigMap, scene: &Scene<'_>) -> Option<Finding> {
    let pods = local_pods(scene)?;
    if config.text("enable-ipv6-masquerade") != "false" {
        return None;
    }
    let message = format!(
        "enable-ipv6-masquerade is false, and {pods} is unique local: pods reach nothing outside over IPv6"
    );
    let remedy = "set it to \"true\" in the config map cilium-config (enableIPv6Masquerade of its chart), \
                  and restart its pods; or give pods a range that is routed to the nodes";
    Some(warned(NAME, message, remedy))
}

/// Pools of its own, in place of the ranges of the nodes.
fn pools(config: &ConfigMap, scene: &Scene<'_>) -> Vec<Finding> {
    let families = scene.expected.families.iter();
    families
        .filter_map(|family| pool(*family, config, scene))
        .collect()
}

fn pool(family: Family, config: &ConfigMap, scene: &Scene<'_>) -> Option<Finding> {
    let key = match family {
        Family::V4 => "cluster-pool-ipv4-cidr",
        Family::V6 => "cluster-pool-ipv6-cidr",
    };
    let pools = ranges(config.text(key));
    if pools.is_empty() {
        let message =
            format!("ipam is cluster-pool, and {key} is empty: pods get no {family} address");
        return Some(told(NAME, message, format!("set {key}")));
    }
    let pods = scene.expected.pods_of_family(family)?;
    let odd = pools.iter().find(|pool| !pods.contains(*pool))?;
    let message = format!(
        "{key} has {odd}, outside of {pods} ({})",
        scene.expected.pods_of
    );
    Some(told(
        NAME,
        message,
        "give it the cluster's range of pods, before the first pod runs",
    ))
}

/// `mtu` is the size of the network's packets; the tunnel and the encryption are taken off it
/// (<https://docs.cilium.io/en/stable/network/concepts/routing/>).
fn sizes(config: &ConfigMap, scene: &Scene<'_>) -> Option<Finding> {
    let size = packets::configured(config.text("mtu"))?;
    let tunnel = match (is_native(config), config.text("underlay-protocol")) {
        (true, _) => 0,
        (false, "ipv6") => VXLAN_OVER_IPV6,
        (false, _) => VXLAN,
    };
    let encryption = match is_on(config, "enable-wireguard") {
        true => WIREGUARD,
        false => 0,
    };
    let overhead = tunnel + encryption;
    packets::judge(
        &Sizes {
            plugin: NAME,
            said: format!("mtu of cilium-config is {size}"),
            inner: size.saturating_sub(overhead),
            overhead,
            remedy: "take mtu out of the config map cilium-config (MTU of its chart), and restart its pods: \
                     the agents find the size out",
        },
        scene,
    )
}
