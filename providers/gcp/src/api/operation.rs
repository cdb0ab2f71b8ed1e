//! Operations: what a request has set going. The server answers a `wait` when it has ended
//! (<https://cloud.google.com/compute/docs/api/how-tos/api-requests-responses>).

use std::time::Duration;

use groundwork_kit::client::{Call, Pending};
use groundwork_provider::{Cx, Error, ErrorKind, Operation, Progress, Result};
use http::Method;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Api, failures, request_id::request_id};
use crate::link;

/// The pause before an object is read again that is not complete yet.
const AGAIN: Duration = Duration::from_secs(1);

/// What the API says of an object.
pub(crate) trait Object: DeserializeOwned {
    /// Whether everything is there that dependants need.
    fn is_complete(&self) -> bool {
        true
    }
}

/// An operation, as far as it matters here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Started {
    self_link: String,
    #[serde(default)]
    operation_type: String,
    status: String,
    error: Option<Errors>,
    http_error_status_code: Option<u16>,
    http_error_message: Option<String>,
    target_id: Option<String>,
    target_link: Option<String>,
    region: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Errors {
    #[serde(default)]
    errors: Vec<Failure>,
}

#[derive(Debug, Deserialize)]
struct Failure {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

/// What is waited for.
#[derive(Debug, Deserialize, Serialize)]
enum Awaited {
    /// An operation that makes or changes this object.
    Made(String),
    /// An operation that makes an object of exactly these fields.
    MadeOf(Value),
    /// An operation after which the object is gone.
    Removed,
    /// The object itself, until it is complete.
    Complete,
}

/// Asks a collection for an object, which will have that id. It is read when it has been made: the cloud
/// adds what is not asked for.
pub(crate) async fn created<S: Object>(
    cx: &Cx<'_, Api>,
    collection: &str,
    body: &Value,
    id: &str,
) -> Result<Progress<S>> {
    insert(cx, collection, body, Awaited::Made(id.to_owned())).await
}

/// Asks a collection for an object to which the cloud adds nothing but its number and its address: the
/// operation tells both, so that it need not be read.
pub(crate) async fn created_as_asked<S: Object>(
    cx: &Cx<'_, Api>,
    collection: &str,
    body: Value,
) -> Result<Progress<S>> {
    insert(cx, collection, &body, Awaited::MadeOf(body.clone())).await
}

async fn insert<S>(
    cx: &Cx<'_, Api>,
    collection: &str,
    body: &Value,
    what: Awaited,
) -> Result<Progress<S>> {
    let call = Call::post(link::path(collection), body.clone());
    let request_id = request_id(cx.token(), &format!("{} {body}", call.operation()));
    let call = call.query([("requestId", request_id)]);
    // What it lacks is its place, and somebody removed that meanwhile: a conflict.
    let reply = cx.api.compute.read(&call).await?;
    started(&call, reply, what)
}

/// Starts what changes the object with that id.
pub(crate) async fn changed<S: Object>(
    cx: &Cx<'_, Api>,
    (method, path): (Method, String),
    body: &Value,
    id: &str,
) -> Result<Progress<S>> {
    let call = Call::new(method, path).body(body.clone());
    start(cx, call, &body.to_string(), Awaited::Made(id.to_owned())).await
}

/// Starts what removes the object at a path. What does not exist is removed.
pub(crate) async fn removed<S>(cx: &Cx<'_, Api>, path: String) -> Result<Progress<S>> {
    start(cx, Call::delete(path), "", Awaited::Removed).await
}

/// Waits until an object is complete.
pub(crate) fn wait_for(id: &str) -> Operation {
    let (at, what) = (link::path(id), Awaited::Complete);
    Pending { at, what }.operation()
}

/// Starts what is about an object that exists. The same change may be needed twice, so that its request is
/// another one each time; one that is sent again has been looked for before.
async fn start<S>(cx: &Cx<'_, Api>, call: Call, body: &str, what: Awaited) -> Result<Progress<S>> {
    let asked = format!("{} {body} {}", call.operation(), cx.api.clock.now());
    let call = call.query([("requestId", request_id(cx.token(), &asked))]);
    match cx.api.compute.read_if_any(&call).await? {
        Some(reply) => started(&call, reply, what),
        None => Ok(Progress::Gone),
    }
}

fn started<S>(call: &Call, reply: Value, what: Awaited) -> Result<Progress<S>> {
    let started = read(&call.operation(), reply)?;
    started.failed()?;
    let at = format!("{}/wait", link::path(&started.self_link));
    Ok(Pending { at, what }.after(Duration::ZERO))
}

fn read(operation: &str, reply: Value) -> Result<Started> {
    serde_json::from_value(reply).map_err(|why| {
        let message = format!("the reply is no operation: {why}");
        Error::new(ErrorKind::Unexpected, operation, message).effect_unknown()
    })
}

/// Asks once about what is waited for.
///
/// # Errors
/// What the operation failed with; `Conflict` where the cloud has forgotten it.
pub(crate) async fn poll<S: Object>(api: &Api, operation: &Operation) -> Result<Progress<S>> {
    let pending = Pending::<Awaited>::read(operation)?;
    if let Awaited::Complete = pending.what {
        return complete(api, &pending.at).await;
    }
    let call = Call::new(Method::POST, pending.at.as_str()).held();
    let answer = api.compute.ask_by::<Started>(&call).await?;
    answer.reply.failed()?;
    match (answer.reply.status.as_str(), &pending.what) {
        ("DONE", Awaited::Made(id)) => complete(api, &link::path(id)).await,
        ("DONE", Awaited::MadeOf(fields)) => answer.reply.object(fields).map(Progress::Done),
        ("DONE", _) => Ok(Progress::Gone),
        (_, _) => Ok(pending.after(answer.poll_after)),
    }
}

async fn complete<S: Object>(api: &Api, path: &str) -> Result<Progress<S>> {
    let Some(state) = api.compute.get::<S>(path).await? else {
        return Ok(Progress::Gone);
    };
    if state.is_complete() {
        return Ok(Progress::Done(state));
    }
    let (at, what) = (path.to_owned(), Awaited::Complete);
    Ok(Pending { at, what }.after(AGAIN))
}

impl Started {
    /// The object that it has made, of the fields that were asked for.
    fn object<S: Object>(&self, fields: &Value) -> Result<S> {
        let unexpected = |why: &str| {
            let message = format!("the operation does not say what it has made: {why}");
            Error::new(ErrorKind::Unexpected, &self.operation_type, message).effect_unknown()
        };
        let (Some(id), Some(link)) = (&self.target_id, &self.target_link) else {
            return Err(unexpected("targetId or targetLink is missing"));
        };
        let mut object = fields.clone();
        object["id"] = id.as_str().into();
        object["selfLink"] = link.as_str().into();
        if let Some(region) = &self.region {
            object["region"] = region.as_str().into();
        }
        serde_json::from_value(object).map_err(|why| unexpected(&why.to_string()))
    }

    /// An operation that has ended badly is told with status 200.
    fn failed(&self) -> Result<()> {
        let Some(errors) = &self.error else {
            return Ok(());
        };
        let first = errors.errors.first();
        let code = first.map_or("", |failure| failure.code.as_str());
        let said: Vec<&str> = errors
            .errors
            .iter()
            .map(|one| one.message.as_str())
            .collect();
        let message = match said.join("; ") {
            text if text.is_empty() => self.http_error_message.clone().unwrap_or_default(),
            text => text,
        };
        let status = self.http_error_status_code.unwrap_or(200);
        let operation = format!("{} of {}", self.operation_type, link::name(&self.self_link));
        Err(failures::of_operation(operation, status, code, message))
    }
}
