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
pub(crate) struct Verdict {
    /// Who stays.
    pub(crate) survivor: Arc<Found<Value>>,
    /// Who does not.
    pub(crate) losers: Vec<Arc<Found<Value>>>,
    /// The ids of the losers and of all that hangs on them.
    pub(crate) lost: BTreeSet<String>,
    /// Whether the losers may go. Else more than one is in use, and a person has to decide.
    pub(crate) discard: bool,
}

/// Two objects that were made further apart than this are not of two writers at once.
const AT_ONCE: SignedDuration = SignedDuration::from_hours(1);

/// The survivor is used by ours, then oldest, then of the smallest id. What has lost before, or
/// hangs on what has (`lost`), counts for nobody, and against what it hangs on, so that of two
/// whole networks one wins in every part, whoever looks.
///
/// A loser goes if nothing at all uses it. One that is in use stays, and is for a person to
/// decide about, but for the race of two writers, which ends by itself: see [`lost_race`].
pub(crate) fn judge(
    mut candidates: Vec<Arc<Found<Value>>>,
    basis: Basis<'_>,
    lost: &BTreeSet<String>,
) -> Option<Verdict> {
    let at = basis.observation;
    candidates.sort_by_cached_key(|found| {
        let using = at.using(&found.id);
        let counts = |seen: &Seen| at.is_mine(&seen.found.id) && !lost.contains(&seen.found.id);
        (
            lost.contains(&found.id),
            !using.iter().any(counts),
            !subtree(&found.id, at).is_disjoint(lost),
            found.created,
            found.id.clone(),
        )
    });
    let mut candidates = candidates.into_iter();
    let survivor = candidates.next()?;
    let losers: Vec<_> = candidates.collect();
    let mut verdict = Verdict {
        survivor,
        losers,
        lost: BTreeSet::new(),
        discard: true,
    };
    for loser in &verdict.losers {
        let whole = subtree(&loser.id, at);
        let unused = at.using(&loser.id).is_empty();
        verdict.discard &= unused || lost_race(loser, &whole, &verdict.survivor, basis);
        verdict.lost.extend(whole);
    }
    Some(verdict)
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
                Owner::Within | Owner::Part => intent.kind == seen.kind,
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
