//! A service of each policy: which families and addresses the API server gives it.

use std::net::IpAddr;

use groundwork_kit::{
    client::{Client, path_segment},
    kubernetes::Bearer,
};
use groundwork_model::{Family, Finding};
use groundwork_provider::{Error, Result};
use serde_json::json;

use super::{pods::selector, script::PORT};
use crate::{
    codes,
    facts::{Service, named},
};

/// The policies, and how many families a service of each gets in a dual-stack cluster.
const POLICIES: [(&str, usize); 3] = [
    ("SingleStack", 1),
    ("PreferDualStack", 2),
    ("RequireDualStack", 2),
];

/// A service that was made.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) policy: &'static str,
    pub(super) ips: Vec<IpAddr>,
}

/// Makes one of each policy, before the first server. What is not as it has to be goes to the findings.
pub(super) async fn make(
    client: &Client<Bearer>,
    namespace: &str,
    families: &[Family],
    findings: &mut Vec<Finding>,
) -> Vec<Made> {
    let mut services = Vec::new();
    for (policy, count) in POLICIES {
        let made = one(client, namespace, policy).await;
        if let Ok(service) = &made {
            let ips = service.cluster_ips();
            services.push(Made { policy, ips });
        }
        let wanted = families.get(..count).unwrap_or(families);
        findings.extend(judged(policy, wanted, made));
    }
    services
}

async fn one(client: &Client<Bearer>, namespace: &str, policy: &str) -> Result<Service> {
    let path = format!("/api/v1/namespaces/{}/services", path_segment(namespace));
    let body = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": { "name": policy.to_lowercase() },
        "spec": { "ipFamilyPolicy": policy, "selector": selector(0), "ports": [{ "port": PORT }] },
    });
    client.post(&path, body).await
}

/// What the API server made of a policy, against what a cluster of these families makes of it.
fn judged(policy: &str, wanted: &[Family], made: Result<Service, Error>) -> Option<Finding> {
    let subject = format!("a service with {policy}");
    let service = match made {
        Ok(service) => service,
        Err(error) => {
            let message = format!("the API server does not make it: {error}");
            let finding = Finding::error(codes::PROBE, message).about(subject);
            return Some(finding.remedy(
                "compare the ranges of services with what is said of them: a range larger than /64 \
                 gives no address, and RequireDualStack needs two",
            ));
        }
    };
    let has: Vec<Family> = service
        .cluster_ips()
        .iter()
        .map(Family::of_address)
        .collect();
    if has == wanted {
        return None;
    }
    let message = format!("it got {}, not {}", named(&has), named(wanted));
    let finding = Finding::error(codes::PROBE, message).about(subject);
    Some(finding.remedy("give the API server a range of services of each family, in one order"))
}
