//! What the cloud answers.

use mock_cloud::Response;
use serde_json::{Value, json};

use super::json_body;

/// Yes, and this is it.
pub(super) fn found(value: Value) -> Response {
    reply(200, &value)
}

/// Yes, later: ask there.
pub(super) fn accepted(href: &str, retry_after_s: u64) -> Response {
    reply(
        202,
        &json!({ "href": href, "retry_after_s": retry_after_s }),
    )
}

/// Not yet: ask again after so many seconds.
pub(super) fn running(retry_after_s: u64) -> Response {
    let mut response = found(json!({ "status": "running" }));
    let headers = response.headers_mut();
    headers.insert("retry-after", retry_after_s.into());
    response
}

/// There is no such thing.
pub(super) fn absent() -> Response {
    refused(404, "absent", "there is no such thing")
}

/// No, and why.
pub(super) fn refused(status: u16, code: &str, message: &str) -> Response {
    reply(status, &json!({ "code": code, "message": message }))
}

fn reply(status: u16, body: &Value) -> Response {
    http::Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(json_body(body))
        .expect("the status is a number between 100 and 599")
}
