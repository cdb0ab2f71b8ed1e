//! Replies in lines, read while they come: a server that tells what changes writes one line for each change.

use bytes::{Buf, Bytes, BytesMut};
use groundwork_provider::{Error, Result};
use groundwork_transport::Stream;
use http::StatusCode;

use super::{Authenticate, Call, Client, Reply, Wire};

/// The longest line that is kept. Kubernetes stores no object of more than 1.5 MiB.
const LINE_MAX: usize = 8 << 20;
/// What is read of a reply that refuses.
const REFUSAL_MAX: usize = 64 << 10;

/// The lines of a reply, as they come.
pub struct Lines<'a> {
    wire: &'a Wire,
    operation: String,
    body: Box<dyn Stream>,
    /// What has come of lines that nobody took yet.
    held: BytesMut,
    /// How much of it is known to have no end of a line.
    searched: usize,
}

impl<A: Authenticate> Client<A> {
    /// Makes a call, and reads the lines of its reply as they come; `None` for a reply with the status
    /// `gone`.
    ///
    /// # Errors
    /// There is no reply, or it refuses.
    pub async fn lines_unless(&self, call: &Call, gone: StatusCode) -> Result<Option<Lines<'_>>> {
        let operation = call.operation();
        let (parts, body) = self.open(call).await?.into_parts();
        let mut lines = Lines {
            wire: &self.wire,
            operation,
            body,
            held: BytesMut::new(),
            searched: 0,
        };
        if parts.status.is_success() {
            return Ok(Some(lines));
        }
        if parts.status == gone {
            return Ok(None);
        }
        while lines.held.len() < REFUSAL_MAX && lines.more().await? {}
        let reply = Reply::from_parts(parts, lines.held.freeze());
        Err(self.wire.refused(&lines.operation, &reply))
    }
}

impl Lines<'_> {
    /// The next line without its end; `None` after the last one. A line that broke off is not given. What was
    /// read stays when the future is dropped.
    ///
    /// # Errors
    /// The connection broke, or a line is longer than any can be.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            if let Some(line) = self.take() {
                return Ok(Some(line));
            }
            if self.held.len() > LINE_MAX {
                return Err(self.unreadable("a line of it has more than 8 MiB"));
            }
            if !self.more().await? {
                return Ok(None);
            }
        }
    }

    /// The error of a line that cannot be understood.
    pub fn unreadable(&self, why: &str) -> Error {
        let reply = Reply::new(Bytes::new());
        self.wire.unreadable(&self.operation, &reply, why)
    }

    /// The error of a line that says what a reply with that status and body would.
    pub fn refused(&self, status: StatusCode, body: Bytes) -> Error {
        let mut reply = Reply::new(body);
        *reply.status_mut() = status;
        self.wire.refused(&self.operation, &reply)
    }

    fn take(&mut self) -> Option<Bytes> {
        let rest = self.held.get(self.searched..)?;
        let Some(at) = rest.iter().position(|byte| *byte == b'\n') else {
            self.searched = self.held.len();
            return None;
        };
        let line = self.held.split_to(self.searched + at).freeze();
        self.held.advance(1);
        self.searched = 0;
        Some(line)
    }

    /// Whether another part has come; not at the end of the body.
    async fn more(&mut self) -> Result<bool> {
        let part = self.body.part().await;
        let part = part.map_err(|failure| self.wire.broken_off(&self.operation, failure))?;
        if let Some(part) = &part {
            self.held.extend_from_slice(part);
        }
        Ok(part.is_some())
    }
}
