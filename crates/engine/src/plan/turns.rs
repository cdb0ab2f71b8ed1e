//! Writers that would trample each other take turns.

use std::collections::BTreeMap;

use groundwork_model::Address;
use groundwork_provider::{Action, Item};

use super::Basis;

/// Writers of a kind that takes turns get the name of what they take turns at: the parent's id
/// if it exists, else its address.
pub(crate) fn take_turns(basis: Basis<'_>, items: &mut [Item]) {
    let turns: BTreeMap<&str, &str> = basis
        .provider
        .kinds()
        .iter()
        .filter_map(|k| Some((k.name, k.turns?)))
        .collect();
    let there = items.iter().filter(|item| item.action != Action::Discard);
    let at: BTreeMap<&Address, &Item> = there.map(|item| (&item.address, item)).collect();
    let of = |item: &Item| -> Vec<String> {
        let Some(parent) = turns.get(item.kind.as_str()) else {
            return Vec::new();
        };
        let nodes = item.node.iter().flat_map(|node| &node.after);
        let nodes = nodes.filter_map(|of| at.get(of));
        let nodes = nodes.filter(|other| other.kind == *parent);
        let joins = item.found.iter().flat_map(|found| &found.joins);
        let joins = joins.filter(|join| join.kind == *parent);
        nodes
            .map(|other| name(other))
            .chain(joins.map(|join| join.id.clone()))
            .collect()
    };
    let all: Vec<Vec<String>> = items.iter().map(of).collect();
    for (item, turns) in items.iter_mut().zip(all) {
        item.turns.extend(turns);
    }
}

/// The name of what an item is about, as far as it stays.
fn name(item: &Item) -> String {
    let stays = item.found.as_ref();
    let stays = stays.filter(|_| item.action != Action::Replace);
    stays.map_or_else(|| item.address.to_string(), |found| found.id.clone())
}
