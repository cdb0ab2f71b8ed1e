//! The same cluster under another key: with its uid and without, or restored with a new one.
//!
//! A label has the cluster's key, which is its uid, and its name only where a document has no uid. The
//! objects' names have the cluster's name, so that it can be found by that as well.

use std::collections::{BTreeMap, BTreeSet};

use groundwork_model::{ClusterKey, Finding, InstallationId};
use groundwork_provider::{AnyFound, Owner, erased::AnyProvider};

use crate::{Observation, codes};

/// The labelled objects of other keys that have a cluster's name in theirs, by key.
pub(crate) type Namesakes = BTreeMap<ClusterKey, Vec<String>>;

/// Under what names the clusters of an account have objects, so that it is looked through once for all
/// clusters of a sweep.
pub(crate) struct Names(BTreeMap<Box<str>, BTreeSet<ClusterKey>>);

impl Names {
    /// Of all that was listed.
    pub(crate) fn of(
        provider: &dyn AnyProvider,
        observation: &Observation,
        installation: &InstallationId,
    ) -> Self {
        let mut names = BTreeMap::<Box<str>, BTreeSet<ClusterKey>>::new();
        for (kind, found) in observation.listed() {
            let Some(key) = key_of(found, installation) else {
                continue;
            };
            let told = provider.told(kind, None, Some(&found.state)).name;
            for part in told.iter().flat_map(|told| parts(told)) {
                match names.get_mut(part) {
                    Some(keys) => drop(keys.insert(key.clone())),
                    None => drop(names.insert(part.into(), BTreeSet::from([key.clone()]))),
                }
            }
        }
        Self(names)
    }
}

/// The objects of other clusters that have a cluster's name in theirs.
pub(crate) fn namesakes(
    (provider, observation): (&dyn AnyProvider, &Observation),
    names: &Names,
    (installation, own, name): (&InstallationId, &ClusterKey, &str),
) -> Namesakes {
    let keys = names.0.get(name).into_iter().flatten();
    let others = keys.filter(|key| *key != own);
    let objects = |key: &ClusterKey| {
        let labelled = observation.labelled_as(installation, key);
        let named = labelled.filter(|(kind, found)| {
            let told = provider.told(kind, None, Some(&found.state));
            told.name.is_some_and(|told| parts(&told).contains(&name))
        });
        named
            .map(|(kind, found)| format!("{kind} {}", found.id))
            .collect()
    };
    others.map(|key| (key.clone(), objects(key))).collect()
}

fn key_of<'a>(found: &'a AnyFound, installation: &InstallationId) -> Option<&'a ClusterKey> {
    match &found.owner {
        Owner::Label(label) if label.installation == *installation => Some(&label.cluster),
        Owner::Label(_) | Owner::Unlabelled | Owner::Within | Owner::Part | Owner::Foreign => None,
    }
}

/// The names of clusters that an object's name may be made of: `kubernetes-NAME`, `kubernetes-NAME-ipv6`,
/// or the whole.
fn parts(told: &str) -> Vec<&str> {
    let dashes: Vec<usize> = told.match_indices('-').map(|(at, _)| at).collect();
    let mut parts = vec![told];
    for start in dashes.iter().map(|dash| dash + 1) {
        let ends = dashes.iter().copied().chain([told.len()]);
        parts.extend(ends.filter(|end| *end > start).map(|end| &told[start..end]));
    }
    parts
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
            assert!(parts(told).contains(&"c1"), "{told}");
        }
        for told in ["kubernetes-c10", "kubernetes-xc1", "c1x", "c1-x", ""] {
            assert!(!parts(told).contains(&"c1"), "{told}");
        }
        assert!(parts("kubernetes-a-b-ipv6").contains(&"a-b"));
    }
}
