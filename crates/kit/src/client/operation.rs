//! Long operations: where they are asked about, and when.

use std::time::Duration;

use groundwork_provider::{Error, ErrorKind, Operation, Progress, Result};
use groundwork_transport::retry_after;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Authenticate, Call, Client};

/// Something that is asked about until it is done. Journalled as an [`Operation`], so that another
/// process can go on asking.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Pending<W = ()> {
    /// Where to ask: a path below the base, or an address that the cloud gave, which may be signed.
    pub at: String,
    /// What the answer is about, for a driver that waits for several things.
    pub what: W,
}

/// What the cloud answered.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    /// The reply.
    pub reply: T,
    /// How long to wait before the next question.
    pub poll_after: Duration,
}

/// The pause where the cloud names none.
const POLL_AFTER: Duration = Duration::from_secs(1);
/// The longest pause: a cloud that names a longer one is asked sooner.
const POLL_AFTER_MAX: Duration = Duration::from_secs(300);

impl<W: DeserializeOwned + Serialize> Pending<W> {
    /// As the engine journals it.
    ///
    /// # Panics
    /// Where `what` is not plain data.
    pub fn operation(&self) -> Operation {
        Operation(serde_json::to_value(self).expect("what is waited for is plain data"))
    }

    /// The progress of what has been asked for: it is asked about after a pause.
    pub fn after<S>(&self, pause: Duration) -> Progress<S> {
        Progress::Pending {
            operation: self.operation(),
            poll_after: pause.min(POLL_AFTER_MAX),
        }
    }

    /// Reads it from the journal.
    ///
    /// # Errors
    /// `Unexpected` where the journal holds something else: an operation of another version.
    pub fn read(operation: &Operation) -> Result<Self> {
        Self::deserialize(&operation.0)
            .map_err(|why| Error::new(ErrorKind::Unexpected, "poll", why.to_string()))
    }
}

impl<A: Authenticate> Client<A> {
    /// Asks once about something long. The pause is the server's (`Retry-After`), else a second.
    ///
    /// # Errors
    /// `Conflict` where the cloud has forgotten the operation: the engine looks again.
    pub async fn ask<T: DeserializeOwned>(&self, at: &str) -> Result<Answer<T>> {
        self.ask_by(&Call::to(at)).await
    }

    /// The same by another call than a `GET`.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn ask_by<T: DeserializeOwned>(&self, call: &Call) -> Result<Answer<T>> {
        let Some(reply) = self.accepted_if_any(call).await? else {
            let message = "the cloud has forgotten the operation";
            return Err(Error::new(ErrorKind::Conflict, call.operation(), message));
        };
        let pause = retry_after(reply.headers(), self.wire.clock().now());
        Ok(Answer {
            reply: self.content(call, &reply)?,
            poll_after: pause.unwrap_or(POLL_AFTER).min(POLL_AFTER_MAX),
        })
    }
}
