//! What a refusal means: the one place where AWS's error codes become meaning.

use groundwork_provider::{Error, ErrorKind};

use crate::wire::unsent::CREDENTIALS;

/// What EC2 says of a value that was right before, or will be soon: of what went, of a subnet whose
/// IPv6 range it has not heard of, of a route that is to be replaced, of a VPC that has a gateway.
const OF_THE_MOMENT: [&str; 4] = [
    "does not exist",
    "has an IPv6 CIDR block associated with it",
    "There is no route defined for",
    "already has an internet gateway attached",
];
/// What EC2 says of an address that something still has.
const NOT_YOURS: &str = "You do not have permission to access the specified resource";

/// What STS says of a signature that was made too long ago, or is yet to be made
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>).
const OF_THE_CLOCK: [&str; 2] = ["Signature expired", "Signature not yet current"];
/// What to do about it.
const CLOCK: &str = "correct this machine's clock: AWS takes it for more than five minutes wrong";

fn is_of_the_clock(message: &str) -> bool {
    OF_THE_CLOCK.iter().any(|text| message.contains(text))
}

/// The error of a reply that refuses `operation`.
pub(crate) fn error(operation: &str, status: u16, code: &str, message: &str) -> Error {
    let kind = match (operation, code) {
        // What a NAT gateway speaks with, until some time after it went.
        ("ReleaseAddress", "AuthFailure") if message.contains(NOT_YOURS) => ErrorKind::InUse,
        _ => meaning(status, code, message),
    };
    let text = match (code, message) {
        ("", "") => format!("status {status}"),
        (code, "") => code.to_owned(),
        ("", message) => message.to_owned(),
        (code, message) => format!("{code}: {message}"),
    };
    let mut error = Error::new(kind, operation, text);
    // A server that fails may have done it before; one that throttles has not.
    if status >= 500 && kind == ErrorKind::Unavailable {
        error = error.effect_unknown();
    }
    let clock = (kind == ErrorKind::Denied && is_of_the_clock(message)).then_some(CLOCK);
    error.remedy = clock.or_else(|| remedy(kind, code)).map(str::to_owned);
    error
}

/// EC2's and STS's codes. Those about what is gone, or there already, mean that another hand was
/// there or that the cloud has not heard yet: the next look knows.
fn meaning(status: u16, code: &str, message: &str) -> ErrorKind {
    match code {
        "RequestLimitExceeded"
        | "Throttling"
        | "ThrottlingException"
        | "TooManyRequestsException"
        | "SlowDown"
        | "ConcurrentTagAccess"
        | "EC2ThrottledException" => ErrorKind::Throttled,
        "UnauthorizedOperation"
        | "AuthFailure"
        | "AccessDenied"
        | "AccessDeniedException"
        | "InvalidClientTokenId"
        | "SignatureDoesNotMatch"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "OptInRequired"
        | "Blocked"
        | "PendingVerification"
        | "MissingAuthenticationToken"
        | "IncompleteSignature"
        | "UnrecognizedClientException" => ErrorKind::Denied,
        "DependencyViolation"
        | "InvalidCidrBlock.InUse"
        | "InvalidIPAddress.InUse"
        | "InvalidGroup.InUse"
        | "CannotDelete" => ErrorKind::InUse,
        "IncorrectState" | "InvalidState" | "IncorrectStateException" => ErrorKind::Conflict,
        "IdempotentParameterMismatch" | "IdempotentParameterMismatchException" => {
            ErrorKind::Conflict
        }
        "Unavailable"
        | "RetryableError"
        | "InternalError"
        | "InternalFailure"
        | "ServiceUnavailable"
        | "ServerInternal"
        | "InternalServerError" => ErrorKind::Unavailable,
        "UnsupportedOperation"
        | "Unsupported"
        | "InvalidAction"
        | "UnknownAction"
        | "NotAvailableInZone" => ErrorKind::Unsupported,
        // The pool has nothing left, or the account has reached a limit.
        "InsufficientCidrBlocks" | "InsufficientFreeAddressesInSubnet" => ErrorKind::Quota,
        code if code.ends_with("LimitExceeded") || code.ends_with("LimitExceededException") => {
            ErrorKind::Quota
        }
        code if code.ends_with(".NotFound") || code.ends_with(".Duplicate") => ErrorKind::Conflict,
        // `InvalidSubnet`: what CreateNatGateway alone says of a subnet that EC2 does not know yet.
        "NatGatewayNotFound"
        | "InvalidSubnet"
        | "Gateway.NotAttached"
        | "Resource.AlreadyAssociated"
        | "Resource.AlreadyAssigned"
        | "RouteAlreadyExists"
        | "InvalidSubnet.Conflict"
        | "InvalidVpc.Conflict" => ErrorKind::Conflict,
        "InvalidParameterValue" if is_of_the_moment(message) => ErrorKind::Conflict,
        "" => by_status(status),
        _ if status >= 500 => ErrorKind::Unavailable,
        _ => ErrorKind::Invalid,
    }
}

fn is_of_the_moment(message: &str) -> bool {
    OF_THE_MOMENT.iter().any(|text| message.contains(text))
}

fn by_status(status: u16) -> ErrorKind {
    match status {
        401 | 403 => ErrorKind::Denied,
        408 | 500.. => ErrorKind::Unavailable,
        429 => ErrorKind::Throttled,
        400..500 => ErrorKind::Invalid,
        _ => ErrorKind::Unexpected,
    }
}

fn remedy(kind: ErrorKind, code: &str) -> Option<&'static str> {
    match (kind, code) {
        (ErrorKind::Denied, "UnauthorizedOperation" | "AccessDenied") => {
            Some("attach the policy for this command (docs/policies) to the user or role")
        }
        // Both the clock's and a session's that has ended.
        (ErrorKind::Denied, "RequestExpired") => Some(
            "renew the credentials, if they are temporary ones, or correct this machine's clock",
        ),
        (ErrorKind::Denied, _) => Some(CREDENTIALS),
        // It is of NAT gateways alone.
        (ErrorKind::Unsupported, "NotAvailableInZone") => Some(
            "list other zones in `zones`, or another one first and set natGateways: one, which \
             makes it there",
        ),
        (ErrorKind::Quota, _) => {
            Some("have the limit raised through Service Quotas, or remove what is not used")
        }
        _ => None,
    }
}

/// The code of a refusal, with which its message begins.
pub(crate) fn code(refusal: &Error) -> &str {
    refusal.message.split(':').next().unwrap_or_default()
}

/// Whether a refusal says that the object is gone: a delete is done then.
pub(crate) fn is_gone(error: &Error) -> bool {
    let code = code(error);
    error.kind == ErrorKind::Conflict
        && (code.ends_with(".NotFound")
            || matches!(code, "NatGatewayNotFound" | "Gateway.NotAttached"))
}

/// Whether a refusal says that no policy allows the call, and not that nobody knows the caller.
pub(crate) fn is_unauthorized(error: &Error) -> bool {
    code(error) == "UnauthorizedOperation"
}

/// Whether a refusal says that a rule of a security group is there already.
pub(crate) fn is_duplicate_rule(error: &Error) -> bool {
    error.message.starts_with("InvalidPermission.Duplicate")
}

#[cfg(test)]
mod tests {
    use groundwork_provider::{Effect, Retry};

    use super::*;

    #[test]
    fn a_refusal_means_what_its_code_says() {
        let table = [
            (503, "RequestLimitExceeded", ErrorKind::Throttled),
            (403, "UnauthorizedOperation", ErrorKind::Denied),
            (401, "AuthFailure", ErrorKind::Denied),
            (400, "RequestExpired", ErrorKind::Denied),
            (400, "DependencyViolation", ErrorKind::InUse),
            (400, "InvalidCidrBlock.InUse", ErrorKind::InUse),
            (400, "VpcLimitExceeded", ErrorKind::Quota),
            (400, "RulesPerSecurityGroupLimitExceeded", ErrorKind::Quota),
            (400, "AddressLimitExceeded", ErrorKind::Quota),
            (400, "InvalidVpcID.NotFound", ErrorKind::Conflict),
            (400, "InvalidSubnet.Conflict", ErrorKind::Conflict),
            (400, "InvalidSubnet", ErrorKind::Conflict),
            (400, "InvalidNatGatewayID.NotFound", ErrorKind::Conflict),
            (400, "InvalidPermission.Duplicate", ErrorKind::Conflict),
            (400, "RouteAlreadyExists", ErrorKind::Conflict),
            (400, "IdempotentParameterMismatch", ErrorKind::Conflict),
            (400, "ConcurrentTagAccess", ErrorKind::Throttled),
            (500, "RetryableError", ErrorKind::Unavailable),
            (400, "InvalidSubnet.Range", ErrorKind::Invalid),
            (400, "InvalidParameterValue", ErrorKind::Invalid),
            (400, "UnsupportedOperation", ErrorKind::Unsupported),
            (400, "NotAvailableInZone", ErrorKind::Unsupported),
            (500, "InternalError", ErrorKind::Unavailable),
            (503, "Unavailable", ErrorKind::Unavailable),
            (502, "", ErrorKind::Unavailable),
            (403, "", ErrorKind::Denied),
        ];
        for (status, code, kind) in table {
            assert_eq!(meaning(status, code, ""), kind, "{status} {code}");
        }
    }

    #[test]
    fn some_codes_mean_what_their_message_says() {
        let of = |operation, code, message| super::error(operation, 400, code, message).kind;
        let bound = "You do not have permission to access the specified resource.";
        assert_eq!(of("ReleaseAddress", "AuthFailure", bound), ErrorKind::InUse);
        assert_eq!(of("DeleteVpc", "AuthFailure", bound), ErrorKind::Denied);
        assert_eq!(of("ReleaseAddress", "AuthFailure", "x"), ErrorKind::Denied);
        let early = "Cannot set assign-ipv6-address-on-creation to true unless the subnet (subnet-1) \
                     has an IPv6 CIDR block associated with it.";
        let vanished =
            "There is no route defined for '::/0' in the route table. Use CreateRoute instead.";
        let another = "Network vpc-1 already has an internet gateway attached";
        for (operation, message) in [
            ("ModifySubnetAttribute", early),
            ("ReplaceRoute", vanished),
            ("AttachInternetGateway", another),
        ] {
            let kind = of(operation, "InvalidParameterValue", message);
            assert_eq!(kind, ErrorKind::Conflict, "{message}");
        }
    }

    #[test]
    fn what_is_too_late_may_be_so_for_two_reasons() {
        let remedy = super::error("DescribeVpcs", 400, "RequestExpired", "x").remedy;
        let remedy = remedy.unwrap();
        assert!(remedy.contains("renew the credentials"), "{remedy}");
        assert!(remedy.contains("clock"), "{remedy}");
    }

    #[test]
    fn a_wrong_clock_is_told_as_that() {
        let late = "Signature expired: 20261129T020000Z is now earlier than 20261129T025500Z";
        let early =
            "Signature not yet current: 20261129T040000Z is still later than 20261129T0315Z";
        for message in [late, early] {
            let of = |code| super::error("GetCallerIdentity", 403, code, message).remedy;
            assert_eq!(of("SignatureDoesNotMatch").as_deref(), Some(CLOCK));
        }
        let keys = super::error("GetCallerIdentity", 403, "SignatureDoesNotMatch", "x").remedy;
        assert_eq!(keys.as_deref(), Some(CREDENTIALS));
    }

    #[test]
    fn only_a_server_that_fails_may_have_done_it() {
        let of = |status, code| super::error("CreateVpc", status, code, "x");
        assert_eq!(of(500, "InternalError").effect, Effect::Unknown);
        assert_eq!(of(503, "RequestLimitExceeded").effect, Effect::None);
        assert_eq!(of(503, "RequestLimitExceeded").retry, Retry::Later);
        assert_eq!(of(400, "VpcLimitExceeded").retry, Retry::Never);
    }

    #[test]
    fn what_is_gone_needs_no_delete() {
        let of = |code| super::error("DeleteVpc", 400, code, "x");
        assert!(is_gone(&of("InvalidVpcID.NotFound")));
        assert!(is_gone(&of("NatGatewayNotFound")));
        assert!(!is_gone(&of("DependencyViolation")));
        assert!(!is_gone(&of("InvalidSubnet.Conflict")));
    }
}
