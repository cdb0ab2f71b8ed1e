//! The simplest way to authenticate: a token that lasts.

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_model::Secret;
use groundwork_provider::{Error, ErrorKind, Result};
use http::{HeaderName, HeaderValue, Request, header::AUTHORIZATION};

use super::{Authenticate, Wire, base_address};

/// A token or key that the user was given, in a header of every request.
#[derive(Debug)]
pub struct StaticToken {
    base: String,
    header: Option<(HeaderName, HeaderValue)>,
}

impl StaticToken {
    /// `Authorization: Bearer <token>` (RFC 6750), for the API at `base` (`https://api.example.org/v1`).
    ///
    /// # Errors
    /// `Invalid` where the address cannot be used, `Denied` where the token is no header's text.
    pub fn bearer(base: &str, token: &Secret) -> Result<Self> {
        let header = secret_header(&format!("Bearer {}", token.expose()))?;
        Self::of(base, Some((AUTHORIZATION, header)))
    }

    /// A header of the API's own.
    ///
    /// # Errors
    /// As [`StaticToken::bearer`].
    pub fn in_header(base: &str, name: &'static str, key: &Secret) -> Result<Self> {
        let header = secret_header(key.expose())?;
        Self::of(base, Some((HeaderName::from_static(name), header)))
    }

    /// None: something else shows who asks, such as a client's certificate.
    ///
    /// # Errors
    /// `Invalid` where the address cannot be used.
    pub fn none(base: &str) -> Result<Self> {
        Self::of(base, None)
    }

    fn of(base: &str, header: Option<(HeaderName, HeaderValue)>) -> Result<Self> {
        let base = base_address(base).map_err(|why| {
            let message = format!("the address of the API cannot be used: {why}");
            Error::new(ErrorKind::Invalid, "connect", message)
        })?;
        Ok(Self { base, header })
    }

    /// The address of the API.
    pub fn base(&self) -> &str {
        &self.base
    }
}

#[async_trait]
impl Authenticate for StaticToken {
    const RENEWS: bool = false;
    type Session = ();

    async fn log_in(&self, _: &Wire) -> Result<()> {
        Ok(())
    }

    fn base<'s>(&'s self, (): &'s ()) -> &'s str {
        &self.base
    }

    fn sign(&self, (): &(), request: &mut Request<Bytes>) -> Result<()> {
        if let Some((name, value)) = &self.header {
            request.headers_mut().insert(name, value.clone());
        }
        Ok(())
    }
}

/// A header's value that is a secret: no log shows it.
///
/// # Errors
/// `Denied` where it holds what a header cannot: a line break, most often.
pub fn secret_header(secret: &str) -> Result<HeaderValue> {
    let mut value = HeaderValue::from_str(secret).map_err(|_| {
        let message = "the token holds characters that no header can carry";
        Error::new(ErrorKind::Denied, "authenticate", message)
            .remedy("copy the token again, without line breaks or spaces around it")
    })?;
    value.set_sensitive(true);
    Ok(value)
}
