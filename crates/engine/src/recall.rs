//! What a cluster's journal still has to say: the fold over its entries.

use std::collections::{BTreeMap, BTreeSet};

use groundwork_model::{Address, RunId};
use groundwork_provider::{Account, Claims, Found, Goal, Key, ObjectRef, Operation};
use jiff::Timestamp;

use crate::{Entry, Fact, Finish, Said, entry::Verb};

/// What the journal remembers of a cluster. Of it only open intents, open operations and ids
/// younger than the settle window count; otherwise the cloud wins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recall {
    /// The account that the cluster was last applied to; `None` for a cluster never seen.
    pub account: Option<Account>,
    /// The cluster's name.
    pub name: Option<String>,
    /// The last run.
    pub last_run: Option<RunId>,
    /// Creates whose outcome is not journalled.
    pub intents: BTreeMap<Address, Intent>,
    /// Operations that the cloud had not finished.
    pub operations: BTreeMap<Address, OpenOperation>,
    /// What we made, until its removal or that of its whole is journalled.
    pub created: BTreeMap<ObjectRef, Made>,
    /// Deletes that were sent, and whose outcome is not journalled.
    pub leaving: BTreeSet<ObjectRef>,
    /// What we removed last at each address: a document may still name it.
    pub gone: BTreeMap<Address, Gone>,
    /// The highest incarnation used, by address.
    pub incarnations: BTreeMap<Address, u32>,
    /// Choices, by pool.
    pub claims: BTreeMap<String, Claims>,
    /// What the document of the last apply said that a later one is held against.
    pub said: Option<Said>,
    /// Whether the last run came to an end.
    pub finished: bool,
    /// Whether the last run removed everything: nothing binds the cluster to its account.
    pub destroyed: bool,
    goal: Option<Goal>,
}

/// A create whose outcome is not journalled.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    /// Of what kind.
    pub kind: String,
    /// The label's incarnation.
    pub incarnation: u32,
    /// The natural key of an object that carries no label.
    pub natural: Option<String>,
    /// When it was last sent.
    pub sent: Timestamp,
}

/// An operation that the cloud had not finished.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenOperation {
    /// Of what kind.
    pub kind: String,
    /// What was done.
    pub what: Verb,
    /// What to ask about.
    pub operation: Operation,
}

/// An object that we made.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// As which node.
    pub address: Address,
    /// When.
    pub at: Timestamp,
}

/// An object that we removed.
#[derive(Clone, Debug, PartialEq)]
pub struct Gone {
    /// Of what kind.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// When.
    pub at: Timestamp,
}

impl Recall {
    /// Folds a journal, oldest entry first.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut recall = Self::default();
        entries.into_iter().for_each(|entry| recall.take(entry));
        recall
    }

    /// Whether this journal has ever seen the cluster.
    pub fn is_known(&self) -> bool {
        self.account.is_some()
    }

    /// Whether an object was ours: made by us, or removed by us at that address.
    pub fn was_ours(&self, address: &Address, object: &ObjectRef) -> bool {
        let gone = self.gone.get(address);
        self.created.contains_key(object)
            || gone.is_some_and(|gone| gone.id == object.id && gone.kind == object.kind)
    }

    /// Whether this journal made an object that carries no label: its creation is journalled, or a
    /// create of ours at its place is still open.
    pub fn made<S: ?Sized>(&self, kind: &str, found: &Found<S>) -> bool {
        let object = ObjectRef::new(kind.to_owned(), found.id.clone());
        let came_of = |intent: &Intent| match (&found.key, &intent.natural) {
            (Key::Natural(key), Some(natural)) => intent.kind == kind && key == natural,
            (Key::Label { .. } | Key::Id(_), _) | (Key::Natural(_), None) => false,
        };
        self.created.contains_key(&object) || self.intents.values().any(came_of)
    }

    /// Takes one more entry in.
    pub fn take(&mut self, entry: &Entry) {
        let at = entry.at;
        match entry.fact.clone() {
            Fact::RunStarted {
                account,
                name,
                goal,
                said,
                ..
            } => {
                self.said = said.or(self.said.take());
                self.last_run = Some(entry.run.clone());
                self.account = Some(account);
                self.name = Some(name);
                self.goal = Some(goal);
                (self.finished, self.destroyed) = (false, false);
            }
            Fact::Intent {
                address,
                kind,
                incarnation,
                token: _,
                natural,
            } => {
                let highest = self.incarnations.entry(address.clone()).or_default();
                *highest = incarnation.max(*highest);
                self.operations.remove(&address);
                self.intents.insert(
                    address,
                    Intent {
                        kind,
                        incarnation,
                        natural,
                        sent: at,
                    },
                );
            }
            Fact::Pending {
                address,
                kind,
                what,
                operation: Some(operation),
            } => {
                self.operations.insert(
                    address,
                    OpenOperation {
                        kind,
                        what,
                        operation,
                    },
                );
            }
            Fact::Claimed {
                address,
                pool,
                value,
            } => {
                self.claims
                    .entry(pool)
                    .or_default()
                    .0
                    .insert(address, value);
            }
            Fact::Created {
                address,
                kind,
                id,
                incarnation: _,
            } => {
                self.close(&address);
                self.gone
                    .retain(|_, gone| gone.id != id || gone.kind != kind);
                let object = ObjectRef::new(kind, id);
                self.leaving.remove(&object);
                self.created.insert(object, Made { address, at });
            }
            Fact::Absent { address, .. } | Fact::Updated { address, .. } => self.close(&address),
            Fact::Deleted { address, kind, id } => {
                self.close(&address);
                // Its parts went with it, and no entry says so. Of which kind they are, no id says.
                let part = format!("{id}/");
                let went = |made: &ObjectRef| {
                    made.id == id && made.kind == kind || made.id.starts_with(&part)
                };
                self.created.retain(|made, _| !went(made));
                self.leaving.retain(|made| !went(made));
                // A duplicate that goes takes nothing from the one that stays.
                if !self.created.values().any(|made| made.address == address) {
                    self.unclaim(&address);
                }
                self.gone.insert(address, Gone { kind, id, at });
            }
            Fact::Failed {
                address,
                open: false,
                ..
            } => self.close(&address),
            Fact::RunFinished { outcome } => {
                self.finished = true;
                self.destroyed = outcome == Finish::Done && self.goal == Some(Goal::Destroy);
                if self.destroyed {
                    // What somebody else deleted has no entry that says so.
                    self.created.clear();
                    self.leaving.clear();
                }
            }
            Fact::Began {
                kind,
                id,
                what: Verb::Delete,
                ..
            } => {
                self.leaving.insert(ObjectRef::new(kind, id));
            }
            Fact::Pending {
                operation: None, ..
            }
            | Fact::Began { .. }
            | Fact::Retrying { .. }
            | Fact::Failed { open: true, .. }
            | Fact::Skipped { .. } => {}
        }
    }

    fn close(&mut self, address: &Address) {
        self.intents.remove(address);
        self.operations.remove(address);
    }

    fn unclaim(&mut self, address: &Address) {
        self.claims.retain(|_, claims| {
            claims.0.remove(address);
            !claims.0.is_empty()
        });
    }
}
