//! What has changed, and when: revisions, as etcd counts them, and what a watch or a listing that goes on reads.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use mock_cloud::{Object, Store};

/// One change.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) revision: u64,
    at: Duration,
    pub(crate) resource: String,
    id: String,
    pub(crate) before: Option<Version>,
    pub(crate) after: Option<Version>,
}

/// An object as it was from a revision on.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) revision: u64,
    pub(crate) object: Arc<Object>,
}

/// Every object with its revision, and the changes that are kept.
#[derive(Clone, Debug)]
pub(crate) struct History {
    revision: u64,
    /// Changes up to this one are not told any more.
    compacted: u64,
    /// The number of the store's state that was looked at last.
    seen: u64,
    now: BTreeMap<String, BTreeMap<String, Version>>,
    changes: VecDeque<Change>,
}

impl History {
    /// Of a cluster that has nothing. The API server itself has written some things by then.
    pub(crate) fn new() -> Self {
        Self {
            revision: 100,
            compacted: 0,
            seen: u64::MAX,
            now: BTreeMap::new(),
            changes: VecDeque::new(),
        }
    }

    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    pub(crate) fn compacted(&self) -> u64 {
        self.compacted
    }

    /// Notes what has changed in the store, and forgets what is older than `kept`.
    pub(crate) fn catch_up(&mut self, store: &Store, at: Duration, kept: Duration) {
        while let Some(oldest) = self.changes.front()
            && at.saturating_sub(oldest.at) > kept
        {
            self.compacted = oldest.revision;
            self.changes.pop_front();
        }
        if self.seen == store.changes() {
            return;
        }
        self.seen = store.changes();
        let gone = self.gone(store);
        for (resource, id) in gone {
            self.note(at, &resource, &id, None);
        }
        let fresh = store.all().filter(|object| {
            let known = self.version(&object.kind, &object.id);
            known.is_none_or(|known| !Arc::ptr_eq(&known.object, object))
        });
        for object in fresh.cloned().collect::<Vec<_>>() {
            self.note(at, &object.kind, &object.id, Some(&object));
        }
    }

    /// The watch cache begins with what is there now, as after a restart.
    pub(crate) fn compact(&mut self) {
        self.compacted = self.revision;
    }

    /// An object as it is now.
    pub(crate) fn version(&self, resource: &str, id: &str) -> Option<&Version> {
        self.now.get(resource)?.get(id)
    }

    /// A collection as it was at a revision, in the order of its ids.
    pub(crate) fn list(&self, resource: &str, revision: u64) -> BTreeMap<&str, &Version> {
        let now = self.now.get(resource).into_iter().flatten();
        let mut all: BTreeMap<&str, &Version> = now.map(|(id, one)| (id.as_str(), one)).collect();
        for change in self
            .changes
            .iter()
            .rev()
            .filter(|one| one.resource == resource)
        {
            if change.revision <= revision {
                break;
            }
            match &change.before {
                Some(before) => all.insert(&change.id, before),
                None => all.remove(change.id.as_str()),
            };
        }
        all
    }

    /// The changes of a collection after a revision.
    pub(crate) fn since(&self, resource: &str, revision: u64) -> impl Iterator<Item = &Change> {
        let changes = self.changes.iter();
        changes.filter(move |one| one.resource == resource && one.revision > revision)
    }

    fn gone(&self, store: &Store) -> Vec<(String, String)> {
        let all = self.now.iter().flat_map(|(resource, all)| {
            let ids = all.keys();
            ids.map(move |id| (resource.clone(), id.clone()))
        });
        all.filter(|(resource, id)| store.find(resource, id).is_none())
            .collect()
    }

    fn note(&mut self, at: Duration, resource: &str, id: &str, object: Option<&Arc<Object>>) {
        self.revision += 1;
        let all = self.now.entry(resource.to_owned()).or_default();
        let after = object.map(|object| Version {
            revision: self.revision,
            object: object.clone(),
        });
        let before = match &after {
            Some(after) => all.insert(id.to_owned(), after.clone()),
            None => all.remove(id),
        };
        self.changes.push_back(Change {
            revision: self.revision,
            at,
            resource: resource.to_owned(),
            id: id.to_owned(),
            before,
            after,
        });
    }
}
