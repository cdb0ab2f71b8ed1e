//! Sessions, and what lives as long as they do.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// Which of the two doors a session has come in by: what opens one does not open the other.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Door {
    Rest,
    Soap,
}

/// Somebody who has logged in.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) door: Door,
    pub(crate) user: String,
    /// How vCenter calls it; what the client shows is another text.
    pub(crate) key: String,
    pub(crate) began: Duration,
    pub(crate) active: Duration,
    pub(crate) views: BTreeMap<String, View>,
    /// By token: what is still to come.
    pub(crate) pages: BTreeMap<String, Pages>,
}

/// The rest of a listing.
#[derive(Clone, Debug)]
pub(crate) struct Pages {
    /// The objects, as they were when they were asked for.
    pub(crate) objects: VecDeque<String>,
    /// How many of them a page has.
    pub(crate) most: usize,
    /// What the listing is called.
    pub(crate) operation: String,
}

/// A container view: what is in a place.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) container: String,
    pub(crate) types: Vec<String>,
    pub(crate) is_recursive: bool,
}

/// Every session, by what its client shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sessions {
    pub(crate) open: BTreeMap<String, Session>,
    numbered: u64,
}

impl Sessions {
    /// A text that no other session, view or page has.
    pub(crate) fn fresh(&mut self, seed: u64) -> String {
        self.numbered += 1;
        let number = (seed ^ 0x52).wrapping_mul(0x9e37_79b9) & 0xffff_ffff;
        format!(
            "52{:06x}-{:04x}-4000-8000-{:012x}",
            number >> 8,
            number & 0xffff,
            self.numbered
        )
    }

    pub(crate) fn begin(&mut self, door: Door, user: &str, now: Duration, seed: u64) -> String {
        let (shown, key) = (self.fresh(seed), self.fresh(seed));
        let session = Session {
            door,
            user: user.to_owned(),
            key,
            began: now,
            active: now,
            views: BTreeMap::new(),
            pages: BTreeMap::new(),
        };
        self.open.insert(shown.clone(), session);
        shown
    }

    /// The session that a client shows, which lives on from now.
    pub(crate) fn touch(&mut self, shown: &str, door: Door, now: Duration) -> Option<&mut Session> {
        let session = self.open.get_mut(shown)?;
        session.active = now;
        (session.door == door).then_some(session)
    }

    /// Ends those that nobody has used for so long.
    pub(crate) fn expire(&mut self, now: Duration, timeout: Duration) {
        let lives = |session: &Session| now.saturating_sub(session.active) < timeout;
        self.open.retain(|_, session| lives(session));
    }
}
