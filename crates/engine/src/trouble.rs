//! Why the facade did not do it.

use groundwork_model::Finding;
use groundwork_provider::Error;

use crate::JournalError;

/// Why the facade did not do it. In each case nothing was changed, unless a run says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// What is asked for cannot work: all reasons at once.
    #[error("{}", unfit(.0))]
    Unfit(Vec<Finding>),
    /// The cloud is no longer as it was planned for.
    #[error("the plan is stale: {0}")]
    Stale(String),
    /// A call to the cloud failed.
    #[error(transparent)]
    Cloud(#[from] Error),
    /// The journal failed, or another process has the cluster.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

fn unfit(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    match findings.iter().find(|finding| finding.is_error()) {
        Some(first) if errors == 1 => first.to_string(),
        Some(first) => format!("{errors} findings stand against it, the first: {first}"),
        None => "it cannot work".to_owned(),
    }
}
