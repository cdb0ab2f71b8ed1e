//! A plan as text.

use groundwork_model::Finding;
use groundwork_provider::{Action, Change, Item, Plan};
use serde_json::Value;

use super::{counted, facts::Facts, findings, style, table::table};

/// The plan: a heading, one line an object, its changes under it, the findings, a summary.
pub(crate) fn plan(name: &str, plan: &Plan, width: usize) -> String {
    let mut text = heading(name, plan);
    text += &items(&plan.items, width);
    if !plan.findings.is_empty() {
        text += "\n";
        text += &findings::findings(&plan.findings, width);
    }
    text + "\n" + &summary(plan) + "\n"
}

/// Which cluster, in whose cloud.
pub(crate) fn heading(name: &str, plan: &Plan) -> String {
    format!("{} {}\n\n", style::strong(format!("Cluster {name}")), style::quiet(format!("· {}", plan.account)))
}

/// One line: what would be done, counted.
pub(crate) fn summary(plan: &Plan) -> String {
    let count = |of: &[Action]| plan.items.iter().filter(|item| of.contains(&item.action)).count();
    let words = [
        (count(&[Action::Create]), "to create"),
        (count(&[Action::Update]), "to change"),
        (count(&[Action::Replace]), "to replace"),
        (count(&[Action::Delete, Action::Discard]), "to delete"),
        (count(&[Action::Keep, Action::Verified]), "as it should be"),
        (count(&[Action::Violated]), "not as it has to be"),
        (count(&[Action::Ambiguous]), "ambiguous"),
    ];
    let words = words.iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = words.map(|(count, word)| format!("{count} {word}")).collect();
    let words = if words.is_empty() { "nothing there, nothing to do".to_owned() } else { words.join(", ") };
    let worst = if plan.findings.iter().any(Finding::is_error) {
        format!("; {}", style::bad(findings::counted(&plan.findings)))
    } else if plan.findings.is_empty() {
        String::new()
    } else {
        format!("; {}", findings::counted(&plan.findings))
    };
    format!("{} {words}{worst}.", style::strong("Plan:"))
}

fn items(items: &[Item], width: usize) -> String {
    let rows: Vec<Vec<String>> = items.iter().map(row).collect();
    let lines = table("  ", &rows);
    let mut text = String::new();
    for (line, item) in lines.lines().zip(items) {
        text += line;
        text.push('\n');
        text += &details(item, width);
    }
    text
}

fn row(item: &Item) -> Vec<String> {
    let Item { address, action, found, node, late, .. } = item;
    let desired = node.as_ref().map(|node| Facts::of(&node.desired)).unwrap_or_default();
    let mut facts = found.as_ref().map(|found| Facts::of(&found.state)).unwrap_or_default();
    facts.name = facts.name.or(desired.name);
    facts.joins = if facts.joins.is_empty() { desired.joins } else { facts.joins };
    if facts.cidrs.is_empty() {
        facts.cidrs = desired.cidrs;
    }
    let mut what = facts.line();
    if *late {
        what += &style::quiet("  (some of it is known after apply)");
    }
    let id = found.as_ref().map(|found| style::quiet(&found.id)).unwrap_or_default();
    let done = style::of_action(*action, word(*action));
    vec![style::of_action(*action, action.glyph()), address.to_string(), done, what, id]
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
        let options = textwrap::Options::new(width.max(40))
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
            words.map(|(key, field)| format!("{key} {}", self::value(field))).collect::<Vec<_>>().join(" ")
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// What was done, in a word a person says: `8 objects`.
pub(crate) fn objects(count: usize) -> String {
    counted(count, "object")
}
