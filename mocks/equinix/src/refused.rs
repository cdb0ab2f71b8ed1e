use mock_cloud::{Response, reply};
use mock_rest::{Problem, Wrong};
use serde_json::json;

/// A request that was refused: its status, and everything that is wrong with it.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    status: u16,
    pub(crate) errors: Vec<String>,
}

/// What an operation gives, or why it was refused.
pub(crate) type Answer<T> = Result<T, Refused>;

impl Refused {
    pub(crate) fn new(status: u16, error: impl Into<String>) -> Self {
        Self {
            status,
            errors: vec![error.into()],
        }
    }

    /// A value that is not taken.
    pub(crate) fn input(error: impl Into<String>) -> Self {
        Self::new(422, error)
    }

    pub(crate) fn body(problems: Vec<Problem<Vec<Wrong>>>) -> Self {
        let wrongs = Wrong::of(problems);
        Self {
            status: 422,
            errors: wrongs.iter().map(ToString::to_string).collect(),
        }
    }

    pub(crate) fn absent() -> Self {
        Self::new(404, "Not found")
    }

    pub(crate) fn denied() -> Self {
        Self::new(403, "You are not authorized to view this resource")
    }

    /// Facilities have been refused since 2024: metros have taken their place.
    pub(crate) fn facility() -> Self {
        Self::input("facility is no longer supported, use metro")
    }

    /// One text for who asks and for the server's own failures, a list for everything else.
    pub(crate) fn response(&self) -> Response {
        let body = match self.status {
            401 | 500.. => json!({ "error": self.errors.join(", ") }),
            _ => json!({ "errors": self.errors }),
        };
        reply::json(self.status, &body)
    }
}
