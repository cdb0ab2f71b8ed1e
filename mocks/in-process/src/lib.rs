//! A mock cloud in the same process, where a driver expects a connection.
//!
//! The one crate of the mocks that knows the product: it is a connection as drivers see it. The
//! command line has its embedded mocks behind it, and so have the suite, the simulation and the
//! benchmark.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use groundwork_provider::Clock;
use groundwork_transport::{Cause, Connector, Failure, Sent, Settings, Stream, Transport};
use http::{Request, Response};
use jiff::Timestamp;
use mock_cloud::{Follow, GLANCE, Mock, Next, Outcome};

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

impl InProcess {
    async fn begin(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
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

    fn going_on(&self, mut response: Response<Bytes>) -> Response<Parts> {
        let follow = response.extensions_mut().remove::<Follow>();
        response.map(|first| Parts {
            first: Some(first),
            follow,
            mock: self.clone(),
        })
    }
}

#[async_trait]
impl Transport for InProcess {
    /// A reply that goes on is waited for to its end.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        let response = self.begin(request).await?;
        if response.extensions().get::<Follow>().is_none() {
            return Ok(response);
        }
        let (parts, mut body) = self.going_on(response).into_parts();
        let mut whole = BytesMut::new();
        while let Some(part) = body.part().await? {
            whole.extend_from_slice(&part);
        }
        Ok(Response::from_parts(parts, whole.freeze()))
    }

    async fn open(&self, request: Request<Bytes>) -> Result<Response<Box<dyn Stream>>, Failure> {
        let response = self.going_on(self.begin(request).await?);
        Ok(response.map(|body| Box::new(body) as Box<dyn Stream>))
    }
}

/// The body of a reply, which may go on.
struct Parts {
    first: Option<Bytes>,
    follow: Option<Follow>,
    mock: InProcess,
}

#[async_trait]
impl Stream for Parts {
    async fn part(&mut self) -> Result<Option<Bytes>, Failure> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        let Some(follow) = &mut self.follow else {
            return Ok(None);
        };
        loop {
            match self.mock.mock.follow(self.mock.now(), follow) {
                Next::Part(part) => return Ok(Some(part)),
                Next::Nothing => self.mock.clock.sleep(GLANCE).await,
                Next::End => return Ok(None),
                Next::Broken => return Err(broken("the connection broke in the reply")),
            }
        }
    }
}

fn broken(message: &str) -> Failure {
    Failure::new(Cause::Broken, Sent::Maybe, message)
}
