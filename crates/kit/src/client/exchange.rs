//! One request, one reply, and what a failure of either means.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use groundwork_provider::{Access, Clock, Error, ErrorKind, Result, Retry};
use groundwork_transport::{Failure, Settings, Stream, Transport};
use http::{Request, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    Failures, RateLimit, Said,
    budget::Budget,
    in_flight::{InFlight, Went},
    pace::Pace,
};

/// How long a request waits for its account's budget.
const PATIENCE: Duration = Duration::from_secs(20);

/// A reply, whole: its body is within the transport's bound.
pub type Reply = http::Response<Bytes>;

/// The way to an account's servers: it sends once, keeps to the account's rate limit, and says
/// what a failure means. Not authenticated: a login goes through it too.
pub struct Wire {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    failures: &'static Failures,
    budget: Option<Budget>,
    in_flight: InFlight,
}

/// The environment variable with the most requests that an account's server may be sent at once.
const AT_ONCE: &str = "GROUNDWORK_REQUESTS_AT_ONCE";

fn pace<S, D>(access: &Access<S, D>) -> Pace {
    let said = access.environment.variable(AT_ONCE);
    let max = said.and_then(|text| text.expose().parse().ok());
    max.map_or_else(Pace::default, Pace::at_most)
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").finish_non_exhaustive()
    }
}

impl Wire {
    /// The way through an access's connector.
    ///
    /// # Errors
    /// `Invalid` where the CA bundle or a proxy's address cannot be used.
    pub fn connect<S, D>(
        access: &Access<S, D>,
        settings: Settings,
        failures: &'static Failures,
    ) -> Result<Self> {
        let settings = Settings {
            request_ids: failures.request_ids,
            ..settings
        };
        let transport = access.connector.connect(&settings);
        Ok(Self {
            transport: transport.map_err(|failure| failures.no_reply("connect", failure))?,
            clock: access.world.clock.clone(),
            failures,
            budget: None,
            in_flight: InFlight::new(pace(access)),
        })
    }

    /// The same, keeping to a limit that the cloud tells with each reply.
    #[must_use]
    pub fn limited(mut self, headers: RateLimit) -> Self {
        self.budget = Some(Budget::new(headers));
        self
    }

    /// The same for a cloud of many servers: it is asked many things at once from the start. Others are
    /// asked few before a reply has shown how quick they are.
    #[must_use]
    pub fn ample(mut self) -> Self {
        self.in_flight = self.in_flight.ample();
        self
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Sends a request once. A reply of any status is `Ok`. Waits for the account's budget where it
    /// has room again soon: a step of several calls that was given up before its last one would
    /// spend what comes in on its first one, again and again.
    ///
    /// # Errors
    /// No reply; or `Throttled`, with nothing sent, while the account's budget is used up for longer.
    pub async fn exchange(&self, operation: &str, request: Request<Bytes>) -> Result<Reply> {
        self.turn(operation).await?;
        let exchange = self.transport.send(request);
        let sent = self.in_flight.run(operation, &*self.clock, exchange, went);
        self.replied(operation, sent.await)
    }

    /// The same for a request that the server holds until something has ended: others do not wait for
    /// it.
    pub(super) async fn exchange_held(
        &self,
        operation: &str,
        request: Request<Bytes>,
    ) -> Result<Reply> {
        self.turn(operation).await?;
        self.replied(operation, self.transport.send(request).await)
    }

    /// The same for a reply whose body is read while it comes. Others do not wait for its end.
    pub(super) async fn open(
        &self,
        operation: &str,
        request: Request<Bytes>,
    ) -> Result<http::Response<Box<dyn Stream>>> {
        self.turn(operation).await?;
        self.replied(operation, self.transport.open(request).await)
    }

    /// The error of a body that broke off while it came.
    pub(super) fn broken_off(&self, operation: &str, failure: Failure) -> Error {
        self.failures.no_reply(operation, failure)
    }

    fn replied<B>(
        &self,
        operation: &str,
        sent: std::result::Result<http::Response<B>, Failure>,
    ) -> Result<http::Response<B>> {
        let reply = sent.map_err(|failure| self.failures.no_reply(operation, failure))?;
        if let Some(budget) = &self.budget {
            budget.note(reply.headers(), self.clock.now());
        }
        Ok(reply)
    }

    /// Takes a request from the account's budget, when there is one.
    async fn turn(&self, operation: &str) -> Result<()> {
        let Some(budget) = &self.budget else {
            return Ok(());
        };
        let mut patience = PATIENCE;
        while let Some(wait) = budget.take(self.clock.now()) {
            let Some(left) = patience.checked_sub(wait) else {
                let message = "the account has no requests left in its rate limit";
                let mut error = Error::new(ErrorKind::Throttled, operation, message);
                error.retry = Retry::After(wait);
                return Err(error);
            };
            patience = left;
            self.clock.sleep(wait).await;
        }
        Ok(())
    }

    /// The error of a reply that refuses.
    pub fn refused(&self, operation: &str, reply: &Reply) -> Error {
        let error = self.failures.refused(operation, reply, self.clock.now());
        self.paced(error)
    }

    /// The same for a cloud whose replies are not JSON: what it says is read already.
    pub fn refused_with(&self, operation: &str, reply: &Reply, said: Said) -> Error {
        let now = self.clock.now();
        self.paced(self.failures.refused_with(operation, reply, said, now))
    }

    /// A refusal for too many requests, with the time until the account has some again.
    fn paced(&self, mut error: Error) -> Error {
        let now = self.clock.now();
        let wait = self.budget.as_ref().and_then(|budget| budget.used_up(now));
        if let (ErrorKind::Throttled, Retry::Later, Some(wait)) = (error.kind, error.retry, wait) {
            error.retry = Retry::After(wait);
        }
        error
    }

    /// The error of a reply that cannot be understood.
    pub fn unreadable(&self, operation: &str, reply: &Reply, why: &str) -> Error {
        self.failures.unreadable(operation, reply, why)
    }

    /// A reply's body; one without any is `null`.
    ///
    /// # Errors
    /// `Unexpected`, with an unknown effect, where it is not JSON.
    pub fn json(&self, operation: &str, reply: &Reply) -> Result<Value> {
        if reply.body().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(reply.body()).map_err(|why| self.unparsed(operation, reply, &why))
    }

    /// The error of a body that cannot be read as what it should be.
    pub(super) fn unparsed(
        &self,
        operation: &str,
        reply: &Reply,
        why: &serde_json::Error,
    ) -> Error {
        let is = reply.headers().get(http::header::CONTENT_TYPE);
        let is = is.and_then(|is| is.to_str().ok()).unwrap_or("of no type");
        let why = match is.contains("json") {
            true => why.to_string(),
            false => format!("it is {is}, not JSON"),
        };
        self.unreadable(operation, reply, &why)
    }

    /// A part of a reply's body, read.
    ///
    /// # Errors
    /// `Unexpected`, with an unknown effect, where it has another form.
    pub fn typed<T: DeserializeOwned>(
        &self,
        operation: &str,
        reply: &Reply,
        value: Value,
    ) -> Result<T> {
        serde_json::from_value(value)
            .map_err(|why| self.unreadable(operation, reply, &why.to_string()))
    }
}

fn went(sent: &std::result::Result<Reply, Failure>) -> Went {
    match sent.as_ref().map(http::Response::status) {
        Ok(StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) | Err(_) => {
            Went::Refused
        }
        Ok(_) => Went::Replied,
    }
}
