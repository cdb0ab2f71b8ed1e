//! Choices that must not collide, journalled before they are used.

use std::collections::BTreeMap;

use async_trait::async_trait;
use groundwork_model::Address;
use groundwork_provider::{ClaimBook, Claims, Error, ErrorKind, Result};
use tokio::sync::Mutex;

use crate::{Entry, Fact, Fence, Journal, Recall, Whose};

/// The claims of one run. One claim is made at a time, so that two nodes cannot pick the same.
pub(crate) struct JournalClaims<'a> {
    journal: &'a dyn Journal,
    whose: Whose<'a>,
    fence: Fence,
    template: Entry,
    clock: &'a dyn groundwork_provider::Clock,
    pools: Mutex<BTreeMap<String, Claims>>,
    made: Mutex<Vec<Entry>>,
}

impl<'a> JournalClaims<'a> {
    /// The claims that the journal remembers. Entries are made after the template's run.
    pub(crate) fn new(
        journal: &'a dyn Journal,
        whose: Whose<'a>,
        fence: Fence,
        template: Entry,
        clock: &'a dyn groundwork_provider::Clock,
        recall: &Recall,
    ) -> Self {
        let pools = Mutex::new(recall.claims.clone());
        Self {
            journal,
            whose,
            fence,
            template,
            clock,
            pools,
            made: Mutex::default(),
        }
    }

    /// The entries made since the last time.
    pub(crate) async fn entries(&self) -> Vec<Entry> {
        std::mem::take(&mut *self.made.lock().await)
    }
}

#[async_trait]
impl ClaimBook for JournalClaims<'_> {
    async fn claim(
        &self,
        pool: &str,
        address: &Address,
        pick: &mut (dyn for<'c> FnMut(&'c Claims) -> Result<String> + Send),
    ) -> Result<String> {
        let mut pools = self.pools.lock().await;
        let claims = pools.entry(pool.to_owned()).or_default();
        let value = pick(claims)?;
        if claims.0.get(address) == Some(&value) {
            return Ok(value);
        }
        let fact = Fact::Claimed {
            address: address.clone(),
            pool: pool.to_owned(),
            value: value.clone(),
        };
        let entry = Entry {
            at: self.clock.now(),
            fact,
            ..self.template.clone()
        };
        self.journal
            .append(self.whose.cluster, self.fence, std::slice::from_ref(&entry))
            .await
            .map_err(|why| {
                Error::new(ErrorKind::Unavailable, "journal a claim", why.to_string())
            })?;
        claims.0.insert(address.clone(), value.clone());
        self.made.lock().await.push(entry);
        Ok(value)
    }
}
