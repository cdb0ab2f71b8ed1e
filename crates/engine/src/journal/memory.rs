//! A journal that lives as long as its process: tests, the demo, a dry service.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use groundwork_model::ClusterKey;
use jiff::Timestamp;

use super::{Fence, Journal, JournalError};
use crate::Entry;

/// A journal in memory.
#[derive(Debug, Default)]
pub struct MemoryJournal(Mutex<BTreeMap<ClusterKey, Book>>);

#[derive(Debug, Default)]
struct Book {
    fence: u64,
    lease: Option<(String, Timestamp)>,
    entries: Vec<Entry>,
}

impl MemoryJournal {
    fn books(&self) -> MutexGuard<'_, BTreeMap<ClusterKey, Book>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn check(&self, fence: Fence) -> Result<(), JournalError> {
        if self.fence == fence.0 && self.lease.is_some() {
            Ok(())
        } else {
            Err(JournalError::Fenced)
        }
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn lease(
        &self,
        cluster: &ClusterKey,
        holder: &str,
        now: Timestamp,
        ttl: Duration,
    ) -> Result<Fence, JournalError> {
        let mut books = self.books();
        let book = books.entry(cluster.clone()).or_default();
        match &book.lease {
            Some((other, until)) if other != holder && *until > now => {
                return Err(JournalError::Leased {
                    holder: other.clone(),
                    until: *until,
                });
            }
            Some((same, _)) if same == holder => {}
            Some(_) | None => book.fence += 1,
        }
        book.lease = Some((holder.to_owned(), now + ttl));
        Ok(Fence(book.fence))
    }

    async fn leased(
        &self,
        cluster: &ClusterKey,
        holder: &str,
        now: Timestamp,
    ) -> Result<Option<(String, Timestamp)>, JournalError> {
        let books = self.books();
        let lease = books.get(cluster).and_then(|book| book.lease.clone());
        Ok(lease.filter(|(other, until)| other != holder && *until > now))
    }

    async fn release(&self, cluster: &ClusterKey, fence: Fence) -> Result<(), JournalError> {
        if let Some(book) = self.books().get_mut(cluster)
            && book.fence == fence.0
        {
            book.lease = None;
        }
        Ok(())
    }

    async fn append(
        &self,
        cluster: &ClusterKey,
        fence: Fence,
        entries: &[Entry],
    ) -> Result<(), JournalError> {
        let mut books = self.books();
        let book = books.entry(cluster.clone()).or_default();
        book.check(fence)?;
        book.entries.extend_from_slice(entries);
        Ok(())
    }

    async fn load(&self, cluster: &ClusterKey) -> Result<Vec<Entry>, JournalError> {
        Ok(self
            .books()
            .get(cluster)
            .map(|book| book.entries.clone())
            .unwrap_or_default())
    }

    async fn clusters(&self) -> Result<Vec<ClusterKey>, JournalError> {
        let books = self.books();
        Ok(books
            .iter()
            .filter(|(_, b)| !b.entries.is_empty())
            .map(|(key, _)| key.clone())
            .collect())
    }

    async fn compact(
        &self,
        cluster: &ClusterKey,
        fence: Fence,
        entries: &[Entry],
    ) -> Result<(), JournalError> {
        let mut books = self.books();
        let book = books.entry(cluster.clone()).or_default();
        book.check(fence)?;
        book.entries = entries.to_vec();
        Ok(())
    }
}
