//! Services, where the pod behind them is reached.

use groundwork_model::{Family, Finding};

use super::{Attempt, Outcome, Scene, To, is_broken, told};
use crate::codes;

/// The number of the server that is behind the services.
const BEHIND: usize = 0;

pub(super) fn judge(scene: &Scene<'_>, family: Family) -> Option<Finding> {
    let broken: Vec<&Attempt> = scene
        .of(family)
        .filter(|one| is_broken(one) && is_pod_reached(scene, one))
        .collect();
    let policies = policies(&broken);
    if policies.is_empty() {
        return None;
    }
    let message = format!(
        "over {family}, pods on {} do not reach the service with {}, though they reach the pod behind it: {}",
        scene.nodes(&broken),
        policies.join(" and with "),
        told(&broken)
    );
    let is_refused = broken
        .iter()
        .any(|one| one.outcome == Some(Outcome::Refused));
    let finding = Finding::error(codes::PROBE_SERVICES, message).about("services");
    Some(finding.remedy(remedy(family, is_refused)))
}

fn policies(attempts: &[&Attempt]) -> Vec<&'static str> {
    let mut policies = Vec::new();
    for attempt in attempts {
        if let To::Service(policy) = attempt.to
            && !policies.contains(&policy)
        {
            policies.push(policy);
        }
    }
    policies
}

fn is_pod_reached(scene: &Scene<'_>, attempt: &Attempt) -> bool {
    let is_service = matches!(attempt.to, To::Service(_));
    let pod = scene.to_server(attempt.from, BEHIND, attempt.family);
    is_service && matches!(pod, Some(Outcome::Whole | Outcome::Part))
}

fn remedy(family: Family, is_refused: bool) -> String {
    let slices =
        format!("whether a service has an EndpointSlice of {family} (kubectl get endpointslices)");
    let proxy = format!(
        "kube-proxy on the node, or what stands in its place: whether its log says that it runs for {family}, and \
         CLUSTER-PROXY and CLUSTER-CNI"
    );
    match is_refused {
        true => format!("look, in this order: {slices}; {proxy}"),
        false => format!("look, in this order: {proxy}; {slices}"),
    }
}
