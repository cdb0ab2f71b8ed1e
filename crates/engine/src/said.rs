//! What a document said when it was last applied, and may not lose or change without a word.
//!
//! KKP's API server drops fields that it does not know: a document that comes back from it asks for
//! another network than the file did. And it lets nobody change families, ranges and modes of a
//! cluster that exists, although the cloud's network could follow.

use std::collections::BTreeMap;

use groundwork_model::{Cluster, ControlPlane, Finding, OwnField};
use groundwork_provider::{Options, erased::AnyTarget};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::codes;

/// What a document said, as far as a later one is held against it. Holds no secret.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Said {
    /// The fields of ours, by their full paths.
    pub own: BTreeMap<String, OwnField>,
    /// What KKP never lets change, by its path below `spec.clusterNetwork`.
    pub fixed: BTreeMap<String, Value>,
}

const FAMILY: &str = "ipFamily";
const PODS: &str = "pods.cidrBlocks";
const SERVICES: &str = "services.cidrBlocks";

impl Said {
    /// What the documents of a cluster say.
    pub(crate) fn of(target: &AnyTarget) -> Self {
        let (cluster, addressing) = (&target.cluster, &target.addressing);
        let network = &cluster.spec.cluster_network;
        let mut fixed = BTreeMap::from([
            (FAMILY, json!(addressing.family)),
            (PODS, json!(texts(&addressing.pods))),
            (SERVICES, json!(texts(&addressing.services))),
        ]);
        let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        fixed.extend(text(&network.proxy_mode).map(|mode| ("proxyMode", json!(mode))));
        fixed.extend(text(&network.dns_domain).map(|domain| ("dnsDomain", json!(domain))));
        let cache = network.node_local_dns_cache_enabled;
        fixed.extend(cache.map(|cache| ("nodeLocalDNSCacheEnabled", json!(cache))));
        Self {
            own: cluster.own_fields().clone(),
            fixed: fixed
                .into_iter()
                .map(|(field, value)| (field.to_owned(), value))
                .collect(),
        }
    }

    /// What is to be said of the documents of today.
    pub(crate) fn held_against(&self, target: &AnyTarget, options: &Options) -> Vec<Finding> {
        let now = Self::of(target);
        let mut findings = self.lost(&target.cluster, &now, options);
        findings.extend(self.changed(&now, target.cluster.control_plane()));
        findings
    }

    /// Fields of ours that a document from an API server has no more.
    fn lost(&self, cluster: &Cluster, now: &Self, options: &Options) -> Vec<Finding> {
        if !cluster.is_from_api_server() {
            return Vec::new();
        }
        let mut findings = Vec::new();
        for (path, before) in &self.own {
            let name = path.rsplit('.').next().unwrap_or(path);
            let confirmed = options.lost.contains(path) || options.lost.contains(name);
            if before.value.is_null() || now.own.contains_key(path) || confirmed {
                continue;
            }
            let said = text(&before.value);
            let message = format!(
                "{name} was {said} when this cluster was last applied, and is missing now; KKP's API server drops the field"
            );
            let finding = if before.narrows {
                let message = message + ". Without it the network is open to more than before";
                Finding::error(codes::FIELD_LOST, message)
            } else {
                Finding::warning(codes::FIELD_LOST, message)
            };
            let remedy = format!(
                "give the document that has it (kind: Network) with another -f, or confirm with --lost {name}"
            );
            findings.push(finding.at(path).remedy(remedy));
        }
        findings
    }

    /// What KKP never lets change, and what nodes that exist do not follow.
    fn changed(&self, now: &Self, by: ControlPlane) -> Vec<Finding> {
        let differs = |field: &str| match (self.fixed.get(field), now.fixed.get(field)) {
            (Some(before), Some(now)) => before != now,
            (_, _) => false,
        };
        let mut findings = Vec::new();
        let mut fields: Vec<&String> = self.fixed.keys().filter(|field| differs(field)).collect();
        if differs(FAMILY) {
            findings.push(family(&self.fixed[FAMILY], &now.fixed[FAMILY], by));
            let same_v4 = |field: &String| self.fixed[field].get(0) == now.fixed[field].get(0);
            fields.retain(|field| match field.as_str() {
                FAMILY => false,
                PODS | SERVICES => !same_v4(field),
                _ => true,
            });
        }
        if by == ControlPlane::Kkp {
            findings.extend(fields.into_iter().map(|field| fixed(field, self, now)));
        }
        findings
    }
}

fn family(before: &Value, now: &Value, by: ControlPlane) -> Finding {
    let (before, now) = (text(before), text(now));
    let cloud = format!(
        "ipFamily was {before} when this cluster was last applied, and is {now} now: the network at the cloud follows"
    );
    let (rest, remedy) = match by {
        ControlPlane::Kkp => (
            "KKP lets nobody change ipFamily, pods or services of a cluster that exists",
            "make a new cluster in KKP for the other family",
        ),
        ControlPlane::Kubeadm => (
            "nodes that exist never get an IPv6 range for their pods",
            "replace the nodes once the control plane has both families",
        ),
    };
    let nodes = match by {
        ControlPlane::Kkp => ", and nodes that exist never get an IPv6 range for their pods",
        ControlPlane::Kubeadm => "",
    };
    Finding::warning(codes::FIXED, format!("{cloud}, but {rest}{nodes}"))
        .at(format!("spec.clusterNetwork.{FAMILY}"))
        .remedy(remedy)
}

fn fixed(field: &str, before: &Said, now: &Said) -> Finding {
    let (was, is) = (text(&before.fixed[field]), text(&now.fixed[field]));
    let message = format!(
        "{field} was {was} when this cluster was last applied, and is {is} now: KKP lets nobody change it"
    );
    Finding::error(codes::FIXED, message)
        .at(format!("spec.clusterNetwork.{field}"))
        .remedy(format!("set it back to {was}, or make a new cluster"))
}

fn texts(nets: &[impl ToString]) -> Vec<String> {
    nets.iter().map(ToString::to_string).collect()
}

/// A value without quotes.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) if list.is_empty() => "an empty list".to_owned(),
        Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Bool(_) | Value::Null | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}
