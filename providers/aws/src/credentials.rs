//! Whose credentials are used: those in the document, those it refers to, or the environment's.

use std::collections::BTreeMap;

use groundwork_model::Secret;
use groundwork_provider::{Access, Environment, Error, ErrorKind, Result};

use crate::{
    spec::{Datacenter, Spec, given},
    wire::unsent::CREDENTIALS,
};

/// Who asks, where.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) region: String,
    pub(crate) source: Source,
    /// The role that is assumed with them.
    pub(crate) role: Option<String>,
    /// What its trust policy asks for.
    pub(crate) external_id: Option<Secret>,
}

/// Where keys come from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// These.
    Keys {
        id: Secret,
        secret: Secret,
        token: Option<Secret>,
    },
    /// The SDK's own chain: profile, web identity, container, instance role.
    Chain,
}

/// From the first source that has keys: inline, `credentialsReference`, the environment's
/// variables, the SDK's chain.
pub(crate) fn identity(access: &Access<Spec, Datacenter>) -> Result<Identity> {
    let region = region(access)?;
    let environment = &access.environment;
    let secrets = &access.secrets;
    let inline = access.spec.as_ref().map(Keys::inline).unwrap_or_default();
    let keys = [
        inline,
        Keys::referred(secrets),
        Keys::variables(environment),
    ];
    let source = match keys.into_iter().find(|keys| !keys.is_empty()) {
        Some(keys) => keys.whole()?,
        None if environment.is_ambient() => Source::Chain,
        None => return Err(nobody()),
    };
    let spec = access.spec.as_ref();
    let role = spec
        .and_then(|spec| given(&spec.assume_role_arn))
        .map(str::to_owned);
    let role = role.or(secrets.get("assumeRoleARN").map(|s| s.expose().to_owned()));
    let external_id = spec
        .and_then(|spec| spec.assume_role_external_id.clone())
        .or(secrets.get("assumeRoleExternalID").cloned());
    Ok(Identity {
        region,
        source,
        role: role.filter(|role| !role.is_empty()),
        external_id: external_id.filter(|id| !id.is_empty()),
    })
}

fn nobody() -> Error {
    let message = "neither the documents nor the environment's variables say who asks";
    Error::new(ErrorKind::Denied, "authenticate", message).remedy(CREDENTIALS)
}

impl Identity {
    /// Everything that decides who asks where, as one text; `None` where only the SDK knows.
    pub(crate) fn text(&self, endpoint: Option<&Secret>) -> Option<Secret> {
        let Source::Keys { id, secret, token } = &self.source else {
            return None;
        };
        let exposed = |secret: Option<&Secret>| secret.map(|s| s.expose().to_owned());
        Some(Secret::new(format!(
            "{:?}",
            (
                &self.region,
                id.expose(),
                secret.expose(),
                exposed(token.as_ref()),
                &self.role,
                exposed(self.external_id.as_ref()),
                exposed(endpoint),
            )
        )))
    }
}

fn region(access: &Access<Spec, Datacenter>) -> Result<String> {
    let datacenter = access.cloud.as_ref().and_then(|cloud| given(&cloud.region));
    let journalled = access.account.as_ref().map(|account| &*account.region);
    let variable = |name| access.environment.variable(name).map(Secret::expose);
    let region = datacenter
        .or_else(|| variable("AWS_REGION"))
        .or_else(|| variable("AWS_DEFAULT_REGION"))
        .or(journalled);
    region.map(str::to_owned).ok_or_else(|| {
        Error::new(ErrorKind::Invalid, "connect", "it is not said which region")
            .remedy("set region in the datacenter, or AWS_REGION")
    })
}

#[derive(Default)]
struct Keys {
    id: Option<Secret>,
    secret: Option<Secret>,
    token: Option<Secret>,
}

impl Keys {
    fn inline(spec: &Spec) -> Self {
        Self {
            id: given(&spec.access_key_id).map(Secret::new),
            secret: spec.secret_access_key.clone().filter(|s| !s.is_empty()),
            token: None,
        }
    }

    /// The keys that the reference system writes into its Secrets.
    fn referred(secrets: &BTreeMap<String, Secret>) -> Self {
        let one = |names: [&str; 2]| {
            let found = names.into_iter().find_map(|name| secrets.get(name));
            found.filter(|secret| !secret.is_empty()).cloned()
        };
        Self {
            id: one(["accessKeyId", "accessKeyID"]),
            secret: one(["secretAccessKey", "secretAccesskey"]),
            token: one(["sessionToken", "sessiontoken"]),
        }
    }

    /// They come before a profile, also one that `AWS_PROFILE` names, as in AWS's own tools.
    fn variables(environment: &Environment) -> Self {
        Self {
            id: environment.variable("AWS_ACCESS_KEY_ID").cloned(),
            secret: environment.variable("AWS_SECRET_ACCESS_KEY").cloned(),
            token: environment.variable("AWS_SESSION_TOKEN").cloned(),
        }
    }

    fn is_empty(&self) -> bool {
        self.id.is_none() && self.secret.is_none()
    }

    fn whole(self) -> Result<Source> {
        match (self.id, self.secret) {
            (Some(id), Some(secret)) => Ok(Source::Keys {
                id,
                secret,
                token: self.token,
            }),
            (_, _) => Err(Error::new(
                ErrorKind::Denied,
                "authenticate",
                "of access key id and secret access key, one is missing",
            )
            .remedy("give both")),
        }
    }
}
