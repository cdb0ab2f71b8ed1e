//! The client: one function that sends, one that pages.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use groundwork_model::{Label, Secret};
use groundwork_provider::{Change, Error, ErrorKind, Result};
use groundwork_transport::Transport;
use http::{Method, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::wire::{self, Failed};

/// A connected account of the toy cloud.
pub struct Api {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) endpoint: String,
    pub(super) token: Secret,
}

/// One page of a listing.
#[derive(Deserialize)]
struct Page<T> {
    items: Vec<T>,
    next: Option<u32>,
}

impl Api {
    /// A listing that goes on longer than this is broken.
    const PAGES_MAX: u32 = 1_000;

    /// Sends a request and reads the reply. `None` where the cloud says that there is no such
    /// thing: absence is an answer, not an error, and only the caller knows what it means.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Option<T>> {
        let operation = operation(&method, path);
        let failed = |failed| wire::error(&operation, failed);
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.endpoint))
            .header("authorization", format!("Bearer {}", self.token.expose()))
            .body(body.map_or_else(Bytes::new, |body| body.to_string().into()))
            .map_err(|_| Error::new(ErrorKind::Invalid, &operation, "no such address"))?;
        let reply = self
            .transport
            .send(request)
            .await
            .map_err(|f| failed(Failed::NoReply(f)))?;
        match reply.status() {
            StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => serde_json::from_slice(reply.body())
                .map(Some)
                .map_err(|why| failed(Failed::Unreadable(why))),
            _ => Err(failed(Failed::Refused(reply))),
        }
    }

    /// The same where the thing has to be there: if it is not, somebody else was faster.
    pub(super) async fn call_present<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<T> {
        let operation = operation(&method, path);
        self.call(method, path, body)
            .await?
            .ok_or_else(|| wire::gone(&operation))
    }

    /// Everything of a collection, to the last page.
    pub(super) async fn list<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>> {
        let sign = if path.contains('?') { '&' } else { '?' };
        let mut items = Vec::new();
        let mut next = Some(1);
        while let Some(page) = next {
            if page > Self::PAGES_MAX {
                return Err(Error::new(
                    ErrorKind::Unexpected,
                    path,
                    "the listing has no end",
                ));
            }
            let path = format!("{path}{sign}page={page}");
            let page: Page<T> = self.call_present(Method::GET, &path, None).await?;
            items.extend(page.items);
            next = page.next;
        }
        Ok(items)
    }
}

/// How a call is named in errors: without its query, which may hold a signature.
fn operation(method: &Method, path: &str) -> String {
    format!("{method} {}", path.split('?').next().unwrap_or(path))
}

/// The fields of a change, as this cloud wants them: the label stands in `note`.
pub(super) fn changed(label: &Label, changes: &[Change]) -> Value {
    let field = |change: &Change| match change.is_label() {
        true => ("note".to_owned(), Value::from(label.to_string())),
        false => (change.field.clone(), change.to.clone()),
    };
    Value::Object(changes.iter().map(field).collect())
}

/// A reply that promises something for later.
#[derive(Deserialize)]
pub(super) struct Accepted {
    /// Where to ask; it carries a signature that opens it.
    pub(super) href: String,
    /// Not earlier than after so many seconds.
    pub(super) retry_after_s: u64,
}

impl Accepted {
    /// How long to wait before asking.
    pub(super) fn poll_after(&self) -> Duration {
        Duration::from_secs(self.retry_after_s)
    }
}
