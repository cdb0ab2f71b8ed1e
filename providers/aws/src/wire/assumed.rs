//! Why no role could be assumed. STS is asked before a request is signed, and the SDK buries what
//! it said in the failure of that request.

use std::error::Error as StdError;

use aws_sdk_sts::operation::{
    assume_role::AssumeRoleError, assume_role_with_web_identity::AssumeRoleWithWebIdentityError,
};
use groundwork_provider::{Effect, Error, ErrorKind};

use crate::wire::{self, Failed, causes, refusal};

/// What STS said, if that is why a request could not be signed. Nothing of the request was sent.
pub(crate) fn not_assumed(error: &(dyn StdError + 'static)) -> Option<Error> {
    let mut why = causes(error).find_map(|cause| by_keys(cause).or_else(|| by_token(cause)))?;
    why.effect = Effect::None;
    Some(why)
}

/// Of a role that somebody's keys were to become.
fn by_keys(cause: &(dyn StdError + 'static)) -> Option<Error> {
    let failed = cause.downcast_ref::<Failed<AssumeRoleError>>()?;
    let why = wire::told("AssumeRole", failed);
    let remedy = match (failed, why.kind) {
        (Failed::ServiceError(_), ErrorKind::Denied) => match refusal::code(&why) {
            "AccessDenied" => {
                "let the role's trust policy name who assumes it, give the assumeRoleExternalID \
                 that it asks for, and allow sts:AssumeRole to them"
            }
            _ => {
                "correct the keys that the role is assumed with: accessKeyID and secretAccessKey, \
                 or where they come from; temporary ones end, and have to be renewed"
            }
        },
        (Failed::ServiceError(_), ErrorKind::Invalid) => "correct assumeRoleARN",
        (_, _) => return Some(why),
    };
    Some(why.remedy(remedy))
}

/// Of a role that a workload's token stands for.
fn by_token(cause: &(dyn StdError + 'static)) -> Option<Error> {
    let failed = cause.downcast_ref::<Failed<AssumeRoleWithWebIdentityError>>()?;
    let why = wire::told("AssumeRoleWithWebIdentity", failed);
    let remedy = match (failed, why.kind) {
        (Failed::ServiceError(_), ErrorKind::Denied | ErrorKind::Invalid) => {
            "check AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE and the role's trust policy"
        }
        (_, _) => return Some(why),
    };
    Some(why.remedy(remedy))
}
