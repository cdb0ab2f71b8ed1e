//! What the API's refusals mean: those of replies, and those that operations end with
//! (<https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-api>).

use groundwork_kit::client::{Failures, Reach, Refusal, Said};
use groundwork_provider::{Error, ErrorKind};
use serde_json::Value;

pub(super) static FAILURES: Failures = Failures {
    request_ids: &["x-goog-request-id", "x-guploader-uploadid"],
    said,
    meaning,
    remedy,
    reach: Reach {
        address: "GOOGLE_COMPUTE_CUSTOM_ENDPOINT",
        ca_bundle: "the system's certificates",
    },
};

/// What services in front of the API say of themselves: more than the API's own reason.
const IN_FRONT: [&str; 2] = ["BILLING_DISABLED", "SERVICE_DISABLED"];

/// The reason of the first error; of OAuth, its code.
fn said(body: &Value) -> Said {
    let error = &body["error"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if error.is_string() {
        return Said {
            code: text(error),
            message: text(&body["error_description"]),
        };
    }
    let details = error["details"].as_array().into_iter().flatten();
    let mut details = details.filter_map(|detail| detail["reason"].as_str());
    let in_front = details.find(|reason| IN_FRONT.contains(reason));
    let reason = error["errors"][0]["reason"].as_str();
    let code = in_front.or(reason).or(error["status"].as_str());
    Said {
        code: code.unwrap_or_default().to_owned(),
        message: text(&error["message"]),
    }
}

fn meaning(refusal: &Refusal<'_>) -> Option<ErrorKind> {
    of_code(refusal.code, refusal.message)
}

/// The meaning of a code, as replies write it (`alreadyExists`) and as operations do
/// (`RESOURCE_ALREADY_EXISTS`).
fn of_code(code: &str, message: &str) -> Option<ErrorKind> {
    // A policy of the organisation refuses with the code of a fingerprint that is too old.
    if is_policy(message) {
        return Some(ErrorKind::Denied);
    }
    let code = code.replace('_', "").to_ascii_lowercase();
    let code = code.strip_prefix("resource").unwrap_or(&code);
    Some(match code {
        // Another writer, or a request of ours that took effect after all: the next look knows. What
        // is not ready is made by somebody else right now.
        "alreadyexists" | "conditionnotmet" | "notfound" | "notready" => ErrorKind::Conflict,
        "inusebyanotherresource" | "inuse" => ErrorKind::InUse,
        "quotaexceeded" | "limitexceeded" | "dailylimitexceeded" => ErrorKind::Quota,
        "ratelimitexceeded"
        | "userratelimitexceeded"
        | "operationratelimitexceeded"
        | "concurrentoperationsquotaexceeded" => ErrorKind::Throttled,
        "accessnotconfigured"
        | "billingdisabled"
        | "forbidden"
        | "insufficientpermissions"
        | "invalidgrant"
        | "invalidclient"
        | "permissionserror"
        | "permissiondenied"
        | "servicedisabled"
        | "unauthorizedclient" => ErrorKind::Denied,
        "invalid" | "invalidargument" | "invalidfieldvalue" | "invalidusage" | "required" => {
            ErrorKind::Invalid
        }
        "backenderror" | "internalerror" | "timeout" => ErrorKind::Unavailable,
        // Capacity and pools: they fill up, and empty.
        "exhausted" | "poolexhausted" => ErrorKind::Quota,
        "unsupportedoperation" => ErrorKind::Unsupported,
        _ => return None,
    })
}

fn is_policy(message: &str) -> bool {
    message.contains("constraints/") && message.contains("violated")
}

fn remedy(_: ErrorKind, refusal: &Refusal<'_>) -> Option<&'static str> {
    of_code_remedy(refusal.code, refusal.message)
}

fn of_code_remedy(code: &str, message: &str) -> Option<&'static str> {
    if is_policy(message) {
        return Some(
            "have whoever administers the organisation except the project from that policy, or ask \
             for a network that it allows",
        );
    }
    Some(match code {
        "SERVICE_DISABLED" | "accessNotConfigured" => {
            "enable the API: gcloud services enable compute.googleapis.com"
        }
        "BILLING_DISABLED" => "link a billing account to the project",
        "invalid_grant" => {
            "check the key: it may have been deleted, or this machine's clock may be wrong"
        }
        "alreadyExists" | "RESOURCE_ALREADY_EXISTS" => {
            "rename the other object of that name, or the cluster"
        }
        "quotaExceeded" | "QUOTA_EXCEEDED" => {
            "have the project's quota raised (IAM & Admin, Quotas), or delete what is unused"
        }
        "forbidden" | "PERMISSIONS_ERROR" => {
            "give the account a role of docs/policies in the project"
        }
        _ => return None,
    })
}

/// The error that an operation has ended with. The status is the one that it names.
pub(super) fn of_operation(operation: String, status: u16, code: &str, message: String) -> Error {
    let kind = of_code(code, &message).unwrap_or(match status {
        400..=499 => ErrorKind::Invalid,
        500..=599 => ErrorKind::Unavailable,
        _ => ErrorKind::Unexpected,
    });
    let message = match (code, message) {
        (code, message) if message.is_empty() => code.to_owned(),
        ("", message) => message,
        (code, message) => format!("{message} ({code})"),
    };
    let mut error = Error::new(kind, operation, message.clone());
    error.remedy = of_code_remedy(code, &message).map(str::to_owned);
    error
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn replies_and_operations_write_one_meaning_in_two_ways() {
        for (reply, operation, expected) in [
            (
                "alreadyExists",
                "RESOURCE_ALREADY_EXISTS",
                ErrorKind::Conflict,
            ),
            (
                "resourceInUseByAnotherResource",
                "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE",
                ErrorKind::InUse,
            ),
            (
                "resourceNotReady",
                "RESOURCE_NOT_READY",
                ErrorKind::Conflict,
            ),
            ("quotaExceeded", "QUOTA_EXCEEDED", ErrorKind::Quota),
            (
                "rateLimitExceeded",
                "RATE_LIMIT_EXCEEDED",
                ErrorKind::Throttled,
            ),
            ("notFound", "RESOURCE_NOT_FOUND", ErrorKind::Conflict),
            ("conditionNotMet", "CONDITION_NOT_MET", ErrorKind::Conflict),
            ("accessNotConfigured", "SERVICE_DISABLED", ErrorKind::Denied),
        ] {
            assert_eq!(of_code(reply, ""), Some(expected), "{reply}");
            assert_eq!(of_code(operation, ""), Some(expected), "{operation}");
        }
        assert_eq!(of_code("", ""), None, "the status says what it means");
    }

    #[test]
    fn a_policy_is_not_taken_for_a_stale_fingerprint() {
        let message =
            "Constraint constraints/compute.disableVpcExternalIpv6 violated for project 1";
        assert_eq!(of_code("conditionNotMet", message), Some(ErrorKind::Denied));
    }

    #[test]
    fn an_operation_that_failed_at_status_200_is_told_with_its_text() {
        let error = of_operation(
            "insert of op".into(),
            200,
            "QUOTA_EXCEEDED",
            "NETWORKS: 5".into(),
        );
        assert_eq!(error.kind, ErrorKind::Quota);
        assert_eq!(error.message, "NETWORKS: 5 (QUOTA_EXCEEDED)");
        let error = of_operation("insert of op".into(), 503, "", String::new());
        assert_eq!(error.kind, ErrorKind::Unavailable);
    }

    #[test]
    fn who_stands_in_front_says_more() {
        let body = json!({ "error": {
            "code": 403, "message": "has not been used", "errors": [{ "reason": "accessNotConfigured" }],
            "details": [{ "reason": "SERVICE_DISABLED" }],
        } });
        assert_eq!(said(&body).code, "SERVICE_DISABLED");
        let oauth =
            json!({ "error": "invalid_grant", "error_description": "Invalid JWT Signature." });
        assert_eq!(said(&oauth).message, "Invalid JWT Signature.");
    }
}
