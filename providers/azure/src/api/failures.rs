//! What the API's refusals mean: those of replies, those that operations end with, and those of the token
//! endpoint (<https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors>).

use groundwork_kit::client::{Failures, Reach, Said};
use groundwork_provider::{Error, ErrorKind};
use serde_json::Value;

pub(super) static FAILURES: Failures = Failures {
    request_ids: &["x-ms-request-id", "x-ms-correlation-request-id"],
    said,
    meaning: |refusal| of_code(refusal.code, refusal.message),
    remedy: |_, refusal| remedy(refusal.code),
    reach: Reach {
        address: "AZURE_RESOURCE_MANAGER_ENDPOINT",
        ca_bundle: "the system's certificates",
    },
};

/// The innermost code, and everything that is said.
fn said(body: &Value) -> Said {
    if let Some(description) = body["error_description"].as_str() {
        return entra(description);
    }
    let (code, message) = of_error(&body["error"]);
    Said { code, message }
}

/// `AADSTS7000222: The provided client secret keys ... are expired. Trace ID: ...`, on several lines.
fn entra(description: &str) -> Said {
    let first = description.lines().next().unwrap_or_default();
    let (code, message) = first.split_once(':').unwrap_or(("", first));
    let message = message.split(" Trace ID").next().unwrap_or(message);
    Said {
        code: code.to_owned(),
        message: format!("{} ({code})", message.trim()),
    }
}

/// The code of an error, and its message with those of its details.
fn of_error(error: &Value) -> (String, String) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (code, message) = (text(&error["code"]), text(&error["message"]));
    let mut all: Vec<String> = Some(message)
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    let details = error["details"].as_array().into_iter().flatten();
    for (_, inner) in details.map(of_error) {
        if !inner.is_empty() && !all.iter().any(|text| text.contains(&inner)) {
            all.push(inner);
        }
    }
    let said = all.join(" ");
    match said.contains(&code) || code.is_empty() {
        true => (code, said),
        false => (code.clone(), format!("{said} ({code})")),
    }
}

/// The meaning of a code; nothing where the status says what it means.
fn of_code(code: &str, message: &str) -> Option<ErrorKind> {
    if code.starts_with("AADSTS") {
        return Some(ErrorKind::Denied);
    }
    if code.starts_with("InUse") || code.ends_with("InUse") || code.ends_with("CannotBeDeleted") {
        return Some(ErrorKind::InUse);
    }
    if code.ends_with("LimitReached") || code.contains("Quota") {
        return Some(ErrorKind::Quota);
    }
    Some(match code {
        // Not done, and it will be done later: somebody else changes it right now.
        "AnotherOperationInProgress"
        | "ReferencedResourceNotProvisioned"
        | "RetryableError"
        | "RetryableErrorDueToAnotherOperation"
        | "TooManyRequests"
        | "SubscriptionRequestsThrottled"
        | "OperationPreempted"
        | "ResourceGroupBeingDeleted" => ErrorKind::Throttled,
        // What it refers to is gone, or another writer came first: the next look knows.
        "PreconditionFailed"
        | "CanceledAndSupersededDueToAnotherOperation"
        | "InvalidResourceReference"
        | "NotFound"
        | "ParentResourceNotFound"
        | "ResourceGroupNotFound"
        | "ResourceNotFound" => ErrorKind::Conflict,
        "AuthorizationFailed"
        | "ExpiredAuthenticationToken"
        | "InvalidAuthenticationToken"
        | "InvalidAuthenticationTokenTenant"
        | "InvalidSubscriptionId"
        | "LinkedAuthorizationFailed"
        | "MissingSubscriptionRegistration"
        | "ReadOnlyDisabledSubscription"
        | "RequestDisallowedByAzure"
        | "RequestDisallowedByPolicy"
        | "ScopeLocked"
        | "SubscriptionNotFound" => ErrorKind::Denied,
        "LocationNotAvailableForResourceType" | "SkuNotAvailable" => ErrorKind::Unsupported,
        "InternalServerError" | "ServerTimeout" | "GatewayTimeout" => ErrorKind::Unavailable,
        _ if message.contains("is being deleted") => ErrorKind::Throttled,
        _ => return None,
    })
}

/// What a person does about it.
fn remedy(code: &str) -> Option<&'static str> {
    Some(match code {
        "AADSTS7000215" => "copy the secret's value, not its id, into clientSecret",
        "AADSTS7000222" => "make a new secret: az ad app credential reset --id CLIENT_ID --append",
        "AADSTS700016" | "AADSTS90002" | "AADSTS900023" => {
            "correct tenantID: it is the directory that the application clientID is in"
        }
        "AADSTS700024" | "AADSTS700027" => {
            "check this machine's clock, and that the certificate is one of the application's"
        }
        "InvalidAuthenticationTokenTenant" => {
            "correct tenantID: the subscription belongs to another directory"
        }
        "AuthorizationFailed" | "LinkedAuthorizationFailed" => {
            "give the account the role of docs/policies at the subscription, or at the resource groups \
             that the document names"
        }
        "MissingSubscriptionRegistration" => {
            "register the provider: az provider register --namespace Microsoft.Network"
        }
        "ReadOnlyDisabledSubscription" => {
            "have whoever pays for the subscription enable it again (Azure portal, Subscriptions)"
        }
        "RequestDisallowedByPolicy" => {
            "have whoever administers the subscription except it from that policy, or ask for what it \
             allows"
        }
        "ScopeLocked" => "remove the lock: az lock list shows it",
        "InvalidSubscriptionId" | "SubscriptionNotFound" => {
            "correct subscriptionID, or give the account a role in that subscription"
        }
        _ if code.ends_with("LimitReached") || code.contains("Quota") => {
            "have the limit raised (Azure portal, Quotas), or delete what is unused"
        }
        _ => return None,
    })
}

/// The error that an operation has ended with.
pub(super) fn of_operation(operation: String, status: &str, error: &Value) -> Error {
    let (code, message) = of_error(error);
    let kind = of_code(&code, &message).unwrap_or(ErrorKind::Unexpected);
    let text = match message.is_empty() {
        true => format!("the operation has ended as {status}, and does not say why"),
        false => message.clone(),
    };
    let mut error = Error::new(kind, operation, text);
    error.remedy = remedy(&code).map(str::to_owned);
    error
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn codes_have_one_meaning_in_replies_and_in_operations() {
        for (code, expected) in [
            ("AnotherOperationInProgress", ErrorKind::Throttled),
            ("AuthorizationFailed", ErrorKind::Denied),
            ("InUseSubnetCannotBeDeleted", ErrorKind::InUse),
            ("PreconditionFailed", ErrorKind::Conflict),
            ("PublicIPAddressCannotBeDeleted", ErrorKind::InUse),
            ("PublicIPCountLimitReached", ErrorKind::Quota),
            ("ReadOnlyDisabledSubscription", ErrorKind::Denied),
            ("RetryableErrorDueToAnotherOperation", ErrorKind::Throttled),
        ] {
            assert_eq!(of_code(code, ""), Some(expected), "{code}");
            let body = json!({ "code": code, "message": "m" });
            assert_eq!(
                of_operation("PUT x".into(), "Failed", &body).kind,
                expected,
                "{code}"
            );
        }
        assert_eq!(
            of_code("NetcfgInvalidSubnet", ""),
            None,
            "the status says what it means"
        );
    }

    #[test]
    fn an_error_is_told_whole() {
        let body = json!({ "error": {
            "code": "BadRequest", "message": "It cannot be.",
            "details": [{ "code": "NetcfgInvalidSubnet", "message": "Subnet 's' is not valid." }],
        } });
        let Said { message, .. } = said(&body);
        assert_eq!(
            message,
            "It cannot be. Subnet 's' is not valid. (NetcfgInvalidSubnet) (BadRequest)"
        );
    }

    #[test]
    fn an_expired_secret_is_told_in_one_line_with_its_code() {
        let body = json!({
            "error": "invalid_client",
            "error_description": "AADSTS7000222: The provided client secret keys for app 'x' are expired. Trace ID: 1\r\nCorrelation ID: 2",
        });
        let Said { code, message } = said(&body);
        assert_eq!(code, "AADSTS7000222");
        assert_eq!(
            message,
            "The provided client secret keys for app 'x' are expired. (AADSTS7000222)"
        );
        assert!(remedy(&code).is_some_and(|text| text.contains("az ad app")));
    }
}
