//! What a person should know of a plan.

use groundwork_model::{Address, Finding};
use groundwork_provider::{Change, Found, Phase};
use serde_json::Value;

use super::Basis;
use crate::codes;

/// Labelled objects of a cluster that this journal has never seen: taken over only with proof.
pub(crate) fn unknown_objects(basis: Basis<'_>) -> Vec<Finding> {
    let Basis {
        recall,
        options,
        has_uid,
        observation,
        cluster,
        ..
    } = basis;
    if recall.is_known() || options.adopt || has_uid || observation.mine().is_empty() {
        return Vec::new();
    }
    let ids: Vec<String> = observation
        .mine()
        .iter()
        .map(|seen| format!("{} {}", seen.kind, seen.found.id))
        .collect();
    let finding = Finding::error(
        codes::UNKNOWN_OBJECTS,
        format!(
            "{} objects carry the label of cluster {cluster}, but this state has never seen it: {}",
            ids.len(),
            ids.join(", ")
        ),
    );
    vec![finding.remedy(
        "use the state that made them, or take them over with `--adopt`; a document with \
         metadata.uid is proof enough",
    )]
}

pub(super) fn adoptable(address: &Address, id: &str) -> Finding {
    Finding::error(
        codes::ADOPTABLE,
        format!("{address}: {id} has the name of this cluster's object, but not our label"),
    )
    .about(id.to_owned())
    .remedy("take it over with `--adopt`, or rename it if it is not this cluster's")
}

pub(super) fn violated(address: &Address, id: &str, change: &Change) -> Finding {
    let Change { field, from, to } = change;
    Finding::error(
        codes::VIOLATED,
        format!("{address}: {id} is not ours, and its {field} is {from} where {to} is needed"),
    )
    .about(id.to_owned())
    .remedy(format!(
        "set {field} to {to}, or name another object; external objects are never changed"
    ))
}

/// What a sweep says nothing about.
pub(super) fn unswept(left_out: &[Address]) -> Option<Finding> {
    let names: Vec<&str> = left_out.iter().map(Address::as_str).collect();
    if names.is_empty() {
        return None;
    }
    let message = format!(
        "a sweep does not look at {}: the cloud has no listing of them, and would be asked for each \
         cluster",
        names.join(", ")
    );
    let finding = Finding::note(codes::UNSWEPT, message);
    Some(finding.remedy("look at the cluster by itself: `groundwork drift`"))
}

/// An external object that is on its way out, or that its cloud gave up on.
pub(super) fn unusable(address: &Address, found: &Found<Value>) -> Option<Finding> {
    let what = match &found.phase {
        Phase::Ready | Phase::Pending(_) => return None,
        Phase::Leaving => "is being deleted".to_owned(),
        Phase::Failed(why) => format!("has failed: {why}"),
    };
    let id = &found.id;
    let finding = Finding::error(
        codes::VIOLATED,
        format!("{address}: {id} is not ours, and {what}"),
    );
    Some(
        finding
            .about(id.clone())
            .remedy("name another object; external objects are never changed"),
    )
}
