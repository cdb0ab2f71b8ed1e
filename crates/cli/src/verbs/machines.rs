//! The cloud of the document, asked for the machines of a cluster that runs.

use groundwork_cluster::{Facts, codes};
use groundwork_model::{Cluster, Finding, Severity};

use super::session::{open_given, shown};
use crate::{context::Context, documents::Given, stop::Stop};

/// Hosts of one's own have no cloud.
const NO_CLOUD: &str = "bringyourown";

/// Adds the machines of the document's account to the facts, asked with the credentials that the other verbs take;
/// else what to say of that. The cluster is judged without an account that cannot be reached.
pub(super) async fn read(
    context: &mut Context<'_>,
    given: &Given,
    cluster: &Cluster,
    facts: &mut Facts,
) -> Option<Finding> {
    if cluster.provider().is_ok_and(|name| name == NO_CLOUD) {
        return None;
    }
    let opened = match open_given(context, given).await {
        Ok(opened) => opened.only_looking(),
        Err(stop) => return Some(unanswered(stop)),
    };
    let asked = shown(context, "asking the cloud", opened.session.machines()).await;
    opened.session.leave().await;
    match asked {
        Ok(Some(machines)) => {
            facts.machines = Some(machines);
            None
        }
        Ok(None) => Some(not_asked(
            Severity::Note,
            "its driver has no question for that",
        )),
        Err(trouble) => Some(unanswered(Stop::from(trouble))),
    }
}

/// A cloud that refuses, or does not answer, leaves open what was to be known. A document that is unfit is told
/// elsewhere.
fn unanswered(stop: Stop) -> Finding {
    match stop {
        Stop::Failed {
            message, remedy, ..
        } => not_asked(Severity::Warning, &message)
            .remedy(remedy.unwrap_or_else(|| "verify again when the cloud answers".to_owned())),
        Stop::Unfit(findings) => {
            let error = findings.iter().find(|one| one.is_error());
            let why = error.map(Finding::to_string).unwrap_or_default();
            not_asked(Severity::Note, &why)
        }
        Stop::Usage(message) => not_asked(Severity::Note, &message),
        Stop::Unread => not_asked(Severity::Note, ""),
    }
}

fn not_asked(severity: Severity, why: &str) -> Finding {
    let message = format!(
        "the cloud was not asked for the servers, so it is not known whether the addresses in the nodes' statuses are \
         still theirs: {why}"
    );
    Finding::new(severity, codes::NOT_ASKED, message)
}
