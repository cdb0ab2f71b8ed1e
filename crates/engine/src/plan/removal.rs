//! Removing what is ours: in which order, and what stands in the way.

use std::collections::BTreeSet;

use groundwork_model::{Address, Finding};
use groundwork_provider::{Action, Item, ObjectRef, Owner, Told, erased::AnyProvider};

use super::Basis;
use crate::{Seen, codes};

/// Items that remove our objects. A part goes with what it is a part of: with one of these, or
/// with a duplicate that goes anyway (`doomed`). Where that stays, it is removed by itself if it is
/// not somebody else's: see [`Owner::Part`].
pub(crate) fn items(
    basis: Basis<'_>,
    unwanted: Vec<&Seen>,
    doomed: &BTreeSet<ObjectRef>,
    reason: Option<&str>,
) -> Vec<Item> {
    let goes: BTreeSet<ObjectRef> = unwanted.iter().map(|seen| seen.object()).collect();
    let ours = |seen: &Seen| {
        let mut uses = seen.found.uses().iter();
        uses.all(|used| basis.observation.is_mine(used))
            || basis.recall.made(seen.kind, &seen.found)
    };
    let by_itself = |seen: &&&Seen| {
        let whole = seen.found.joins.first();
        let goes_with = |whole| goes.contains(whole) || doomed.contains(whole);
        seen.found.owner != Owner::Part || !whole.is_some_and(goes_with) && ours(seen)
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
        reason: match &seen.found.shared {
            Some(others) => Some(format!("left to {others}")),
            None => reason.map(str::to_owned),
        },
        late: false,
        node: None,
        found: Some(seen.found.clone()),
        told: Told::default(),
        incarnation: 0,
        turns: BTreeSet::new(),
        goes_with: None,
    }
}

/// As which node the object was made: its label says so, or the journal; else its kind, with the node
/// of what it joins first, or with its id.
fn address(basis: Basis<'_>, seen: &Seen) -> Address {
    if let Owner::Label(label) = &seen.found.owner {
        return label.address.clone();
    }
    if let Some(made) = basis.recall.created.get(&seen.object()) {
        return made.address.clone();
    }
    let word = seen.kind.rsplit('.').next().unwrap_or(seen.kind);
    let word = word.split('/').next().unwrap_or(word);
    // A whole has many parts: those are told apart by their ids.
    let alone = seen.found.owner != Owner::Part;
    let joined = seen.found.joins.first().filter(|_| alone);
    let joined = joined.and_then(|joined| labelled(basis, joined));
    let text: String = format!("{word}/{}", joined.unwrap_or(&seen.found.id))
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

/// The node that an object's label names.
fn labelled<'a>(basis: Basis<'a>, object: &ObjectRef) -> Option<&'a str> {
    let found = basis.observation.listing(&object.kind)?.by_id(&object.id)?;
    match &found.owner {
        Owner::Label(label) => Some(label.address.as_str()),
        Owner::Unlabelled | Owner::Within | Owner::Part | Owner::Foreign => None,
    }
}

/// Sorts removals so that what joins something goes before it.
pub(crate) fn sort(items: &mut Vec<Item>) {
    let mut rest: Vec<Item> = std::mem::take(items);
    rest.sort_by(|a, b| (&a.address, id(a)).cmp(&(&b.address, id(b))));
    while !rest.is_empty() {
        let joined = joined(&rest);
        let is_joined = |item: &Item| item.object().is_some_and(|own| joined.contains(&own));
        let (now, later): (Vec<_>, Vec<_>) = rest.into_iter().partition(|item| !is_joined(item));
        // Objects that join each other in a circle are removed in the order of their names.
        if now.is_empty() {
            items.extend(later);
            return;
        }
        items.extend(now);
        rest = later;
    }
}

/// What items join, but for themselves.
fn joined(items: &[Item]) -> BTreeSet<ObjectRef> {
    let of = |item: &Item| {
        let own = item.object();
        let joins = item.found.iter().flat_map(|found| found.joins.clone());
        let others = joins.filter(|join| Some(join) != own.as_ref());
        others.collect::<Vec<_>>()
    };
    items.iter().flat_map(of).collect()
}

fn id(item: &Item) -> &str {
    item.found.as_ref().map_or("", |found| &found.id)
}

/// What is not ours and hangs on objects that would go: each once, whatever it hangs on.
pub(crate) fn in_the_way(basis: Basis<'_>, items: &[Item]) -> Vec<Finding> {
    let mut named = BTreeSet::new();
    items
        .iter()
        .filter(|item| item.action.deletes())
        .flat_map(|item| blockers(basis, item, &mut named))
        .collect()
}

fn blockers(basis: Basis<'_>, item: &Item, named: &mut BTreeSet<ObjectRef>) -> Vec<Finding> {
    let Some(own) = item.object() else {
        return Vec::new();
    };
    if let Some(others) = item.found.as_ref().and_then(|found| found.shared.as_ref()) {
        return vec![shared(item, others)];
    }
    let finding = |seen: Seen| {
        let what = describe(basis.provider, &seen);
        let told = basis
            .provider
            .told(seen.kind, None, Some(&seen.found.state));
        let remedy = match told.remedy {
            Some(remedy) => format!("{remedy} ({what})"),
            None => format!("remove or detach {what}"),
        };
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
            "{remedy}, then run this again; nothing has been changed"
        ))
    };
    basis
        .observation
        .foreign_joining(&own)
        .into_iter()
        .filter(|seen| named.insert(seen.object()))
        .map(finding)
        .collect()
}

/// What others use stays theirs: it is left to them, and not made anew under them.
fn shared(item: &Item, others: &str) -> Finding {
    let told = format!("{} {}", item.address, id(item));
    match item.action.creates() {
        true => {
            let message = format!("{told} cannot be made anew: {others} uses it too");
            let finding = Finding::error(codes::SHARED, message).about(told);
            finding.remedy("take the change back; the other network would be cut off")
        }
        false => {
            let message = format!(
                "{told} stays, since {others} uses it too: our label, our tags and what we attached to \
                 it are taken off"
            );
            let finding = Finding::warning(codes::SHARED, message).about(told);
            finding.remedy("whoever uses it last removes it")
        }
    }
}

/// What an object is, in its cloud's words: kind, id, and what its driver tells of it.
pub(crate) fn describe(provider: &dyn AnyProvider, seen: &Seen) -> String {
    let word = seen.kind.rsplit('.').next().unwrap_or(seen.kind);
    let word = word.split('/').next().unwrap_or(word);
    let told = provider.told(seen.kind, None, Some(&seen.found.state));
    let extra: Vec<String> = [told.name, told.detail].into_iter().flatten().collect();
    match extra.is_empty() {
        true => format!("{word} {}", seen.found.id),
        false => format!("{word} {} ({})", seen.found.id, extra.join(", ")),
    }
}
