//! The ranges of services: which there are, and whether they give addresses.

use groundwork_model::{Family, Finding, cidr};
use ipnet::IpNet;

use super::Scene;
use crate::{
    codes,
    facts::{Service, ServiceCidr, families_of, named},
};

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let expected = &scene.expected;
    let mut findings = Vec::new();
    findings.extend(single_stack(scene));
    findings.extend(expected.services.iter().filter_map(gives_nothing));
    let objects = scene.facts.service_cidrs.iter().flatten();
    findings.extend(objects.filter_map(not_ready));
    findings.extend(overlaps(scene));
    findings.extend(room(scene));
    findings
}

fn single_stack(scene: &Scene<'_>) -> Option<Finding> {
    let services = &scene.expected.services;
    let has = families_of(services);
    let missing = scene.expected.missing(&has);
    if services.is_empty() || missing.is_empty() {
        return None;
    }
    let message = format!(
        "the API server has a range of services of {} alone, no {} one: no service is dual-stack",
        named(&has),
        named(&missing)
    );
    let finding = Finding::error(codes::SINGLE_STACK, message);
    Some(finding.remedy(
        "add the second range to --service-cluster-ip-range of the API server and to --cluster-cidr of \
         the controller manager, then replace the nodes: only new ones get a second range of pods",
    ))
}

/// A range that the API server takes, and that gives no or few addresses.
fn gives_nothing(range: &IpNet) -> Option<Finding> {
    const LARGEST: u8 = 64;
    // kubeadm asks for ten addresses.
    const SMALLEST: u8 = 124;
    const SMALL: u8 = 112;
    let length = range.prefix_len();
    let (is_error, why) = match range {
        IpNet::V6(v6) if v6.addr().is_unicast_link_local() => (
            true,
            "is link-local: services get addresses that no node routes".to_owned(),
        ),
        IpNet::V6(_) if length < LARGEST => (
            true,
            format!(
                "is larger than /{LARGEST}: its ServiceCIDR is Ready, and no service ever gets an \
                 address of it (RequireDualStack fails with \"range is full\")"
            ),
        ),
        IpNet::V6(_) if length > SMALLEST => (true, "has room for a few services only".to_owned()),
        IpNet::V6(_) if length > SMALL => (
            false,
            format!("has room for {} services", cidr::address_count(range)),
        ),
        IpNet::V4(_) | IpNet::V6(_) => return None,
    };
    let message = format!("{range} {why}");
    let remedy = "choose a /108 for IPv6: add it as a ServiceCIDR, and take the old one away when no \
                  service has an address of it";
    let finding = match is_error {
        true => Finding::error(codes::SERVICE_RANGE, message),
        false => Finding::warning(codes::SERVICE_RANGE, message),
    };
    Some(finding.remedy(remedy))
}

fn not_ready(object: &ServiceCidr) -> Option<Finding> {
    let subject = format!("ServiceCIDR {}", object.name());
    if object.is_deleted() {
        let message = "it is being deleted, and waits until no service has an address of it";
        return Some(
            Finding::warning(codes::SERVICE_RANGE, message)
                .about(subject)
                .remedy("kubectl get ipaddresses shows whose they are"),
        );
    }
    let condition = object.unready()?;
    let message = format!(
        "it is not Ready: {} {}",
        condition.reason, condition.message
    );
    let finding = Finding::error(codes::SERVICE_RANGE, message).about(subject);
    Some(finding.remedy("correct what the condition names"))
}

/// Services, pods and nodes share no address.
fn overlaps(scene: &Scene<'_>) -> Vec<Finding> {
    let expected = &scene.expected;
    let with = |what: &str, range: &IpNet, other: &str| {
        let message = format!(
            "{what} ({range}) and {other} overlap: an address in both reaches one of them only"
        );
        Finding::error(codes::OVERLAP, message).remedy(
            "move the services to another ServiceCIDR, or make the cluster with other ranges",
        )
    };
    let mut findings = Vec::new();
    for services in &expected.services {
        let pods = expected
            .pods
            .iter()
            .filter(|pods| cidr::overlap(pods, services));
        // The node range controller leaves the services out where it knows of them.
        let knows = crate::expected::controller_manager(scene.facts)
            .is_some_and(|own| own.flag("service-cluster-ip-range").is_some());
        if !knows {
            findings.extend(pods.map(|pods| with("services", services, &format!("pods ({pods})"))));
        }
        let inside = |ip: &std::net::IpAddr| services.contains(ip);
        let node = scene
            .facts
            .nodes
            .iter()
            .find_map(|node| Some((node, node.ips().into_iter().find(inside)?)));
        findings.extend(node.map(|(node, ip)| {
            with(
                "services",
                services,
                &format!("node {} ({ip})", node.name()),
            )
        }));
    }
    for pods in &expected.pods {
        let inside = |ip: &std::net::IpAddr| pods.contains(ip);
        let node = scene
            .facts
            .nodes
            .iter()
            .find_map(|node| Some((node, node.ips().into_iter().find(inside)?)));
        findings.extend(
            node.map(|(node, ip)| with("pods", pods, &format!("node {} ({ip})", node.name()))),
        );
    }
    findings
}

fn room(scene: &Scene<'_>) -> Vec<Finding> {
    let Some(services) = &scene.facts.services else {
        return Vec::new();
    };
    let of_family = |family: Family| {
        let ranges = scene
            .expected
            .services
            .iter()
            .filter(|range| Family::of(range) == family);
        let size = ranges
            .map(cidr::address_count)
            .fold(0, u128::saturating_add);
        let used = services.iter().flat_map(Service::cluster_ips);
        let used = used.filter(|ip| Family::of_address(ip) == family).count() as u128;
        let left = size.saturating_sub(used);
        // The first and the last address of a range are no service's.
        if size == 0 || left.saturating_mul(10) >= size {
            return None;
        }
        let message = format!("{used} of the {size} {family} addresses of services are taken");
        let finding = Finding::warning(codes::SERVICE_ROOM, message);
        Some(finding.remedy("add a ServiceCIDR: services get addresses of it at once"))
    };
    Family::BOTH.into_iter().filter_map(of_family).collect()
}
