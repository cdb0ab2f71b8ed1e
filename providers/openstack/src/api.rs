//! Neutron on the wire: one authenticated request at a time, listings paged to their end.

use std::{collections::BTreeSet, fmt, sync::Arc};

use bytes::Bytes;
use groundwork_provider::{Access, Account, Clock, Error, ErrorKind, Result};
use groundwork_transport::{Settings, Transport};
use http::{HeaderValue, Method, Request, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Mutex;
use url::form_urlencoded;

use crate::{
    credentials,
    session::{Login, Session},
    spec::{Datacenter, Spec},
    wire::{self, Broken},
};

/// Entries a page. Neutron may give fewer, and says so with a link to the next page.
const PAGE_ENTRIES: usize = 1000;
/// Pages of one listing: a million objects in one project are a loop, not a project.
const PAGES_MAX: usize = 1000;
/// Ids that one query names, so that its line stays below what proxies take.
const IDS_IN_QUERY_MAX: usize = 100;

/// A connected project.
pub struct Api {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    login: Login,
    session: Mutex<Arc<Session>>,
    project: String,
    extensions: BTreeSet<String>,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("keystone", &self.login.keystone)
            .field("project", &self.project)
            .finish_non_exhaustive()
    }
}

/// One reply, read.
type Reply = http::Response<Bytes>;

impl Api {
    /// Authenticates, finds Neutron in the catalog, and asks which extensions it has.
    pub(crate) async fn connect(access: &Access<Spec, Datacenter>) -> Result<(Account, Self)> {
        let login = Login::new(credentials::credentials(access)?)?;
        let settings = settings(access, &login)?;
        let transport = access
            .connector
            .connect(&settings)
            .map_err(|failure| wire::error("connect", Broken::NoReply(failure)))?;
        let clock = access.world.clock.clone();
        let session = login.session(&*transport, &*clock).await?;
        let account = Account {
            provider: "openstack".to_owned(),
            endpoint: login.keystone.clone(),
            project: session.project.clone(),
            region: login.region.clone().unwrap_or_default(),
        };
        let project = session.project.clone();
        let session = Mutex::new(Arc::new(session));
        let extensions = BTreeSet::new();
        let mut api = Self {
            transport,
            clock,
            login,
            session,
            project,
            extensions,
        };
        let extensions = api.get("/extensions", "extensions").await?;
        let aliases = extensions.as_array().into_iter().flatten();
        api.extensions = aliases
            .filter_map(|e| e["alias"].as_str())
            .map(str::to_owned)
            .collect();
        Ok((account, api))
    }

    /// The project's id.
    pub(crate) fn project(&self) -> &str {
        &self.project
    }

    /// Whether Neutron has an extension, by its alias.
    pub(crate) fn has(&self, extension: &str) -> bool {
        self.extensions.contains(extension)
    }

    /// Reads one document: the value under `key` of what is at `path`.
    pub(crate) async fn get(&self, path: &str, key: &str) -> Result<Value> {
        let call = Call {
            method: Method::GET,
            path,
            query: "",
            body: None,
        };
        let reply = self.accepted(&call).await?;
        read(&call, &reply, key)
    }

    /// Makes something: the value under `key` of the reply.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        body: Value,
    ) -> Result<T> {
        let call = Call {
            method: Method::POST,
            path,
            query: "",
            body: Some(body),
        };
        let reply = self.accepted(&call).await?;
        read(&call, &reply, key)
    }

    /// Changes something: the value under `key` of the reply; the whole reply for an empty `key`.
    pub(crate) async fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        body: Value,
    ) -> Result<T> {
        let call = Call {
            method: Method::PUT,
            path,
            query: "",
            body: Some(body),
        };
        let reply = self.accepted(&call).await?;
        read(&call, &reply, key)
    }

    /// Does something whose answer says no more than that it is done.
    pub(crate) async fn done(&self, method: Method, path: &str) -> Result<()> {
        let call = Call {
            method,
            path,
            query: "",
            body: None,
        };
        self.accepted(&call).await.map(drop)
    }

    /// Changes or removes something that may be gone already: `None` then.
    pub(crate) async fn unless_gone(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Option<()>> {
        let call = Call {
            method,
            path,
            query: "",
            body,
        };
        let reply = self.send(&call).await?;
        match reply.status() {
            StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => Ok(Some(())),
            _ => Err(self.refusal(&call, &reply)),
        }
    }

    /// Everything at `path` (`/networks`) that the query selects, paged to the end.
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        query: &[(&str, &str)],
    ) -> Result<Vec<T>> {
        let mut found = Vec::new();
        let mut marker: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let query = page_query(query, marker.as_deref());
            let call = Call {
                method: Method::GET,
                path,
                query: &query,
                body: None,
            };
            let reply = self.accepted(&call).await?;
            let page: Value = read(&call, &reply, "")?;
            let items = page[key].as_array().cloned();
            let items = items
                .ok_or_else(|| unreadable(&call, &reply, format!("there is no {key} in it")))?;
            let last = items
                .last()
                .and_then(|item| item["id"].as_str())
                .map(str::to_owned);
            for item in items {
                found.push(typed(&call, &reply, item)?);
            }
            match (more(&page[format!("{key}_links")]), last) {
                (true, Some(last)) if Some(&last) != marker.as_ref() => marker = Some(last),
                (true, Some(_)) => {
                    return Err(unreadable(
                        &call,
                        &reply,
                        "its next page is itself".to_owned(),
                    ));
                }
                (_, _) => return Ok(found),
            }
        }
        let message = format!("there is no end after {PAGES_MAX} pages");
        Err(Error::new(
            ErrorKind::Unexpected,
            format!("GET /v2.0{path}"),
            message,
        ))
    }

    /// The objects with these ids, wherever they live; those that do not exist are left out.
    pub(crate) async fn list_ids<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        ids: &BTreeSet<String>,
    ) -> Result<Vec<T>> {
        let ids: Vec<_> = ids.iter().map(|id| ("id", id.as_str())).collect();
        let mut found = Vec::new();
        for some in ids.chunks(IDS_IN_QUERY_MAX) {
            found.extend(self.list(path, key, some).await?);
        }
        Ok(found)
    }

    async fn accepted(&self, call: &Call<'_>) -> Result<Reply> {
        let reply = self.send(call).await?;
        match reply.status().is_success() {
            true => Ok(reply),
            false => Err(self.refusal(call, &reply)),
        }
    }

    fn refusal(&self, call: &Call<'_>, reply: &Reply) -> Error {
        wire::error(&call.operation(), Broken::Refused(reply, self.clock.now()))
    }

    /// Sends a call. A token that has expired is renewed, once: a request that was not
    /// authenticated had no effect.
    async fn send(&self, call: &Call<'_>) -> Result<Reply> {
        let session = self.session.lock().await.clone();
        let reply = self.exchange(&session, call).await?;
        if reply.status() != StatusCode::UNAUTHORIZED {
            return Ok(reply);
        }
        let session = self.renewed(&session).await?;
        self.exchange(&session, call).await
    }

    /// Of several calls that find the token expired, the first renews it for all.
    async fn renewed(&self, expired: &Arc<Session>) -> Result<Arc<Session>> {
        let mut current = self.session.lock().await;
        if Arc::ptr_eq(&current, expired) {
            let session = self.login.session(&*self.transport, &*self.clock).await?;
            *current = Arc::new(session);
        }
        Ok(current.clone())
    }

    async fn exchange(&self, session: &Session, call: &Call<'_>) -> Result<Reply> {
        let request = call.request(session)?;
        let sent = self.transport.send(request).await;
        sent.map_err(|failure| wire::error(&call.operation(), Broken::NoReply(failure)))
    }
}

fn settings(access: &Access<Spec, Datacenter>, login: &Login) -> Result<Settings> {
    let Some(file) = login.ca_file() else {
        return Ok(Settings::default());
    };
    let bundle = access.environment.file(file.as_ref()).map_err(|why| {
        Error::new(
            ErrorKind::Invalid,
            "read the CA bundle",
            format!("{file}: {why}"),
        )
        .remedy("correct OS_CACERT, or cacert in clouds.yaml")
    })?;
    Ok(Settings {
        ca_bundle: Some(bundle),
        ..Settings::default()
    })
}

fn page_query(query: &[(&str, &str)], marker: Option<&str>) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(query);
    text.append_pair("limit", &PAGE_ENTRIES.to_string());
    // Pages shift less when the order does not change with every write.
    text.append_pair("sort_key", "id")
        .append_pair("sort_dir", "asc");
    if let Some(marker) = marker {
        text.append_pair("marker", marker);
    }
    text.finish()
}

fn more(links: &Value) -> bool {
    links
        .as_array()
        .into_iter()
        .flatten()
        .any(|link| link["rel"] == "next")
}

/// One call of Neutron's.
struct Call<'a> {
    method: Method,
    path: &'a str,
    query: &'a str,
    body: Option<Value>,
}

impl Call<'_> {
    /// As the operation table and people name it, without the query.
    fn operation(&self) -> String {
        format!("{} /v2.0{}", self.method, self.path)
    }

    fn request(&self, session: &Session) -> Result<Request<Bytes>> {
        let mut uri = format!("{}{}", session.network_url, self.path);
        if !self.query.is_empty() {
            uri = uri + "?" + self.query;
        }
        let body = self.body.as_ref().map(|body| Bytes::from(body.to_string()));
        let malformed = |why: String| Error::new(ErrorKind::Unexpected, self.operation(), why);
        let mut token = HeaderValue::from_str(session.token.expose())
            .map_err(|_| malformed("the token is not a header's text".to_owned()))?;
        token.set_sensitive(true);
        Request::builder()
            .method(&self.method)
            .uri(uri)
            .header("x-auth-token", token)
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .body(body.unwrap_or_default())
            .map_err(|why| malformed(why.to_string()))
    }
}

fn unreadable(call: &Call<'_>, reply: &Reply, why: String) -> Error {
    wire::error(&call.operation(), Broken::Unreadable(reply, why))
}

fn read<T: DeserializeOwned>(call: &Call<'_>, reply: &Reply, key: &str) -> Result<T> {
    let mut body: Value = serde_json::from_slice(reply.body())
        .map_err(|why| unreadable(call, reply, why.to_string()))?;
    match key {
        "" => typed(call, reply, body),
        key => typed(call, reply, body[key].take()),
    }
}

fn typed<T: DeserializeOwned>(call: &Call<'_>, reply: &Reply, value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|why| unreadable(call, reply, why.to_string()))
}
