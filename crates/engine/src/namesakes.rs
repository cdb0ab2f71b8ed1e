//! The same cluster under another key: with its uid and without, or restored with a new one.
//!
//! A label has the cluster's key, which is its uid, and its name only where a document has no uid. The
//! objects' names have the cluster's name, so that it can be found by that as well.

use std::collections::BTreeMap;

use groundwork_model::{ClusterKey, Finding, InstallationId};
use groundwork_provider::{Found, Owner, erased::AnyProvider};
use serde_json::Value;

use crate::{Observation, codes};

/// The labelled objects of other keys that have a cluster's name in theirs, by key.
pub(crate) type Namesakes = BTreeMap<ClusterKey, Vec<String>>;

/// Looks through all that was listed.
pub(crate) fn namesakes(
    provider: &dyn AnyProvider,
    observation: &Observation,
    (installation, own, name): (&InstallationId, &ClusterKey, &str),
) -> Namesakes {
    let mut namesakes = Namesakes::new();
    for (kind, found) in observation.listed() {
        let Some(key) = key_of(found, installation).filter(|key| *key != own) else {
            continue;
        };
        let told = provider.told(kind, None, Some(&found.state));
        if told.name.is_some_and(|told| has_name(&told, name)) {
            let object = format!("{kind} {}", found.id);
            namesakes.entry(key.clone()).or_default().push(object);
        }
    }
    namesakes
}

fn key_of<'a>(found: &'a Found<Value>, installation: &InstallationId) -> Option<&'a ClusterKey> {
    match &found.owner {
        Owner::Label(label) if label.installation == *installation => Some(&label.cluster),
        Owner::Label(_) | Owner::Unlabelled | Owner::Within | Owner::Part | Owner::Foreign => None,
    }
}

/// Whether an object's name is made of a cluster's name: `kubernetes-NAME`, `kubernetes-NAME-ipv6`.
fn has_name(told: &str, name: &str) -> bool {
    let (end, middle) = (format!("-{name}"), format!("-{name}-"));
    told == name || told.ends_with(&end) || told.contains(&middle)
}

/// What is said where nothing of a cluster is there, but something of its name.
pub(crate) fn told(name: &str, own: &ClusterKey, namesakes: &Namesakes) -> Vec<Finding> {
    let finding = |(key, objects): (&ClusterKey, &Vec<String>)| {
        let message = format!(
            "nothing carries the label of cluster {own}, but {} objects named after {name} carry \
             that of cluster {key}: {}",
            objects.len(),
            objects.join(", ")
        );
        // Two uids may be two clusters; with a uid and without is more likely one.
        let one = key.as_str() == name || own.as_str() == name;
        let finding = match one {
            true => Finding::error(codes::NAMESAKE, message),
            false => Finding::warning(codes::NAMESAKE, message),
        };
        let finding = finding.at("metadata.uid");
        let remedy = match key.as_str() == name {
            true => "if it is the same cluster, remove metadata.uid, which it was applied without"
                .to_owned(),
            false => format!("if it is the same cluster, set metadata.uid to {key}"),
        };
        finding.remedy(format!(
            "{remedy}; if it is another cluster of that name, give one of the two an --installation \
             of its own"
        ))
    };
    namesakes.iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_whole() {
        for told in ["c1", "kubernetes-c1", "kubernetes-c1-ipv6"] {
            assert!(has_name(told, "c1"), "{told}");
        }
        for told in ["kubernetes-c10", "kubernetes-xc1", "c1x", ""] {
            assert!(!has_name(told, "c1"), "{told}");
        }
    }
}
