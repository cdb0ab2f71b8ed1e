//! What is told of rules that deny what nodes need, or may. Pure.

use std::collections::BTreeMap;

use groundwork_kit::rules::{Rule, told};
use groundwork_model::{Finding, Severity};

use super::{decides::Denial, groups::Place};
use crate::codes;

/// One finding a rule, with all of what is wanted that it is about.
pub(super) fn told_by(place: &Place, all: Vec<(&Rule, Denial<'_>)>) -> Vec<Finding> {
    let mut by_rule: BTreeMap<&str, Vec<(&Rule, Denial<'_>)>> = BTreeMap::new();
    for (rule, denial) in all {
        by_rule
            .entry(&denial.by.told)
            .or_default()
            .push((rule, denial));
    }
    let findings = by_rule.into_values();
    findings
        .filter_map(|denials| finding(place, &denials))
        .collect()
}

fn finding(place: &Place, denials: &[(&Rule, Denial<'_>)]) -> Option<Finding> {
    let (_, first) = denials.first()?;
    let what = told(denials.iter().map(|(rule, _)| *rule)).join("; ");
    let rule = format!("{} of {}", first.by.told, place.told);
    let is_vital = denials.iter().any(|(_, denial)| denial.is_vital);
    let (severity, code, message) = match &first.by.doubt {
        None => (
            if is_vital {
                Severity::Error
            } else {
                Severity::Warning
            },
            codes::DENIED,
            format!("{rule} denies what nodes need: {what}"),
        ),
        Some(doubt) => (
            Severity::Warning,
            codes::UNSURE,
            format!("it is not known whether {rule} denies what nodes need ({what}): it {doubt}"),
        ),
    };
    let finding = Finding::new(severity, code, message)
        .at(&place.field)
        .about(rule);
    Some(finding.remedy(match &first.by.doubt {
        None => {
            "have its owner allow this by a rule with a smaller priority number, or remove the rule"
        }
        Some(_) => "look whether nodes are among those machines",
    }))
}
