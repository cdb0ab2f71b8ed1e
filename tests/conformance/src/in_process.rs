//! A mock cloud in the same process, where a driver expects connections.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_provider::Clock;
use groundwork_transport::{Cause, Connector, Failure, Sent, Settings, Transport};
use jiff::Timestamp;
use mock_cloud::{Mock, Outcome};

/// Connects everybody to one mock, in the time of one clock.
#[derive(Clone, Debug)]
pub struct InProcess {
    pub(crate) mock: Mock,
    clock: Arc<dyn Clock>,
    began: Timestamp,
}

impl InProcess {
    /// The mock's time is zero now.
    pub fn new(mock: Mock, clock: Arc<dyn Clock>) -> Self {
        let began = clock.now();
        Self { mock, clock, began }
    }

    /// The mock's time.
    pub fn now(&self) -> Duration {
        Duration::try_from(self.clock.now().duration_since(self.began)).unwrap_or_default()
    }

    /// Lets the mock catch up: what is due by now has happened.
    pub fn advance(&self) {
        self.mock.advance(self.now());
    }
}

impl Connector for InProcess {
    fn connect(&self, _settings: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Failure> {
        let reply = self.mock.serve_once(self.now(), request);
        self.clock.sleep(reply.delay).await;
        match reply.outcome {
            Outcome::Respond(response) => Ok(response),
            Outcome::Refuse => Err(Failure::new(Cause::Connect, Sent::No, "connection refused")),
            Outcome::Drop => Err(broken("the connection broke before the reply")),
            Outcome::Truncate(_) => Err(broken("the connection broke in the reply")),
        }
    }
}

fn broken(message: &str) -> Failure {
    Failure::new(Cause::Broken, Sent::Maybe, message)
}
