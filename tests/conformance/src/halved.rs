//! A proxy that cuts a reply in half.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_transport::{Connector, Failure, Settings, Transport};

use crate::InProcess;

/// Delivers every request, and answers the n-th mutating one, from 1, with the first half of the
/// reply's body: nothing says that it is not the whole.
#[derive(Clone, Debug)]
pub struct Halved {
    under: InProcess,
    nth: usize,
    sent: Arc<AtomicUsize>,
}

impl Halved {
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

impl Connector for Halved {
    fn connect(&self, _settings: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Transport for Halved {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Failure> {
        let is_it = self.under.mock.is_mutating(&request)
            && self.sent.fetch_add(1, Ordering::SeqCst) + 1 == self.nth;
        let reply = self.under.send(request).await?;
        Ok(match is_it {
            true => reply.map(|body| body.slice(..body.len() / 2)),
            false => reply,
        })
    }
}
