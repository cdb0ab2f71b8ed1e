//! What a failed call of the SDK's means: what was refused, what has no reply, what was never sent.

pub(crate) mod assumed;
pub(crate) mod read;
pub(crate) mod refusal;
pub(crate) mod seam;
pub(crate) mod unsent;

use std::error::Error as StdError;

use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::http::Response;
use groundwork_provider::{Error, ErrorKind};
use groundwork_transport::{Cause, Failure, Sent};

use crate::wire::{assumed::not_assumed, unsent::unsent};

/// A call of the SDK's that failed.
pub(crate) type Failed<E> = SdkError<E, Response>;

/// The error of `operation` (`CreateVpc`).
pub(crate) fn error<E>(operation: &str, failed: Failed<E>) -> Error
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    told(operation, &failed)
}

/// The same of a failure that lies in another one.
pub(crate) fn told<E>(operation: &str, failed: &Failed<E>) -> Error
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    match failed {
        SdkError::ServiceError(refused) => {
            let code = refused.err().code().unwrap_or_default();
            let message = refused.err().message().unwrap_or_default();
            let status = refused.raw().status().as_u16();
            let mut error = refusal::error(operation, status, code, message);
            error.request_id = request_id(refused.raw());
            error
        }
        SdkError::DispatchFailure(_) | SdkError::ConstructionFailure(_) => not_assumed(failed)
            .unwrap_or_else(|| match failure(failed) {
                Some(failure) => no_reply(operation, failure),
                None => unsent(operation, failed),
            }),
        SdkError::TimeoutError(_) => {
            Error::new(ErrorKind::Unavailable, operation, "no reply in time").effect_unknown()
        }
        SdkError::ResponseError(broken) => unreadable(operation, broken.raw()),
        // The SDK's enum may grow; whatever comes, nobody knows what it did.
        _ => Error::new(ErrorKind::Unexpected, operation, "the call failed").effect_unknown(),
    }
}

/// A reply whose body makes no sense: a gateway in between, or a reply that was cut off.
fn unreadable(operation: &str, reply: &Response) -> Error {
    let status = reply.status().as_u16();
    let kind = match status {
        500.. => ErrorKind::Unavailable,
        429 => ErrorKind::Throttled,
        _ => ErrorKind::Unexpected,
    };
    let message = format!("the reply cannot be read (status {status})");
    let mut error = Error::new(kind, operation, message).effect_unknown();
    error.request_id = request_id(reply);
    error
}

/// What lies under an error, layer by layer.
pub(crate) fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let mut next = error.source();
    std::iter::from_fn(move || {
        let layer = next?;
        next = layer.source();
        Some(layer)
    })
}

/// The transport's own failure, which the SDK carries as a source of its error.
fn failure<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Failure> {
    causes(error).find_map(|layer| layer.downcast_ref::<Failure>())
}

fn no_reply(operation: &str, failure: &Failure) -> Error {
    let kind = match failure.cause {
        Cause::Settings => ErrorKind::Invalid,
        Cause::Tls(_) => ErrorKind::Denied,
        Cause::Connect | Cause::Timeout | Cause::Broken => ErrorKind::Unavailable,
        Cause::TooLarge => ErrorKind::Unexpected,
    };
    let error = Error::new(kind, operation, failure.message.clone());
    let error = match failure.sent {
        Sent::Maybe => error.effect_unknown(),
        Sent::No => error,
    };
    match failure.cause {
        Cause::Connect => {
            error.remedy("check the region, AWS_ENDPOINT_URL and the network between")
        }
        Cause::Tls(_) => error.remedy("name the certificate authority in AWS_CA_BUNDLE"),
        Cause::Settings => error.remedy("check AWS_ENDPOINT_URL, AWS_CA_BUNDLE and the proxy"),
        Cause::Timeout | Cause::Broken | Cause::TooLarge => error,
    }
}

fn request_id(reply: &Response) -> Option<String> {
    let headers = reply.headers();
    let id = headers
        .get("x-amzn-requestid")
        .or(headers.get("x-amz-request-id"));
    id.map(str::to_owned)
}
