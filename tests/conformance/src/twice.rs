//! A proxy that delivers one request twice.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_transport::{Connector, Failure, Settings, Transport};

use crate::InProcess;

/// Delivers the n-th mutating request, from 1, twice, and answers with the second reply.
#[derive(Clone, Debug)]
pub struct Twice {
    under: InProcess,
    nth: usize,
    sent: Arc<AtomicUsize>,
}

impl Twice {
    /// A proxy before a mock.
    #[must_use]
    pub fn new(under: InProcess, nth: usize) -> Self {
        Self {
            under,
            nth,
            sent: Arc::default(),
        }
    }
}

impl Connector for Twice {
    fn connect(&self, _settings: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Transport for Twice {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Failure> {
        if self.under.mock.is_mutating(&request)
            && self.sent.fetch_add(1, Ordering::SeqCst) + 1 == self.nth
        {
            self.under.send(request.clone()).await?;
        }
        self.under.send(request).await
    }
}
