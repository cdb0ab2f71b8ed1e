//! `azure_mgmt_network` over our own connection: it writes what is made and what is deleted, and the kit
//! sends it. Its own retries and polling are never asked for (decision 0037).

use std::{pin::Pin, sync::Arc};

use async_trait::async_trait;
use azure_core_legacy::{
    Body, BytesStream, HttpClient, Request, Response, RetryOptions, TransportOptions, Url,
    auth::{AccessToken, TokenCredential},
    error::{Error as CrateError, ErrorKind as CrateKind},
    headers::{HeaderName, Headers},
};
use azure_mgmt_network::package_2024_03::Client as NetworkClient;
use bytes::Bytes;
use groundwork_kit::client::{Call, Client, Reply};
use groundwork_provider::{Error, ErrorKind, Result};
use http::Method;

use super::{NETWORK_VERSION, auth::Azure};

/// The crate's client, over the kit's.
pub(super) fn client(base: &str, over: &Arc<Client<Azure>>) -> Result<NetworkClient> {
    let unusable = |why: String| Error::new(ErrorKind::Invalid, "connect", why);
    let mut endpoint = Url::parse(base).map_err(|why| unusable(why.to_string()))?;
    // The crate leaves a version alone that is there already.
    endpoint
        .query_pairs_mut()
        .append_pair("api-version", NETWORK_VERSION);
    let transport = TransportOptions::new(Arc::new(Bridge(over.clone())));
    NetworkClient::builder(Arc::new(Signed))
        .endpoint(endpoint)
        .scopes(&[])
        .retry(RetryOptions::none())
        .transport(transport)
        .build()
        .map_err(|why| unusable(why.to_string()))
}

/// What a call of the crate's has come to; `None` for a 404.
pub(super) async fn reply<R>(
    sent: impl Future<Output = azure_core_legacy::Result<R>>,
) -> Result<Option<Reply>>
where
    R: Into<Response>,
{
    match sent.await {
        Ok(response) => kept(response.into()).await.map(Some),
        Err(why) => match why.into_downcast::<Failed>() {
            Ok(Failed::Absent) => Ok(None),
            Ok(Failed::Error(error)) => Err(error),
            Err(why) => Err(unexpected(why.to_string())),
        },
    }
}

fn unexpected(why: String) -> Error {
    Error::new(ErrorKind::Unexpected, "Microsoft.Network", why).effect_unknown()
}

async fn kept(response: Response) -> Result<Reply> {
    let (status, headers, body) = response.deconstruct();
    let body = body
        .collect()
        .await
        .map_err(|why| unexpected(why.to_string()))?;
    let mut reply = http::Response::builder().status(u16::from(status));
    for (name, value) in headers.iter() {
        reply = reply.header(name.as_str(), value.as_str());
    }
    reply.body(body).map_err(|why| unexpected(why.to_string()))
}

/// The kit's client as the crate sees it.
#[derive(Debug)]
struct Bridge(Arc<Client<Azure>>);

/// Why a call has no answer for the crate.
#[derive(Debug)]
enum Failed {
    /// The resource does not exist.
    Absent,
    /// What the kit says of it.
    Error(Error),
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Absent => f.write_str("it does not exist"),
            Self::Error(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Failed {}

#[async_trait]
impl HttpClient for Bridge {
    async fn execute_request(&self, request: &Request) -> azure_core_legacy::Result<Response> {
        let failed = |why| CrateError::new(CrateKind::Other, why);
        let call = call(request).map_err(|why| failed(Failed::Error(why)))?;
        let may_be_absent = matches!(request.method().as_ref(), "GET" | "DELETE");
        let reply = match may_be_absent {
            true => self.0.accepted_if_any(&call).await,
            false => self.0.accepted(&call).await.map(Some),
        };
        match reply.map_err(|why| failed(Failed::Error(why)))? {
            Some(reply) => Ok(response(&reply)),
            None => Err(failed(Failed::Absent)),
        }
    }
}

/// A request of the crate's as a call. What the crate writes is new: a resource that exists is changed from
/// what is read of it, because the crate drops what it does not know.
fn call(request: &Request) -> Result<Call> {
    let method = Method::from_bytes(request.method().as_ref().as_bytes());
    let method = method.map_err(|why| unexpected(why.to_string()))?;
    let call = Call::new(method.clone(), request.url().path()).query(request.url().query_pairs());
    let call = match method {
        Method::PUT => call.header("if-none-match", "*"),
        _ => call,
    };
    match request.body() {
        Body::Bytes(bytes) if bytes.is_empty() => Ok(call),
        Body::Bytes(bytes) => {
            let body = serde_json::from_slice(bytes);
            Ok(call.body(body.map_err(|why| unexpected(why.to_string()))?))
        }
        Body::SeekableStream(_) => Err(unexpected("a stream is no body of this API".to_owned())),
    }
}

fn response(reply: &Reply) -> Response {
    let mut headers = Headers::new();
    for (name, value) in reply.headers() {
        if let Ok(value) = value.to_str() {
            headers.insert(HeaderName::from(name.as_str().to_owned()), value.to_owned());
        }
    }
    let status = azure_core_legacy::StatusCode::try_from(reply.status().as_u16());
    let status = status.unwrap_or(azure_core_legacy::StatusCode::Ok);
    let stream = BytesStream::new(Bytes::clone(reply.body()));
    Response::new(status, headers, Pin::from(Box::new(stream)))
}

/// The kit signs each request; the crate is given nothing to sign with.
#[derive(Debug)]
struct Signed;

#[async_trait]
impl TokenCredential for Signed {
    async fn get_token(&self, _: &[&str]) -> azure_core_legacy::Result<AccessToken> {
        let never = azure_core_legacy::date::parse_rfc3339("1970-01-01T00:00:00Z")?;
        Ok(AccessToken::new("", never))
    }

    async fn clear_cache(&self) -> azure_core_legacy::Result<()> {
        Ok(())
    }
}
