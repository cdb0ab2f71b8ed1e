//! A mock cloud in the same process, where a driver expects a connection.
//!
//! The one crate of the mocks that knows the product: it is a connection as drivers see it. The
//! command line has its embedded mocks behind it, and so have the suite, the simulation and the
//! benchmark.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_provider::Clock;
use groundwork_transport::{Cause, Connector, Failure, Sent, Settings, Transport};
use http::{Request, Response};
use jiff::Timestamp;
use mock_cloud::{Mock, Outcome};

/// Connects everybody to one mock, in the time of one clock.
#[derive(Clone, Debug)]
pub struct InProcess {
    /// The mock.
    pub mock: Mock,
    clock: Arc<dyn Clock>,
    began: Timestamp,
    rewrite: fn(&mut Request<Bytes>),
    hosts: Vec<String>,
}

impl InProcess {
    /// A connection to `mock`, whose time is zero now.
    pub fn new(mock: Mock, clock: &Arc<dyn Clock>) -> Self {
        Self {
            mock,
            clock: clock.clone(),
            began: clock.now(),
            rewrite: |_| {},
            hosts: Vec::new(),
        }
    }

    /// The same, with something done to each request on its way: a login becomes that of the mock's
    /// own user.
    #[must_use]
    pub fn rewriting(self, rewrite: fn(&mut Request<Bytes>)) -> Self {
        Self { rewrite, ..self }
    }

    /// The same for whoever connects to several mocks: documents say that this one is at these hosts.
    #[must_use]
    pub fn at(self, hosts: Vec<String>) -> Self {
        Self { hosts, ..self }
    }

    /// The hosts at which documents say that it is.
    pub fn hosts(&self) -> &[String] {
        &self.hosts
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
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        (self.rewrite)(&mut request);
        let reply = self.mock.serve_once(self.now(), request);
        if !reply.delay.is_zero() {
            self.clock.sleep(reply.delay).await;
        }
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
