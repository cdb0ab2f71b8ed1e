//! What the cloud answers.

use mock_cloud::{Response, reply};
use serde_json::{Value, json};

/// Yes, and this is it.
pub(super) fn found(value: Value) -> Response {
    reply::json(200, &value)
}

/// Yes, later: ask there.
pub(super) fn accepted(href: &str, retry_after_s: u64) -> Response {
    reply::json(
        202,
        &json!({ "href": href, "retry_after_s": retry_after_s }),
    )
}

/// Not yet: ask again after so many seconds.
pub(super) fn running(retry_after_s: u64) -> Response {
    let response = found(json!({ "status": "running" }));
    reply::with_retry_after(response, Some(retry_after_s))
}

/// There is no such thing.
pub(super) fn absent() -> Response {
    refused(404, "absent", "there is no such thing")
}

/// No, and why.
pub(super) fn refused(status: u16, code: &str, message: &str) -> Response {
    reply::json(status, &json!({ "code": code, "message": message }))
}
