//! Whose credentials, for which subscription, and where the API is.

use std::path::Path;

use groundwork_kit::{client::base_address, credentials::Fields};
use groundwork_model::Secret;
use groundwork_provider::{Access, Environment, Error, ErrorKind, Result};

use crate::{
    id,
    spec::{Datacenter, Spec},
};

pub(crate) const TENANT: &str = "tenant";
pub(crate) const SUBSCRIPTION: &str = "subscription";
pub(crate) const CLIENT: &str = "client";
pub(crate) const SECRET: &str = "secret";
/// A certificate and its key, in PEM.
pub(crate) const CERTIFICATE: &str = "certificate";
/// The file with the token of a pod.
pub(crate) const TOKEN_FILE: &str = "token-file";
/// Which credential of the process is meant.
pub(crate) const KIND: &str = "kind";
/// Where tokens are given.
pub(crate) const AUTHORITY: &str = "authority";
/// What a token is for.
pub(crate) const AUDIENCE: &str = "audience";
const ENDPOINT: &str = "endpoint";
const CLOUD: &str = "cloud";

/// What whoever asks shows, all of one source.
const OWN: [&str; 4] = [TENANT, CLIENT, SECRET, CERTIFICATE];

/// The variables of the vendor's libraries, and of Terraform. A later row overrides an earlier one.
const VARIABLES: &[(&str, &str)] = &[
    ("ARM_TENANT_ID", TENANT),
    ("ARM_SUBSCRIPTION_ID", SUBSCRIPTION),
    ("ARM_CLIENT_ID", CLIENT),
    ("ARM_CLIENT_SECRET", SECRET),
    ("ARM_ENVIRONMENT", CLOUD),
    ("AZURE_TENANT_ID", TENANT),
    ("AZURE_SUBSCRIPTION_ID", SUBSCRIPTION),
    ("AZURE_CLIENT_ID", CLIENT),
    ("AZURE_CLIENT_SECRET", SECRET),
    ("AZURE_ENVIRONMENT", CLOUD),
    ("AZURE_FEDERATED_TOKEN_FILE", TOKEN_FILE),
    ("AZURE_TOKEN_CREDENTIALS", KIND),
    (AUTHORITY_VARIABLE, AUTHORITY),
    (ENDPOINT_VARIABLE, ENDPOINT),
];
const AUTHORITY_VARIABLE: &str = "AZURE_AUTHORITY_HOST";
const ENDPOINT_VARIABLE: &str = "AZURE_RESOURCE_MANAGER_ENDPOINT";
const CERTIFICATE_VARIABLE: &str = "AZURE_CLIENT_CERTIFICATE_PATH";

/// Azure's clouds: names that people give them, where tokens are given, where the API is
/// (<https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure>).
const CLOUDS: [(&[&str], &str, &str); 3] = [
    (
        &["azurecloud", "azurepubliccloud", "public"],
        "https://login.microsoftonline.com",
        "https://management.azure.com",
    ),
    (
        &[
            "azureusgovernment",
            "azureusgovernmentcloud",
            "usgovernment",
        ],
        "https://login.microsoftonline.us",
        "https://management.usgovcloudapi.net",
    ),
    (
        &["azurechinacloud", "china"],
        "https://login.chinacloudapi.cn",
        "https://management.chinacloudapi.cn",
    ),
];

/// Who asks, and where.
#[derive(Debug)]
pub(crate) struct Credentials {
    /// Who asks: tenant, application, secret.
    pub(crate) fields: Fields,
    /// The address of the API.
    pub(crate) base: String,
    /// The id of the subscription.
    pub(crate) subscription: String,
    /// The region of the datacenter, else of the journal.
    pub(crate) location: Option<String>,
}

/// Those of the cluster, else of the Secret that it refers to, else of the environment. Where the API is
/// says the environment, else the journal.
///
/// # Errors
/// `Invalid` where a file cannot be read, an address cannot be used, or nobody says which subscription is
/// meant.
pub(crate) fn credentials(access: &Access<Spec, Datacenter>) -> Result<Credentials> {
    let mut fields = fields(access)?;
    let before = access.account.as_ref();
    let journal = before.and_then(|account| account.project.as_deref());
    let subscription = fields.text(SUBSCRIPTION).or(journal).map(str::to_owned);
    let subscription = subscription.ok_or_else(no_subscription)?;
    fields.put(SUBSCRIPTION, Secret::new(&subscription));
    let is_id = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !subscription.chars().all(is_id) {
        return Err(no_subscription());
    }
    let (authority, audience) = cloud(&fields)?;
    fields.complete(
        &of([(AUTHORITY, authority), (AUDIENCE, audience)]),
        [AUTHORITY, AUDIENCE],
    );
    if let Some(account) = before {
        fields.complete(&of([(ENDPOINT, account.endpoint.as_str())]), [ENDPOINT]);
    }
    fields.complete(&of([(ENDPOINT, audience)]), [ENDPOINT]);
    address(&fields, AUTHORITY, AUTHORITY_VARIABLE)?;
    let base = address(&fields, ENDPOINT, ENDPOINT_VARIABLE)?;
    let named = access.cloud.as_ref().and_then(Datacenter::location);
    let location = named.or_else(|| {
        let region = before.map(|account| id::location(&account.region));
        region.filter(|region| !region.is_empty())
    });
    Ok(Credentials {
        fields,
        base,
        subscription,
        location,
    })
}

fn of<const N: usize>(pairs: [(&str, &str); N]) -> Fields {
    let mut fields = Fields::default();
    for (name, value) in pairs {
        fields.put(name, Secret::new(value));
    }
    fields
}

fn fields(access: &Access<Spec, Datacenter>) -> Result<Fields> {
    let mut fields = Fields::default();
    if let Some(spec) = &access.spec {
        fields.put_text(TENANT, &spec.tenant_id);
        fields.put_text(SUBSCRIPTION, &spec.subscription_id);
        fields.put_text(CLIENT, &spec.client_id);
        fields.put(SECRET, spec.client_secret.clone());
    }
    let referred = Fields::of_secrets(
        &access.secrets,
        &[
            ("tenantID", TENANT),
            ("subscriptionID", SUBSCRIPTION),
            ("clientID", CLIENT),
            ("clientSecret", SECRET),
            ("clientCertificate", CERTIFICATE),
        ],
    );
    fields.complete(&referred, [SUBSCRIPTION]);
    if !fields.has(SECRET) {
        fields.complete(&referred, OWN);
    }
    let variables = Fields::of_environment(&access.environment, VARIABLES);
    if !fields.has_any(&[SECRET, CERTIFICATE]) {
        fields.complete(&variables, OWN);
        fields.complete(&variables, [KIND, TOKEN_FILE]);
        if !fields.has(SECRET) {
            fields.put(CERTIFICATE, certificate(&access.environment)?);
        }
    }
    fields.complete(&variables, [SUBSCRIPTION, CLOUD, AUTHORITY, ENDPOINT]);
    Ok(fields)
}

fn certificate(environment: &Environment) -> Result<Option<Secret>> {
    let Some(path) = environment.variable(CERTIFICATE_VARIABLE) else {
        return Ok(None);
    };
    let path = Path::new(path.expose());
    let wrong = |why: String| {
        let message = format!("{CERTIFICATE_VARIABLE} names {}, {why}", path.display());
        let error = Error::new(ErrorKind::Invalid, "authenticate", message);
        error.remedy(format!("correct {CERTIFICATE_VARIABLE}, or remove it"))
    };
    let content = environment.file(path);
    let content = content.map_err(|why| wrong(format!("which cannot be read: {why}")))?;
    let text = String::from_utf8(content);
    let text = text.map_err(|_| wrong("which is not PEM".to_owned()))?;
    Ok(Some(Secret::new(text)))
}

/// Where tokens of the cloud that the environment names are given, and where its API is.
fn cloud(fields: &Fields) -> Result<(&'static str, &'static str)> {
    let name = fields
        .text(CLOUD)
        .unwrap_or("AzurePublicCloud")
        .to_ascii_lowercase();
    let cloud = CLOUDS
        .iter()
        .find(|(names, ..)| names.contains(&name.as_str()));
    let known = cloud.map(|(_, authority, api)| (*authority, *api));
    known.ok_or_else(|| {
        let message = format!("there is no cloud {name}");
        let error = Error::new(ErrorKind::Invalid, "connect", message);
        error.remedy(
            "set AZURE_ENVIRONMENT to AzurePublicCloud, AzureUSGovernmentCloud or AzureChinaCloud, or \
             remove it",
        )
    })
}

fn address(fields: &Fields, name: &str, variable: &str) -> Result<String> {
    let text = fields.text(name).unwrap_or_default();
    base_address(text).map_err(|why| {
        let message = format!("the address {text} cannot be used: {why}");
        let error = Error::new(ErrorKind::Invalid, "connect", message);
        error.remedy(format!("correct {variable}, or remove it"))
    })
}

fn no_subscription() -> Error {
    let message = "nobody says which subscription is meant, by its id";
    let error = Error::new(ErrorKind::Invalid, "authenticate", message);
    error.remedy(
        "give subscriptionID in spec.cloud.azure or in its Secret, or set AZURE_SUBSCRIPTION_ID; az account \
         list shows the ids",
    )
}
