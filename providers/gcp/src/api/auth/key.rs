//! Credentials as Google writes them into files: a service account's key, a user's login, a federated
//! identity (<https://google.aip.dev/auth/4110>).

use groundwork_model::Secret;
use groundwork_provider::{Error, ErrorKind, Result};
use serde::Deserialize;

use super::external::External;

/// The content of a file of credentials.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Key {
    ServiceAccount(ServiceAccount),
    AuthorizedUser(AuthorizedUser),
    ExternalAccount(External),
}

#[derive(Debug, Deserialize)]
pub(super) struct ServiceAccount {
    pub(super) client_email: String,
    pub(super) private_key: Secret,
    pub(super) private_key_id: Option<String>,
    #[serde(default = "token_uri")]
    pub(super) token_uri: String,
    pub(super) project_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct AuthorizedUser {
    pub(super) client_id: String,
    pub(super) client_secret: Secret,
    pub(super) refresh_token: Secret,
    pub(super) quota_project_id: Option<String>,
}

/// Where tokens are given (<https://oauth2.googleapis.com>).
pub(super) fn token_uri() -> String {
    "https://oauth2.googleapis.com/token".to_owned()
}

impl Key {
    /// Reads it.
    ///
    /// # Errors
    /// `Denied` where the text is none; the text is not quoted.
    pub(super) fn read(text: &Secret) -> Result<Self> {
        serde_json::from_str(text.expose()).map_err(|why| {
            // serde quotes what it does not expect, which may be the secret.
            let place = format!("line {}, column {}", why.line(), why.column());
            let message = format!(
                "the credentials are not those of a service account, a user or a federated identity \
                 as Google writes them ({place})"
            );
            let error = Error::new(ErrorKind::Denied, "authenticate", message);
            error.remedy(
                "give the key's file as it was downloaded, in base64 where a document holds it: \
                 base64 -w0 key.json",
            )
        })
    }

    /// The project that it names.
    pub(super) fn project(&self) -> Option<&str> {
        match self {
            Self::ServiceAccount(account) => account.project_id.as_deref(),
            Self::AuthorizedUser(user) => user.quota_project_id.as_deref(),
            Self::ExternalAccount(_) => None,
        }
    }
}
