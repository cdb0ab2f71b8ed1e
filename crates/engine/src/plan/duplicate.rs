//! Two objects under one key: who stays is decided from cloud data alone, the same for every
//! writer.

use std::{collections::BTreeSet, sync::Arc};

use groundwork_provider::{AnyFound, ObjectRef, Owner};
use jiff::{SignedDuration, Timestamp};

use super::Basis;
use crate::{Observation, Seen};

/// Who stays, and what becomes of the others.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// Who stays.
    pub(crate) survivor: Arc<AnyFound>,
    /// Who does not.
    pub(crate) losers: Vec<Arc<AnyFound>>,
    /// The losers, and all objects that join them.
    pub(crate) lost: BTreeSet<ObjectRef>,
    /// Whether the losers may be deleted. Otherwise several are in use, and a person has to decide.
    pub(crate) discard: bool,
}

/// Two objects that were made further apart than this are not of two writers at once.
const AT_ONCE: SignedDuration = SignedDuration::from_hours(1);

/// The survivor is the one that ours use, then the oldest, then the one with the smallest id. Objects
/// that have lost before, or that join one that has (`lost`), do not count as users: of two whole
/// networks one wins in every part, whichever writer decides.
///
/// A loser is deleted if nothing at all uses it. One that is in use stays, and a person has to decide,
/// except in a race of two writers, which ends by itself: see [`Race::is_lost`].
pub(crate) fn judge(
    mut candidates: Vec<Arc<AnyFound>>,
    (kind, basis): (&str, Basis<'_>),
    lost: &BTreeSet<ObjectRef>,
) -> Option<Verdict> {
    let at = basis.observation;
    let object = |found: &AnyFound| ObjectRef::new(kind.to_owned(), found.id.clone());
    candidates.sort_by_cached_key(|found| {
        let own = object(found);
        let using = at.using(&own);
        let counts = |seen: &Seen| may_be_ours(seen, basis) && !lost.contains(&seen.object());
        (
            lost.contains(&own),
            !using.iter().any(counts),
            !subtree(&own, at).is_disjoint(lost),
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
        let whole = subtree(&object(loser), at);
        let unused = at.using(&object(loser)).is_empty();
        let won = subtree(&object(&verdict.survivor), at);
        let race = Race {
            whole: &whole,
            won: &won,
            lost,
            times: (loser.created, verdict.survivor.created),
            is_inside_one: !loser.joins.is_empty() && loser.joins == verdict.survivor.joins,
        };
        verdict.discard &= unused || race.is_lost(basis);
        verdict.lost.extend(whole);
    }
    Some(verdict)
}

/// Whether something is ours, as far as the cloud alone says it: every writer sees the same here,
/// whatever its journal knows.
fn may_be_ours(seen: &Seen, basis: Basis<'_>) -> bool {
    let at = basis.observation;
    match &seen.found.owner {
        Owner::Label(_) => at.is_mine(&seen.object()),
        Owner::Unlabelled | Owner::Within | Owner::Part => seen
            .found
            .joins
            .first()
            .is_some_and(|join| at.is_mine(join)),
        Owner::Foreign => false,
    }
}

/// Two networks, or parts of them, that two writers may have made at the same time.
struct Race<'a> {
    /// The one that lost, and all that joins it.
    whole: &'a BTreeSet<ObjectRef>,
    /// The one that won, and all that joins it.
    won: &'a BTreeSet<ObjectRef>,
    /// What has lost before.
    lost: &'a BTreeSet<ObjectRef>,
    /// When the two were made.
    times: (Option<Timestamp>, Option<Timestamp>),
    /// Whether both are inside of the same network, and so have parts of it that lead to either.
    is_inside_one: bool,
}

impl Race<'_> {
    /// Whether the loser may go. Whoever made it may take it away again at once: its journal is the
    /// proof that it made every part. Anybody else may once both networks stand still, so that nobody
    /// is at them any more, if every part is ours by its label, or joins nothing else than ours, and
    /// nothing that stays uses one. What won has to be a network of ours and nothing else.
    fn is_lost(&self, basis: Basis<'_>) -> bool {
        let at = basis.observation;
        let at_once = match self.times {
            (Some(a), Some(b)) => a.duration_since(b).abs() <= AT_ONCE,
            (None, _) | (_, None) => false,
        };
        let made_here = |object: &ObjectRef| at.is_mine(object) && was_made_here(object, basis);
        let given_up = |object: &ObjectRef| {
            at.is_mine(object) && ours_alone(object, basis) && is_still(object, basis)
        };
        at_once
            && self.won.iter().all(|object| ours_alone(object, basis))
            && (self.whole.iter().all(made_here)
                || self.whole.iter().chain(self.won).all(given_up) && !self.serves_what_stays(at))
    }

    /// Whether a part of an object that stays, such as a route of its table, leads to the loser.
    fn serves_what_stays(&self, at: &Observation) -> bool {
        if !self.is_inside_one {
            return false;
        }
        let goes = |whole: &ObjectRef| self.whole.contains(whole) || self.lost.contains(whole);
        let stays = |seen: Seen| {
            let whole = seen.found.joins.first();
            seen.found.owner == Owner::Part && !whole.is_some_and(goes)
        };
        let mut users = self.whole.iter().flat_map(|object| at.using(object));
        users.any(stays)
    }
}

/// Whether everything that joins an object is ours, and joins nothing else than ours.
fn ours_alone(object: &ObjectRef, basis: Basis<'_>) -> bool {
    let at = basis.observation;
    let alone = |seen: &Seen| seen.found.joins.iter().all(|join| at.is_mine(join));
    let joining = at.joining(object);
    let mut all = joining.iter();
    all.all(|seen| may_be_ours(seen, basis) && alone(seen))
}

/// Whether an object was made so long ago that its writer has gone on, or has gone.
fn is_still(object: &ObjectRef, basis: Basis<'_>) -> bool {
    let listing = basis.observation.listing(&object.kind);
    let found = listing.and_then(|listed| listed.by_id(&object.id));
    let created = found.and_then(|found| found.created);
    created.is_none_or(|created| created < basis.still_since)
}

/// Whether the journal says that this process made it: it is journalled as made, or its create is
/// still open, and what came of that is here.
fn was_made_here(object: &ObjectRef, basis: Basis<'_>) -> bool {
    let Basis {
        observation,
        recall,
        ..
    } = basis;
    let mut mine = observation.mine().iter();
    let seen = mine.find(|seen| seen.kind == object.kind && seen.found.id == object.id);
    let is_open = seen.is_some_and(|seen| {
        recall
            .intents
            .iter()
            .any(|(address, intent)| match &seen.found.owner {
                Owner::Label(label) => label.address == *address,
                Owner::Unlabelled | Owner::Within | Owner::Part => intent.kind == seen.kind,
                Owner::Foreign => false,
            })
    });
    is_open || recall.created.contains_key(object)
}

/// An object and all that hangs on it.
fn subtree(of: &ObjectRef, at: &Observation) -> BTreeSet<ObjectRef> {
    let mut whole = BTreeSet::from([of.clone()]);
    let mut open = vec![of.clone()];
    while let Some(object) = open.pop() {
        for seen in at.joining(&object) {
            if whole.insert(seen.object()) {
                open.push(seen.object());
            }
        }
    }
    whole
}
