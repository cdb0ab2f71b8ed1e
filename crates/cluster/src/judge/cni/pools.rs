//! Calico's IPPools: the ranges that its IPAM gives pods addresses of, whoever has installed it.

use groundwork_kit::existing::{IPIP, VXLAN, VXLAN_OVER_IPV6};
use groundwork_model::{Family, Finding};

use super::{Scene, calico::NAME, is_unique_local, told, wants_v6, warned};
use crate::facts::IpPool;

/// Calico's pools, where they were read and are its IPAM's: on Canal the nodes' own ranges count. None at all are of
/// nobody where no Calico runs.
pub(super) fn known<'a>(scene: &'a Scene<'_>) -> Option<&'a [IpPool]> {
    let facts = scene.facts;
    let pools = facts.ip_pools.as_deref()?;
    let is_calicos = !pools.is_empty() || facts.workload("calico-node").is_some();
    (is_calicos && facts.config("canal-config").is_none()).then_some(pools)
}

pub(super) fn judge(pools: &[IpPool], scene: &Scene<'_>) -> Vec<Finding> {
    let families = scene.expected.families.iter();
    let mut findings: Vec<Finding> = families
        .filter_map(|family| nothing(*family, pools, scene))
        .collect();
    for pool in pools.iter().filter(|pool| gives(pool)) {
        findings.extend(outside(pool, scene));
        findings.extend(of_v6(pool, scene));
    }
    findings
}

fn gives(pool: &IpPool) -> bool {
    pool.is_for_pods() && !pool.is_disabled()
}

/// No pool gives addresses of a family.
fn nothing(family: Family, pools: &[IpPool], scene: &Scene<'_>) -> Option<Finding> {
    let mut own = pools.iter().filter(|pool| pool.family() == Some(family));
    if own.clone().any(gives) {
        return None;
    }
    let effect = format!("pods get no {family} address");
    let disabled = own.find(|pool| pool.is_for_pods() && pool.is_disabled());
    if let Some(pool) = disabled {
        let name = pool.name();
        let message =
            format!("IPPool {name} is disabled, and no other one is of {family}: {effect}");
        return Some(told(
            NAME,
            message,
            format!("set disabled: false in IPPool {name}"),
        ));
    }
    let range = match scene.expected.pods_of_family(family) {
        Some(range) => format!("{range} ({})", scene.expected.pods_of),
        None => format!("a range of {family}"),
    };
    let message = format!("no IPPool is of {family}: {effect}");
    Some(told(NAME, message, format!("make an IPPool with {range}")))
}

/// What is outside of the cluster's range is routed, masqueraded and let through as somebody else's.
fn outside(pool: &IpPool, scene: &Scene<'_>) -> Option<Finding> {
    let range = pool.range()?;
    let pods = scene.expected.pods_of_family(Family::of(&range))?;
    if pods.contains(&range) {
        return None;
    }
    let (name, of) = (pool.name(), scene.expected.pods_of);
    let message = format!("IPPool {name} has {range}, outside of {pods} ({of})");
    let remedy = format!(
        "make an IPPool with the cluster's range of pods, set disabled: true in {name}, and restart the pods that \
         have addresses of it"
    );
    Some(told(NAME, message, remedy))
}

/// What is right for a pool of IPv4 and wrong for one of IPv6.
fn of_v6(pool: &IpPool, scene: &Scene<'_>) -> Vec<Finding> {
    if pool.family() != Some(Family::V6) || !wants_v6(scene) {
        return Vec::new();
    }
    [tunnel(pool), masquerade(pool)]
        .into_iter()
        .flatten()
        .collect()
}

/// Calico's own clients refuse such a pool, and kubectl does not.
fn tunnel(pool: &IpPool) -> Option<Finding> {
    if !pool.has_ipip() {
        return None;
    }
    let message = format!(
        "ipipMode of IPPool {} is on, and IP in IP carries IPv4 alone: pods of two nodes do not reach each other over \
         IPv6, unless the network routes them",
        pool.name()
    );
    let remedy =
        "set ipipMode: Never in it, and vxlanMode: Always where the network does not route pods";
    Some(told(NAME, message, remedy))
}

fn masquerade(pool: &IpPool) -> Option<Finding> {
    let range = pool.range().filter(is_unique_local)?;
    if pool.is_masqueraded() {
        return None;
    }
    let message = format!(
        "natOutgoing of IPPool {} is not true, and {range} is unique local: pods reach nothing outside over IPv6",
        pool.name()
    );
    Some(warned(
        NAME,
        message,
        "set natOutgoing: true in it, or give pods a range that is routed to the nodes",
    ))
}

/// What the tunnels of these pools add to a packet, in bytes: the most of all, since pods have one size.
pub(super) fn overhead(pools: &[IpPool]) -> u32 {
    let of = |pool: &IpPool| match (pool.has_vxlan(), pool.family()) {
        (true, Some(Family::V6)) => VXLAN_OVER_IPV6,
        (true, _) => VXLAN,
        (false, Some(Family::V4)) if pool.has_ipip() => IPIP,
        (false, _) => 0,
    };
    let own = pools.iter().filter(|pool| gives(pool));
    own.map(of).max().unwrap_or_default()
}
