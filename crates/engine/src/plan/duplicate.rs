//! Two objects under one key: who stays is decided from cloud data alone, the same for every
//! writer.

use std::{collections::BTreeSet, sync::Arc};

use groundwork_provider::{Found, Owner};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Basis;
use crate::{Observation, Seen};

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

/// Two objects that were made further apart than this are not of two writers at once.
const AT_ONCE: SignedDuration = SignedDuration::from_hours(1);

/// The survivor is joined by ours, then oldest, then of the smallest id. What hangs on a loser
/// (`doomed`) counts for nobody, and against what else it joins, so that of two whole networks one
/// wins in every part.
///
/// A loser goes if nothing at all joins it. One that is in use stays, and is for a person to
/// decide about, but for the race of two writers, which ends by itself: see [`lost_race`].
pub(crate) fn judge(
    mut candidates: Vec<Arc<Found<Value>>>,
    basis: Basis<'_>,
    doomed: &BTreeSet<String>,
) -> Option<Verdict> {
    let at = basis.observation;
    candidates.sort_by_key(|found| {
        let joining = at.joining(&found.id);
        let lost = |seen: &Seen| doomed.contains(&seen.found.id);
        let ours = |seen: &Seen| at.is_mine(&seen.found.id) && !lost(seen);
        (
            doomed.contains(&found.id),
            !joining.iter().any(ours),
            joining.iter().any(lost),
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
        if whole.len() > 1 && !lost_race(loser, &whole, &survivor, basis) {
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

/// Whether two writers made a network each at the same time, and this is the one that lost: only
/// it may take its own away again, and its journal is the proof that it made every part. What won
/// has to be a network of ours and nothing else.
fn lost_race(
    loser: &Found<Value>,
    whole: &BTreeSet<String>,
    survivor: &Found<Value>,
    basis: Basis<'_>,
) -> bool {
    let at = basis.observation;
    let apart = |a: Timestamp, b: Timestamp| a.duration_since(b).abs();
    let at_once = match (loser.created, survivor.created) {
        (Some(a), Some(b)) => apart(a, b) <= AT_ONCE,
        (None, _) | (_, None) => false,
    };
    let made_here = |id: &String| at.is_mine(id) && was_made_here(id, basis);
    let won = subtree(&survivor.id, at);
    let ours_alone = |id: &String| {
        let joined = at
            .joining(id)
            .into_iter()
            .flat_map(|seen| seen.found.joins.clone());
        at.is_mine(id) && joined.into_iter().all(|join| at.is_mine(&join))
    };
    at_once && whole.iter().all(made_here) && won.iter().all(ours_alone)
}

/// Whether the journal says that this process made it: it is journalled as made, or its create is
/// still open, and what came of that is here.
fn was_made_here(id: &str, basis: Basis<'_>) -> bool {
    let Basis {
        observation,
        recall,
        ..
    } = basis;
    let seen = observation.mine().iter().find(|seen| seen.found.id == id);
    let is_open = seen.is_some_and(|seen| {
        recall
            .intents
            .iter()
            .any(|(address, intent)| match &seen.found.owner {
                Owner::Label(label) => label.address == *address,
                Owner::Within => intent.kind == seen.kind,
                Owner::Foreign => false,
            })
    });
    is_open || recall.created.contains_key(id)
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
