//! What a person should know of a plan.

use groundwork_model::{Address, Finding, Label};
use groundwork_provider::{AnyFound, Change, Item, Phase};

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
            "{} objects carry the label of cluster {cluster}, and this state file does not have it: {}",
            ids.len(),
            ids.join(", ")
        ),
    );
    vec![finding.remedy(
        "use the state file of the runs that created them (`--state`), or take them over with \
         `--adopt`; with metadata.uid in the document neither is needed",
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

/// Nodes whose label the cloud cannot hold: asked before anything is sent.
pub(crate) fn too_long_labels(basis: Basis<'_>, items: &[Item]) -> Vec<Finding> {
    let labelled =
        |item: &&Item| item.action.creates() || item.changes.iter().any(Change::is_label);
    let finding = |item: &Item| {
        let label = Label {
            installation: basis.installation.clone(),
            cluster: basis.cluster.clone(),
            address: item.address.clone(),
            incarnation: u32::MAX,
        };
        let why = basis.provider.carries(&label).err()?;
        let message = format!(
            "{}: the cloud cannot hold the label \"{label}\": {why}",
            item.address
        );
        let finding = Finding::error(codes::LABEL, message).about(item.address.to_string());
        Some(finding.remedy("use a shorter --installation, or a shorter metadata.name or uid"))
    };
    let labelled = items.iter().filter(labelled);
    labelled.filter_map(finding).collect()
}

/// The state knows objects of this cluster, and the cloud shows none of them, not even one of those
/// that are asked for by id: these credentials may reach another project. Where the account says
/// which project it is, that has been compared already.
pub(crate) fn unseen(basis: Basis<'_>) -> Option<Finding> {
    let Basis {
        recall,
        account,
        options,
        observation,
        cluster,
        ..
    } = basis;
    let known = recall
        .created
        .keys()
        .filter(|of| !recall.leaving.contains(*of) && !observation.leaves_out(&of.kind));
    let known: Vec<String> = known.map(ToString::to_string).collect();
    if options.gone
        || known.is_empty()
        || account.project.is_some()
        || !observation.mine().is_empty()
    {
        return None;
    }
    let message = format!(
        "the state knows {} objects of cluster {cluster} in {account}, and the cloud shows none of \
         them: {}",
        known.len(),
        known.join(", ")
    );
    let finding = Finding::error(codes::UNSEEN, message);
    Some(finding.remedy(
        "use the credentials of the project that they are in; if somebody has deleted all of them, \
         say so with `--gone`",
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
pub(super) fn unusable(address: &Address, found: &AnyFound) -> Option<Finding> {
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
