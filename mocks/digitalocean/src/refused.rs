use mock_cloud::{Response, reply};
use mock_rest::{Problem, Wrong};
use serde_json::json;

/// A request that was refused: status and message, as the API writes them.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) message: String,
    /// When the next request is taken, in seconds.
    retry_after: Option<u64>,
}

/// What an operation gives, or why it was refused.
pub(crate) type Answer<T> = Result<T, Refused>;

impl Refused {
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            retry_after: None,
        }
    }

    /// Values that are not taken.
    pub(crate) fn value(message: impl Into<String>) -> Self {
        Self::new(422, message)
    }

    /// Everything that is wrong with a body.
    pub(crate) fn body(problems: Vec<Problem<Vec<Wrong>>>) -> Self {
        let wrongs: Vec<String> = Wrong::of(problems).iter().map(Wrong::to_string).collect();
        Self::value(wrongs.join(", "))
    }

    pub(crate) fn json() -> Self {
        Self::new(400, "error parsing request body")
    }

    pub(crate) fn absent() -> Self {
        let message = "The resource you were accessing could not be found.";
        Self::new(404, message)
    }

    pub(crate) fn forbidden(message: &str) -> Self {
        Self::new(403, message)
    }

    pub(crate) fn throttled(retry_after: Option<u64>) -> Self {
        Self {
            retry_after,
            ..Self::new(429, "API rate limit exceeded.")
        }
    }

    /// The short name of a status.
    fn id(&self) -> &'static str {
        match self.status {
            400 => "bad_request",
            401 => "unauthorized",
            403 => "forbidden",
            404 => "not_found",
            405 => "method_not_allowed",
            409 => "conflict",
            412 => "precondition_failed",
            422 => "unprocessable_entity",
            429 => "too_many_requests",
            503 => "service_unavailable",
            _ => "server_error",
        }
    }

    pub(crate) fn response(&self, request_id: &str) -> Response {
        let body = json!({
            "id": self.id(), "message": self.message, "request_id": request_id,
        });
        reply::with_retry_after(reply::json(self.status, &body), self.retry_after)
    }
}
