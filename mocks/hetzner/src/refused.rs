use mock_cloud::{Response, reply};
use mock_rest::{Problem, Wrong};
use serde_json::{Value, json};

/// A request that was refused: status, code, message and details, as the API writes them.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    details: Value,
}

/// What an operation gives, or why it was refused.
pub(crate) type Answer<T> = Result<T, Refused>;

impl Refused {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            details: Value::Null,
        }
    }

    /// Values that are not taken, each with its field.
    pub(crate) fn input(wrongs: &[Wrong]) -> Self {
        let fields: Vec<Value> = wrongs
            .iter()
            .map(|wrong| json!({ "name": wrong.at, "messages": [wrong.why] }))
            .collect();
        let told: Vec<String> = wrongs
            .iter()
            .map(|wrong| format!("invalid input in field '{}': {}", wrong.at, wrong.why))
            .collect();
        Self {
            details: json!({ "fields": fields }),
            ..Self::new(422, "invalid_input", told.join(", "))
        }
    }

    /// One value that is not taken.
    pub(crate) fn field(name: &str, why: &str) -> Self {
        Self::input(&[Wrong::new(name, why)])
    }

    pub(crate) fn body(problems: Vec<Problem<Vec<Wrong>>>) -> Self {
        Self::input(&Wrong::of(problems))
    }

    pub(crate) fn json() -> Self {
        Self::new(400, "json_error", "invalid JSON in request body")
    }

    pub(crate) fn absent(what: &str, id: &str) -> Self {
        Self::new(404, "not_found", format!("{what} with ID '{id}' not found"))
    }

    pub(crate) fn no_route() -> Self {
        Self::new(404, "not_found", "the requested resource was not found")
    }

    /// A name that another object of the kind has.
    pub(crate) fn taken(what: &str) -> Self {
        Self {
            details: json!({ "fields": [{ "name": "name" }] }),
            ..Self::new(
                409,
                "uniqueness_error",
                format!("{what} name is already used"),
            )
        }
    }

    pub(crate) fn over_limit(what: &str) -> Self {
        Self {
            details: json!({ "limits": [{ "name": format!("{what}_limit") }] }),
            ..Self::new(
                403,
                "resource_limit_exceeded",
                format!("{what} limit exceeded"),
            )
        }
    }

    /// What the API has removed.
    pub(crate) fn removed(announcement: &str) -> Self {
        Self {
            details: json!({ "announcement": announcement }),
            ..Self::new(
                410,
                "deprecated_api_endpoint",
                "this API endpoint was removed",
            )
        }
    }

    pub(crate) fn conflict() -> Self {
        Self::new(
            409,
            "conflict",
            "another action is running on the resource, please retry",
        )
    }

    pub(crate) fn protected(what: &str) -> Self {
        Self::new(403, "protected", format!("{what} deletion is protected"))
    }

    pub(crate) fn response(&self) -> Response {
        let error = json!({
            "code": self.code, "message": self.message, "details": self.details,
        });
        reply::json(self.status, &json!({ "error": error }))
    }
}
