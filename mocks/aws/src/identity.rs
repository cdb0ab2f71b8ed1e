//! Who asks: signatures, keys, sessions.

use std::collections::BTreeMap;
use std::time::Duration;

use mock_cloud::Request;
use serde_json::Value;

use crate::clock;
use crate::config::Config;
use crate::policy::{Target, allows, denies};
use crate::refused::{Answer, Refused};
use crate::sigv4::Signature;

/// How far the clock of a client may be off.
const SKEW_MAX: Duration = Duration::from_mins(15);

/// Who asks, and what they may.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) arn: String,
    pub(crate) user_id: String,
    pub(crate) policies: Vec<Value>,
}

/// Temporary credentials of an assumed role.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) secret: String,
    pub(crate) token: String,
    pub(crate) expires: Duration,
    pub(crate) caller: Caller,
}

/// The temporary credentials that are out.
pub(crate) type Sessions = BTreeMap<String, Session>;

/// Why a request is not believed; services have different words for it.
#[derive(Clone, Debug)]
pub(crate) enum Doubt {
    Expired,
    Incomplete(Refused),
    Missing,
    Scope,
    Signature,
    Skewed(String),
    Unknown,
}

/// Whose signature a request carries.
pub(crate) fn caller(
    config: &Config,
    sessions: &Sessions,
    now: Duration,
    service: &str,
    request: &Request,
) -> Result<Caller, Doubt> {
    if let Some(first) = config.keys.first().filter(|_| config.open) {
        return Ok(of_key(config, &first.user, &first.policies));
    }
    let signature = Signature::of(request).map_err(Doubt::Incomplete)?;
    let signature = signature.ok_or(Doubt::Missing)?;
    let session = sessions.get(&signature.key);
    let key = config.keys.iter().find(|key| key.id == signature.key);
    let (secret, caller) = match (key, session) {
        (Some(key), _) => (&key.secret, of_key(config, &key.user, &key.policies)),
        (None, Some(session)) => (&session.secret, session.caller.clone()),
        (None, None) => return Err(Doubt::Unknown),
    };
    if session.is_some_and(|session| signature.session_token.as_ref() != Some(&session.token)) {
        return Err(Doubt::Unknown);
    }
    let regions = [config.region.as_str(), "us-east-1"];
    let regional = signature.region == config.region
        || (service == "sts" && regions.contains(&signature.region.as_str()));
    if !regional || signature.service != service {
        return Err(Doubt::Scope);
    }
    if !signature.is_by(secret, request) {
        return Err(Doubt::Signature);
    }
    if session.is_some_and(|session| session.expires <= now) {
        return Err(Doubt::Expired);
    }
    let here = config.calendar().at(now);
    let there = clock::signed(&signature.time).ok_or(Doubt::Signature)?;
    let apart = here.duration_since(there).unsigned_abs();
    match apart > SKEW_MAX {
        true => Err(Doubt::Skewed(signature.time)),
        false => Ok(caller),
    }
}

fn of_key(config: &Config, user: &str, policies: &[Value]) -> Caller {
    Caller {
        arn: format!("arn:aws:iam::{}:user/{user}", config.account),
        user_id: "AIDACKCEVSQ6C2EXAMPLE".to_owned(),
        policies: policies.to_vec(),
    }
}

impl Doubt {
    /// In EC2's words.
    pub(crate) fn ec2(self) -> Refused {
        match self {
            Self::Unknown => Refused::with_status(
                401,
                "AuthFailure",
                "AWS was not able to validate the provided access credentials",
            ),
            Self::Missing => Refused::new(
                "MissingParameter",
                "The request must contain the parameter AWSAccessKeyId",
            ),
            Self::Expired | Self::Skewed(_) => {
                Refused::new("RequestExpired", "Request has expired.")
            }
            Self::Scope | Self::Signature | Self::Incomplete(_) => self.common(),
        }
    }

    /// In the words of STS and most others.
    pub(crate) fn common(self) -> Refused {
        let refused = |code: &str, message: String| Refused::with_status(403, code, message);
        match self {
            Self::Unknown => refused(
                "InvalidClientTokenId",
                "The security token included in the request is invalid.".to_owned(),
            ),
            Self::Missing => refused(
                "MissingAuthenticationToken",
                "Request is missing Authentication Token".to_owned(),
            ),
            Self::Expired => refused(
                "ExpiredToken",
                "The security token included in the request is expired".to_owned(),
            ),
            Self::Skewed(time) => refused(
                "SignatureDoesNotMatch",
                format!("Signature expired: {time} is too far from the time of the service"),
            ),
            Self::Scope => refused(
                "SignatureDoesNotMatch",
                "Credential should be scoped to a valid region and the correct service.".to_owned(),
            ),
            Self::Signature => refused(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your \
                 AWS Secret Access Key and signing method. Consult the service documentation for details."
                    .to_owned(),
            ),
            Self::Incomplete(refused) => refused,
        }
    }
}

/// EC2's answer where an action is not allowed.
pub(crate) fn denied(caller: &Caller, action: &str, target: &Target) -> Refused {
    let why = match denies(&caller.policies, action, target) {
        true => "with an explicit deny in an identity-based policy".to_owned(),
        false => format!("because no identity-based policy allows the {action} action"),
    };
    let message = format!(
        "You are not authorized to perform this operation. User: {} is not authorized to perform: {action} \
         on resource: {} {why}",
        caller.arn, target.arn
    );
    Refused::with_status(403, "UnauthorizedOperation", message)
}

/// A plain check of one action on everything.
pub(crate) fn may(caller: &Caller, action: &str) -> Answer<()> {
    let target = Target::of("*");
    match allows(&caller.policies, action, &target) {
        true => Ok(()),
        false => {
            let message = format!(
                "User: {} is not authorized to perform: {action}",
                caller.arn
            );
            Err(Refused::with_status(403, "AccessDenied", message))
        }
    }
}
