//! The HTTP seam of the hand-typed drivers: limits, redaction, TLS, proxies.
//!
//! A driver sees [`Transport`], one method; a [`Connector`] makes one for an account. The product
//! uses [`Https`]; tests and the embedded mock put a cloud in the same process behind it.

mod failure;
mod https;
mod pinned;
mod stream;
mod tls;
mod wait;

pub use failure::{Cause, Failure, Sent};
pub use https::Https;
pub use pinned::{Fingerprint, NoFingerprint};
pub use stream::Stream;
pub use tls::Tls;
pub use wait::retry_after;

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;

/// One request, one reply. Never retries, never follows a redirect.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends a request whose URI is absolute. A reply of any status is `Ok`.
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Failure>;

    /// The same for a reply whose body is read while it comes: status and headers, and the rest part by
    /// part, within the bound on one call. The bound on a body does not hold here: whoever reads the
    /// parts bounds what is kept of them. A transport that has whole bodies alone gives one part.
    async fn open(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Box<dyn Stream>>, Failure> {
        let reply = self.send(request).await?;
        Ok(reply.map(|body| Box::new(stream::Whole(Some(body))) as Box<dyn Stream>))
    }
}

/// Makes the transport of an account.
pub trait Connector: Send + Sync {
    /// Fails where a CA bundle or a proxy address cannot be used.
    fn connect(&self, settings: &Settings) -> Result<Arc<dyn Transport>, Failure>;
}

/// How to reach an account's endpoints.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Certificates to trust besides the public ones, PEM.
    pub ca_bundle: Option<Vec<u8>>,
    /// The certificate that shows the server who asks, where it wants one.
    pub identity: Option<Identity>,
    /// The one certificate that the server may have: no other is trusted then, of whatever authority.
    pub pinned: Option<Fingerprint>,
    /// Bound on one call, from connecting to the last byte of the body.
    pub timeout: Duration,
    /// Bound on a reply's body in bytes; a longer one is a [`Failure`].
    pub body_bytes_max: usize,
    /// Headers of a reply that hold the request's id, for logs: the first that is there is taken.
    pub request_ids: &'static [&'static str],
}

/// A client's certificate with its private key, PEM, one after the other. It is never printed.
#[derive(Clone)]
pub struct Identity(Vec<u8>);

impl Identity {
    /// Takes the certificate, or its chain, and the key.
    pub fn new(pem: impl Into<Vec<u8>>) -> Self {
        Self(pem.into())
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

impl Default for Settings {
    /// A minute, 16 MiB, the public certificates.
    fn default() -> Self {
        Self {
            ca_bundle: None,
            identity: None,
            pinned: None,
            timeout: Duration::from_secs(60),
            body_bytes_max: 16 << 20,
            request_ids: &["x-request-id"],
        }
    }
}
