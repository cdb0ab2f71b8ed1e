//! The cloud of the document, asked for the machines of a cluster that runs.

use groundwork_cluster::{Facts, codes};
use groundwork_model::{Cluster, Finding, Severity};

use super::session::{open_given, shown};
use crate::{
    context::Context,
    documents::Given,
    stop::{Stop, chain},
};

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
        Err(stop) => return Some(not_asked(severity(&stop), &why(stop))),
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
        Err(trouble) => Some(not_asked(Severity::Warning, &chain(&trouble))),
    }
}

/// Without credentials nobody wants the cloud to be asked. Where it refuses them, or does not answer, it is not known
/// what was to be known.
fn severity(stop: &Stop) -> Severity {
    match stop {
        Stop::Failed { .. } => Severity::Warning,
        Stop::Unfit(_) | Stop::Unread | Stop::Usage(_) => Severity::Note,
    }
}

fn why(stop: Stop) -> String {
    match stop {
        Stop::Usage(message) | Stop::Failed { message, .. } => message,
        Stop::Unfit(findings) => {
            let mut errors = findings.iter().filter(|one| one.is_error());
            errors.next().map(Finding::to_string).unwrap_or_default()
        }
        Stop::Unread => String::new(),
    }
}

fn not_asked(severity: Severity, why: &str) -> Finding {
    let message = format!(
        "the cloud was not asked for the servers, so it is not known whether the addresses in the nodes' statuses are \
         still theirs: {why}"
    );
    Finding::new(severity, codes::NOT_ASKED, message)
        .remedy("give the credentials of the document's account, as for preflight")
}
