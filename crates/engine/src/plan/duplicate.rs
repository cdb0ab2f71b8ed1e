//! Two objects under one key: who stays is decided from cloud data alone, the same for every
//! writer.

use std::sync::Arc;

use groundwork_provider::Found;
use serde_json::Value;

use crate::Observation;

/// Who stays, and what becomes of the others.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    /// One stays; nothing joins the others.
    Discard {
        /// Who stays.
        survivor: Arc<Found<Value>>,
        /// Who goes.
        losers: Vec<Arc<Found<Value>>>,
    },
    /// More than one is in use.
    Ambiguous(Vec<Arc<Found<Value>>>),
}

/// The survivor is joined by ours, then oldest, then of the smallest id. A loser goes only if
/// nothing at all joins it.
pub(crate) fn judge(mut candidates: Vec<Arc<Found<Value>>>, at: &Observation) -> Option<Verdict> {
    candidates.sort_by_key(|found| {
        let used_by_ours = at
            .joining(&found.id)
            .iter()
            .any(|seen| at.is_mine(&seen.found.id));
        (!used_by_ours, found.created, found.id.clone())
    });
    let mut candidates = candidates.into_iter();
    let survivor = candidates.next()?;
    let losers: Vec<_> = candidates.collect();
    let used = losers.iter().any(|loser| !at.joining(&loser.id).is_empty());
    Some(if used {
        Verdict::Ambiguous(std::iter::once(survivor).chain(losers).collect())
    } else {
        Verdict::Discard { survivor, losers }
    })
}
