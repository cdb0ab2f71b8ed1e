//! A journal whose process dies at a chosen entry.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use groundwork_engine::{Entry, Fence, Journal, JournalError};
use groundwork_model::ClusterKey;
use jiff::Timestamp;

/// When the process dies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Death {
    /// Right after the n-th append, from 1, is on the disk.
    After(usize),
    /// Instead of the n-th append: what was sent before it has happened, and nobody wrote it down.
    Before(usize),
    /// Not.
    Never,
}

/// A journal whose process dies: from then on nothing is written or answered any more. The
/// journal under it is what the next process finds.
pub struct Dying {
    under: Arc<dyn Journal>,
    death: Death,
    appends: AtomicUsize,
}

impl Dying {
    /// A process over a journal.
    pub fn new(under: Arc<dyn Journal>, death: Death) -> Self {
        Self {
            under,
            death,
            appends: AtomicUsize::new(0),
        }
    }

    /// How many appends there were.
    pub fn appends(&self) -> usize {
        self.appends.load(Ordering::SeqCst)
    }

    /// Whether the process has died.
    pub fn is_dead(&self) -> bool {
        let appends = self.appends();
        match self.death {
            Death::After(nth) | Death::Before(nth) => appends >= nth,
            Death::Never => false,
        }
    }

    fn alive(&self) -> Result<(), JournalError> {
        if self.is_dead() { Err(dead()) } else { Ok(()) }
    }
}

fn dead() -> JournalError {
    JournalError::Store {
        message: "the process is dead".to_owned(),
        source: None,
    }
}

#[async_trait]
impl Journal for Dying {
    async fn lease(
        &self,
        cluster: &ClusterKey,
        holder: &str,
        now: Timestamp,
        ttl: Duration,
    ) -> Result<Fence, JournalError> {
        self.alive()?;
        self.under.lease(cluster, holder, now, ttl).await
    }

    async fn release(&self, cluster: &ClusterKey, fence: Fence) -> Result<(), JournalError> {
        self.alive()?;
        self.under.release(cluster, fence).await
    }

    async fn append(
        &self,
        cluster: &ClusterKey,
        fence: Fence,
        entries: &[Entry],
    ) -> Result<(), JournalError> {
        self.alive()?;
        let nth = self.appends.fetch_add(1, Ordering::SeqCst) + 1;
        if self.death != Death::Before(nth) {
            self.under.append(cluster, fence, entries).await?;
        }
        self.alive()
    }

    async fn load(&self, cluster: &ClusterKey) -> Result<Vec<Entry>, JournalError> {
        self.alive()?;
        self.under.load(cluster).await
    }

    async fn clusters(&self) -> Result<Vec<ClusterKey>, JournalError> {
        self.alive()?;
        self.under.clusters().await
    }

    async fn compact(
        &self,
        cluster: &ClusterKey,
        fence: Fence,
        entries: &[Entry],
    ) -> Result<(), JournalError> {
        self.alive()?;
        self.under.compact(cluster, fence, entries).await
    }
}
