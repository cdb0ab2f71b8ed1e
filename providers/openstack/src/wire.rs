//! What a failed exchange means: the one place where status codes become meaning.

use groundwork_provider::{Error, ErrorKind, Retry};
use groundwork_transport::{Cause, Failure, Sent, retry_after};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;

/// The operation that authenticates.
pub(crate) const LOGIN: &str = "POST /v3/auth/tokens";

/// How an exchange failed.
pub(crate) enum Broken<'a> {
    /// There was no reply.
    NoReply(Failure),
    /// There was one that refuses.
    Refused(&'a http::Response<bytes::Bytes>, Timestamp),
    /// There was one that cannot be read.
    Unreadable(&'a http::Response<bytes::Bytes>, String),
}

/// The error of `operation` (`POST /v2.0/subnets`).
pub(crate) fn error(operation: &str, broken: Broken<'_>) -> Error {
    match broken {
        Broken::NoReply(failure) => no_reply(operation, failure),
        Broken::Refused(reply, now) => refused(operation, reply, now),
        Broken::Unreadable(reply, why) => {
            let message = format!("the reply cannot be read: {why}");
            let mut error = Error::new(ErrorKind::Unexpected, operation, message).effect_unknown();
            error.request_id = request_id(reply);
            error
        }
    }
}

fn no_reply(operation: &str, failure: Failure) -> Error {
    let kind = match failure.cause {
        Cause::Settings => ErrorKind::Invalid,
        Cause::Tls => ErrorKind::Denied,
        Cause::Connect | Cause::Timeout | Cause::Broken => ErrorKind::Unavailable,
        Cause::TooLarge => ErrorKind::Unexpected,
    };
    let mut error = Error::new(kind, operation, failure.message.clone());
    if failure.sent == Sent::Maybe {
        error = error.effect_unknown();
    }
    error.remedy = match failure.cause {
        Cause::Tls => Some("name the cloud's CA certificate: OS_CACERT, or cacert in clouds.yaml"),
        Cause::Connect => Some("check the address (authURL) and the network between"),
        Cause::Settings => Some("check authURL, the CA bundle and the proxy variables"),
        Cause::Timeout | Cause::Broken | Cause::TooLarge => None,
    }
    .map(str::to_owned);
    error.source = Some(Box::new(failure));
    error
}

fn refused(operation: &str, reply: &http::Response<bytes::Bytes>, now: Timestamp) -> Error {
    let (name, message) = said(reply.body());
    let kind = meaning(operation, reply.status(), &name, &message);
    let text = match message.is_empty() {
        true => format!("status {}", reply.status().as_u16()),
        false => message,
    };
    let mut error = Error::new(kind, operation, text);
    // A server that fails may have done it before; one that refuses has not, whatever its status.
    if reply.status().is_server_error() && kind != ErrorKind::Quota {
        error = error.effect_unknown();
    }
    if let (Retry::Later, Some(wait)) = (error.retry, retry_after(reply.headers(), now)) {
        error.retry = Retry::After(wait);
    }
    error.request_id = request_id(reply);
    error.remedy = remedy(kind, reply.status(), &name).map(str::to_owned);
    error
}

/// Neutron's types of error that mean something else than their status.
fn meaning(operation: &str, status: StatusCode, name: &str, message: &str) -> ErrorKind {
    match (status.as_u16(), name) {
        // Keystone's word for an application credential that it does not know.
        (404, _) if operation == LOGIN => ErrorKind::Denied,
        (_, "OverQuota" | "SubnetPoolQuotaExceeded" | "SubnetAllocationError") => ErrorKind::Quota,
        (409, "IpAddressGenerationFailure") => ErrorKind::Quota,
        (409, name) if name.ends_with("InUse") || name.contains("InUseBy") => ErrorKind::InUse,
        // Somebody else attached it: the next look finds it.
        (400, "BadRequest") if message.contains("already has a port on subnet") => {
            ErrorKind::Conflict
        }
        (400 | 414 | 415 | 422, _) => ErrorKind::Invalid,
        (401 | 403, _) => ErrorKind::Denied,
        // What is gone while something is made with it: the next look knows.
        (404 | 409 | 410 | 412, _) => ErrorKind::Conflict,
        (405 | 501, _) => ErrorKind::Unsupported,
        (413 | 429, _) => ErrorKind::Throttled,
        (408 | 500 | 502 | 503 | 504, _) => ErrorKind::Unavailable,
        _ => ErrorKind::Unexpected,
    }
}

fn remedy(kind: ErrorKind, status: StatusCode, name: &str) -> Option<&'static str> {
    match (kind, name) {
        (ErrorKind::Quota, "SubnetAllocationError") => Some(
            "the subnet pool has no free prefix: name another one in ipv6SubnetPool, or have the pool enlarged",
        ),
        (ErrorKind::Quota, _) => {
            Some("have the project's quota raised, or remove what is not used")
        }
        (ErrorKind::Denied, _) if status == StatusCode::UNAUTHORIZED => {
            Some("check user, password or application credential, and the project")
        }
        (ErrorKind::Denied, _) => Some("give the user the member role in the project"),
        _ => None,
    }
}

/// The type and message of Neutron's or Keystone's error body.
fn said(body: &[u8]) -> (String, String) {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match (&body["NeutronError"], &body["error"]) {
        (Value::Object(error), _) => (text(&error["type"]), text(&error["message"])),
        // Middleware in front of Neutron answers with the text alone.
        (Value::String(message), _) => (String::new(), message.clone()),
        (_, Value::Object(error)) => (text(&error["title"]), text(&error["message"])),
        _ => (String::new(), text(&body["message"])),
    }
}

fn request_id(reply: &http::Response<bytes::Bytes>) -> Option<String> {
    reply
        .headers()
        .get("x-openstack-request-id")?
        .to_str()
        .ok()
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use groundwork_provider::Effect;

    use super::*;

    fn reply(status: u16, name: &str, message: &str) -> Error {
        let body =
            serde_json::json!({"NeutronError": {"type": name, "message": message, "detail": ""}});
        let reply = http::Response::builder()
            .status(status)
            .header("x-openstack-request-id", "req-1")
            .header("retry-after", "7")
            .body(body.to_string().into())
            .unwrap();
        error(
            "POST /v2.0/subnets",
            Broken::Refused(&reply, Timestamp::UNIX_EPOCH),
        )
    }

    #[test]
    fn a_refusal_means_what_its_type_and_status_say() {
        let table = [
            (400, "InvalidInput", "", ErrorKind::Invalid),
            (
                400,
                "BadRequest",
                "Router already has a port on subnet x",
                ErrorKind::Conflict,
            ),
            (401, "", "", ErrorKind::Denied),
            (403, "PolicyNotAuthorized", "", ErrorKind::Denied),
            (404, "NetworkNotFound", "", ErrorKind::Conflict),
            (409, "NetworkInUse", "", ErrorKind::InUse),
            (409, "SubnetInUse", "", ErrorKind::InUse),
            (
                409,
                "RouterInterfaceInUseByFloatingIP",
                "",
                ErrorKind::InUse,
            ),
            (409, "SecurityGroupInUse", "", ErrorKind::InUse),
            (409, "OverQuota", "", ErrorKind::Quota),
            (500, "SubnetAllocationError", "", ErrorKind::Quota),
            (409, "SubnetPoolQuotaExceeded", "", ErrorKind::Quota),
            (409, "SubnetAllocationError", "", ErrorKind::Quota),
            (409, "SecurityGroupRuleExists", "", ErrorKind::Conflict),
            (
                412,
                "RevisionNumberConstraintFailed",
                "",
                ErrorKind::Conflict,
            ),
            (413, "", "", ErrorKind::Throttled),
            (429, "", "", ErrorKind::Throttled),
            (500, "HTTPInternalServerError", "", ErrorKind::Unavailable),
            (501, "", "", ErrorKind::Unsupported),
            (502, "", "", ErrorKind::Unavailable),
            (503, "", "", ErrorKind::Unavailable),
            (504, "", "", ErrorKind::Unavailable),
            (302, "", "", ErrorKind::Unexpected),
            (418, "", "", ErrorKind::Unexpected),
        ];
        for (status, name, message, kind) in table {
            assert_eq!(reply(status, name, message).kind, kind, "{status} {name}");
        }
    }

    #[test]
    fn a_login_that_finds_nobody_is_denied() {
        let reply = http::Response::builder()
            .status(404)
            .body(bytes::Bytes::new())
            .unwrap();
        let error = error(LOGIN, Broken::Refused(&reply, Timestamp::UNIX_EPOCH));
        assert_eq!(error.kind, ErrorKind::Denied);
    }

    #[test]
    fn only_a_server_that_fails_may_have_done_it() {
        assert_eq!(reply(500, "", "").effect, Effect::Unknown);
        assert_eq!(reply(503, "", "").effect, Effect::Unknown);
        assert_eq!(reply(429, "", "").effect, Effect::None);
        assert_eq!(reply(409, "OverQuota", "").effect, Effect::None);
        assert_eq!(reply(500, "SubnetAllocationError", "").effect, Effect::None);
    }

    #[test]
    fn a_wait_that_the_cloud_asks_for_is_kept() {
        assert_eq!(
            reply(429, "", "").retry,
            Retry::After(Duration::from_secs(7))
        );
        assert_eq!(
            reply(503, "", "").retry,
            Retry::After(Duration::from_secs(7))
        );
        assert_eq!(reply(400, "", "").retry, Retry::Never);
    }

    #[test]
    fn it_says_what_the_cloud_said_and_which_request_it_was() {
        let error = reply(
            409,
            "OverQuota",
            "Quota exceeded for resources: ['subnet'].",
        );
        assert_eq!(
            error.to_string(),
            "POST /v2.0/subnets: over quota: Quota exceeded for resources: ['subnet']. [request req-1]"
        );
        assert!(error.remedy.unwrap().contains("quota"));
    }

    #[test]
    fn without_a_reply_the_effect_is_as_unknown_as_the_sending() {
        let of = |cause, sent| error("PUT", Broken::NoReply(Failure::new(cause, sent, "x")));
        assert_eq!(of(Cause::Connect, Sent::No).effect, Effect::None);
        assert_eq!(of(Cause::Connect, Sent::No).kind, ErrorKind::Unavailable);
        assert_eq!(of(Cause::Timeout, Sent::Maybe).effect, Effect::Unknown);
        assert_eq!(of(Cause::Tls, Sent::No).kind, ErrorKind::Denied);
        assert_eq!(of(Cause::Settings, Sent::No).kind, ErrorKind::Invalid);
        assert_eq!(of(Cause::TooLarge, Sent::Maybe).kind, ErrorKind::Unexpected);
    }
}
