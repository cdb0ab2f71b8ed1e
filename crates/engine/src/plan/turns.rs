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
    let at: BTreeMap<Address, (String, String)> = items
        .iter()
        .filter(|item| item.action != Action::Discard)
        .map(|item| {
            let id = item
                .found
                .as_ref()
                .filter(|_| item.action != Action::Replace);
            let name = id.map_or_else(|| item.address.to_string(), |found| found.id.clone());
            (item.address.clone(), (item.kind.clone(), name))
        })
        .collect();
    for item in items {
        let Some(parent) = turns.get(item.kind.as_str()) else {
            continue;
        };
        let nodes = item
            .node
            .iter()
            .flat_map(|node| &node.after)
            .filter_map(|of| at.get(of));
        item.turns.extend(
            nodes
                .filter(|(kind, _)| kind == parent)
                .map(|(_, name)| name.clone()),
        );
        let joins = item.found.iter().flat_map(|found| &found.joins);
        let of_parent = joins.filter(|join| join.kind == *parent);
        item.turns.extend(of_parent.map(|join| join.id.clone()));
    }
}
