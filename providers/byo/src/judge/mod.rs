//! Whether nodes are fit for the cluster: pure, and the same for nodes of a list and of a cluster.

mod addresses;
mod families;
mod pod_ranges;
mod status;

use std::collections::BTreeMap;

use groundwork_model::{Finding, Severity};

use crate::{node::Judged, spec::ByoTarget};

pub(crate) use status::statuses;

/// How many nodes are told of one code, before the rest is counted.
const TOLD_MAX: usize = 20;

/// Everything that is wrong with the nodes' addresses and ranges.
pub(crate) fn judge(target: &ByoTarget, nodes: &[Judged]) -> Vec<Finding> {
    let mut findings = Vec::new();
    families::judge(target, nodes, &mut findings);
    addresses::judge(target, nodes, &mut findings);
    pod_ranges::judge(target, nodes, &mut findings);
    findings
}

/// The same findings, of which so many of a code are told that a person reads them; an error that is
/// not told is counted as one.
pub(crate) fn bounded(findings: Vec<Finding>) -> Vec<Finding> {
    let mut seen: BTreeMap<String, (usize, Severity)> = BTreeMap::new();
    let mut told = Vec::new();
    for finding in findings {
        let code = finding.code.to_string();
        let of_code = seen.entry(code).or_insert((0, finding.severity));
        of_code.0 += 1;
        of_code.1 = of_code.1.min(finding.severity);
        if of_code.0 <= TOLD_MAX {
            told.push(finding);
        }
    }
    for (code, (count, severity)) in seen {
        if let (Some(more), Some(like)) = (
            count.checked_sub(TOLD_MAX).filter(|more| *more > 0),
            told.iter().find(|finding| finding.code == code),
        ) {
            let mut rest = like.clone();
            (rest.field, rest.subject, rest.location) = (None, None, None);
            rest.severity = severity;
            rest.message = format!("{more} more findings of this code are not shown");
            told.push(rest);
        }
    }
    told
}
