//! Who asks: a token of OAuth 2.0 for an hour, got with a key, or from whoever vouches for us.
//!
//! Why not by `google-cloud-auth`: decision 0029.

mod assertion;
mod external;
mod identity;
mod key;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_kit::client::{Authenticate, Client, Wire, secret_header};
use groundwork_model::Secret;
use groundwork_provider::{Error, ErrorKind, Result};
use http::{HeaderValue, Request, header::AUTHORIZATION};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

pub(super) use identity::Identity;

/// What a token is good for; roles decide what of that is allowed.
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";

/// An account of Google Cloud, asked at one address.
#[derive(Debug)]
pub(crate) struct Google {
    base: String,
    identity: Identity,
}

/// A token, and until when it is good.
pub(crate) struct Session {
    header: HeaderValue,
    expires: Option<Timestamp>,
}

/// The reply of a token endpoint (RFC 6749 section 5.1).
#[derive(Deserialize)]
struct Granted {
    access_token: Secret,
    expires_in: Option<i64>,
}

impl Google {
    /// An identity at an API's address, which is one that can be used.
    pub(super) fn new(base: &str, identity: Identity) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        Self { base, identity }
    }

    /// The address of the API.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }
}

#[async_trait]
impl Authenticate for Google {
    type Session = Session;

    async fn log_in(&self, wire: &Wire) -> Result<Session> {
        self.identity.log_in(wire).await
    }

    fn base<'s>(&'s self, _: &'s Session) -> &'s str {
        &self.base
    }

    fn sign(&self, session: &Session, request: &mut Request<Bytes>) -> Result<()> {
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, session.header.clone());
        Ok(())
    }

    fn expires(&self, session: &Session) -> Option<Timestamp> {
        session.expires
    }
}

/// The same account at another address, with the same token.
#[derive(Debug)]
pub(crate) struct Same {
    base: String,
    of: Arc<Client<Google>>,
}

impl Same {
    pub(super) fn new(base: &str, of: &Arc<Client<Google>>) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        let of = of.clone();
        Self { base, of }
    }
}

#[async_trait]
impl Authenticate for Same {
    const RENEWS: bool = false;
    type Session = Arc<Session>;

    async fn log_in(&self, _: &Wire) -> Result<Arc<Session>> {
        self.of.session().await
    }

    fn base<'s>(&'s self, _: &'s Arc<Session>) -> &'s str {
        &self.base
    }

    fn sign(&self, session: &Arc<Session>, request: &mut Request<Bytes>) -> Result<()> {
        self.of.authenticate().sign(session, request)
    }

    fn expires(&self, session: &Arc<Session>) -> Option<Timestamp> {
        session.expires
    }
}

/// Asks a token endpoint.
async fn ask(wire: &Wire, at: &str, pairs: &[(&str, &str)]) -> Result<Session> {
    let body = Serializer::new(String::new()).extend_pairs(pairs).finish();
    let request = Request::post(at)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.into());
    let request = request.map_err(|why| unusable(at, &why.to_string()))?;
    granted(wire, &format!("POST {}", place(at)), request).await
}

/// Sends what asks for a token, and reads the reply.
async fn granted(wire: &Wire, operation: &str, request: Request<Bytes>) -> Result<Session> {
    let reply = wire.exchange(operation, request).await?;
    if !reply.status().is_success() {
        return Err(wire.refused(operation, &reply));
    }
    let body = wire.json(operation, &reply)?;
    let Granted {
        access_token,
        expires_in,
    } = wire.typed(operation, &reply, body)?;
    let lasts = SignedDuration::from_secs(expires_in.unwrap_or(0).clamp(0, 86_400));
    let expires = wire.clock().now().checked_add(lasts).ok();
    Ok(Session {
        header: secret_header(&format!("Bearer {}", access_token.expose()))?,
        expires: expires.filter(|_| expires_in.is_some()),
    })
}

/// An address without what may be a secret in it.
fn place(at: &str) -> &str {
    at.split('?').next().unwrap_or_default()
}

fn unusable(at: &str, why: &str) -> Error {
    let message = format!("a token cannot be asked for at {}: {why}", place(at));
    Error::new(ErrorKind::Invalid, "authenticate", message)
}
