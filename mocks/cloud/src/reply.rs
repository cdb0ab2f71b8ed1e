//! Responses in the forms that most clouds have.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use serde_json::Value;

use crate::cloud::Response;

/// A response with a JSON body.
///
/// # Panics
/// If `status` is no status of HTTP.
pub fn json(status: u16, body: &Value) -> Response {
    of_type(status, "application/json", body.to_string())
}

/// A response with an XML body.
///
/// # Panics
/// If `status` is no status of HTTP.
pub fn xml(status: u16, body: String) -> Response {
    of_type(status, "text/xml;charset=UTF-8", body)
}

/// A response without a body.
///
/// # Panics
/// If `status` is no status of HTTP.
pub fn empty(status: u16) -> Response {
    let mut response = http::Response::new(Bytes::new());
    *response.status_mut() = http::StatusCode::from_u16(status).expect("a status of HTTP");
    response
}

/// A response with a body of this media type.
///
/// # Panics
/// If `status` is no status of HTTP.
pub fn of_type(status: u16, media_type: &'static str, body: impl Into<Bytes>) -> Response {
    let mut response = empty(status);
    *response.body_mut() = body.into();
    let media_type = HeaderValue::from_static(media_type);
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}

/// The response with a header more; as it was where the value cannot be one.
#[must_use]
pub fn with_header(mut response: Response, name: &'static str, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        let name = HeaderName::from_static(name);
        response.headers_mut().insert(name, value);
    }
    response
}

/// The response with `Retry-After` in seconds, where it is said.
#[must_use]
pub fn with_retry_after(mut response: Response, seconds: Option<u64>) -> Response {
    if let Some(seconds) = seconds {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}
