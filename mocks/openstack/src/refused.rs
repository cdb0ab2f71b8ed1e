use mock_cloud::{Response, reply};
use serde_json::json;

/// The type of an error that is plain text and has no type.
const PLAIN: &str = "";

/// A request that was refused: status, type and message, as the services write them.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) kind: String,
    pub(crate) message: String,
}

/// What an operation gives, or why it was refused.
pub(crate) type Answer<T> = Result<T, Refused>;

impl Refused {
    pub(crate) fn new(status: u16, kind: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            kind: kind.to_owned(),
            message: message.into(),
        }
    }

    /// What Neutron's request layer says of a body that it cannot use.
    pub(crate) fn body(message: impl Into<String>) -> Self {
        Self::new(400, "HTTPBadRequest", message)
    }

    /// `InvalidInput`: the values are well-formed, but do not go together.
    pub(crate) fn input(message: impl AsRef<str>) -> Self {
        let message = format!("Invalid input for operation: {}.", message.as_ref());
        Self::new(400, "InvalidInput", message)
    }

    /// `BadRequest` with the name of the resource.
    pub(crate) fn bad(resource: &str, message: impl AsRef<str>) -> Self {
        let message = format!("Bad {resource} request: {}.", message.as_ref());
        Self::new(400, "BadRequest", message)
    }

    pub(crate) fn conflict(kind: &str, message: impl Into<String>) -> Self {
        Self::new(409, kind, message)
    }

    /// What Neutron says where it fell over itself.
    pub(crate) fn fallen() -> Self {
        let message = "Request Failed: internal server error while processing your request.";
        Self::new(500, "HTTPInternalServerError", message)
    }

    pub(crate) fn no_path() -> Self {
        Self::new(404, "HTTPNotFound", "The resource could not be found.")
    }

    /// A path that not even the request layer knows: answered in plain text.
    pub(crate) fn no_route() -> Self {
        let page = "404 Not Found\n\nThe resource could not be found.\n\n   ";
        Self::new(404, PLAIN, page)
    }

    pub(crate) fn no_method() -> Self {
        let message = "The server could not comply with the request since it is either malformed \
                       or otherwise incorrect.";
        Self::new(405, "HTTPMethodNotAllowed", message)
    }

    pub(crate) fn policy(rule: &str) -> Self {
        Self::new(
            403,
            "PolicyNotAuthorized",
            format!("{rule} is disallowed by policy"),
        )
    }

    pub(crate) fn over_quota(resource: &str) -> Self {
        let message = format!("Quota exceeded for resources: ['{resource}'].");
        Self::conflict("OverQuota", message)
    }

    /// In the form of Neutron's errors.
    pub(crate) fn neutron(&self) -> Response {
        if self.kind == PLAIN {
            let plain = "text/plain; charset=UTF-8";
            return reply::of_type(self.status, plain, self.message.clone());
        }
        let error = json!({ "type": self.kind, "message": self.message, "detail": "" });
        reply::json(self.status, &json!({ "NeutronError": error }))
    }

    /// In the form of Keystone's errors; the type is the title.
    pub(crate) fn keystone(&self) -> Response {
        let error = json!({ "code": self.status, "message": self.message, "title": self.kind });
        reply::json(self.status, &json!({ "error": error }))
    }
}

/// Answers 401 as Keystone and its middleware do.
pub(crate) fn unauthorized(base: &str) -> Response {
    let message = "The request you have made requires authentication.";
    let response = Refused::new(401, "Unauthorized", message).keystone();
    let realm = format!("Keystone uri=\"{base}/identity/v3\"");
    reply::with_header(response, "www-authenticate", &realm)
}
