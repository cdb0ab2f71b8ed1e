//! What the vCenter's refusals mean. SOAP names the type of a fault
//! (<https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/>), REST an error of vAPI's
//! standard ones.

use groundwork_kit::client::{Failures, Reach, Refusal, Said};
use groundwork_provider::ErrorKind;
use serde_json::Value;

pub(super) static FAILURES: Failures = Failures {
    request_ids: &[],
    said,
    meaning: |refusal| meaning(refusal.code),
    remedy,
    reach: Reach {
        address: "spec.vsphere.endpoint of the datacenter",
        ca_bundle: "GOVC_TLS_CA_CERTS",
    },
};

/// The type of an error of REST, as the tree `/api` spells it, and its message.
fn said(body: &Value) -> Said {
    let inner = if body["value"].is_object() {
        &body["value"]
    } else {
        body
    };
    let named = body["type"].as_str().or(inner["error_type"].as_str());
    let code = named.and_then(|name| name.rsplit('.').next());
    let message = inner["messages"][0]["default_message"].as_str();
    Said {
        code: code.unwrap_or_default().to_ascii_uppercase(),
        message: message.unwrap_or_default().to_owned(),
    }
}

/// The meaning of a type of fault; `None` for one that its status explains.
fn meaning(code: &str) -> Option<ErrorKind> {
    Some(match code {
        "InvalidLogin"
        | "NoPermission"
        | "NotAuthenticated"
        | "PasswordExpired"
        | "RestrictedByAdministrator"
        | "SecurityError"
        | "UNAUTHENTICATED"
        | "UNAUTHORIZED" => ErrorKind::Denied,
        // Another writer, or a request of ours that took effect after all: the next look knows.
        "ALREADY_EXISTS"
        | "CONCURRENT_CHANGE"
        | "ConcurrentAccess"
        | "DuplicateName"
        | "InvalidState"
        | "ManagedObjectNotFound"
        | "NOT_FOUND"
        | "TaskInProgress" => ErrorKind::Conflict,
        "RESOURCE_IN_USE" | "ResourceInUse" => ErrorKind::InUse,
        "INVALID_ARGUMENT" | "InvalidArgument" | "InvalidName" | "InvalidRequest" => {
            ErrorKind::Invalid
        }
        "InvalidProperty"
        | "InvalidType"
        | "MethodNotFound"
        | "NotImplemented"
        | "NotSupported"
        | "OPERATION_NOT_FOUND"
        | "UNSUPPORTED" => ErrorKind::Unsupported,
        "RESOURCE_BUSY" | "RequestCanceled" | "SERVICE_UNAVAILABLE" | "TIMED_OUT" | "Timedout" => {
            ErrorKind::Unavailable
        }
        "UNABLE_TO_ALLOCATE_RESOURCE" => ErrorKind::Quota,
        _ => return None,
    })
}

fn remedy(_: ErrorKind, refusal: &Refusal<'_>) -> Option<&'static str> {
    match refusal.code {
        "InvalidLogin" | "UNAUTHENTICATED" => Some(
            "check user name and password (user@vsphere.local), and that the user is not locked",
        ),
        "NoPermission" | "UNAUTHORIZED" => {
            Some("have an administrator grant it there (docs/vsphere.md has the role)")
        }
        "PasswordExpired" => Some("have the user's password renewed"),
        "DuplicateName" => Some("rename the other object of that name, or name it in the document"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn errors_of_both_trees_are_read() {
        let messages = json!([{ "default_message": "Tag exists", "id": "x", "args": [] }]);
        let older = json!({
            "type": "com.vmware.vapi.std.errors.already_exists", "value": { "messages": messages },
        });
        let newer = json!({ "error_type": "ALREADY_EXISTS", "messages": messages });
        for body in [older, newer] {
            let Said { code, message } = said(&body);
            assert_eq!(
                (code.as_str(), message.as_str()),
                ("ALREADY_EXISTS", "Tag exists")
            );
            assert_eq!(meaning(&code), Some(ErrorKind::Conflict));
        }
        assert_eq!(said(&Value::Null), Said::default());
        assert_eq!(meaning("SomethingNew"), None);
    }
}
