use std::fmt;

use mock_rest::{Problem, Wrong};

use crate::soap::Fault;

/// A request that was refused: status, code and message, as the API writes them.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    /// The last part of the error's name in `com.vmware.vapi.std.errors`.
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// What an operation gives, or why it was refused.
pub(crate) type Reply<T> = Result<T, Refused>;

impl Refused {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            status,
            code,
            message,
        }
    }

    pub(crate) fn no_operation() -> Self {
        Self::new(404, "operation_not_found", "there is no such operation")
    }

    pub(crate) fn unauthenticated() -> Self {
        Self::new(
            401,
            "unauthenticated",
            "this method requires authentication",
        )
    }

    pub(crate) fn unauthorized(privilege: &str) -> Self {
        Self::new(
            403,
            "unauthorized",
            format!("the privilege {privilege} is missing"),
        )
    }

    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        Self::new(404, "not_found", format!("{what} {id} does not exist"))
    }

    pub(crate) fn exists(what: &str, name: &str) -> Self {
        Self::new(
            400,
            "already_exists",
            format!("{what} {name} exists already"),
        )
    }

    pub(crate) fn argument(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_argument", message)
    }

    pub(crate) fn body(problems: Vec<Problem<Vec<Wrong>>>) -> Self {
        let wrongs: Vec<String> = Wrong::of(problems).iter().map(Wrong::to_string).collect();
        Self::argument(wrongs.join(", "))
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::argument(fault.to_string())
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}
