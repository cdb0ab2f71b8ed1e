//! What goes with its whole: one delete takes both.

use std::collections::{BTreeMap, BTreeSet};

use groundwork_provider::{Item, ObjectRef};

use super::Basis;

/// Says of each item that deletes an object whether the delete of another one takes it along: of the
/// object that it joins, where its kind goes with that one's kind, and that one is deleted too.
pub(crate) fn take_along(basis: Basis<'_>, items: &mut [Item]) {
    let deleted = items.iter().filter(|item| deletes(item));
    let deleted: BTreeSet<ObjectRef> = deleted.filter_map(Item::object).collect();
    if deleted.is_empty() {
        return;
    }
    let kinds = basis.provider.kinds();
    let kinds = kinds.iter().filter_map(|k| Some((k.name, k.goes_with?)));
    let whole_of: BTreeMap<&str, &str> = kinds.collect();
    for item in items.iter_mut().filter(|item| deletes(item)) {
        let Some(whole) = whole_of.get(item.kind.as_str()) else {
            continue;
        };
        let mut joins = item.found.iter().flat_map(|found| &found.joins);
        let joined = joins.find(|join| join.kind == *whole && deleted.contains(join));
        item.goes_with = joined.cloned();
    }
}

/// Whether it deletes its object: one that others use, too, is left to them.
fn deletes(item: &Item) -> bool {
    let shared = item.found.as_ref().and_then(|found| found.shared.as_ref());
    item.action.deletes() && shared.is_none()
}
