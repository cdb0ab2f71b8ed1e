//! What a failed exchange means: no reply, a refusal, a reply that cannot be read.

use groundwork_provider::{Error, ErrorKind, Retry};
use groundwork_transport::{Cause, Failure, Sent, Tls, retry_after};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;

use super::Reply;

/// Characters that are kept of what a cloud says.
const SAID_MAX: usize = 1000;

/// What the failures of one cloud mean: the one place where its status codes get a meaning.
///
/// [`Failures::REST`] fits most clouds; a driver overrides what its own cloud does differently:
///
/// ```
/// use groundwork_kit::client::{Failures, Refusal};
/// use groundwork_provider::ErrorKind;
///
/// static FAILURES: Failures = Failures { meaning, ..Failures::REST };
///
/// fn meaning(refusal: &Refusal<'_>) -> Option<ErrorKind> {
///     match (refusal.status, refusal.code) {
///         (403, "resource_limit_exceeded") => Some(ErrorKind::Quota),
///         _ => None,
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Failures {
    /// Headers that hold a request's id, for the cloud's support; the first that is there is taken.
    pub request_ids: &'static [&'static str],
    /// Reads the body of a refusal. A body that is not JSON comes as `null`.
    pub said: fn(body: &Value) -> Said,
    /// What a refusal means; `None` where it means what its status usually does.
    pub meaning: fn(&Refusal<'_>) -> Option<ErrorKind>,
    /// What a user does about a refusal of this meaning: a command, or who does what.
    pub remedy: fn(ErrorKind, &Refusal<'_>) -> Option<&'static str>,
    /// Where a user says how the cloud is reached.
    pub reach: Reach,
}

/// Where a user says how a cloud is reached, for the remedies of errors.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// What holds the address of the API: `authURL`.
    pub address: &'static str,
    /// What names the certificate of the cloud's own authority: `OS_CACERT`.
    pub ca_bundle: &'static str,
}

impl Reach {
    /// What a user does where there is no reply.
    pub fn remedy(&self, cause: Cause) -> Option<String> {
        let Self { address, ca_bundle } = self;
        let remedy = match cause {
            Cause::Settings => format!("check {address}, {ca_bundle} and the proxy variables"),
            Cause::Connect => format!("check {address} and the network between"),
            Cause::Tls(Tls::Expired | Tls::NotYetValid) => {
                "set this machine's clock, or have the server's certificate renewed".to_owned()
            }
            Cause::Tls(Tls::WrongHost) => format!(
                "write a host that the certificate is for into {address}, or have a certificate \
                 for this one"
            ),
            Cause::Tls(Tls::UnknownAuthority) => format!(
                "if the server is yours, name the certificate of its authority in {ca_bundle}"
            ),
            Cause::Tls(Tls::OtherCertificate) => {
                "ask whoever runs the server whether its certificate was renewed: if so, name the \
                 new fingerprint; if not, somebody is between here and the server"
                    .to_owned()
            }
            Cause::Tls(Tls::PlainHttp) => format!(
                "write the port that speaks TLS into {address}, or http:// where the network \
                 between is trusted"
            ),
            Cause::Tls(Tls::Other) => format!("check {address} and the TLS versions of the server"),
            Cause::Timeout | Cause::Broken | Cause::TooLarge => return None,
        };
        Some(remedy)
    }
}

/// A cloud's refusal.
#[derive(Clone, Copy, Debug)]
pub struct Refusal<'a> {
    /// What was asked: `POST /networks`.
    pub operation: &'a str,
    /// The status of the reply.
    pub status: u16,
    /// The cloud's code or type of the error; empty where it gives none.
    pub code: &'a str,
    /// The cloud's message; empty where it gives none.
    pub message: &'a str,
}

/// What the body of a refusal says.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Said {
    /// The cloud's code or type of the error.
    pub code: String,
    /// Its message, for a person.
    pub message: String,
}

impl Failures {
    /// The usual meaning of everything: `X-Request-Id`, an error's `code` and `message` at the
    /// top of the body or in its `error`, statuses as in RFC 9110.
    pub const REST: Self = Self {
        request_ids: &["x-request-id"],
        said: usually_said,
        meaning: |_| None,
        remedy: |_, _| None,
        reach: Reach {
            address: "the address of the API",
            ca_bundle: "the system's certificates",
        },
    };

    /// The error of a request that got no reply.
    pub fn no_reply(&self, operation: &str, failure: Failure) -> Error {
        let kind = match failure.cause {
            Cause::Settings => ErrorKind::Invalid,
            Cause::Tls(_) => ErrorKind::Denied,
            Cause::Connect | Cause::Timeout | Cause::Broken => ErrorKind::Unavailable,
            Cause::TooLarge => ErrorKind::Unexpected,
        };
        let mut error = Error::new(kind, operation, failure.message.clone());
        if failure.sent == Sent::Maybe {
            error = error.effect_unknown();
        }
        error.remedy = self.reach.remedy(failure.cause);
        error.source = Some(Box::new(failure));
        error
    }

    /// The error of a reply that refuses.
    pub fn refused(&self, operation: &str, reply: &Reply, now: Timestamp) -> Error {
        let body = serde_json::from_slice(reply.body()).unwrap_or_default();
        self.refused_with(operation, reply, (self.said)(&body), now)
    }

    /// The same for a cloud whose replies are not JSON: what it says is read already.
    pub fn refused_with(
        &self,
        operation: &str,
        reply: &Reply,
        said: Said,
        now: Timestamp,
    ) -> Error {
        let Said { code, message } = said;
        let message: String = message.chars().take(SAID_MAX).collect();
        let refusal = Refusal {
            operation,
            status: reply.status().as_u16(),
            code: &code,
            message: &message,
        };
        let kind = (self.meaning)(&refusal).unwrap_or_else(|| usual_meaning(reply.status()));
        let text = match message.is_empty() {
            true => format!("status {}", refusal.status),
            false => message.clone(),
        };
        let mut error = Error::new(kind, operation, text);
        if may_have_acted(kind, reply.status()) {
            error = error.effect_unknown();
        }
        if let (Retry::Later, Some(wait)) = (error.retry, retry_after(reply.headers(), now)) {
            error.retry = Retry::After(wait);
        }
        error.request_id = self.request_id(reply);
        error.remedy = (self.remedy)(kind, &refusal).map(str::to_owned);
        if wants_tls(reply) {
            let address = self.reach.address;
            error.message = "the server speaks TLS at this port, and was asked without".to_owned();
            error.remedy = Some(format!("write https:// instead of http:// into {address}"));
        }
        error
    }

    /// The error of a reply that says yes, and then something that cannot be understood.
    pub fn unreadable(&self, operation: &str, reply: &Reply, why: &str) -> Error {
        let message = format!("the reply cannot be read: {why}");
        let mut error = Error::new(ErrorKind::Unexpected, operation, message).effect_unknown();
        error.request_id = self.request_id(reply);
        error
    }

    fn request_id(&self, reply: &Reply) -> Option<String> {
        let mut names = self.request_ids.iter();
        let id = names.find_map(|name| reply.headers().get(*name)?.to_str().ok());
        id.map(str::to_owned)
    }
}

/// Whether a reply was larger than the transport's bound: fewer objects may fit.
pub fn is_too_large(error: &Error) -> bool {
    let below = error.source.as_deref();
    let failure = below.and_then(|below| below.downcast_ref::<Failure>());
    failure.is_some_and(|failure| failure.cause == Cause::TooLarge)
}

/// A server that fails, or a proxy that gave up waiting for it, may have done it before. One that
/// says what is wrong with the request has not, whatever the status.
fn may_have_acted(kind: ErrorKind, status: StatusCode) -> bool {
    match kind {
        ErrorKind::Unavailable => true,
        ErrorKind::Unexpected => status.is_server_error(),
        ErrorKind::Ambiguous
        | ErrorKind::Conflict
        | ErrorKind::Denied
        | ErrorKind::InUse
        | ErrorKind::Invalid
        | ErrorKind::Quota
        | ErrorKind::Throttled
        | ErrorKind::Unsupported => false,
    }
}

/// Whether a reply is that of a TLS server (Go's, nginx, Apache) to a request without TLS.
fn wants_tls(reply: &Reply) -> bool {
    const SAYINGS: [&str; 3] = [
        "HTTP request to an HTTPS server",
        "plain HTTP request was sent to HTTPS port",
        "speaking plain HTTP to an SSL-enabled server",
    ];
    let start = reply.body().get(..2048).unwrap_or(reply.body());
    let text = String::from_utf8_lossy(start);
    reply.status() == StatusCode::BAD_REQUEST && SAYINGS.iter().any(|said| text.contains(said))
}

fn usual_meaning(status: StatusCode) -> ErrorKind {
    match status.as_u16() {
        400 | 413 | 414 | 415 | 422 => ErrorKind::Invalid,
        401..=403 => ErrorKind::Denied,
        // What was deleted while something is made in it: the next look knows.
        404 | 409 | 410 | 412 | 423 => ErrorKind::Conflict,
        405 | 501 => ErrorKind::Unsupported,
        429 => ErrorKind::Throttled,
        408 | 500..=599 => ErrorKind::Unavailable,
        _ => ErrorKind::Unexpected,
    }
}

fn usually_said(body: &Value) -> Said {
    let inner = Some(&body["error"]).filter(|error| error.is_object());
    let error = inner.unwrap_or(body);
    // Google has a number as `code`, and the name as `status`; DigitalOcean's name is `id`.
    let code = ["code", "status", "id"];
    let code = code.iter().find_map(|name| error[name].as_str());
    let message = error["message"].as_str().or(body["error"].as_str());
    Said {
        code: code.unwrap_or_default().to_owned(),
        message: message.unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use groundwork_provider::Effect;
    use serde_json::json;

    use super::*;

    fn refused(status: u16, body: Value) -> Error {
        let reply = http::Response::builder()
            .status(status)
            .header("x-request-id", "r-1")
            .header("retry-after", "7")
            .body(body.to_string().into())
            .unwrap();
        Failures::REST.refused("POST /x", &reply, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_status_means_what_it_usually_does() {
        let table = [
            (302, ErrorKind::Unexpected, Effect::None),
            (400, ErrorKind::Invalid, Effect::None),
            (401, ErrorKind::Denied, Effect::None),
            (403, ErrorKind::Denied, Effect::None),
            (404, ErrorKind::Conflict, Effect::None),
            (408, ErrorKind::Unavailable, Effect::Unknown),
            (409, ErrorKind::Conflict, Effect::None),
            (422, ErrorKind::Invalid, Effect::None),
            (423, ErrorKind::Conflict, Effect::None),
            (429, ErrorKind::Throttled, Effect::None),
            (500, ErrorKind::Unavailable, Effect::Unknown),
            (501, ErrorKind::Unsupported, Effect::None),
            (503, ErrorKind::Unavailable, Effect::Unknown),
            (599, ErrorKind::Unavailable, Effect::Unknown),
        ];
        for (status, kind, effect) in table {
            let error = refused(status, Value::Null);
            assert_eq!((error.kind, error.effect), (kind, effect), "{status}");
        }
    }

    #[test]
    fn codes_and_messages_are_found_where_clouds_put_them() {
        let said = |body| usually_said(&body);
        let both = |code: &str, message: &str| Said {
            code: code.to_owned(),
            message: message.to_owned(),
        };
        let hetzner = json!({"error": {"code": "uniqueness_error", "message": "taken"}});
        assert_eq!(said(hetzner), both("uniqueness_error", "taken"));
        let digitalocean = json!({"id": "not_found", "message": "no such VPC"});
        assert_eq!(said(digitalocean), both("not_found", "no such VPC"));
        let google =
            json!({"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "no"}});
        assert_eq!(said(google), both("PERMISSION_DENIED", "no"));
        for odd in [json!(null), json!([1]), json!("no"), json!({"error": 7})] {
            assert_eq!(said(odd), Said::default());
        }
    }

    #[test]
    fn it_says_when_to_try_again_and_which_request_it_was() {
        let error = refused(503, json!({"message": "later"}));
        assert_eq!(error.retry, Retry::After(Duration::from_secs(7)));
        assert_eq!(
            error.to_string(),
            "POST /x: unavailable: later [request r-1]"
        );
        assert_eq!(refused(400, Value::Null).retry, Retry::Never);
        assert!(refused(502, Value::Null).to_string().contains("status 502"));
    }

    #[test]
    fn a_long_message_is_cut() {
        let error = refused(400, json!({"message": "ä".repeat(5000)}));
        assert_eq!(error.message.chars().count(), SAID_MAX);
    }

    #[test]
    fn a_server_that_wants_tls_is_told_as_that() {
        let reply = http::Response::builder()
            .status(400)
            .body("<html><h1>400 The plain HTTP request was sent to HTTPS port</h1>".into())
            .unwrap();
        let error = Failures::REST.refused("GET /x", &reply, Timestamp::UNIX_EPOCH);
        assert!(error.message.contains("speaks TLS"), "{error}");
        assert!(error.remedy.unwrap().contains("https://"));
    }

    #[test]
    fn each_cause_of_tls_has_a_remedy_of_its_own() {
        let reach = Reach {
            address: "authURL",
            ca_bundle: "OS_CACERT",
        };
        let of = |tls| reach.remedy(Cause::Tls(tls)).unwrap();
        assert!(of(Tls::Expired).contains("clock"));
        assert!(of(Tls::WrongHost).contains("authURL"));
        assert!(of(Tls::UnknownAuthority).contains("OS_CACERT"));
        assert!(of(Tls::OtherCertificate).contains("renewed"));
        assert!(of(Tls::PlainHttp).contains("http://"));
    }

    #[test]
    fn without_a_reply_the_effect_is_as_unknown_as_the_sending() {
        let of = |cause, sent| Failures::REST.no_reply("PUT /x", Failure::new(cause, sent, "x"));
        assert_eq!(of(Cause::Connect, Sent::No).effect, Effect::None);
        assert_eq!(of(Cause::Connect, Sent::No).kind, ErrorKind::Unavailable);
        assert_eq!(of(Cause::Timeout, Sent::Maybe).effect, Effect::Unknown);
        assert_eq!(
            of(Cause::Tls(Tls::Expired), Sent::No).kind,
            ErrorKind::Denied
        );
        assert_eq!(of(Cause::Settings, Sent::No).kind, ErrorKind::Invalid);
        assert_eq!(of(Cause::TooLarge, Sent::Maybe).kind, ErrorKind::Unexpected);
    }
}
