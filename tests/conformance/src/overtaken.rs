//! Somebody else who is faster by a moment.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_transport::{Connector, Failure, Settings, Transport};
use http::Request;
use mock_cloud::Mock;

use crate::InProcess;

/// What somebody else does, with the request at hand that is about to arrive; what it made, where it
/// made something.
type Deed = dyn Fn(&Mock, &Request<Bytes>) -> Option<String> + Send + Sync;

/// Lets somebody else do something right before the n-th mutating request, from 1, is delivered.
#[derive(Clone)]
pub struct Overtaken {
    under: InProcess,
    nth: usize,
    deed: Arc<Deed>,
    sent: Arc<AtomicUsize>,
    made: Arc<Mutex<Option<String>>>,
}

impl Overtaken {
    /// A way to a mock, and who is faster on it.
    #[must_use]
    pub fn new(
        under: InProcess,
        nth: usize,
        deed: impl Fn(&Mock, &Request<Bytes>) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            under,
            nth,
            deed: Arc::new(deed),
            sent: Arc::default(),
            made: Arc::default(),
        }
    }

    /// What was made, if anything was.
    #[must_use]
    pub fn made(&self) -> Option<String> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Overtaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Overtaken").field(&self.nth).finish()
    }
}

impl Connector for Overtaken {
    fn connect(&self, _settings: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Transport for Overtaken {
    async fn send(&self, request: Request<Bytes>) -> Result<http::Response<Bytes>, Failure> {
        if self.under.mock.is_mutating(&request)
            && self.sent.fetch_add(1, Ordering::SeqCst) + 1 == self.nth
        {
            self.under.advance();
            let made = (self.deed)(&self.under.mock, &request);
            *self.lock() = made;
        }
        self.under.send(request).await
    }
}
