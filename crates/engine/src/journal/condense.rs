//! A journal that is as long as what it still has to say.

use std::collections::BTreeMap;

use groundwork_provider::ObjectRef;

use crate::{Entry, Fact, Recall, Verb};

/// Fewer entries that recall the same: the last run's frame, what is gone, what exists, the
/// highest intent of each address (closed, if it is), open operations, what is claimed.
///
/// In this order, because what exists or is gone closes what was intended at its address.
pub fn condense(entries: &[Entry]) -> Vec<Entry> {
    let recall = Recall::of(entries);
    let mut kept: Vec<Entry> = last(entries, |fact| matches!(fact, Fact::RunStarted { .. }));
    let counts = |entry: &&Entry| still_counts(entry, &recall);
    let (objects, choices): (Vec<_>, Vec<_>) = entries
        .iter()
        .filter(counts)
        .cloned()
        .partition(|entry| matches!(entry.fact, Fact::Created { .. } | Fact::Deleted { .. }));
    kept.extend(objects);
    for entry in highest_intents(entries, &recall) {
        kept.push(entry.clone());
        kept.extend(closing(entry, &recall));
    }
    kept.extend(choices);
    if recall.finished {
        kept.extend(last(entries, |fact| {
            matches!(fact, Fact::RunFinished { .. })
        }));
    }
    kept
}

fn last(entries: &[Entry], is: impl Fn(&Fact) -> bool) -> Vec<Entry> {
    entries
        .iter()
        .rev()
        .find(|entry| is(&entry.fact))
        .cloned()
        .into_iter()
        .collect()
}

fn highest_intents<'a>(entries: &'a [Entry], recall: &Recall) -> Vec<&'a Entry> {
    let mut intents = BTreeMap::new();
    for entry in entries {
        if let Fact::Intent {
            address,
            incarnation,
            ..
        } = &entry.fact
            && recall.incarnations.get(address) == Some(incarnation)
        {
            intents.insert(address.clone(), entry);
        }
    }
    intents.into_values().collect()
}

/// What closes an intent that is closed; what it became is listed as created.
fn closing(intent: &Entry, recall: &Recall) -> Option<Entry> {
    let Fact::Intent {
        address,
        incarnation,
        ..
    } = &intent.fact
    else {
        return None;
    };
    let fact = Fact::Absent {
        address: address.clone(),
        incarnation: *incarnation,
    };
    (!recall.intents.contains_key(address)).then(|| Entry {
        fact,
        ..intent.clone()
    })
}

fn still_counts(entry: &Entry, recall: &Recall) -> bool {
    match &entry.fact {
        Fact::Created { kind, id, .. } => {
            let object = ObjectRef::new(kind.clone(), id.clone());
            recall.created.contains_key(&object)
        }
        Fact::Deleted { address, id, .. } => {
            let last = recall.gone.get(address);
            last.is_some_and(|gone| gone.id == *id && gone.at == entry.at)
        }
        Fact::Pending {
            address, operation, ..
        } => recall
            .operations
            .get(address)
            .is_some_and(|open| operation.as_ref() == Some(&open.operation)),
        Fact::Claimed {
            address,
            pool,
            value,
        } => {
            recall
                .claims
                .get(pool)
                .and_then(|claims| claims.0.get(address))
                == Some(value)
        }
        Fact::Began {
            kind,
            id,
            what: Verb::Delete,
            ..
        } => {
            let object = ObjectRef::new(kind.clone(), id.clone());
            recall.leaving.contains(&object)
        }
        Fact::RunStarted { .. }
        | Fact::Intent { .. }
        | Fact::Began { .. }
        | Fact::Retrying { .. }
        | Fact::Absent { .. }
        | Fact::Updated { .. }
        | Fact::Failed { .. }
        | Fact::Skipped { .. }
        | Fact::RunFinished { .. } => false,
    }
}
