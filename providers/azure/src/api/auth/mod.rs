//! Who asks: a token of Microsoft Entra ID for an hour, got by `azure_identity` over our own connection.

mod certificate;
mod identity;
mod pipe;

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_kit::client::{Authenticate, Wire};
use groundwork_provider::Result;
use http::{HeaderValue, Request, header::AUTHORIZATION};
use jiff::Timestamp;

pub(super) use identity::Identity;

/// An account of Azure, asked at one address.
#[derive(Debug)]
pub(super) struct Azure {
    base: String,
    identity: Identity,
}

/// A token, and until when it is good.
pub(super) struct Session {
    header: HeaderValue,
    expires: Option<Timestamp>,
}

impl Azure {
    /// An identity at an API's address, which is one that can be used.
    pub(super) fn new(base: &str, identity: Identity) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        Self { base, identity }
    }

    /// The address of the API.
    pub(super) fn address(&self) -> &str {
        &self.base
    }
}

#[async_trait]
impl Authenticate for Azure {
    type Session = Session;

    async fn log_in(&self, _: &Wire) -> Result<Session> {
        self.identity.log_in().await
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
