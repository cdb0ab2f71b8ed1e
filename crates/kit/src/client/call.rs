//! Calls of a REST API, and the client that makes them.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use groundwork_provider::{Error, ErrorKind, Result};
use groundwork_transport::Stream;
use http::{
    Method, Request, StatusCode,
    header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::form_urlencoded::Serializer;

use super::{Authenticate, Reply, Wire, address::link_within, session::Sessions};

/// One call of an API, without what authenticates it.
#[derive(Clone, Debug)]
pub struct Call {
    method: Method,
    at: At,
    query: String,
    body: Option<Value>,
    key: Option<&'static str>,
    headers: Vec<(&'static str, String)>,
    held: bool,
}

/// Where a call goes.
#[derive(Clone, Debug)]
enum At {
    /// A path below the session's base: `/networks`.
    Path(String),
    /// An address that the cloud gave, and the path of the call that it continues.
    Link { link: String, path: String },
}

impl Call {
    /// A call without query and body.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            at: At::Path(path.into()),
            query: String::new(),
            body: None,
            key: None,
            headers: Vec::new(),
            held: false,
        }
    }

    /// A question at a path below the base (`/operations/1`), or at an address that the cloud gave.
    pub fn to(at: &str) -> Self {
        match at.starts_with('/') {
            true => Self::get(at),
            false => Self::get("/operations").continued_at(at.to_owned()),
        }
    }

    /// `GET`.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// `POST` with a body.
    pub fn post(path: impl Into<String>, body: Value) -> Self {
        Self::new(Method::POST, path).body(body)
    }

    /// `PUT` with a body.
    pub fn put(path: impl Into<String>, body: Value) -> Self {
        Self::new(Method::PUT, path).body(body)
    }

    /// `PATCH` with a body.
    pub fn patch(path: impl Into<String>, body: Value) -> Self {
        Self::new(Method::PATCH, path).body(body)
    }

    /// `DELETE`.
    pub fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// With a body: some clouds want one of a `DELETE`, too.
    #[must_use]
    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// Adds parameters to the query.
    #[must_use]
    pub fn query<K: AsRef<str>, V: AsRef<str>>(
        mut self,
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.query = Serializer::new(std::mem::take(&mut self.query))
            .extend_pairs(pairs)
            .finish();
        self
    }

    /// Adds a header: a condition of the call (RFC 9110 section 13), or what it accepts instead of JSON.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The answer is what the reply has under this key: `{"network": {...}}`.
    #[must_use]
    pub fn under(mut self, key: &'static str) -> Self {
        self.key = Some(key);
        self
    }

    /// The server answers when something has ended, and holds the call until then. How long that takes
    /// says nothing of how busy the server is, and others need not wait for it.
    #[must_use]
    pub fn held(mut self) -> Self {
        self.held = true;
        self
    }

    /// The same call at an address that the cloud gave.
    pub(super) fn continued_at(&self, link: String) -> Self {
        Self {
            at: At::Link {
                link,
                path: self.path().to_owned(),
            },
            query: String::new(),
            ..self.clone()
        }
    }

    /// As the operation table and people name it: method and path, without the query, which may
    /// hold a signature.
    pub fn operation(&self) -> String {
        let path = self.path().split('?').next().unwrap_or_default();
        format!("{} {path}", self.method)
    }

    fn path(&self) -> &str {
        match &self.at {
            At::Path(path) | At::Link { path, .. } => path,
        }
    }

    fn request(&self, base: &str) -> Result<Request<Bytes>, String> {
        let mut uri = match &self.at {
            At::Path(path) => format!("{base}{path}"),
            At::Link { link, .. } => link_within(base, link)?,
        };
        if !self.query.is_empty() {
            let sign = if uri.contains('?') { '&' } else { '?' };
            uri = format!("{uri}{sign}{}", self.query);
        }
        let mut request = Request::builder().method(&self.method).uri(uri);
        let accepts = |(name, _): &(&str, String)| ACCEPT.as_str().eq_ignore_ascii_case(name);
        if !self.headers.iter().any(accepts) {
            request = request.header(ACCEPT, "application/json");
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = match &self.body {
            Some(body) => request
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_string().into()),
            // Without a length some servers refuse what could have a body (RFC 9110 section 8.6).
            None if self.method == Method::POST => {
                request.header(CONTENT_LENGTH, "0").body(Bytes::new())
            }
            None => request.body(Bytes::new()),
        };
        request.map_err(|why| why.to_string())
    }
}

/// An account's API, authenticated.
pub struct Client<A: Authenticate> {
    pub(super) wire: Wire,
    authenticate: A,
    sessions: Sessions<A::Session>,
}

impl<A: Authenticate + fmt::Debug> fmt::Debug for Client<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.authenticate).finish()
    }
}

impl<A: Authenticate> Client<A> {
    /// A client that logs in with its first call.
    pub fn new(wire: Wire, authenticate: A) -> Self {
        Self {
            wire,
            authenticate,
            sessions: Sessions::new(),
        }
    }

    /// How the client authenticates.
    pub fn authenticate(&self) -> &A {
        &self.authenticate
    }

    /// The session in use; a login where there is none.
    pub async fn session(&self) -> Result<Arc<A::Session>> {
        self.sessions.current(&self.authenticate, &self.wire).await
    }

    /// Another session than one that the cloud has ended, for a cloud that says so otherwise than by
    /// the status 401.
    pub async fn renewed(&self, ended: &Arc<A::Session>) -> Result<Arc<A::Session>> {
        let sessions = &self.sessions;
        sessions.after(ended, &self.authenticate, &self.wire).await
    }

    /// Ends the session in use, if there is one.
    pub async fn log_out(&self) -> Result<()> {
        match self.sessions.take().await {
            Some(session) => self.authenticate.log_out(&self.wire, &session).await,
            None => Ok(()),
        }
    }

    /// The way to the account's servers, for requests that are not JSON.
    pub fn wire(&self) -> &Wire {
        &self.wire
    }

    /// What is at a path. `None` where there is nothing: absence is an answer, and only the
    /// caller knows what it means.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>> {
        self.read_if_any(&Call::get(path)).await
    }

    /// Creates something, and reads the reply.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: Value) -> Result<T> {
        self.read(&Call::post(path, body)).await
    }

    /// Replaces something, and reads the reply.
    pub async fn put<T: DeserializeOwned>(&self, path: &str, body: Value) -> Result<T> {
        self.read(&Call::put(path, body)).await
    }

    /// Changes something, and reads the reply.
    pub async fn patch<T: DeserializeOwned>(&self, path: &str, body: Value) -> Result<T> {
        self.read(&Call::patch(path, body)).await
    }

    /// Deletes something. What does not exist is deleted.
    pub async fn delete(&self, path: &str) -> Result<()> {
        self.done_if_any(&Call::delete(path)).await.map(drop)
    }

    /// Makes a call, and reads the reply. A 404 is an error of kind `Conflict`: what the call is
    /// about was deleted meanwhile.
    pub async fn read<T: DeserializeOwned>(&self, call: &Call) -> Result<T> {
        let reply = self.accepted(call).await?;
        self.content(call, &reply)
    }

    /// Makes a call, and reads the reply; `None` for a 404.
    pub async fn read_if_any<T: DeserializeOwned>(&self, call: &Call) -> Result<Option<T>> {
        match self.accepted_if_any(call).await? {
            Some(reply) => self.content(call, &reply).map(Some),
            None => Ok(None),
        }
    }

    /// Makes a call whose reply says no more than that it is done.
    pub async fn done(&self, call: &Call) -> Result<()> {
        self.accepted(call).await.map(drop)
    }

    /// The same; `None` for a 404.
    pub async fn done_if_any(&self, call: &Call) -> Result<Option<()>> {
        Ok(self.accepted_if_any(call).await?.map(drop))
    }

    /// Makes a call; the reply that accepts it, with its headers.
    pub async fn accepted(&self, call: &Call) -> Result<Reply> {
        let reply = self.send(call).await?;
        match reply.status().is_success() {
            true => Ok(reply),
            false => Err(self.wire.refused(&call.operation(), &reply)),
        }
    }

    /// The same; `None` for a 404.
    pub async fn accepted_if_any(&self, call: &Call) -> Result<Option<Reply>> {
        let reply = self.send(call).await?;
        match reply.status() {
            StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => Ok(Some(reply)),
            _ => Err(self.wire.refused(&call.operation(), &reply)),
        }
    }

    /// What a reply to a call says.
    pub fn content<T: DeserializeOwned>(&self, call: &Call, reply: &Reply) -> Result<T> {
        let operation = call.operation();
        let body = self.wire.json(&operation, reply)?;
        let content = match (call.key, body) {
            (None, body) => body,
            (Some(key), Value::Object(mut fields)) => fields.remove(key).unwrap_or_default(),
            (Some(key), _) => {
                let why = format!("there is no {key} in it");
                return Err(self.wire.unreadable(&operation, reply, &why));
            }
        };
        self.wire.typed(&operation, reply, content)
    }

    /// Sends a call. Where the cloud has ended the session, a new one is made, once: a request
    /// that was not authenticated had no effect.
    async fn send(&self, call: &Call) -> Result<Reply> {
        let session = self.session().await?;
        let reply = self.exchange(&session, call).await?;
        match self.another(&session, reply.status()).await? {
            None => Ok(reply),
            Some(renewed) => self.exchange(&renewed, call).await,
        }
    }

    /// The same for a reply that is read while it comes, whatever its status is.
    pub(super) async fn open(&self, call: &Call) -> Result<http::Response<Box<dyn Stream>>> {
        let operation = call.operation();
        let session = self.session().await?;
        let request = self.signed(&session, call)?;
        let reply = self.wire.open(&operation, request).await?;
        match self.another(&session, reply.status()).await? {
            None => Ok(reply),
            Some(renewed) => {
                let request = self.signed(&renewed, call)?;
                self.wire.open(&operation, request).await
            }
        }
    }

    /// A new session where the cloud has ended this one.
    async fn another(
        &self,
        session: &Arc<A::Session>,
        status: StatusCode,
    ) -> Result<Option<Arc<A::Session>>> {
        match A::RENEWS && status == StatusCode::UNAUTHORIZED {
            true => self.renewed(session).await.map(Some),
            false => Ok(None),
        }
    }

    async fn exchange(&self, session: &A::Session, call: &Call) -> Result<Reply> {
        let operation = call.operation();
        let request = self.signed(session, call)?;
        match call.held {
            true => self.wire.exchange_held(&operation, request).await,
            false => self.wire.exchange(&operation, request).await,
        }
    }

    fn signed(&self, session: &A::Session, call: &Call) -> Result<Request<Bytes>> {
        let request = call.request(self.authenticate.base(session));
        let mut request =
            request.map_err(|why| Error::new(ErrorKind::Unexpected, call.operation(), why))?;
        self.authenticate.sign(session, &mut request)?;
        Ok(request)
    }
}
