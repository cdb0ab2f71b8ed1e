//! What the API's refusals mean. Its codes say more than its statuses, which differ for one code
//! (<https://docs.hetzner.cloud/reference/cloud#errors>).

use groundwork_kit::client::{Failures, Reach, Refusal};
use groundwork_provider::ErrorKind;

pub(super) static FAILURES: Failures = Failures {
    request_ids: &["x-correlation-id"],
    meaning: |refusal| meaning(refusal.code),
    remedy,
    reach: Reach {
        address: "HCLOUD_ENDPOINT",
        ca_bundle: "the system's certificates",
    },
    ..Failures::REST
};

/// The meaning of a code; `None` for a reply without one, which its status explains.
fn meaning(code: &str) -> Option<ErrorKind> {
    Some(match code {
        "forbidden" | "protected" | "token_readonly" | "unauthorized" => ErrorKind::Denied,
        "invalid_input" | "json_error" => ErrorKind::Invalid,
        "method_not_allowed" | "deprecated_api_endpoint" => ErrorKind::Unsupported,
        "resource_limit_exceeded" => ErrorKind::Quota,
        "rate_limit_exceeded" => ErrorKind::Throttled,
        "must_be_unassigned" | "resource_in_use" => ErrorKind::InUse,
        // Another writer, or a request of ours that took effect after all: the next look knows.
        "conflict"
        | "firewall_already_applied"
        | "firewall_already_removed"
        | "locked"
        | "not_found"
        | "uniqueness_error" => ErrorKind::Conflict,
        "maintenance"
        | "resource_unavailable"
        | "server_error"
        | "service_error"
        | "timeout"
        | "unavailable" => ErrorKind::Unavailable,
        _ => return None,
    })
}

fn remedy(_: ErrorKind, refusal: &Refusal<'_>) -> Option<&'static str> {
    match refusal.code {
        "protected" => Some(
            "if it may be deleted, take its protection off (hcloud network disable-protection \
             ID delete)",
        ),
        "resource_limit_exceeded" => Some(
            "have the project's limit raised (Hetzner Console, Limits), or delete what is unused",
        ),
        "token_readonly" => Some("use a token with read and write permission"),
        "unauthorized" => Some("check the token: it is of one project, and may have been revoked"),
        "uniqueness_error" => Some("rename the other object of that name, or the cluster"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_means_the_same_whatever_the_status() {
        for (code, expected) in [
            ("uniqueness_error", Some(ErrorKind::Conflict)),
            ("service_error", Some(ErrorKind::Unavailable)),
            ("resource_limit_exceeded", Some(ErrorKind::Quota)),
            ("resource_in_use", Some(ErrorKind::InUse)),
            ("protected", Some(ErrorKind::Denied)),
            ("deprecated_api_endpoint", Some(ErrorKind::Unsupported)),
            ("", None),
        ] {
            assert_eq!(meaning(code), expected, "{code}");
        }
    }
}
