//! The way of `azure_identity` to the token endpoint: our own connection. What came back is kept, because
//! the crate tells of an error only in its own words, and of a token's end only by the system's clock.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use azure_core::{
    Error as CrateError,
    error::ErrorKind as CrateKind,
    http::{
        AsyncRawResponse, Body, ClientOptions, HttpClient, Request, RetryOptions, StatusCode,
        Transport, headers::Headers,
    },
};
use bytes::Bytes;
use groundwork_kit::client::{Reply, Wire};
use groundwork_provider::Result;

/// A pipe for one login.
#[derive(Debug)]
pub(super) struct Pipe {
    wire: Arc<Wire>,
    is_plain: bool,
    came: Mutex<Option<Result<Reply>>>,
}

impl Pipe {
    /// One over a connection. `is_plain`: the endpoint has no TLS, which the crate refuses to ask for.
    pub(super) fn new(wire: &Arc<Wire>, is_plain: bool) -> Arc<Self> {
        Arc::new(Self {
            wire: wire.clone(),
            is_plain,
            came: Mutex::default(),
        })
    }

    /// The crate's options, with this as its transport and without its retries.
    pub(super) fn options(self: &Arc<Self>) -> ClientOptions {
        ClientOptions {
            retry: RetryOptions::none(),
            transport: Some(Transport::new(self.clone())),
            ..ClientOptions::default()
        }
    }

    /// What came back last.
    pub(super) fn came(&self) -> Option<Result<Reply>> {
        self.came
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    fn keep(&self, came: Result<Reply>) {
        *self.came.lock().unwrap_or_else(PoisonError::into_inner) = Some(came);
    }
}

#[async_trait]
impl HttpClient for Pipe {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let io = |why: String| CrateError::with_message(CrateKind::Io, why);
        let sent = outward(request, self.is_plain).map_err(io)?;
        let operation = format!("{} {}", sent.method(), sent.uri().path());
        match self.wire.exchange(&operation, sent).await {
            Ok(reply) => {
                let response = inward(&reply);
                self.keep(Ok(reply));
                Ok(response)
            }
            Err(error) => {
                let why = error.to_string();
                self.keep(Err(error));
                Err(io(why))
            }
        }
    }
}

fn outward(request: &Request, is_plain: bool) -> std::result::Result<http::Request<Bytes>, String> {
    let mut url = request.url().clone();
    if is_plain {
        let _ = url.set_scheme("http");
    }
    let mut sent = http::Request::builder()
        .method(request.method().as_str())
        .uri(url.as_str());
    for (name, value) in request.headers().iter() {
        sent = sent.header(name.as_str(), value.as_str());
    }
    let body = match request.body() {
        Body::Bytes(bytes) => bytes.clone(),
        Body::SeekableStream(_) => return Err("a stream is no request for a token".to_owned()),
    };
    sent.body(body).map_err(|why| why.to_string())
}

fn inward(reply: &Reply) -> AsyncRawResponse {
    let mut headers = Headers::new();
    for (name, value) in reply.headers() {
        if let Ok(value) = value.to_str() {
            headers.insert(name.as_str().to_owned(), value.to_owned());
        }
    }
    let status = StatusCode::from(reply.status().as_u16());
    AsyncRawResponse::from_bytes(status, headers, reply.body().clone())
}
