//! What is told of a rule that denies what nodes need, or may. Pure.

use std::collections::BTreeMap;

use groundwork_kit::rules::{Direction, Peer, Rule, told};
use groundwork_model::{Finding, Severity};

use super::decides::{By, Decides, Denial, Doubt, Verdict};
use crate::{codes, spec::field};

/// One finding a rule, with all of what is wanted that it is about.
pub(super) fn told_by(all: Vec<(&Rule, Denial<'_>)>) -> Vec<Finding> {
    let mut by_text: BTreeMap<String, (Denial<'_>, Vec<&Rule>)> = BTreeMap::new();
    for (rule, denial) in all {
        let text = format!(
            "{} {:?} {}",
            denial.by.told,
            denial.by.doubt,
            unless(&denial)
        );
        let (_, rules) = by_text.entry(text).or_insert((denial, Vec::new()));
        rules.push(rule);
    }
    let all = by_text.into_values();
    all.map(|(denial, rules)| finding(&denial, &rules))
        .collect()
}

fn finding(denial: &Denial<'_>, rules: &[&Rule]) -> Finding {
    let (by, what) = (&denial.by.told, told(rules.iter().copied()).join("; "));
    let is_vital = rules.iter().any(|rule| is_vital(rule));
    let (severity, code, message) = match &denial.by.doubt {
        None if denial.unless.is_empty() => {
            let severity = match is_vital {
                true => Severity::Error,
                false => Severity::Warning,
            };
            (
                severity,
                codes::DENIED,
                format!("{by} denies what nodes need: {what}"),
            )
        }
        None => {
            let unless = unless(denial);
            let message = format!("{by} denies what nodes need ({what}), unless {unless}");
            (Severity::Warning, codes::UNSURE, message)
        }
        Some(doubt) => {
            let does = match denial.by.verdict {
                Verdict::Denies => "denies",
                Verdict::Allows | Verdict::PassesOn => "allows",
            };
            let message =
                format!("it is not known whether {by} {does} what nodes need ({what}): it {doubt}");
            (severity_of(doubt), codes::UNSURE, message)
        }
    };
    let finding = Finding::new(severity, code, message).at(field("network"));
    finding.about(by).remedy(remedy(denial))
}

/// `rule 5 of policy p allows it before, which is for machines with the secure tag t`.
fn unless(denial: &Denial<'_>) -> String {
    let one = |rule: &&Decides| {
        let doubt = rule.doubt.as_ref().map(ToString::to_string);
        format!(
            "{}, which {}, allows it before",
            rule.told,
            doubt.unwrap_or_default()
        )
    };
    let all: Vec<String> = denial.unless.iter().map(one).collect();
    all.join(", or ")
}

/// Lists of addresses are seldom those of nodes.
fn severity_of(doubt: &Doubt) -> Severity {
    match doubt {
        Doubt::Target(_) | Doubt::Source(_) => Severity::Warning,
        Doubt::Addresses(_) => Severity::Note,
    }
}

fn remedy(denial: &Denial<'_>) -> &'static str {
    let doubts = denial.unless.iter().map(|rule| rule.doubt.as_ref());
    let mut doubts = doubts.chain([denial.by.doubt.as_ref()]).flatten();
    match doubts.next() {
        None => {
            "have its owner except the nodes from it, or allow this with a smaller priority number"
        }
        Some(Doubt::Target(By::Accounts(_)) | Doubt::Source(By::Accounts(_))) => {
            "give the cluster its own key (serviceAccount, or credentialsReference): KKP's nodes have that \
             service account; or ask the rule's owner whether it is about the nodes"
        }
        Some(Doubt::Target(By::SecureTags(_)) | Doubt::Source(By::SecureTags(_))) => {
            "ask the rule's owner whether the nodes get that tag; KKP gives them none"
        }
        Some(Doubt::Addresses(_)) => "look whether addresses that nodes need are among them",
    }
}

/// Without it there is no cluster: nodes reach each other, and what is outside.
fn is_vital(rule: &Rule) -> bool {
    rule.peer == Peer::Members || rule.direction == Direction::Egress
}
