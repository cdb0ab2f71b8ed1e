use mock_cloud::{Response, reply};
use mock_rest::{Problem, Wrong};
use serde_json::json;

/// A request that was refused: status, code and message, as the API writes them.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    status: u16,
    code: &'static str,
    message: String,
}

/// What an operation gives, or why it was refused.
pub(crate) type Answer<T> = Result<T, Refused>;

impl Refused {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    /// Everything that is wrong with a body.
    pub(crate) fn body(problems: Vec<Problem<Vec<Wrong>>>) -> Self {
        let wrong = Wrong::of(problems);
        let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        Self::new(422, "invalid", wrong.join("; "))
    }

    pub(crate) fn absent() -> Self {
        Self::new(404, "not_found", "there is no such thing")
    }

    pub(crate) fn response(&self) -> Response {
        let Self {
            status,
            code,
            message,
        } = self;
        reply::json(*status, &json!({ "code": code, "message": message }))
    }
}
