//! Findings of one document, up to a limit.

use super::limits::FINDINGS_MAX;
use crate::{Finding, Location, codes};

/// Takes findings; beyond the limit it only counts, errors apart.
#[derive(Debug, Default)]
pub(super) struct Sink {
    findings: Vec<Finding>,
    more: usize,
    errors: bool,
}

impl Sink {
    pub(super) fn push(&mut self, finding: Finding) {
        self.errors |= finding.is_error();
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }

    pub(super) fn has_errors(&self) -> bool {
        self.errors
    }

    /// All findings, and how many more there are. An error among these makes that an error too.
    pub(super) fn into_findings(mut self, place: &Location) -> Vec<Finding> {
        if self.more > 0 {
            let severity = if self.errors {
                crate::Severity::Error
            } else {
                crate::Severity::Warning
            };
            let message = format!(
                "{} more findings about this document are not shown",
                self.more
            );
            let mut rest = Finding::new(severity, codes::DOCUMENT_SIZE, message);
            rest.location = Some(place.clone());
            self.findings.push(rest);
        }
        self.findings
    }
}
