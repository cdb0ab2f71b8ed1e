//! Each service: its families against its policy, its addresses against the ranges, and what answers it.

use groundwork_model::{Family, Finding};

use super::Scene;
use crate::{
    codes,
    controller::Balances,
    facts::{Service, families_of, named},
};

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let services = scene.facts.services.iter().flatten();
    services
        .flat_map(|service| of_service(service, scene))
        .collect()
}

fn of_service(service: &Service, scene: &Scene<'_>) -> Vec<Finding> {
    if service.kind() == "ExternalName" {
        return Vec::new();
    }
    let findings = [
        one_family(service, scene),
        outside(service, scene),
        api_server(service, scene),
        load_balancer(service, scene),
    ];
    let subject = format!("service {}", service.name());
    let findings = findings.into_iter().flatten();
    findings
        .map(|finding| finding.about(subject.clone()))
        .collect()
}

/// Whether the API server gives addresses of both families.
fn is_dual(scene: &Scene<'_>) -> bool {
    families_of(&scene.expected.services).len() > 1
}

/// Made while the cluster had one family, and never written again.
fn one_family(service: &Service, scene: &Scene<'_>) -> Option<Finding> {
    let has = service.families();
    if has.len() != 1
        || !is_dual(scene)
        || service.policy() == "SingleStack"
        || service.policy().is_empty()
    {
        return None;
    }
    let policy = service.policy();
    let message = format!(
        "{policy} and {} alone: it was made while the cluster had one family, and keeps that until its \
         policy is written again",
        named(&has)
    );
    let finding = Finding::warning(codes::SERVICE_FAMILIES, message);
    let name = service.name();
    let (namespace, name) = name.split_once('/').unwrap_or(("", &name));
    Some(finding.remedy(format!(
        "kubectl -n {namespace} patch service {name} --type merge -p \
         '{{\"spec\":{{\"ipFamilyPolicy\":\"SingleStack\"}}}}', then the same with {policy}"
    )))
}

/// A ServiceCIDR was deleted while no controller manager ran: services keep its addresses.
fn outside(service: &Service, scene: &Scene<'_>) -> Option<Finding> {
    let ranges = &scene.expected.services;
    if ranges.is_empty() {
        return None;
    }
    let ips = service.cluster_ips();
    let lost = ips
        .iter()
        .find(|ip| !ranges.iter().any(|range| range.contains(*ip)))?;
    let ranges: Vec<String> = ranges.iter().map(ToString::to_string).collect();
    let message = format!(
        "{lost} is outside of every range of services ({})",
        ranges.join(", ")
    );
    let finding = Finding::error(codes::SERVICE_OUTSIDE, message);
    Some(
        finding.remedy(
            "make a ServiceCIDR with its range again, or delete the service and make it again",
        ),
    )
}

fn api_server(service: &Service, scene: &Scene<'_>) -> Option<Finding> {
    if !service.is_api_server() {
        return None;
    }
    let first = service.cluster_ips().into_iter().next()?;
    let primary = scene.expected.primary();
    if scene.expected.services.is_empty() || Family::of_address(&first) == primary {
        return None;
    }
    let message = format!(
        "the API server's own service has {first} first, and the first range of services is {primary}"
    );
    let finding = Finding::warning(codes::SERVICE_FAMILIES, message);
    Some(finding.remedy("delete the service kubernetes: the API server makes it again at once"))
}

fn load_balancer(service: &Service, scene: &Scene<'_>) -> Option<Finding> {
    if service.kind() != "LoadBalancer" || service.has_class() {
        return None;
    }
    let wanted = service.families();
    let balances = scene
        .controller
        .kind
        .map_or(Balances::Unknown, |kind| kind.balances);
    let title = scene.controller.title();
    if !service.is_answered() {
        if balances != Balances::Nothing {
            return None;
        }
        let message = format!("nothing answers it: {title} has no load balancer");
        let finding = Finding::warning(codes::LOAD_BALANCER, message);
        return Some(finding.remedy("install MetalLB or another one, or use NodePort"));
    }
    let (is_short, has) = match service.outside() {
        Some(has) => (wanted.iter().any(|one| !has.contains(one)), named(&has)),
        // A name has addresses that are not seen here.
        None => (
            balances == Balances::First && wanted.len() > 1,
            "a name".to_owned(),
        ),
    };
    if !is_short {
        return None;
    }
    let why = match balances {
        Balances::First => {
            format!("the controller of {title} makes one for the first family of a service alone")
        }
        Balances::Both | Balances::Nothing | Balances::Unknown => {
            "its controller has made no more".to_owned()
        }
    };
    let message = format!(
        "it is {} inside, and has {has} outside: {why}",
        named(&wanted)
    );
    let finding = Finding::warning(codes::LOAD_BALANCER, message);
    Some(finding.remedy(
        "make a second service of the same pods with ipFamilies [IPv6], or use a controller that makes \
         dual-stack load balancers",
    ))
}
