//! Watches: what changes in a listing after it was read.
//!
//! The protocol is that of <https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes>.
//! A watch is open for less than a minute, so that a connection that nobody has closed is noticed, and then
//! goes on where it was: bookmarks say up to where nothing has changed.

use std::marker::PhantomData;

use bytes::Bytes;
use groundwork_provider::Result;
use http::StatusCode;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::Bearer;
use crate::client::{Call, Client, Lines};

/// How long one is open, in seconds: less than the transport's bound on a call.
const OPEN_FOR: &str = "45";
/// An object's metadata alone (`meta.k8s.io/v1`), instead of the object.
const METADATA: &str = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
/// The same of a list.
const METADATA_LIST: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/// Which objects, and how much of each.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The path of the collection.
    pub path: String,
    /// `fieldSelector`; every object where it is empty.
    pub fields: String,
    /// Metadata alone are read: a name, a version, labels.
    pub is_metadata: bool,
}

impl Selection {
    /// Every object of a collection, whole.
    pub fn all(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            fields: String::new(),
            is_metadata: false,
        }
    }

    /// The call that lists it.
    pub(super) fn listing(&self) -> Call {
        self.call(METADATA_LIST)
    }

    fn call(&self, metadata: &str) -> Call {
        let mut call = Call::get(&self.path);
        if !self.fields.is_empty() {
            call = call.query([("fieldSelector", &self.fields)]);
        }
        match self.is_metadata {
            true => call.header("accept", metadata),
            false => call,
        }
    }
}

/// What a watch tells.
#[derive(Debug)]
pub enum News<T> {
    /// An object is new, or is another one now.
    Applied(T),
    /// An object is deleted; as it was.
    Deleted(T),
    /// Nothing has changed up to a version.
    Bookmark,
    /// Its time is over, and all was told: it can be opened again.
    Over,
    /// What has changed since then is not kept any more: the listing has to be read again.
    Expired,
}

/// An open watch.
pub struct Watch<'a, T> {
    lines: Lines<'a>,
    version: String,
    of: PhantomData<fn() -> T>,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    object: Value,
}

impl<'a, T: DeserializeOwned> Watch<'a, T> {
    /// Opens one, from the version of a listing or of an earlier watch. Nothing where that version is not
    /// kept any more.
    ///
    /// # Errors
    /// The server cannot be reached, or refuses.
    pub async fn open(
        client: &'a Client<Bearer>,
        selection: &Selection,
        version: &str,
    ) -> Result<Option<Self>> {
        let call = selection.call(METADATA).query([
            ("watch", "1"),
            ("allowWatchBookmarks", "true"),
            ("timeoutSeconds", OPEN_FOR),
            ("resourceVersion", version),
        ]);
        let lines = client.lines_unless(&call, StatusCode::GONE).await?;
        Ok(lines.map(|lines| Self {
            lines,
            version: version.to_owned(),
            of: PhantomData,
        }))
    }

    /// The version up to which everything was told.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What comes next. Nothing is lost where the future is dropped.
    ///
    /// # Errors
    /// The connection broke, or the server tells an error, or what cannot be understood.
    pub async fn next(&mut self) -> Result<News<T>> {
        let Some(line) = self.lines.next().await? else {
            return Ok(News::Over);
        };
        let event: Event = serde_json::from_slice(&line)
            .map_err(|why| self.lines.unreadable(&format!("a change in it: {why}")))?;
        if event.kind == "ERROR" {
            return self.told(&event.object);
        }
        let version = event.object.pointer("/metadata/resourceVersion");
        let version = version.and_then(Value::as_str).map(str::to_owned);
        let news = match event.kind.as_str() {
            "ADDED" | "MODIFIED" => News::Applied(self.object(event.object)?),
            "DELETED" => News::Deleted(self.object(event.object)?),
            // A kind that comes one day says nothing of an object.
            _ => News::Bookmark,
        };
        if let Some(version) = version {
            self.version = version;
        }
        Ok(news)
    }

    fn object(&self, object: Value) -> Result<T> {
        serde_json::from_value(object)
            .map_err(|why| self.lines.unreadable(&format!("an object in it: {why}")))
    }

    /// An error that comes as an event: the status of a refusal is in it.
    fn told(&self, status: &Value) -> Result<News<T>> {
        let code = status["code"]
            .as_u64()
            .and_then(|code| u16::try_from(code).ok());
        let code = code.and_then(|code| StatusCode::from_u16(code).ok());
        match code.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR) {
            StatusCode::GONE => Ok(News::Expired),
            code => Err(self.lines.refused(code, Bytes::from(status.to_string()))),
        }
    }
}
