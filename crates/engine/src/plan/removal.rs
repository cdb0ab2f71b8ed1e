//! Removing what is ours: in which order, and what stands in the way.

use std::collections::{BTreeMap, BTreeSet};

use groundwork_model::{Address, Finding};
use groundwork_provider::{Action, Item, Owner};

use super::Basis;
use crate::{Seen, codes};

/// Items that remove our objects. A part goes with what it is a part of: with one of these, or
/// with a duplicate that goes anyway (`doomed`).
pub(crate) fn items(
    basis: Basis<'_>,
    unwanted: Vec<&Seen>,
    doomed: &BTreeSet<String>,
    reason: Option<&str>,
) -> Vec<Item> {
    let goes: BTreeSet<&String> = unwanted.iter().map(|seen| &seen.found.id).collect();
    let by_itself = |seen: &&&Seen| {
        let whole = seen.found.joins.first();
        let goes_with = |whole| goes.contains(whole) || doomed.contains(whole);
        seen.found.owner != Owner::Part || !whole.is_some_and(goes_with)
    };
    let removed = unwanted.iter().filter(by_itself);
    removed.map(|seen| item(basis, seen, reason)).collect()
}

/// An item that removes one of our objects.
fn item(basis: Basis<'_>, seen: &Seen, reason: Option<&str>) -> Item {
    Item {
        address: address(basis, seen),
        kind: seen.kind.to_owned(),
        action: Action::Delete,
        changes: Vec::new(),
        reason: reason.map(str::to_owned),
        late: false,
        node: None,
        found: Some((*seen.found).clone()),
        incarnation: 0,
        turns: BTreeSet::new(),
    }
}

/// As which node the object was made: its label says so, or the journal; else its kind and id.
fn address(basis: Basis<'_>, seen: &Seen) -> Address {
    if let Owner::Label(label) = &seen.found.owner {
        return label.address.clone();
    }
    if let Some(made) = basis.recall.created.get(&seen.found.id) {
        return made.address.clone();
    }
    let word = seen.kind.rsplit('.').next().unwrap_or(seen.kind);
    let word = word.split('/').next().unwrap_or(word);
    let text: String = format!("{word}/{}", seen.found.id)
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-._/".contains(c) {
                c
            } else {
                '-'
            }
        })
        .take(Address::LENGTH_MAX)
        .collect();
    Address::new(text).expect("made of allowed characters, cut to length")
}

/// Sorts removals so that what joins something goes before it.
pub(crate) fn sort(items: &mut Vec<Item>) {
    let mut rest: Vec<Item> = std::mem::take(items);
    rest.sort_by(|a, b| (&a.address, id(a)).cmp(&(&b.address, id(b))));
    while !rest.is_empty() {
        let joined: BTreeMap<String, usize> = joined_ids(&rest);
        let (now, later): (Vec<_>, Vec<_>) = rest
            .into_iter()
            .partition(|item| !joined.contains_key(id(item)));
        // Objects that join each other in a circle are removed in the order of their names.
        if now.is_empty() {
            items.extend(later);
            return;
        }
        items.extend(now);
        rest = later;
    }
}

fn joined_ids(items: &[Item]) -> BTreeMap<String, usize> {
    let mut joined = BTreeMap::new();
    for item in items {
        for join in item.found.iter().flat_map(|found| &found.joins) {
            if join.as_str() != id(item) {
                *joined.entry(join.clone()).or_default() += 1;
            }
        }
    }
    joined
}

fn id(item: &Item) -> &str {
    item.found.as_ref().map_or("", |found| &found.id)
}

/// Whether an action takes an object away, be it to make another one in its place.
pub(crate) fn removes(action: Action) -> bool {
    match action {
        Action::Delete | Action::Discard | Action::Replace => true,
        Action::Ambiguous
        | Action::Create
        | Action::Keep
        | Action::Update
        | Action::Verified
        | Action::Violated => false,
    }
}

/// What is not ours and hangs on objects that would go.
pub(crate) fn in_the_way(basis: Basis<'_>, items: &[Item]) -> Vec<Finding> {
    items
        .iter()
        .filter(|item| removes(item.action))
        .flat_map(|item| blockers(basis, item))
        .collect()
}

fn blockers(basis: Basis<'_>, item: &Item) -> Vec<Finding> {
    let finding = |seen: Seen| {
        let what = describe(&seen);
        Finding::error(
            codes::IN_THE_WAY,
            format!(
                "{what} hangs on {} {}, and is not of this cluster's network",
                item.address,
                id(item)
            ),
        )
        .about(format!("{} {}", seen.kind, seen.found.id))
        .remedy(format!(
            "remove or detach {what}, then run this again; nothing has been changed"
        ))
    };
    basis
        .observation
        .foreign_joining(id(item))
        .into_iter()
        .map(finding)
        .collect()
}

/// What a foreign object is, in its cloud's words: kind, id, and a name or owner if it has one.
pub(crate) fn describe(seen: &Seen) -> String {
    let word = seen.kind.rsplit('.').next().unwrap_or(seen.kind);
    let word = word.split('/').next().unwrap_or(word);
    let text = |field: &str| {
        seen.found
            .state
            .get(field)
            .and_then(serde_json::Value::as_str)
            .filter(|t| !t.is_empty())
    };
    let mut what = format!("{word} {}", seen.found.id);
    let extra: Vec<&str> = ["name", "device_owner", "owner", "description"]
        .into_iter()
        .filter_map(text)
        .collect();
    if !extra.is_empty() {
        what = format!("{what} ({})", extra.join(", "));
    }
    what
}
