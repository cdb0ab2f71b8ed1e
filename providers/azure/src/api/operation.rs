//! Long operations: what a request has set going, and where it is asked about
//! (<https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations>).

use std::time::Duration;

use azure_core_legacy::Response;
use groundwork_kit::client::{Call, Pending, Reply};
use groundwork_provider::{Error, ErrorKind, Operation, Progress, Result};
use groundwork_transport::retry_after;
use http::{Method, StatusCode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Api, failures, network};

/// The pause before the next question, where the server names none.
const AGAIN: Duration = Duration::from_secs(1);
/// What replaces a field is not among what is written.
const READ_ONLY: [&str; 14] = [
    "defaultPublicNatGateway",
    "defaultSecurityRules",
    "flowLogs",
    "ipAddress",
    "ipConfiguration",
    "ipConfigurationProfiles",
    "ipConfigurations",
    "natGateway",
    "networkInterfaces",
    "privateEndpoints",
    "purpose",
    "resourceNavigationLinks",
    "serviceAssociationLinks",
    "subnets",
];

/// What the API says of an object.
pub(crate) trait Object: DeserializeOwned {
    /// How far its last change has come: `Succeeded`, `Updating`, `Failed`.
    fn provisioning(&self) -> &str;

    /// Whether it is being made or changed.
    fn is_changing(&self) -> bool {
        matches!(self.provisioning(), "Creating" | "Updating")
    }
}

/// What comes when an operation has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Then {
    /// The object.
    Object,
    /// Nothing: it is gone, or a part of it is.
    Gone,
}

/// What is waited for.
#[derive(Debug, Deserialize, Serialize)]
struct Awaited {
    by: By,
    /// The object that is read at the end; none where nothing is left.
    object: Option<String>,
}

/// How it is asked about.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
enum By {
    /// At an operation, which says how far it is.
    Status,
    /// At an address that answers 202 until it has ended.
    Location,
    /// At the object itself.
    Object,
}

/// An operation, as far as it matters here.
#[derive(Debug, Deserialize)]
struct Status {
    #[serde(default)]
    status: String,
    #[serde(default)]
    error: Value,
}

/// Makes a resource of what a body says. One that exists is refused.
pub(crate) async fn made<S: Object>(api: &Api, id: &str, body: Value) -> Result<Progress<S>> {
    let call = Api::call(Method::PUT, id).body(body);
    let call = call.header("if-none-match", "*");
    let reply = api.client.accepted(&call).await?;
    begin(api, &call, &reply, Some(id))
}

/// What a request of the crate's that makes a resource has begun.
pub(crate) async fn begun<S, R>(
    api: &Api,
    sent: impl Future<Output = azure_core_legacy::Result<R>>,
    id: &str,
) -> Result<Progress<S>>
where
    S: Object,
    R: Into<Response>,
{
    match network::reply(sent).await? {
        Some(reply) => begin(api, &Api::call(Method::PUT, id), &reply, Some(id)),
        None => Ok(Progress::Gone),
    }
}

/// What a request of the crate's that deletes a resource has begun. What does not exist is deleted.
pub(crate) async fn ended<S, R>(
    api: &Api,
    sent: impl Future<Output = azure_core_legacy::Result<R>>,
) -> Result<Progress<S>>
where
    S: Object,
    R: Into<Response>,
{
    match network::reply(sent).await? {
        Some(reply) => begin(api, &Api::call(Method::DELETE, ""), &reply, None),
        None => Ok(Progress::Gone),
    }
}

/// Changes a resource from what is read of it right before: nothing is lost that we do not know, and a
/// change of somebody else's in between is refused by the etag.
pub(crate) async fn changed<S: Object>(
    api: &Api,
    id: &str,
    then: Then,
    edit: impl FnOnce(&mut Value),
) -> Result<Progress<S>> {
    let Some(mut body) = api.show::<Value>(id).await? else {
        return Ok(Progress::Gone);
    };
    let etag = body["etag"].as_str().map(str::to_owned);
    edit(&mut body);
    let call = Api::call(Method::PUT, id).body(writable(body, id));
    let call = match etag {
        Some(etag) => call.header("if-match", etag),
        None => call,
    };
    let reply = api.client.accepted(&call).await?;
    let object = match then {
        Then::Object => Some(id),
        Then::Gone => None,
    };
    begin(api, &call, &reply, object)
}

/// What is read of a resource, without what only the API writes. The subnets of a network stay as they
/// are where they are left out.
fn writable(mut body: Value, id: &str) -> Value {
    let is_subnet = id.contains("/subnets/");
    let Some(fields) = body.as_object_mut() else {
        return body;
    };
    for name in ["etag", "id", "name", "type"] {
        fields.remove(name);
    }
    if let Some(properties) = fields.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|name, _| {
            let is_own = is_subnet && name == "natGateway";
            is_own || !READ_ONLY.contains(&name.as_str())
        });
    }
    told_by_the_api_alone(&mut body);
    body
}

fn told_by_the_api_alone(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| {
                !matches!(name.as_str(), "etag" | "provisioningState" | "resourceGuid")
            });
            fields.values_mut().for_each(told_by_the_api_alone);
        }
        Value::Array(items) => items.iter_mut().for_each(told_by_the_api_alone),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Removes a resource. What does not exist is removed.
pub(crate) async fn removed<S: Object>(api: &Api, id: &str) -> Result<Progress<S>> {
    remove(api, Api::call(Method::DELETE, id)).await
}

/// Removes a resource as it was seen: one that has changed since is refused.
pub(crate) async fn removed_as_seen<S: Object>(
    api: &Api,
    id: &str,
    etag: &str,
) -> Result<Progress<S>> {
    remove(api, Api::call(Method::DELETE, id).header("if-match", etag)).await
}

async fn remove<S: Object>(api: &Api, call: Call) -> Result<Progress<S>> {
    match api.client.accepted_if_any(&call).await? {
        Some(reply) => begin(api, &call, &reply, None),
        None => Ok(Progress::Gone),
    }
}

/// What a reply to a write has begun: an operation, or nothing that lasts.
fn begin<S: Object>(
    api: &Api,
    call: &Call,
    reply: &Reply,
    object: Option<&str>,
) -> Result<Progress<S>> {
    let header = |name: &str| reply.headers().get(name)?.to_str().ok();
    let now = api.client.wire().clock().now();
    let pause = retry_after(reply.headers(), now).unwrap_or(AGAIN);
    let pending = |at: &str, by| {
        let object = object.map(str::to_owned);
        let (at, what) = (at.to_owned(), Awaited { by, object });
        Ok(Pending { at, what }.after(pause))
    };
    let is_accepted = reply.status() == StatusCode::ACCEPTED;
    match (header("azure-asyncoperation"), header("location"), object) {
        (Some(at), _, _) => pending(at, By::Status),
        (None, Some(at), _) if is_accepted => pending(at, By::Location),
        (None, _, None) => Ok(Progress::Gone),
        (None, _, Some(id)) if reply.body().is_empty() => pending(id, By::Object),
        (None, _, Some(id)) => {
            let state: S = api.client.content(call, reply)?;
            match state.is_changing() {
                true => pending(id, By::Object),
                false => Ok(Progress::Done(state)),
            }
        }
    }
}

/// Waits for an object that somebody is making or changing.
pub(crate) fn wait_for(id: &str) -> Operation {
    let (by, object) = (By::Object, Some(id.to_owned()));
    let (at, what) = (id.to_owned(), Awaited { by, object });
    Pending { at, what }.operation()
}

/// Asks once about what is waited for.
///
/// # Errors
/// What the operation failed with; `Conflict` where the cloud has forgotten it.
pub(crate) async fn poll<S: Object>(api: &Api, operation: &Operation) -> Result<Progress<S>> {
    let pending = Pending::<Awaited>::read(operation)?;
    match pending.what.by {
        By::Object => complete(api, &pending.at).await,
        By::Status => {
            let answer = api.client.ask::<Status>(&pending.at).await?;
            let object = pending.what.object.as_deref();
            match answer.reply.status.as_str() {
                "Succeeded" => end(api, object).await,
                "Failed" | "Canceled" => Err(answer.reply.failed(object)),
                _ => Ok(pending.after(answer.poll_after)),
            }
        }
        By::Location => {
            let Some(reply) = api.client.accepted_if_any(&Call::to(&pending.at)).await? else {
                let message = "the cloud has forgotten the operation";
                return Err(Error::new(ErrorKind::Conflict, "GET /operations", message));
            };
            if reply.status() != StatusCode::ACCEPTED {
                return end(api, pending.what.object.as_deref()).await;
            }
            let now = api.client.wire().clock().now();
            let pause = retry_after(reply.headers(), now).unwrap_or(AGAIN);
            Ok(pending.after(pause))
        }
    }
}

async fn end<S: Object>(api: &Api, object: Option<&str>) -> Result<Progress<S>> {
    match object {
        Some(id) => complete(api, id).await,
        None => Ok(Progress::Gone),
    }
}

async fn complete<S: Object>(api: &Api, id: &str) -> Result<Progress<S>> {
    let Some(state) = api.show::<S>(id).await? else {
        return Ok(Progress::Gone);
    };
    if !state.is_changing() {
        return Ok(Progress::Done(state));
    }
    let (by, object) = (By::Object, Some(id.to_owned()));
    let (at, what) = (id.to_owned(), Awaited { by, object });
    Ok(Pending { at, what }.after(AGAIN))
}

impl Status {
    /// The error that it has ended with, whole.
    fn failed(&self, object: Option<&str>) -> Error {
        let operation = match object {
            Some(id) => format!("PUT {id}"),
            None => "DELETE".to_owned(),
        };
        failures::of_operation(operation, &self.status, &self.error)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_what_was_read_without_what_the_api_adds() {
        let read = json!({
            "id": "x", "name": "n", "etag": "W/1", "location": "westeurope", "extendedLocation": { "name": "e" },
            "properties": {
                "provisioningState": "Succeeded", "resourceGuid": "g", "flowTimeoutInMinutes": 4,
                "subnets": [{ "name": "theirs" }],
                "virtualNetworkPeerings": [{ "name": "p", "etag": "W/2", "properties": { "new": 1 } }],
            },
        });
        let expected = json!({
            "location": "westeurope", "extendedLocation": { "name": "e" },
            "properties": {
                "flowTimeoutInMinutes": 4,
                "virtualNetworkPeerings": [{ "name": "p", "properties": { "new": 1 } }],
            },
        });
        assert_eq!(writable(read, "/x/virtualNetworks/n"), expected);
    }

    #[test]
    fn a_gateway_is_a_subnet_s_own_field_and_of_an_address_only_told() {
        let read = json!({ "properties": { "natGateway": { "id": "g" } } });
        assert_eq!(writable(read.clone(), "/v/subnets/s"), read);
        assert_eq!(
            writable(read, "/publicIPAddresses/a"),
            json!({ "properties": {} })
        );
    }
}
