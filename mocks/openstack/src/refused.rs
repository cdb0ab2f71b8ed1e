use bytes::Bytes;
use mock_cloud::Response;
use serde_json::{Value, json};

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
            let mut response = empty_response(self.status);
            *response.body_mut() = Bytes::from(self.message.clone());
            let plain = http::HeaderValue::from_static("text/plain; charset=UTF-8");
            response
                .headers_mut()
                .insert(http::header::CONTENT_TYPE, plain);
            return response;
        }
        let error = json!({ "type": self.kind, "message": self.message, "detail": "" });
        json_response(self.status, &json!({ "NeutronError": error }))
    }

    /// In the form of Keystone's errors; the type is the title.
    pub(crate) fn keystone(&self) -> Response {
        let error = json!({ "code": self.status, "message": self.message, "title": self.kind });
        json_response(self.status, &json!({ "error": error }))
    }
}

/// A response with a JSON body.
pub(crate) fn json_response(status: u16, body: &Value) -> Response {
    let mut response = http::Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = http::StatusCode::from_u16(status).expect("statuses are constants");
    let json = http::HeaderValue::from_static("application/json");
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, json);
    response
}

/// A response without a body.
pub(crate) fn empty_response(status: u16) -> Response {
    let mut response = http::Response::new(Bytes::new());
    *response.status_mut() = http::StatusCode::from_u16(status).expect("statuses are constants");
    response
}

/// Answers 401 as Keystone and its middleware do.
pub(crate) fn unauthorized(base: &str) -> Response {
    let message = "The request you have made requires authentication.";
    let mut response = Refused::new(401, "Unauthorized", message).keystone();
    if let Ok(realm) = http::HeaderValue::from_str(&format!("Keystone uri=\"{base}/identity/v3\""))
    {
        response
            .headers_mut()
            .insert(http::header::WWW_AUTHENTICATE, realm);
    }
    response
}
