//! Two objects under one key: who stays is decided from cloud data alone, the same for every
//! writer.

use std::{collections::BTreeSet, sync::Arc};

use groundwork_provider::Found;
use serde_json::Value;

use super::Basis;
use crate::Observation;

/// Who stays, and what becomes of the others.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    /// One stays; the others go, with what hangs on them.
    Discard {
        /// Who stays.
        survivor: Arc<Found<Value>>,
        /// Who goes.
        losers: Vec<Arc<Found<Value>>>,
        /// The ids of the losers and of all that hangs on them.
        doomed: BTreeSet<String>,
    },
    /// More than one is in use.
    Ambiguous(Vec<Arc<Found<Value>>>),
}

/// The survivor is joined by ours, then oldest, then of the smallest id. What hangs on a loser
/// (`doomed`) counts for nobody, so that of two whole networks one wins in every part.
///
/// A loser goes if nothing at all joins it. If something does, only the process that made the
/// loser and all that hangs on it may take it away again: its own journal is the proof.
pub(crate) fn judge(
    mut candidates: Vec<Arc<Found<Value>>>,
    basis: Basis<'_>,
    doomed: &BTreeSet<String>,
) -> Option<Verdict> {
    let at = basis.observation;
    candidates.sort_by_key(|found| {
        let counts = |id: &String| at.is_mine(id) && !doomed.contains(id);
        let used_by_ours = at
            .joining(&found.id)
            .iter()
            .any(|seen| counts(&seen.found.id));
        (
            doomed.contains(&found.id),
            !used_by_ours,
            found.created,
            found.id.clone(),
        )
    });
    let mut candidates = candidates.into_iter();
    let survivor = candidates.next()?;
    let losers: Vec<_> = candidates.collect();
    let mut all = BTreeSet::new();
    for loser in &losers {
        let whole = subtree(&loser.id, at);
        let made_here = |id: &String| at.is_mine(id) && basis.recall.created.contains_key(id);
        if whole.len() > 1 && !whole.iter().all(made_here) {
            return Some(Verdict::Ambiguous(
                std::iter::once(survivor).chain(losers).collect(),
            ));
        }
        all.extend(whole);
    }
    Some(Verdict::Discard {
        survivor,
        losers,
        doomed: all,
    })
}

/// An object and all that hangs on it, by id.
fn subtree(id: &str, at: &Observation) -> BTreeSet<String> {
    let mut whole = BTreeSet::from([id.to_owned()]);
    let mut open = vec![id.to_owned()];
    while let Some(id) = open.pop() {
        for seen in at.joining(&id) {
            if whole.insert(seen.found.id.clone()) {
                open.push(seen.found.id.clone());
            }
        }
    }
    whole
}
