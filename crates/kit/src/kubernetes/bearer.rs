//! Who asks an API server: a token, a file with one that is renewed, or the client's certificate.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_provider::{Environment, Result};
use http::{HeaderValue, Request, header::AUTHORIZATION};
use jiff::Timestamp;

use super::Token;
use crate::client::{Authenticate, Wire, secret_header};

/// A file is read again a minute before this: kubelets write a new token into it, and the old one ends.
const FILE_LASTS: Duration = Duration::from_secs(120);

/// What shows who asks.
pub struct Bearer {
    base: String,
    token: Option<Token>,
    environment: Environment,
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bearer").field(&self.base).finish()
    }
}

impl Bearer {
    /// Without a token the client's certificate shows who asks.
    pub(super) fn new(base: String, token: Option<Token>, environment: Environment) -> Self {
        Self {
            base,
            token,
            environment,
        }
    }

    /// The address of the API server.
    pub fn server(&self) -> &str {
        &self.base
    }
}

/// A token as it was read.
#[derive(Debug)]
pub struct Session {
    header: Option<HeaderValue>,
    ends: Option<Timestamp>,
}

#[async_trait]
impl Authenticate for Bearer {
    type Session = Session;

    async fn log_in(&self, wire: &Wire) -> Result<Session> {
        let Some(token) = &self.token else {
            return Ok(Session {
                header: None,
                ends: None,
            });
        };
        let text = token.read(&self.environment)?;
        let header = secret_header(&format!("Bearer {}", text.expose()))?;
        let ends = match token {
            Token::Given(_) => None,
            Token::File(_) => wire.clock().now().checked_add(FILE_LASTS).ok(),
        };
        Ok(Session {
            header: Some(header),
            ends,
        })
    }

    fn base<'s>(&'s self, _: &'s Session) -> &'s str {
        &self.base
    }

    fn sign(&self, session: &Session, request: &mut Request<Bytes>) -> Result<()> {
        if let Some(header) = &session.header {
            request.headers_mut().insert(AUTHORIZATION, header.clone());
        }
        Ok(())
    }

    fn expires(&self, session: &Session) -> Option<Timestamp> {
        session.ends
    }
}
