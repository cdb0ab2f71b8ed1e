//! Whose token it is, and how each kind of credentials gets one.

use bytes::Bytes;
use groundwork_kit::client::Wire;
use groundwork_kit::credentials::Fields;
use groundwork_model::Secret;
use groundwork_provider::{Environment, Error, ErrorKind, Result};
use http::Request;

use super::{
    SCOPE, Session, ask,
    assertion::Signer,
    external::External,
    granted,
    key::{AuthorizedUser, Key, ServiceAccount, token_uri},
    unusable,
};
use crate::credentials::{KEY, METADATA, PROJECT};

/// Where a machine of Google Cloud asks about itself
/// (<https://cloud.google.com/compute/docs/metadata/overview>).
const METADATA_HOST: &str = "metadata.google.internal";

/// Who asks for a token.
#[derive(Debug)]
pub(in crate::api) enum Identity {
    /// A service account, by its key.
    ServiceAccount {
        email: String,
        signer: Signer,
        token_uri: String,
    },
    /// A person who has logged in with `gcloud auth application-default login`.
    User {
        client_id: String,
        client_secret: Secret,
        refresh_token: Secret,
    },
    /// Whoever somebody else vouches for.
    External(External, Environment),
    /// The service account of the machine that this runs on.
    Machine { host: String },
}

impl Identity {
    /// Of the credentials, with the project that they are for.
    ///
    /// # Errors
    /// `Denied` where there are none, or such that cannot be used; `Invalid` where nobody says which
    /// project is meant.
    pub(in crate::api) fn of(fields: &Fields, environment: &Environment) -> Result<(Self, String)> {
        let Some(text) = fields.secret(KEY) else {
            return Self::of_machine(fields, environment);
        };
        let key = Key::read(text)?;
        let project = fields.text(PROJECT).or(key.project()).map(str::to_owned);
        let project = project.ok_or_else(no_project)?;
        let identity = match key {
            Key::ServiceAccount(account) => Self::of_account(account)?,
            Key::AuthorizedUser(user) => Self::of_user(user),
            // What the files of federated credentials name is read on this machine.
            Key::ExternalAccount(_) if !environment.is_ambient() => return Err(nobody()),
            Key::ExternalAccount(external) => Self::External(external, environment.clone()),
        };
        Ok((identity, project))
    }

    /// The service account, where it is one by its key.
    pub(in crate::api) fn account(&self) -> Option<&str> {
        match self {
            Self::ServiceAccount { email, .. } => Some(email),
            Self::User { .. } | Self::External(..) | Self::Machine { .. } => None,
        }
    }

    fn of_account(account: ServiceAccount) -> Result<Self> {
        let ServiceAccount {
            client_email: email,
            private_key,
            private_key_id,
            token_uri,
            project_id: _,
        } = account;
        Ok(Self::ServiceAccount {
            email,
            signer: Signer::new(&private_key, private_key_id)?,
            token_uri,
        })
    }

    fn of_user(user: AuthorizedUser) -> Self {
        let AuthorizedUser {
            client_id,
            client_secret,
            refresh_token,
            quota_project_id: _,
        } = user;
        Self::User {
            client_id,
            client_secret,
            refresh_token,
        }
    }

    /// The machine's own account is nobody's but of the process that runs on it.
    fn of_machine(fields: &Fields, environment: &Environment) -> Result<(Self, String)> {
        if !environment.is_ambient() {
            return Err(nobody());
        }
        let project = fields.text(PROJECT).map(str::to_owned);
        let host = fields.text(METADATA).unwrap_or(METADATA_HOST).to_owned();
        Ok((Self::Machine { host }, project.ok_or_else(nobody)?))
    }

    pub(super) async fn log_in(&self, wire: &Wire) -> Result<Session> {
        match self {
            Self::ServiceAccount {
                email,
                signer,
                token_uri,
            } => {
                let now = wire.clock().now();
                let assertion = signer.assertion(email, token_uri, SCOPE, now)?;
                let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
                let pairs = [("grant_type", grant), ("assertion", &assertion)];
                ask(wire, token_uri, &pairs).await
            }
            Self::User {
                client_id,
                client_secret,
                refresh_token,
            } => {
                let pairs = [
                    ("grant_type", "refresh_token"),
                    ("client_id", client_id),
                    ("client_secret", client_secret.expose()),
                    ("refresh_token", refresh_token.expose()),
                ];
                ask(wire, &token_uri(), &pairs).await
            }
            Self::External(external, environment) => external.log_in(wire, environment).await,
            Self::Machine { host } => of_machine(wire, host).await,
        }
    }
}

async fn of_machine(wire: &Wire, host: &str) -> Result<Session> {
    let path = "/computeMetadata/v1/instance/service-accounts/default/token";
    let request = Request::get(format!("http://{host}{path}"))
        .header("metadata-flavor", "Google")
        .body(Bytes::new());
    let request = request.map_err(|why| unusable(host, &why.to_string()))?;
    granted(wire, &format!("GET {path}"), request).await
}

fn nobody() -> Error {
    let message = "there are no credentials for Google Cloud";
    let error = Error::new(ErrorKind::Denied, "authenticate", message);
    error.remedy(
        "give spec.cloud.gcp.serviceAccount, or a credentialsReference with its Secret, or set \
         GOOGLE_APPLICATION_CREDENTIALS; on a machine of Google Cloud, GOOGLE_CLOUD_PROJECT",
    )
}

fn no_project() -> Error {
    let message = "the credentials do not say which project they are for";
    let error = Error::new(ErrorKind::Invalid, "authenticate", message);
    error.remedy("set GOOGLE_CLOUD_PROJECT to the project's id")
}
