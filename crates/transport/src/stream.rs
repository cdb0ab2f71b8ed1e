//! Replies whose body comes little by little, for as long as the server has something to say.

use async_trait::async_trait;
use bytes::Bytes;

use crate::Failure;

/// The body of a reply, part by part. A part begins and ends anywhere.
#[async_trait]
pub trait Stream: Send {
    /// The next part; `None` where the body has come to its end.
    ///
    /// # Errors
    /// The connection broke, or the call took longer than it may.
    async fn part(&mut self) -> Result<Option<Bytes>, Failure>;
}

/// A body that came whole.
pub(crate) struct Whole(pub(crate) Option<Bytes>);

#[async_trait]
impl Stream for Whole {
    async fn part(&mut self) -> Result<Option<Bytes>, Failure> {
        Ok(self.0.take())
    }
}
