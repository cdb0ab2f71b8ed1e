//! A plan as text.

use std::collections::BTreeMap;

use groundwork_model::{Address, Finding, Severity};
use groundwork_provider::{Action, Change, Item, ObjectRef, Plan};
use serde_json::Value;
use textwrap::Options;

use super::{
    counted, facts, findings, style,
    table::{Fit, fitting, table},
};
use crate::{
    Page,
    clean::{self, cleaned},
};

/// The plan: a heading, one line an object, its changes under it, the findings, a summary.
pub(crate) fn plan(name: &str, plan: &Plan, page: Page) -> String {
    shown(name, plan, &plan.findings.iter().collect::<Vec<_>>(), page)
}

/// The same without the notes, for those who have planned before they act; but nobody is asked to
/// agree to what costs money without being told (`AWS-COST`).
pub(crate) fn brief(name: &str, plan: &Plan, page: Page) -> String {
    let costs = |finding: &Finding| finding.code.ends_with("-COST");
    let serious = plan
        .findings
        .iter()
        .filter(|finding| finding.severity != Severity::Note || costs(finding));
    shown(name, plan, &serious.collect::<Vec<_>>(), page)
}

fn shown(name: &str, plan: &Plan, findings: &[&Finding], page: Page) -> String {
    let plan = &cleaned(plan);
    let mut text = heading(name, plan, page.width);
    text += &items(plan, page);
    if !findings.is_empty() {
        text += "\n";
        text += &findings::of_cluster(name, findings.iter().copied(), page.width);
    }
    text + "\n" + &summary(plan) + "\n"
}

/// Which cluster, in whose cloud.
pub(crate) fn heading(name: &str, plan: &Plan, width: usize) -> String {
    let cluster = style::strong(format!("Cluster {}", clean::text(name)));
    let account = textwrap::fill(
        &clean::text(&plan.account.to_string()),
        Options::new(width).break_words(false),
    );
    format!("{cluster}\n{}\n\n", style::quiet(account))
}

/// All is well: the heading and the summary are enough.
pub(crate) fn same(name: &str, plan: &Plan, width: usize) -> String {
    format!("{}{}\n", heading(name, plan, width), summary(plan))
}

/// One line: what would be done, counted.
pub(crate) fn summary(plan: &Plan) -> String {
    format!("{} {}", style::strong("Plan:"), counts(plan))
}

/// What would be done, counted.
pub(crate) fn counts(plan: &Plan) -> String {
    let count = |of: &[Action]| {
        plan.items
            .iter()
            .filter(|item| left_to(item).is_none() && of.contains(&judged(item, &plan.findings)))
            .count()
    };
    let left = plan.items.iter().filter(|item| left_to(item).is_some());
    let words = [
        (count(&[Action::Create]), "to create"),
        (count(&[Action::Update]), "to change"),
        (count(&[Action::Replace]), "to replace"),
        (count(&[Action::Delete, Action::Discard]), "to delete"),
        (left.count(), "to leave to others"),
        (count(&[Action::Keep, Action::Verified]), "as it should be"),
        (count(&[Action::Violated]), "not as it has to be"),
        (count(&[Action::Ambiguous]), "ambiguous"),
    ];
    let words = words.iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = words
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let words = if words.is_empty() {
        "nothing exists, nothing to do".to_owned()
    } else {
        words.join(", ")
    };
    let worst = if plan.findings.iter().any(Finding::is_error) {
        format!("; {}", style::bad(findings::counted(&plan.findings)))
    } else if plan.findings.is_empty() {
        String::new()
    } else {
        format!("; {}", findings::counted(&plan.findings))
    };
    format!("{words}{worst}.")
}

/// To whom an object of ours is left, instead of being deleted.
pub(crate) fn left_to(item: &Item) -> Option<&str> {
    let found = item.found.as_ref()?;
    let others = found.shared.as_deref()?;
    (item.action == Action::Delete).then_some(others)
}

/// What an object is said to be: one that is somebody else's does not fit above an error about it.
fn judged(item: &Item, findings: &[Finding]) -> Action {
    let id = item.found.as_ref().map(|found| found.id.as_str());
    let is_about = |subject: &str| {
        let mut words = subject.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        words.any(|word| Some(word) == id)
    };
    let mut errors = findings.iter().filter(|finding| finding.is_error());
    match errors.any(|error| error.subject.as_deref().is_some_and(is_about)) {
        true if item.action == Action::Verified => Action::Violated,
        true | false => item.action,
    }
}

fn items(plan: &Plan, page: Page) -> String {
    let items = &plan.items;
    let objects = items
        .iter()
        .filter_map(|item| Some((item.object()?, &item.address)));
    let objects: BTreeMap<ObjectRef, &Address> = objects.collect();
    let rows: Vec<Vec<String>> = items
        .iter()
        .map(|item| row(item, judged(item, &plan.findings), &objects))
        .collect();
    let fit = Fit {
        width: page.table(),
        keep: 2,
        cut: Some(WHAT),
    };
    let lines = fitting("  ", &rows, fit);
    let mut text = String::new();
    for (line, item) in lines.lines().zip(items) {
        text += line;
        text.push('\n');
        text += &details(item, page.width);
    }
    text
}

/// The column of names and prefixes.
const WHAT: usize = 3;

fn row(item: &Item, action: Action, objects: &BTreeMap<ObjectRef, &Address>) -> Vec<String> {
    let Item {
        address,
        found,
        node,
        late,
        told,
        ..
    } = item;
    let joins = match node {
        Some(_) => facts::joins(item),
        None => {
            let joined = found.iter().flat_map(|found| &found.joins);
            let joined = joined.filter_map(|object| objects.get(object));
            joined.map(ToString::to_string).collect()
        }
    };
    let mut what = facts::line(told, &joins);
    // That a new object refers to another new one goes without saying.
    if *late && action != Action::Create {
        what += &style::quiet("  (compared again during apply)");
    }
    let id = found.as_ref().map(|found| style::quiet(&found.id));
    let id = id.unwrap_or_default();
    let word = left_to(item).map_or_else(|| word(action), |_| "leave");
    let done = style::of_action(action, word);
    vec![
        style::of_action(action, action.glyph()),
        address.to_string(),
        done,
        what,
        id,
    ]
}

/// What stands in the column of actions.
fn word(action: Action) -> &'static str {
    match action {
        Action::Ambiguous => "ambiguous",
        Action::Create => "create",
        Action::Delete => "delete",
        Action::Discard => "discard",
        Action::Keep => "keep",
        Action::Replace => "replace",
        Action::Update => "change",
        Action::Verified => "fits",
        Action::Violated => "violated",
    }
}

fn details(item: &Item, width: usize) -> String {
    let mut text = String::new();
    if !matches!(item.action, Action::Create) {
        let rows: Vec<Vec<String>> = item.changes.iter().map(change).collect();
        text += &table("        ", &rows);
    }
    if let Some(reason) = &item.reason {
        let options = Options::new(width.max(40))
            .initial_indent("        ")
            .subsequent_indent("        ");
        text += &format!("{}\n", style::quiet(textwrap::fill(reason, options)));
    }
    text
}

fn change(change: &Change) -> Vec<String> {
    let Change { field, from, to } = change;
    vec![field.clone(), format!("{} → {}", value(from), value(to))]
}

/// A value as a person writes it: text without quotes, `none` for nothing.
fn value(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(list) if list.is_empty() => "none".to_owned(),
        Value::Array(list) => list.iter().map(self::value).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let words = fields.iter().filter(|(_, field)| !field.is_null());
            words
                .map(|(key, field)| format!("{key} {}", self::value(field)))
                .collect::<Vec<_>>()
                .join(" ")
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// What was done, in a word a person says: `8 objects`.
pub(crate) fn objects(count: usize) -> String {
    counted(count, "object")
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use serde_json::json;

    use super::*;

    groundwork_model::codes! {
        /// For the test.
        pub NARROW = "TEST-NARROW", "Too narrow", "";
    }

    /// Two groups that a document names, and an error about the first.
    fn named(subject: &str) -> Plan {
        let item = |address: &str, id: &str| {
            let found = json!({
                "id": id, "key": { "id": id }, "owner": "foreign", "joins": [], "phase": "ready",
                "created": null, "state": {},
            });
            json!({ "address": address, "kind": "t/1", "action": "verified", "found": found })
        };
        let error = Finding::error(NARROW, "it is too narrow").about(subject);
        serde_json::from_value(json!({
            "version": 1, "goal": "apply", "installation": "groundwork", "cluster": "demo",
            "account": { "provider": "aws", "endpoint": "aws", "project": "1", "region": "r" },
            "items": [item("group/a", "sg-1"), item("group/b", "sg-12")], "findings": [error],
            "hash": "",
        }))
        .unwrap()
    }

    #[test]
    fn nothing_fits_above_an_error_about_it() {
        for subject in ["sg-1", "security group nodes (sg-1)", "aws.group/1 sg-1"] {
            let page = Page {
                width: 100,
                is_cut: false,
            };
            let text = strip_str(&plan("demo", &named(subject), page)).to_string();
            let line = |address: &str| text.lines().find(|line| line.contains(address)).unwrap();
            assert!(line("group/a").contains("violated"), "{text}");
            assert!(line("group/b").contains("fits"), "{text}");
            let counted = "1 as it should be, 1 not as it has to be";
            assert!(text.contains(counted), "{text}");
        }
    }
}
