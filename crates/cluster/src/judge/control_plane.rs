//! The arguments of the control plane, where they can be seen: kubeadm's static pods, the Deployments of KKP's seed.

use groundwork_model::{Finding, Severity};

use super::Scene;
use crate::{
    codes,
    expected::{api_server, controller_manager, parts},
    facts::{Facts, families_of, named, ranges},
};

const SERVICES: &str = "service-cluster-ip-range";
const PODS: &str = "cluster-cidr";

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let facts = scene.facts;
    let mut findings = Vec::new();
    for (component, flag) in [
        ("kube-apiserver", SERVICES),
        ("kube-controller-manager", PODS),
        ("kube-controller-manager", SERVICES),
    ] {
        findings.extend(apart(facts, component, flag));
    }
    findings.extend(flag_and_object(scene));
    findings.extend(manager(scene));
    findings.extend(services_of_both(facts));
    findings.extend(cloud_controller(scene));
    findings
}

fn told(component: &str, message: String, remedy: &str) -> Finding {
    let finding = Finding::error(codes::CONTROL_PLANE, message).about(component.to_owned());
    finding.remedy(remedy)
}

/// Two pods of one part that are told different things.
fn apart(facts: &Facts, component: &str, flag: &str) -> Option<Finding> {
    let mut all = parts(facts, component);
    let (first, own) = all.next()?;
    let (other, theirs) = all.find(|(_, other)| other.flag(flag) != own.flag(flag))?;
    let message = format!(
        "{} has --{flag}={}, and {} {}",
        first,
        own.flag(flag).unwrap_or("nothing"),
        other,
        theirs.flag(flag).unwrap_or("nothing")
    );
    Some(told(
        component,
        message,
        "give all of them the same argument, and restart them one by one",
    ))
}

/// Going back to one range leaves a ServiceCIDR with both that is Ready, while services are refused.
fn flag_and_object(scene: &Scene<'_>) -> Option<Finding> {
    let flag = ranges(api_server(scene.facts)?.flag(SERVICES)?);
    let object = scene.facts.service_cidrs.iter().flatten();
    let object = object
        .into_iter()
        .find(|one| one.name() == "kubernetes")?
        .ranges();
    let missing = object.iter().find(|range| !flag.contains(range));
    let added = flag.iter().find(|range| !object.contains(range));
    let message = match (missing, added) {
        (Some(missing), _) => format!(
            "ServiceCIDR kubernetes has {missing}, and --{SERVICES} of the API server does not: it \
             stays Ready, and dual-stack services are refused"
        ),
        (None, Some(added)) => format!(
            "--{SERVICES} of the API server has {added}, and ServiceCIDR kubernetes does not: no \
             service gets an address of it"
        ),
        (None, None) => return None,
    };
    Some(told(
        "kube-apiserver",
        message,
        "give the API server both ranges again, in the order of the ServiceCIDR, or add a ServiceCIDR",
    ))
}

fn manager(scene: &Scene<'_>) -> Vec<Finding> {
    let Some(manager) = controller_manager(scene.facts) else {
        return Vec::new();
    };
    let Some(pods) = manager.flag(PODS).map(ranges) else {
        return Vec::new();
    };
    let has = families_of(&pods);
    let wanted = &scene.expected.families;
    let missing = scene.expected.missing(&has);
    let mut findings = Vec::new();
    if !missing.is_empty() {
        let message = format!(
            "--{PODS} has {} alone: no node gets an {} range for pods",
            named(&has),
            named(&missing)
        );
        let remedy = "add the second range and --node-cidr-mask-size-ipv6, restart it, then replace the \
                      nodes: those that exist keep one range";
        findings.push(told("kube-controller-manager", message, remedy));
    }
    if has.len() > 1 && has.first() != wanted.first() {
        let message = format!(
            "--{PODS} has {} first, and the services {}: podCIDR of each node is of the other family, \
             and what reads that alone takes the wrong one",
            has[0],
            scene.expected.primary()
        );
        let finding = told(
            "kube-controller-manager",
            message,
            "put the ranges of pods and services in one order; nodes that exist keep theirs",
        );
        findings.push(Finding {
            severity: Severity::Warning,
            ..finding
        });
    }
    findings
}

/// Both parts are told the ranges of services.
fn services_of_both(facts: &Facts) -> Option<Finding> {
    let server = ranges(api_server(facts)?.flag(SERVICES)?);
    let manager = ranges(controller_manager(facts)?.flag(SERVICES)?);
    if server == manager {
        return None;
    }
    let message = format!(
        "--{SERVICES} of API server and controller manager differ: {server:?} and {manager:?}"
    );
    Some(told(
        "kube-controller-manager",
        message,
        "give both the same ranges in the same order",
    ))
}

/// A cloud controller that makes routes is told the ranges of pods too.
fn cloud_controller(scene: &Scene<'_>) -> Option<Finding> {
    let workload = scene.facts.cloud_controller("cloud-controller-manager")?;
    let own = ranges(workload.flag(PODS)?);
    let pods = &scene.expected.pods;
    let odd = own.iter().find(|range| !pods.contains(range))?;
    if pods.is_empty() {
        return None;
    }
    let message = format!(
        "--{PODS} of {} has {odd}, which is no range of pods ({})",
        workload.name(),
        scene.expected.pods_of
    );
    Some(told(
        "cloud controller",
        message,
        "give it the ranges of the controller manager",
    ))
}
