//! Destinations outside of the cluster, and the name servers that know them.

use std::net::IpAddr;

use groundwork_model::{Family, Finding};

use super::{Attempt, Outcome, Scene, To, is_broken, not_tried, other, told};
use crate::codes;

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = names(scene).into_iter().collect();
    let mut told: Vec<(&str, Family)> = Vec::new();
    for attempt in scene.attempts {
        let To::Outside(destination) = &attempt.to else {
            continue;
        };
        let key = (destination.as_str(), attempt.family);
        if !told.contains(&key) {
            told.push(key);
            findings.extend(one(scene, destination, attempt.family));
        }
    }
    findings
}

fn names(scene: &Scene<'_>) -> Option<Finding> {
    let mute = scene.attempts.iter();
    let mute: Vec<&Attempt> = mute
        .filter(|one| one.outcome == Some(Outcome::Mute))
        .collect();
    if mute.is_empty() {
        return None;
    }
    let message = format!("no name server answers pods on {}", scene.nodes(&mute));
    let finding = Finding::error(codes::PROBE_DNS, message).about("cluster DNS");
    Some(finding.remedy(
        "first correct what is said of pods and services; then look whether the pods of the cluster's DNS are \
         ready, and whether the DNS cache of the node answers",
    ))
}

fn one(scene: &Scene<'_>, destination: &str, family: Family) -> Option<Finding> {
    let all: Vec<&Attempt> = to(scene, destination, family).collect();
    let is_nameless = |one: &&Attempt| one.outcome == Some(Outcome::Nameless);
    if all.iter().any(is_nameless) {
        let message = format!(
            "{destination} was not tried over {family}: the cluster's DNS has no such address for its name"
        );
        let finding = not_tried(message).about(destination.to_owned());
        return Some(finding.remedy(format!("name a host that has an {family} address")));
    }
    let broken: Vec<&Attempt> = all.iter().copied().filter(|one| is_broken(one)).collect();
    let first = broken.first()?;
    let is_one_of_two = broken.len() < all.len();
    let is_other_well = to(scene, destination, other(family)).any(Attempt::is_well);
    let though = match (is_one_of_two, is_other_well) {
        (true, _) => "; from the other node they do".to_owned(),
        (false, true) => format!("; over {} they do", other(family)),
        (false, false) => String::new(),
    };
    let message = format!(
        "pods on {} do not reach {destination} over {family}: {}{though}",
        scene.nodes(&broken),
        told(&broken)
    );
    let finding = Finding::error(codes::PROBE_OUTSIDE, message).about(destination.to_owned());
    Some(finding.remedy(match first.outcome {
        Some(Outcome::Refused) => format!(
            "look, in this order: whether the destination listens on that port over {family}; which firewall on \
             the way rejects the connection"
        ),
        _ => remedy(scene, first, is_one_of_two),
    }))
}

fn to<'a>(
    scene: &'a Scene<'_>,
    destination: &'a str,
    family: Family,
) -> impl Iterator<Item = &'a Attempt> {
    scene
        .of(family)
        .filter(move |one| matches!(&one.to, To::Outside(own) if own == destination))
}

/// The likely causes, the likeliest first.
fn remedy(scene: &Scene<'_>, attempt: &Attempt, is_one_of_two: bool) -> String {
    let family = attempt.family;
    let (masquerade, way_out) = match family {
        Family::V4 => (
            "have the network plugin masquerade what pods send to the outside (Cilium: enable-ipv4-masquerade; \
             Calico: natOutgoing of the pool; Canal: ip-masq)",
            "give the nodes a way out over IPv4: addresses of their own or a NAT gateway",
        ),
        Family::V6 if has_private(scene, attempt) => (
            "have the network plugin masquerade IPv6 too, since the pods' addresses mean nothing outside (Cilium: \
             enable-ipv6-masquerade; Calico: natOutgoing of the IPv6 pool; Canal: ip-masq)",
            "give the nodes IPv6 addresses that the world knows, and an IPv6 default route",
        ),
        Family::V6 => (
            "have the network route the pods' IPv6 range to the nodes, or have the network plugin masquerade it",
            "give the nodes an IPv6 default route",
        ),
    };
    let firewall = format!("let their firewall or security group pass {family} to the outside");
    let last = "ask whether the destination answers others";
    match is_one_of_two {
        true => {
            format!("compare the two nodes: their default routes, {firewall}; then {masquerade}")
        }
        false => format!("in this order: {masquerade}; {way_out}; {firewall}; {last}"),
    }
}

/// Whether the pod's own IPv6 address is a unique local one (RFC 4193).
fn has_private(scene: &Scene<'_>, attempt: &Attempt) -> bool {
    let ips = scene.servers.get(&attempt.from);
    ips.into_iter().flatten().any(|ip| match ip {
        IpAddr::V4(_) => false,
        IpAddr::V6(ip) => ip.is_unique_local(),
    })
}
