//! What the failures of Keystone and Neutron mean.

use groundwork_kit::client::{Failures, Reach, Refusal, Said};
use groundwork_provider::ErrorKind;
use serde_json::Value;

/// The operation that authenticates.
pub(super) const LOGIN: &str = "POST /v3/auth/tokens";

/// By status and type of error.
pub(super) static FAILURES: Failures = Failures {
    request_ids: &["x-openstack-request-id", "x-compute-request-id"],
    said,
    meaning,
    remedy,
    reach: Reach {
        address: "authURL (or OS_AUTH_URL)",
        ca_bundle: "OS_CACERT, or cacert in clouds.yaml",
    },
};

fn meaning(refusal: &Refusal<'_>) -> Option<ErrorKind> {
    let kind = match (refusal.status, refusal.code) {
        // Keystone's word for an application credential that it does not know.
        (404, _) if refusal.operation == LOGIN => ErrorKind::Denied,
        (_, "OverQuota" | "SubnetPoolQuotaExceeded" | "SubnetAllocationError") => ErrorKind::Quota,
        (409, "IpAddressGenerationFailure") => ErrorKind::Quota,
        (409, name) if name.ends_with("InUse") || name.contains("InUseBy") => ErrorKind::InUse,
        // Somebody else attached it: the next look finds it.
        (400, "BadRequest") if refusal.message.contains("already has a port on subnet") => {
            ErrorKind::Conflict
        }
        // Rate limits of old releases, and of proxies in front of them.
        (413, _) => ErrorKind::Throttled,
        _ => return None,
    };
    Some(kind)
}

/// What to do about ports of others in what is to go.
pub(crate) const DELETE_MACHINES: &str =
    "delete the servers or load balancers that the ports belong to, then destroy again";

fn remedy(kind: ErrorKind, refusal: &Refusal<'_>) -> Option<&'static str> {
    match (kind, refusal.code) {
        (ErrorKind::InUse, "NetworkInUse" | "SubnetInUse") => Some(DELETE_MACHINES),
        (ErrorKind::Quota, "SubnetAllocationError") => Some(
            "the subnet pool has no free prefix: name another one in ipv6SubnetPool, or have the pool enlarged",
        ),
        (ErrorKind::Quota, "SubnetPoolQuotaExceeded") => Some(
            "the subnet pool's own quota for this project is used up: have its owner raise it (default_quota), or name another pool in ipv6SubnetPool",
        ),
        (ErrorKind::Quota, "IpAddressGenerationFailure") => Some(
            "the subnet has no free address, whatever the project's quota: remove ports that are not used, or have its allocation pool enlarged",
        ),
        (ErrorKind::Quota, _) => {
            Some("have the project's quota raised, or remove what is not used")
        }
        (ErrorKind::Denied, _) if refusal.status == 401 => {
            Some("check user, password or application credential, and the project")
        }
        (ErrorKind::Denied, _) => Some("give the user the member role in the project"),
        _ => None,
    }
}

/// The type and message of Neutron's or Keystone's error body.
fn said(body: &Value) -> Said {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (code, message) = match (&body["NeutronError"], &body["error"]) {
        (Value::Object(error), _) => (text(&error["type"]), text(&error["message"])),
        // Middleware in front of Neutron answers with the text alone.
        (Value::String(message), _) => (String::new(), message.clone()),
        (_, Value::Object(error)) => (text(&error["title"]), text(&error["message"])),
        _ => (String::new(), text(&body["message"])),
    };
    Said { code, message }
}

#[cfg(test)]
mod tests {
    use groundwork_provider::Error;
    use jiff::Timestamp;

    use super::*;

    fn refused(operation: &str, status: u16, name: &str, message: &str) -> Error {
        let body =
            serde_json::json!({"NeutronError": {"type": name, "message": message, "detail": ""}});
        let reply = http::Response::builder()
            .status(status)
            .header("x-openstack-request-id", "req-1")
            .body(body.to_string().into())
            .unwrap();
        FAILURES.refused(operation, &reply, Timestamp::UNIX_EPOCH)
    }

    fn reply(status: u16, name: &str, message: &str) -> Error {
        refused("POST /v2.0/subnets", status, name, message)
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
        assert_eq!(refused(LOGIN, 404, "", "").kind, ErrorKind::Denied);
    }

    #[test]
    fn a_pool_without_a_free_prefix_made_no_subnet() {
        let error = reply(500, "SubnetAllocationError", "");
        assert_eq!(error.effect, groundwork_provider::Effect::None);
    }

    #[test]
    fn what_machines_are_in_stays_until_they_are_deleted() {
        let remedy = reply(409, "NetworkInUse", "").remedy.unwrap();
        assert!(remedy.contains("servers"), "{remedy}");
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
        assert!(error.remedy.unwrap().contains("quota raised"));
        for (name, says) in [
            ("SubnetPoolQuotaExceeded", "default_quota"),
            ("IpAddressGenerationFailure", "no free address"),
        ] {
            let remedy = reply(409, name, "No more IP addresses available")
                .remedy
                .unwrap();
            assert!(remedy.contains(says), "{remedy}");
            assert!(!remedy.contains("quota raised"), "{remedy}");
        }
    }
}
