//! What several wait for is asked about by one listing.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use groundwork_provider::Result;
use jiff::{SignedDuration, Timestamp};

/// An answer that was asked for so recently does for others who wait as well: nobody polls faster.
const FRESH: Duration = Duration::from_millis(200);
/// Who has not asked for so long does not wait any more.
const PATIENCE: Duration = Duration::from_secs(15);
/// Ids that one listing is asked for: a filter takes so many values.
const IDS_MAX: usize = 200;

/// Objects of one kind that somebody waits for.
#[derive(Debug)]
pub(crate) struct Waiting<S> {
    /// One listing at a time: who comes meanwhile is asked about by the next one.
    turn: tokio::sync::Mutex<()>,
    waiters: Mutex<BTreeMap<String, Waiter<S>>>,
}

#[derive(Debug)]
struct Waiter<S> {
    /// Since when. What was asked before is about what it was then.
    since: Timestamp,
    asked: Timestamp,
    /// What the last listing said, and when it was asked for.
    told: Option<(Timestamp, Option<S>)>,
}

impl<S> Default for Waiting<S> {
    fn default() -> Self {
        Self {
            turn: tokio::sync::Mutex::default(),
            waiters: Mutex::default(),
        }
    }
}

impl<S: Clone> Waiting<S> {
    /// The object with this id; `None` where it is not listed. `begins` says that this is the first
    /// question of a wait. `list` lists the objects with some ids, and is called only where no other
    /// answer is fresh enough.
    pub(crate) async fn ask<L>(
        &self,
        id: &str,
        begins: bool,
        now: impl Fn() -> Timestamp,
        id_of: impl Fn(&S) -> String,
        list: impl FnOnce(Vec<String>) -> L,
    ) -> Result<Option<S>>
    where
        L: Future<Output = Result<Vec<S>>>,
    {
        self.register(id, begins, now());
        let _turn = self.turn.lock().await;
        let sent = now();
        if let Some(told) = self.fresh(id, sent) {
            return Ok(told);
        }
        let ids = self.ids(id, sent);
        let listed = list(ids.clone()).await?;
        let mut waiters = self.waiters();
        for of in &ids {
            let state = listed.iter().find(|state| id_of(state) == *of).cloned();
            if let Some(waiter) = waiters.get_mut(of) {
                waiter.told = Some((sent, state));
            }
        }
        Ok(listed.into_iter().find(|state| id_of(state) == id))
    }

    fn waiters(&self) -> MutexGuard<'_, BTreeMap<String, Waiter<S>>> {
        self.waiters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn register(&self, id: &str, begins: bool, now: Timestamp) {
        let mut waiters = self.waiters();
        let waiter = waiters.entry(id.to_owned()).or_insert(Waiter {
            since: now,
            asked: now,
            told: None,
        });
        waiter.asked = now;
        if begins {
            waiter.since = now;
        }
    }

    fn fresh(&self, id: &str, now: Timestamp) -> Option<Option<S>> {
        let waiters = self.waiters();
        let waiter = waiters.get(id)?;
        let (sent, told) = waiter.told.as_ref()?;
        let is_fresh = *sent > waiter.since && is_within(*sent, now, FRESH);
        is_fresh.then(|| told.clone())
    }

    /// This one and all others that somebody waits for; who has given up is forgotten.
    fn ids(&self, id: &str, now: Timestamp) -> Vec<String> {
        let mut waiters = self.waiters();
        waiters.retain(|_, waiter| is_within(waiter.asked, now, PATIENCE));
        let others = waiters.keys().filter(|other| *other != id);
        let own = std::iter::once(id.to_owned());
        own.chain(others.cloned()).take(IDS_MAX).collect()
    }
}

fn is_within(then: Timestamp, now: Timestamp, span: Duration) -> bool {
    let span = SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX);
    now.duration_since(then) < span
}

#[cfg(test)]
mod tests {
    use std::{
        cell::{Cell, RefCell},
        sync::atomic::{AtomicI64, Ordering},
    };

    use super::*;

    #[derive(Default)]
    struct Cloud {
        waiting: Waiting<String>,
        now: AtomicI64,
        listings: RefCell<Vec<Vec<String>>>,
        hides: Cell<bool>,
    }

    impl Cloud {
        async fn ask(&self, id: &str) -> Option<String> {
            self.asked(id, false).await
        }

        async fn asked(&self, id: &str, begins: bool) -> Option<String> {
            let now = || Timestamp::from_millisecond(self.now.load(Ordering::Relaxed)).unwrap();
            let list = async |mut ids: Vec<String>| {
                tokio::task::yield_now().await;
                self.wait(10);
                self.listings.borrow_mut().push(ids.clone());
                ids.retain(|_| !self.hides.get());
                Ok(ids)
            };
            let asked = self.waiting.ask(id, begins, now, String::clone, list);
            asked.await.unwrap()
        }

        fn wait(&self, millis: i64) {
            self.now.fetch_add(millis, Ordering::Relaxed);
        }
    }

    #[tokio::test]
    async fn three_who_wait_are_asked_about_together() {
        let cloud = Cloud::default();
        let told = tokio::join!(cloud.ask("a"), cloud.ask("b"), cloud.ask("c"));
        assert_eq!(told.2.as_deref(), Some("c"));
        assert_eq!(
            *cloud.listings.borrow(),
            [["a"].to_vec(), ["b", "a", "c"].to_vec()]
        );
        cloud.wait(400);
        cloud.ask("a").await;
        cloud.wait(100);
        assert_eq!(cloud.ask("c").await.as_deref(), Some("c"));
        assert_eq!(cloud.listings.borrow().len(), 3, "100 ms later, that does");
        cloud.wait(100);
        cloud.ask("b").await;
        assert_eq!(cloud.listings.borrow().len(), 4);
    }

    /// What was asked before a change is about what was there before it.
    #[tokio::test]
    async fn another_wait_begins_with_a_question_of_its_own() {
        let cloud = Cloud::default();
        cloud.ask("a").await;
        cloud.ask("a").await;
        let asked = cloud.listings.borrow().len();
        cloud.asked("a", true).await;
        assert_eq!(cloud.listings.borrow().len(), asked + 1);
    }

    #[tokio::test]
    async fn who_has_given_up_is_not_asked_about() {
        let cloud = Cloud::default();
        cloud.ask("a").await;
        cloud.wait(20_000);
        cloud.ask("b").await;
        assert_eq!(cloud.listings.borrow()[1], ["b"]);
    }

    #[tokio::test]
    async fn what_is_not_listed_is_nothing() {
        let cloud = Cloud::default();
        cloud.hides.set(true);
        assert_eq!(cloud.ask("a").await, None);
    }
}
