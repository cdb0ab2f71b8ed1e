//! Replies that go on: a cloud tells what changes as long as somebody reads it.

use std::time::Duration;

use bytes::Bytes;

use crate::cloud::Request;

/// Where a reply is that goes on. A cloud puts it among the extensions of the response that begins it, and
/// whoever serves the response asks [`Mock::follow`](crate::Mock::follow) again and again for the rest.
#[derive(Clone, Debug)]
pub struct Follow {
    /// What was asked.
    pub request: Request,
    /// When the reply began.
    pub opened: Duration,
    /// When it was looked for more, the last time.
    pub looked: Duration,
    /// A number of the cloud's own: up to where everything was told.
    pub at: u64,
}

impl Follow {
    /// The beginning of one.
    pub fn new(request: Request, now: Duration, at: u64) -> Self {
        Self {
            request,
            opened: now,
            looked: now,
            at,
        }
    }
}

/// What comes next of a reply that goes on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Next {
    /// More of the body.
    Part(Bytes),
    /// Nothing yet.
    Nothing,
    /// The body has come to its end.
    End,
    /// The connection breaks.
    Broken,
}

/// How often it is asked, in the mock's time.
pub const GLANCE: Duration = Duration::from_millis(50);
