//! A mock cloud in this process, where drivers expect a connection.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_provider::Clock;
use groundwork_transport::{Cause, Connector, Failure, Sent, Settings, Transport};
use jiff::Timestamp;
use mock_cloud::{Mock, Outcome};

/// Connects everybody to one mock cloud in this process.
#[derive(Clone)]
pub(crate) struct InProcess {
    pub(crate) mock: Mock,
    clock: Arc<dyn Clock>,
    began: Timestamp,
    /// What is done to each request on its way.
    rewrite: fn(&mut http::Request<Bytes>),
}

impl InProcess {
    /// The mock's time is zero now.
    pub(crate) fn new(mock: Mock, clock: &Arc<dyn Clock>) -> Self {
        let (clock, began) = (clock.clone(), clock.now());
        Self {
            mock,
            clock,
            began,
            rewrite: |_| {},
        }
    }

    /// The same, with something done to each request on its way: a login becomes that of the mock's
    /// own user.
    pub(super) fn rewriting(self, rewrite: fn(&mut http::Request<Bytes>)) -> Self {
        Self { rewrite, ..self }
    }
}

impl Connector for InProcess {
    fn connect(&self, _settings: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Transport for InProcess {
    async fn send(
        &self,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, Failure> {
        (self.rewrite)(&mut request);
        let now = self.clock.now().duration_since(self.began);
        let reply = self
            .mock
            .serve_once(Duration::try_from(now).unwrap_or_default(), request);
        if !reply.delay.is_zero() {
            self.clock.sleep(reply.delay).await;
        }
        match reply.outcome {
            Outcome::Respond(response) => Ok(response),
            Outcome::Refuse => Err(Failure::new(Cause::Connect, Sent::No, "connection refused")),
            Outcome::Drop | Outcome::Truncate(_) => Err(Failure::new(
                Cause::Broken,
                Sent::Maybe,
                "the connection broke before the reply",
            )),
        }
    }
}
