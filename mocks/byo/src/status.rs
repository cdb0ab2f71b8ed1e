use mock_cloud::{Response, reply};
use serde_json::{Value, json};

use crate::collections::Place;

/// A request that was refused: a `Status`, as the API server writes it.
#[derive(Clone, Debug)]
pub(crate) struct Status {
    code: u16,
    reason: &'static str,
    message: String,
    metadata: Value,
}

/// What a request gives, or why it was refused.
pub(crate) type Answer<T> = Result<T, Status>;

impl Status {
    pub(crate) fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            reason,
            message: message.into(),
            metadata: json!({}),
        }
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", "Unauthorized")
    }

    pub(crate) fn forbidden(user: &str, verb: &str, place: &Place) -> Self {
        let resource = place.collection.resource;
        let message = format!(
            "{resource} is forbidden: User \"{user}\" cannot {verb} resource \"{resource}\" in API \
             group \"{}\" {}",
            place.collection.group,
            place.scope()
        );
        Self::new(403, "Forbidden", message)
    }

    pub(crate) fn not_found(resource: &str, name: &str) -> Self {
        Self::new(404, "NotFound", format!("{resource} \"{name}\" not found"))
    }

    pub(crate) fn not_allowed() -> Self {
        let message = "the server does not allow this method on the requested resource";
        Self::new(405, "MethodNotAllowed", message)
    }

    pub(crate) fn not_acceptable() -> Self {
        let message = "only the following media types are accepted: application/json, application/yaml, \
                       application/vnd.kubernetes.protobuf";
        Self::new(406, "NotAcceptable", message)
    }

    /// A version that is no number: the real one answers as if the fault were its own, without a reason.
    pub(crate) fn not_a_version(text: &str) -> Self {
        let message = format!(
            "resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax"
        );
        Self::new(500, "", message)
    }

    /// A watch from a revision that is not kept any more.
    pub(crate) fn too_old(revision: u64, kept: u64) -> Self {
        let message = format!("too old resource version: {revision} ({kept})");
        Self::new(410, "Expired", message)
    }

    /// An object that has changed since it was read.
    pub(crate) fn changed(resource: &str, name: &str) -> Self {
        let message = format!(
            "Operation cannot be fulfilled on {resource} \"{name}\": the object has been modified; \
             please apply your changes to the latest version and try again"
        );
        Self::new(409, "Conflict", message)
    }

    pub(crate) fn absent() -> Self {
        let message = "the server could not find the requested resource";
        Self::new(404, "NotFound", message)
    }

    /// A listing that cannot go on as it began; `rest` continues it with what is there now.
    pub(crate) fn expired(rest: &str) -> Self {
        let message = "The provided continue parameter is too old to display a consistent list \
                       result. You can start a new list without the continue parameter, or use the \
                       continue token in this response to retrieve the remainder of the results.";
        Self {
            metadata: json!({ "continue": rest }),
            ..Self::new(410, "Expired", message)
        }
    }

    /// As JSON.
    pub(crate) fn body(&self) -> Value {
        let Self {
            code,
            reason,
            message,
            metadata,
        } = self;
        let mut body = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": metadata, "status": "Failure",
            "message": message, "code": code,
        });
        if !reason.is_empty() {
            body["reason"] = json!(reason);
        }
        body
    }

    pub(crate) fn response(&self) -> Response {
        reply::json(self.code, &self.body())
    }
}
