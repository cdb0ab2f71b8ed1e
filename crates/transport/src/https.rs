//! The product's connector: reqwest over rustls with ring.

use std::{error::Error as StdError, sync::Arc};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::header::{HeaderValue, USER_AGENT};

use crate::{
    Cause, Connector, Failure, Fingerprint, Identity, Sent, Settings, Stream, Transport, pinned,
};

/// Real connections: TLS is verified, redirects are off, nothing is sent twice. The public
/// certificates are the system's; proxies come from `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Https;

impl Connector for Https {
    fn connect(&self, settings: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        let client = match settings.pinned {
            Some(pinned) => pinning(settings, pinned)?,
            None => verifying(settings)?,
        };
        Ok(Arc::new(Client {
            client,
            body_bytes_max: settings.body_bytes_max,
            request_ids: settings.request_ids,
        }))
    }
}

/// A client that trusts authorities: the system's, and those of the bundle.
fn verifying(settings: &Settings) -> Result<reqwest::Client, Failure> {
    let extra = certificates(settings)?;
    let identity = identity(settings)?;
    let builder = || match identity.clone() {
        Some(identity) => builder(settings).identity(identity),
        None => builder(settings),
    };
    let client = match builder().tls_certs_merge(extra.clone()).build() {
        // A machine without any certificates can still talk to an address without TLS.
        Err(why) if extra.is_empty() => {
            tracing::warn!(%why, "no public certificates here: TLS will be refused");
            builder().tls_certs_only(extra).build()
        }
        built => built,
    };
    client.map_err(|why| settings_failure("cannot set up connections", why))
}

/// A client that trusts one certificate.
fn pinning(settings: &Settings, pinned: Fingerprint) -> Result<reqwest::Client, Failure> {
    if settings.identity.is_some() {
        let message = "a client's certificate does not go together with a pinned server";
        return Err(Failure::new(Cause::Settings, Sent::No, message));
    }
    let what = "cannot set up connections";
    let config = pinned::config(pinned).map_err(|why| settings_failure(what, why))?;
    let client = builder(settings).tls_backend_preconfigured(config).build();
    client.map_err(|why| settings_failure(what, why))
}

#[allow(
    clippy::disallowed_methods,
    reason = "this is the place that the lint points to"
)]
fn builder(settings: &Settings) -> reqwest::ClientBuilder {
    // A second installation is refused, and is the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .timeout(settings.timeout)
        .referer(false)
}

fn certificates(settings: &Settings) -> Result<Vec<reqwest::Certificate>, Failure> {
    let Some(pem) = &settings.ca_bundle else {
        return Ok(Vec::new());
    };
    let bundle = reqwest::Certificate::from_pem_bundle(pem)
        .map_err(|why| settings_failure("the CA bundle is not PEM", why))?;
    if bundle.is_empty() {
        let message = "the CA bundle has no certificate in it";
        return Err(Failure::new(Cause::Settings, Sent::No, message));
    }
    Ok(bundle)
}

fn identity(settings: &Settings) -> Result<Option<reqwest::Identity>, Failure> {
    let Some(Identity(pem)) = &settings.identity else {
        return Ok(None);
    };
    let identity = reqwest::Identity::from_pem(pem);
    let what = "the client's certificate and key are not PEM, or one of them is missing";
    identity
        .map(Some)
        .map_err(|why| settings_failure(what, why))
}

fn settings_failure(what: &str, why: impl StdError + Send + Sync + 'static) -> Failure {
    Failure {
        source: Some(Box::new(why)),
        ..Failure::new(Cause::Settings, Sent::No, what)
    }
}

struct Client {
    client: reqwest::Client,
    body_bytes_max: usize,
    request_ids: &'static [&'static str],
}

#[async_trait]
impl Transport for Client {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Failure> {
        let (place, reply) = self.begin(request).await?;
        self.whole(&place, reply).await
    }

    async fn open(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Box<dyn Stream>>, Failure> {
        let (place, mut reply) = self.begin(request).await?;
        let (status, headers) = (reply.status(), std::mem::take(reply.headers_mut()));
        let body: Box<dyn Stream> = Box::new(Parts { place, reply });
        Ok(response(status, headers, body))
    }
}

/// The body of a reply, as it comes.
struct Parts {
    place: Place,
    reply: reqwest::Response,
}

#[async_trait]
impl Stream for Parts {
    async fn part(&mut self) -> Result<Option<Bytes>, Failure> {
        let part = self.reply.chunk().await;
        part.map_err(|why| self.place.broken_off(why))
    }
}

fn response<B>(status: http::StatusCode, headers: http::HeaderMap, body: B) -> http::Response<B> {
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

impl Client {
    /// Sends a request; status and headers of its reply.
    async fn begin(
        &self,
        mut request: http::Request<Bytes>,
    ) -> Result<(Place, reqwest::Response), Failure> {
        const AGENT: HeaderValue =
            HeaderValue::from_static(concat!("groundwork/", env!("CARGO_PKG_VERSION")));
        request.headers_mut().entry(USER_AGENT).or_insert(AGENT);
        let place = Place::of(&request);
        let request = request
            .try_into()
            .map_err(|why| settings_failure(&format!("{} is not a URL", place.host), why))?;
        let reply = self
            .client
            .execute(request)
            .await
            .map_err(|why| place.failure(why))?;
        tracing::debug!(
            method = %place.method, host = place.host, path = place.path,
            status = reply.status().as_u16(), request = self.request_id(reply.headers()), "replied"
        );
        Ok((place, reply))
    }

    fn request_id<'h>(&self, headers: &'h http::HeaderMap) -> Option<&'h str> {
        let mut names = self.request_ids.iter();
        names.find_map(|name| headers.get(*name)?.to_str().ok())
    }

    async fn whole(
        &self,
        place: &Place,
        mut reply: reqwest::Response,
    ) -> Result<http::Response<Bytes>, Failure> {
        let mut body = BytesMut::new();
        while let Some(part) = reply.chunk().await.map_err(|why| place.broken_off(why))? {
            if body.len() + part.len() > self.body_bytes_max {
                let message = format!(
                    "{}: the reply is over {} bytes",
                    place.host, self.body_bytes_max
                );
                return Err(Failure::new(Cause::TooLarge, Sent::Maybe, message));
            }
            body.extend_from_slice(&part);
        }
        let headers = std::mem::take(reply.headers_mut());
        Ok(response(reply.status(), headers, body.freeze()))
    }
}

/// Where a request goes, without its query, headers and body: those may hold secrets.
struct Place {
    method: http::Method,
    host: String,
    path: String,
}

impl Place {
    fn of(request: &http::Request<Bytes>) -> Self {
        let uri = request.uri();
        let host = match (uri.host(), uri.port_u16()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_owned(),
            (None, _) => "no host".to_owned(),
        };
        Self {
            method: request.method().clone(),
            host,
            path: uri.path().to_owned(),
        }
    }

    fn failure(&self, why: reqwest::Error) -> Failure {
        let tls = tls(&why).map(crate::tls::why);
        let (cause, sent, what) = match (tls, why.is_connect(), why.is_timeout()) {
            (Some((tls, what)), true, _) => (Cause::Tls(tls), Sent::No, what),
            (_, true, true) => (Cause::Timeout, Sent::No, "no connection in time".to_owned()),
            (None, true, false) => (Cause::Connect, Sent::No, "no connection".to_owned()),
            (_, false, true) => (Cause::Timeout, Sent::Maybe, "no reply in time".to_owned()),
            (_, false, false) if why.is_builder() => (
                Cause::Settings,
                Sent::No,
                "the request cannot be sent".to_owned(),
            ),
            (_, false, false) => (
                Cause::Broken,
                Sent::Maybe,
                "the connection broke before the reply".to_owned(),
            ),
        };
        self.told(cause, sent, &what, why)
    }

    fn broken_off(&self, why: reqwest::Error) -> Failure {
        let (cause, what) = match why.is_timeout() {
            true => (Cause::Timeout, "the reply was not whole in time"),
            false => (Cause::Broken, "the connection broke in the reply"),
        };
        self.told(cause, Sent::Maybe, what, why)
    }

    fn told(&self, cause: Cause, sent: Sent, what: &str, why: reqwest::Error) -> Failure {
        let message = format!("{}: {what}", self.host);
        Failure {
            source: Some(Box::new(why.without_url())),
            ..Failure::new(cause, sent, message)
        }
    }
}

/// What TLS says, if the failure is TLS's. It sits inside an I/O error, which does not name it as
/// its source.
fn tls<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(tls);
    }
    let inner = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    let inside = inner.and_then(|inner| tls(inner));
    inside.or_else(|| error.source().and_then(tls))
}
