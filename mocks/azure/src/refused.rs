use mock_cloud::{Response, reply};
use mock_rest::{Problem, Wrong};
use serde_json::{Value, json};

/// A request that was refused, as Resource Manager or a resource provider writes it.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    /// What is below it. Resource Manager itself has none.
    pub(crate) details: Option<Vec<(String, String)>>,
    retry_after_s: Option<u64>,
}

/// What a request gives, or why it was refused.
pub(crate) type Answer<T> = Result<T, Refused>;

impl Refused {
    /// A refusal of Resource Manager, before a provider has seen the request.
    pub(crate) fn front(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            details: None,
            retry_after_s: None,
        }
    }

    /// A refusal of the resource provider.
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self {
            details: Some(Vec::new()),
            ..Self::front(status, code, message)
        }
    }

    /// Something else is under way: the same may succeed a little later.
    pub(crate) fn retryable(code: &str, message: String, seconds: u64) -> Self {
        Self {
            details: Some(vec![(code.to_owned(), message)]),
            retry_after_s: Some(seconds),
            ..Self::new(429, "RetryableError", "A retryable error occurred.")
        }
    }

    /// The same with what is below it.
    pub(crate) fn because(self, details: Vec<(String, String)>) -> Self {
        Self {
            details: Some(details),
            ..self
        }
    }

    /// A body with names that do not exist, or values that cannot be: everything at once.
    pub(crate) fn body(problems: Vec<Problem<Vec<Wrong>>>) -> Self {
        let details = Wrong::of(problems).into_iter().map(|wrong| {
            let (code, message) = match wrong.why.as_str() {
                "is not known" => (
                    "InvalidJson",
                    format!(
                        "Could not find member '{0}' on object. Path 'properties.{0}'.",
                        wrong.at
                    ),
                ),
                "is missing" => (
                    "MissingProperty",
                    format!("The property '{}' is required.", wrong.at),
                ),
                why => ("InvalidJson", format!("The value of '{}' {why}.", wrong.at)),
            };
            (code.to_owned(), message)
        });
        Self {
            details: Some(details.collect()),
            ..Self::new(400, "InvalidRequestFormat", "Cannot parse the request.")
        }
    }

    pub(crate) fn no_json() -> Self {
        let message =
            "The request content was invalid and could not be deserialized: it is no JSON object.";
        Self::front(400, "InvalidRequestContent", message)
    }

    pub(crate) fn no_route(path: &str) -> Self {
        let message = format!("The resource type could not be found: '{path}'.");
        Self::front(404, "InvalidResourceType", message)
    }

    pub(crate) fn not_allowed(method: &str) -> Self {
        let message = format!("The requested resource does not support http method '{method}'.");
        Self::front(405, "MethodNotAllowed", message)
    }

    pub(crate) fn response(&self) -> Response {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let Some(details) = &self.details {
            error["details"] = below(details);
        }
        let response = reply::json(self.status, &json!({ "error": error }));
        let response = match self.status {
            401 => reply::with_header(
                response,
                "www-authenticate",
                "Bearer authorization_uri=\"https://login.microsoftonline.com/\", error=\"invalid_token\"",
            ),
            _ => response,
        };
        reply::with_retry_after(response, self.retry_after_s)
    }
}

/// What is below an error, as JSON.
pub(crate) fn below(details: &[(String, String)]) -> Value {
    let one = |(code, message): &(String, String)| json!({ "code": code, "message": message });
    details.iter().map(one).collect()
}
