//! A server that answers once with something else than it should.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_transport::{Connector, Failure, Settings, Transport};

use crate::InProcess;

/// Delivers every request, and answers the n-th one, from 1, with another body, if it went well.
#[derive(Clone, Debug)]
pub struct Odd {
    under: InProcess,
    nth: usize,
    body: &'static str,
    sent: Arc<AtomicUsize>,
}

impl Odd {
    /// Bodies that are no reply of any cloud.
    pub const BODIES: [&'static str; 7] = ["null", "[]", "[7]", "\"text\"", "7", "{}", "<a/>"];

    /// A proxy before a mock.
    #[must_use]
    pub fn new(under: InProcess, nth: usize, body: &'static str) -> Self {
        Self {
            under,
            nth,
            body,
            sent: Arc::default(),
        }
    }
}

impl Connector for Odd {
    fn connect(&self, _settings: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Transport for Odd {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Failure> {
        let is_it = self.sent.fetch_add(1, Ordering::SeqCst) + 1 == self.nth;
        let reply = self.under.send(request).await?;
        Ok(match is_it && reply.status().is_success() {
            true => reply.map(|_| self.body.into()),
            false => reply,
        })
    }
}
