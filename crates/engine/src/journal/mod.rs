//! The journal: append, load, lease. In memory, in SQLite; one suite holds them all.

mod alive;
mod condense;
mod memory;
mod sqlite;

pub use condense::condense;
pub use memory::MemoryJournal;
pub use sqlite::SqliteJournal;

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use groundwork_model::ClusterKey;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Entry;

/// The proof that a holder has a cluster's lease: a newer one makes it void.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Fence(pub u64);

/// Where entries are kept, and who may add to them.
///
/// # Guarantees
/// What `append` has accepted is there after a crash of the process. Entries of one cluster are
/// loaded in the order of their appends. Of two holders of one cluster at most one can append.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Takes a cluster's lease, or renews it for the same holder. Fails as
    /// [`JournalError::Leased`] while another holds it.
    async fn lease(
        &self,
        cluster: &ClusterKey,
        holder: &str,
        now: Timestamp,
        ttl: Duration,
    ) -> Result<Fence, JournalError>;

    /// Who holds a cluster's lease besides `holder`, and until when unless it is renewed. A journal
    /// that cannot tell says nobody: [`lease`](Self::lease) decides.
    async fn leased(
        &self,
        cluster: &ClusterKey,
        holder: &str,
        now: Timestamp,
    ) -> Result<Option<(String, Timestamp)>, JournalError> {
        let _ = (cluster, holder, now);
        Ok(None)
    }

    /// Ends the use of the journal: what it keeps is whole without this process. Nothing may be
    /// asked of it afterwards.
    async fn close(&self) -> Result<(), JournalError> {
        Ok(())
    }

    /// Gives the lease back. A lease that is lost already is not an error.
    async fn release(&self, cluster: &ClusterKey, fence: Fence) -> Result<(), JournalError>;

    /// Adds entries, all or none, durably. An old fence is refused.
    async fn append(
        &self,
        cluster: &ClusterKey,
        fence: Fence,
        entries: &[Entry],
    ) -> Result<(), JournalError>;

    /// Every entry of a cluster, oldest first.
    async fn load(&self, cluster: &ClusterKey) -> Result<Vec<Entry>, JournalError>;

    /// The same of several clusters, in as few questions as can be; one without entries may be left
    /// out.
    async fn load_all(
        &self,
        clusters: &[ClusterKey],
    ) -> Result<BTreeMap<ClusterKey, Vec<Entry>>, JournalError> {
        let mut all = BTreeMap::new();
        for cluster in clusters {
            all.insert(cluster.clone(), self.load(cluster).await?);
        }
        Ok(all)
    }

    /// The clusters that have entries.
    async fn clusters(&self) -> Result<Vec<ClusterKey>, JournalError>;

    /// Replaces a cluster's entries by fewer that say the same: what [`condense`] keeps.
    async fn compact(
        &self,
        cluster: &ClusterKey,
        fence: Fence,
        entries: &[Entry],
    ) -> Result<(), JournalError>;
}

/// Why the journal did not do it.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another holder has the cluster.
    #[error("the cluster is being worked on by {holder} until {until}")]
    Leased {
        /// Who.
        holder: String,
        /// Until when, unless it renews.
        until: Timestamp,
    },
    /// Another holder has taken the cluster over.
    #[error("the lease was lost: another process has taken this cluster over")]
    Fenced,
    /// It was written by a release that this one does not know.
    #[error(
        "the state was written by a newer release (format {format}); this one reads up to {known}"
    )]
    Newer {
        /// What stands there.
        format: u32,
        /// What this release reads.
        known: u32,
    },
    /// The store failed.
    #[error("the state file cannot be used: {message}")]
    Store {
        /// What it says.
        message: String,
        /// The layer below.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
}
