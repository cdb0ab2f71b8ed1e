//! Whose token it is, and which credential of `azure_identity` gets it.

use std::{fmt, path::PathBuf, sync::Arc};

use azure_core::{
    cloud::{CloudConfiguration, CustomConfiguration},
    credentials::{AccessToken, Secret as CrateSecret, TokenCredential},
    http::ClientOptions,
};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, ClientAssertionCredential,
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId,
    WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use groundwork_kit::{
    client::{Wire, secret_header},
    credentials::Fields,
};
use groundwork_model::Secret;
use groundwork_provider::{Access, Error, ErrorKind, Result, World};
use jiff::SignedDuration;
use serde::Deserialize;

use super::{
    Session,
    certificate::{Assertion, Certificate},
    pipe::Pipe,
};
use crate::{
    credentials::{
        AUDIENCE, AUTHORITY, CERTIFICATE, CLIENT, KIND, SECRET, SUBSCRIPTION, TENANT, TOKEN_FILE,
    },
    spec::{Datacenter, Spec},
};

/// Who asks for a token.
pub(in crate::api) struct Identity {
    wire: Arc<Wire>,
    authority: String,
    scope: String,
    world: World,
    who: Who,
}

/// By what it shows who it is.
#[derive(Debug)]
enum Who {
    /// An application, by its secret.
    Secret {
        tenant: String,
        client: String,
        secret: Secret,
    },
    /// An application, by its certificate.
    Certificate {
        tenant: String,
        client: String,
        certificate: Box<Certificate>,
    },
    /// A pod of Kubernetes that an application trusts.
    Workload {
        tenant: String,
        client: String,
        file: PathBuf,
    },
    /// The machine that this runs on.
    Machine { client: Option<String> },
    /// A person who has logged in with `az login`.
    Cli {
        tenant: Option<String>,
        subscription: String,
    },
}

/// The reply of a token endpoint (RFC 6749 section 5.1). A machine's writes numbers as texts.
#[derive(Deserialize)]
struct Granted {
    expires_in: Option<serde_json::Value>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identity").field(&self.who).finish()
    }
}

impl Identity {
    /// Of the credentials.
    ///
    /// # Errors
    /// `Denied` where there are none, or such that cannot be used.
    pub(in crate::api) fn of(
        fields: &Fields,
        access: &Access<Spec, Datacenter>,
        wire: Wire,
    ) -> Result<Self> {
        let text = |name: &str| fields.text(name).unwrap_or_default().to_owned();
        Ok(Self {
            wire: Arc::new(wire),
            authority: text(AUTHORITY),
            scope: format!("{}/.default", text(AUDIENCE).trim_end_matches('/')),
            world: access.world.clone(),
            who: Who::of(fields, access.environment.is_ambient())?,
        })
    }

    /// A token.
    ///
    /// # Errors
    /// What the token endpoint says, or what kept it from being asked.
    pub(super) async fn log_in(&self) -> Result<Session> {
        let is_plain = self.authority.starts_with("http://");
        let pipe = Pipe::new(&self.wire, is_plain);
        let token = self.token(&pipe).await;
        let operation = "POST /{tenant}/oauth2/v2.0/token";
        match (token, pipe.came()) {
            (Ok(token), came) => self.session(&token, came.and_then(Result::ok)),
            (Err(_), Some(Err(error))) => Err(error),
            (Err(_), Some(Ok(reply))) if !reply.status().is_success() => {
                Err(self.wire.refused(operation, &reply))
            }
            (Err(why), _) => Err(denied(&why.to_string())),
        }
    }

    /// One login: the crate keeps no token for us.
    async fn token(&self, pipe: &Arc<Pipe>) -> azure_core::Result<AccessToken> {
        let credential = self.credential(pipe)?;
        credential.get_token(&[&self.scope], None).await
    }

    fn options(&self, pipe: &Arc<Pipe>) -> ClientOptions {
        // The crate asks by TLS alone; what the address says is the pipe's.
        let mut cloud = CustomConfiguration::default();
        cloud.authority_host = self.authority.replacen("http://", "https://", 1);
        let cloud = Some(Arc::new(CloudConfiguration::Custom(cloud)));
        ClientOptions {
            cloud,
            ..pipe.options()
        }
    }

    fn credential(&self, pipe: &Arc<Pipe>) -> azure_core::Result<Arc<dyn TokenCredential>> {
        let client_options = self.options(pipe);
        Ok(match &self.who {
            Who::Secret {
                tenant,
                client,
                secret,
            } => {
                let options = ClientSecretCredentialOptions { client_options };
                let secret = CrateSecret::new(secret.expose().to_owned());
                ClientSecretCredential::new(tenant, client.clone(), secret, Some(options))?
            }
            Who::Certificate {
                tenant,
                client,
                certificate,
            } => {
                let options = ClientAssertionCredentialOptions { client_options };
                let assertion = self.assertion(tenant, client, certificate)?;
                let (tenant, client) = (tenant.clone(), client.clone());
                ClientAssertionCredential::new(tenant, client, assertion, Some(options))?
            }
            Who::Workload {
                tenant,
                client,
                file,
            } => WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
                credential_options: ClientAssertionCredentialOptions { client_options },
                client_id: Some(client.clone()),
                tenant_id: Some(tenant.clone()),
                token_file_path: Some(file.clone()),
            }))?,
            Who::Machine { client } => {
                let user_assigned_id = client.clone().map(UserAssignedId::ClientId);
                ManagedIdentityCredential::new(Some(ManagedIdentityCredentialOptions {
                    user_assigned_id,
                    client_options,
                }))?
            }
            Who::Cli {
                tenant,
                subscription,
            } => AzureCliCredential::new(Some(AzureCliCredentialOptions {
                subscription: Some(subscription.clone()),
                tenant_id: tenant.clone(),
                executor: None,
            }))?,
        })
    }

    fn assertion(
        &self,
        tenant: &str,
        client: &str,
        certificate: &Certificate,
    ) -> azure_core::Result<Assertion> {
        let audience = format!(
            "{}/{tenant}/oauth2/v2.0/token",
            self.authority.trim_end_matches('/')
        );
        let (id, now) = (self.world.bits(), self.world.clock.now());
        let signed = certificate.assertion(client, &audience, id, now);
        let failed =
            |why: Error| azure_core::Error::new(azure_core::error::ErrorKind::Credential, why);
        signed.map(Assertion).map_err(failed)
    }

    /// The end of a token is reckoned by our clock.
    fn session(
        &self,
        token: &AccessToken,
        came: Option<groundwork_kit::client::Reply>,
    ) -> Result<Session> {
        let granted = came.and_then(|reply| serde_json::from_slice::<Granted>(reply.body()).ok());
        let seconds = granted.and_then(|granted| {
            let said = granted.expires_in?;
            let text = || said.as_str()?.parse().ok();
            said.as_i64().or_else(text)
        });
        let expires = match seconds {
            Some(seconds) => {
                let lasts = SignedDuration::from_secs(seconds.clamp(0, 86_400));
                self.wire.clock().now().checked_add(lasts).ok()
            }
            // Of the command line's, which nobody has asked an endpoint for.
            None => jiff::Timestamp::from_second(token.expires_on.unix_timestamp()).ok(),
        };
        Ok(Session {
            header: secret_header(&format!("Bearer {}", token.token.secret()))?,
            expires,
        })
    }
}

impl Who {
    fn of(fields: &Fields, is_ambient: bool) -> Result<Self> {
        let text = |name: &str| fields.text(name).map(str::to_owned);
        let (tenant, client) = (text(TENANT), text(CLIENT));
        let application = tenant.clone().zip(client.clone());
        let kind = text(KIND).unwrap_or_default().to_ascii_lowercase();
        if let Some((tenant, client)) = application {
            if let Some(secret) = fields.secret(SECRET) {
                let secret = secret.clone();
                return Ok(Self::Secret {
                    tenant,
                    client,
                    secret,
                });
            }
            if let Some(pem) = fields.secret(CERTIFICATE) {
                let certificate = Box::new(Certificate::new(pem)?);
                return Ok(Self::Certificate {
                    tenant,
                    client,
                    certificate,
                });
            }
            if let Some(file) = text(TOKEN_FILE).filter(|_| is_ambient) {
                let file = PathBuf::from(file);
                return Ok(Self::Workload {
                    tenant,
                    client,
                    file,
                });
            }
        }
        if fields.has_any(&[SECRET, CERTIFICATE]) {
            return Err(incomplete());
        }
        // The machine's own account, and a login on it, are nobody's but of the process that runs there.
        match (is_ambient, kind.as_str()) {
            (false, _) => Err(nobody()),
            (true, "managedidentitycredential" | "prod") => Ok(Self::Machine { client }),
            (true, _) => Ok(Self::Cli {
                tenant,
                subscription: text(SUBSCRIPTION).unwrap_or_default(),
            }),
        }
    }
}

fn denied(why: &str) -> Error {
    let why = why.lines().next().unwrap_or_default();
    let error = Error::new(ErrorKind::Denied, "authenticate", why);
    error.remedy(NOBODY)
}

const NOBODY: &str = "give tenantID, clientID and clientSecret in spec.cloud.azure, or a credentialsReference \
    with its Secret, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET; on one's own machine: \
    az login; on a machine of Azure: AZURE_TOKEN_CREDENTIALS=ManagedIdentityCredential";

fn nobody() -> Error {
    let message = "there are no credentials for Azure";
    Error::new(ErrorKind::Denied, "authenticate", message).remedy(NOBODY)
}

fn incomplete() -> Error {
    let message = "there is a secret, and no tenantID or no clientID beside it";
    Error::new(ErrorKind::Denied, "authenticate", message).remedy(NOBODY)
}
