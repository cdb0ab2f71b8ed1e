//! From what goes wrong on the wire to what it means: all of it, in one function.

use std::time::Duration;

use bytes::Bytes;
use groundwork_provider::{Error, ErrorKind, Retry};
use groundwork_transport::{Failure, Sent};
use http::{Response, StatusCode};
use serde::Deserialize;

/// A call that did not work.
pub(super) enum Failed {
    /// There was no reply.
    NoReply(Failure),
    /// The reply says no.
    Refused(Response<Bytes>),
    /// The reply says yes, and then something that is not understood.
    Unreadable(serde_json::Error),
}

/// What the cloud says when it says no.
#[derive(Default, Deserialize)]
struct Refusal {
    code: String,
    message: String,
}

/// What it means.
pub(super) fn error(operation: &str, failed: Failed) -> Error {
    let reply = match failed {
        Failed::NoReply(failure) => {
            let maybe = failure.sent == Sent::Maybe;
            let error = Error::new(ErrorKind::Unavailable, operation, failure.to_string());
            return if maybe { error.effect_unknown() } else { error };
        }
        Failed::Unreadable(why) => {
            let error = Error::new(ErrorKind::Unexpected, operation, why.to_string());
            return error.effect_unknown();
        }
        Failed::Refused(reply) => reply,
    };
    let Refusal { code, message } = serde_json::from_slice(reply.body()).unwrap_or_default();
    let kind = meaning(reply.status(), &code);
    let mut error = Error::new(kind, operation, message);
    error.request_id = header(&reply, "x-request-id");
    if let Some(seconds) = header(&reply, "retry-after").and_then(|text| text.parse().ok()) {
        error.retry = Retry::After(Duration::from_secs(seconds));
    }
    // A proxy may have given up on a request that the cloud went on with.
    if kind == ErrorKind::Unavailable {
        error.effect_unknown()
    } else {
        error
    }
}

fn meaning(status: StatusCode, code: &str) -> ErrorKind {
    match (status.as_u16(), code) {
        (400 | 422, _) => ErrorKind::Invalid,
        (403, "quota") => ErrorKind::Quota,
        (401 | 403, _) => ErrorKind::Denied,
        (409, "in-use") => ErrorKind::InUse,
        (409, _) => ErrorKind::Conflict,
        (429, _) => ErrorKind::Throttled,
        (500..=599, _) => ErrorKind::Unavailable,
        _ => ErrorKind::Unexpected,
    }
}

/// Something was there when we looked and is not any more: worth another look.
pub(super) fn gone(operation: &str) -> Error {
    Error::new(ErrorKind::Conflict, operation, "it is not there any more")
}

fn header(reply: &Response<Bytes>, name: &str) -> Option<String> {
    reply.headers().get(name)?.to_str().ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use groundwork_provider::Effect;
    use groundwork_transport::Cause;

    use super::*;

    fn refused(status: u16, code: &str) -> Error {
        let body = format!(r#"{{"code":"{code}","message":"no"}}"#);
        error(
            "POST /x",
            Failed::Refused(
                http::Response::builder()
                    .status(status)
                    .body(body.into())
                    .unwrap(),
            ),
        )
    }

    #[test]
    fn each_refusal_has_a_meaning() {
        let table = [
            (400, "invalid", ErrorKind::Invalid, Effect::None),
            (401, "token", ErrorKind::Denied, Effect::None),
            (403, "policy", ErrorKind::Denied, Effect::None),
            (403, "quota", ErrorKind::Quota, Effect::None),
            (409, "busy", ErrorKind::Conflict, Effect::None),
            (409, "in-use", ErrorKind::InUse, Effect::None),
            (429, "slow-down", ErrorKind::Throttled, Effect::None),
            (502, "", ErrorKind::Unavailable, Effect::Unknown),
            (418, "teapot", ErrorKind::Unexpected, Effect::None),
        ];
        for (status, code, kind, effect) in table {
            let error = refused(status, code);
            assert_eq!(
                (error.kind, error.effect),
                (kind, effect),
                "{status} {code}"
            );
        }
    }

    #[test]
    fn a_request_that_never_left_had_no_effect() {
        for (sent, effect) in [(Sent::No, Effect::None), (Sent::Maybe, Effect::Unknown)] {
            let failure = Failure::new(Cause::Broken, sent, "broken");
            assert_eq!(error("POST /x", Failed::NoReply(failure)).effect, effect);
        }
    }
}
