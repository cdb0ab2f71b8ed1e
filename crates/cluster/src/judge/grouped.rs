//! One cause at many nodes is told once, with the nodes that it touches.

use std::collections::BTreeMap;

use groundwork_kit::kubernetes::Cause;
use groundwork_model::{Code, Finding, Severity};

use crate::facts::Node;

/// What is wrong with one node, and why.
pub(super) struct Fault<'a> {
    pub(super) node: &'a Node,
    pub(super) severity: Severity,
    pub(super) code: Code,
    pub(super) statement: Statement,
    pub(super) cause: Cause,
}

/// A sentence about one node or several, which stand between its parts.
#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Statement {
    /// What stands before the nodes: `no pod is scheduled to `.
    pub(super) before: &'static str,
    /// What stands after one node: ` has no IPv6 address`.
    pub(super) one: String,
    /// What stands after several: ` have no IPv6 address`.
    pub(super) many: String,
}

impl Statement {
    pub(super) fn before(before: &'static str) -> Self {
        Self {
            before,
            one: String::new(),
            many: String::new(),
        }
    }

    /// Nodes that have something.
    pub(super) fn have(what: &str) -> Self {
        Self {
            before: "",
            one: format!(" has {what}"),
            many: format!(" have {what}"),
        }
    }
}

/// How many nodes of one cause are named.
const NAMED: usize = 10;

/// The findings, in the order in which their causes are met first.
pub(super) fn told<'a>(faults: impl IntoIterator<Item = Fault<'a>>) -> Vec<Finding> {
    let mut groups: Vec<Vec<Fault<'a>>> = Vec::new();
    let mut known: BTreeMap<Key, usize> = BTreeMap::new();
    for fault in faults {
        let at = *known.entry(key(&fault)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(fault),
            None => groups.push(vec![fault]),
        }
    }
    groups.iter().filter_map(|group| finding(group)).collect()
}

/// What faults of one cause have in common.
type Key = (&'static str, Severity, Statement, String, String);

fn key(fault: &Fault<'_>) -> Key {
    let Fault {
        node: _,
        severity,
        code,
        statement,
        cause,
    } = fault;
    (
        code.id,
        *severity,
        statement.clone(),
        cause.common.clone(),
        cause.common_remedy.clone(),
    )
}

fn finding(group: &[Fault<'_>]) -> Option<Finding> {
    let Fault {
        node,
        severity,
        code,
        statement: Statement { before, one, many },
        cause,
    } = group.first()?;
    if let [_] = group {
        let about = format!("node {}", node.name());
        let message = format!("{before}{about}{one}: {}", cause.why);
        let finding = Finding::new(*severity, *code, message).about(about);
        return Some(finding.remedy(cause.remedy.clone()));
    }
    let about = format!("{} nodes", group.len());
    let message = format!("{before}{about}{many} ({}): {}", names(group), cause.common);
    let finding = Finding::new(*severity, *code, message).about(about);
    Some(finding.remedy(cause.common_remedy.clone()))
}

fn names(group: &[Fault<'_>]) -> String {
    let named: Vec<&str> = group
        .iter()
        .take(NAMED)
        .map(|fault| fault.node.name())
        .collect();
    let text = named.join(", ");
    match group.len().checked_sub(NAMED) {
        Some(more) if more > 0 => format!("{text} and {more} more"),
        Some(_) | None => text,
    }
}
