//! Tags that were asked for without an answer. Nobody has attached them yet, so that only a question about
//! their whole category shows whether they were made.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::tagging::TagState;

/// The tags, each by its category and its name.
#[derive(Debug, Default)]
pub(crate) struct Unanswered(Mutex<BTreeSet<(String, String)>>);

impl Unanswered {
    /// One is about to be asked for.
    pub(crate) fn add(&self, tag: &TagState) {
        self.tags().insert(key(tag));
    }

    /// There is an answer.
    pub(crate) fn remove(&self, tag: &TagState) {
        self.tags().remove(&key(tag));
    }

    /// The categories that they are in.
    pub(crate) fn categories(&self) -> BTreeSet<String> {
        let tags = self.tags();
        tags.iter().map(|(category, _)| category.clone()).collect()
    }

    fn tags(&self) -> MutexGuard<'_, BTreeSet<(String, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(tag: &TagState) -> (String, String) {
    (tag.category_id.clone(), tag.name.clone())
}
