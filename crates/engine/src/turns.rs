//! One run of a cluster at a time within a process: a lease tells processes apart, not tasks.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use groundwork_model::ClusterKey;

/// The clusters that this process is working on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turns(Arc<Mutex<BTreeSet<ClusterKey>>>);

/// The right to work on a cluster, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    turns: Turns,
    cluster: ClusterKey,
}

impl Turns {
    /// The turn of a cluster, unless somebody has it.
    pub(crate) fn take(&self, cluster: &ClusterKey) -> Option<Turn> {
        let (turns, cluster) = (self.clone(), cluster.clone());
        let free = self.clusters().insert(cluster.clone());
        free.then_some(Turn { turns, cluster })
    }

    fn clusters(&self) -> MutexGuard<'_, BTreeSet<ClusterKey>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.clusters().remove(&self.cluster);
    }
}
