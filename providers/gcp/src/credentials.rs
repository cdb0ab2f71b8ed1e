//! Whose credentials, for which project, and where the API is.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use groundwork_kit::{client::base_address, credentials::Fields};
use groundwork_model::Secret;
use groundwork_provider::{Access, Environment, Error, ErrorKind, Result};

use crate::spec::{Datacenter, Spec};

pub(crate) const KEY: &str = "key";
/// Given where the key is the cluster's own: of the document, or of the Secret that it refers to.
pub(crate) const OWN: &str = "own";
pub(crate) const COMPUTE: &str = "compute";
pub(crate) const MANAGER: &str = "manager";
pub(crate) const PROJECT: &str = "project";
pub(crate) const REGION: &str = "region";
pub(crate) const METADATA: &str = "metadata";

/// Where the APIs are (<https://cloud.google.com/compute/docs/reference/rest/v1>).
const COMPUTE_ADDRESS: &str = "https://compute.googleapis.com/compute/v1";
const MANAGER_ADDRESS: &str = "https://cloudresourcemanager.googleapis.com/v1";

/// The variables of the vendor's tools, and of the reference system's machine controller. A later row
/// overrides an earlier one.
const VARIABLES: &[(&str, &str)] = &[
    ("GOOGLE_SERVICE_ACCOUNT", KEY),
    ("GOOGLE_CREDENTIALS", KEY),
    ("CLOUDSDK_CORE_PROJECT", PROJECT),
    ("GOOGLE_CLOUD_PROJECT", PROJECT),
    (COMPUTE_VARIABLE, COMPUTE),
    (MANAGER_VARIABLE, MANAGER),
    ("GCE_METADATA_HOST", METADATA),
];
/// As Terraform and OpenTofu name them.
const COMPUTE_VARIABLE: &str = "GOOGLE_COMPUTE_CUSTOM_ENDPOINT";
const MANAGER_VARIABLE: &str = "GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT";
const FILE: &str = "GOOGLE_APPLICATION_CREDENTIALS";

/// The key of the cluster, else of the Secret that it refers to, else of the environment: a variable, or
/// the file that `GOOGLE_APPLICATION_CREDENTIALS` names. Where the API is says the environment, else the
/// journal.
///
/// # Errors
/// `Invalid` where a file cannot be read, or an address cannot be used.
pub(crate) fn credentials(access: &Access<Spec, Datacenter>) -> Result<Fields> {
    let mut fields = Fields::default();
    let inline = access.spec.as_ref();
    fields.put(KEY, inline.and_then(|spec| spec.service_account.clone()));
    let referred = Fields::of_secrets(&access.secrets, &[("serviceAccount", KEY)]);
    fields.complete(&referred, [KEY]);
    fields.put(OWN, fields.has(KEY).then(|| Secret::new("yes")));
    let variables = Fields::of_environment(&access.environment, VARIABLES);
    if !fields.has(KEY) {
        fields.complete(&variables, [KEY, PROJECT, METADATA]);
    }
    if !fields.has(KEY) {
        fields.put(KEY, of_file(&access.environment)?);
    }
    fields.complete(&variables, [COMPUTE, MANAGER]);
    if let Some(key) = fields.secret(KEY) {
        fields.put(KEY, decoded(key));
    }
    places(&mut fields, access);
    address(&fields, COMPUTE, COMPUTE_VARIABLE)?;
    address(&fields, MANAGER, MANAGER_VARIABLE)?;
    Ok(fields)
}

/// What the datacenter says, else the journal, else everybody.
fn places(fields: &mut Fields, access: &Access<Spec, Datacenter>) {
    let cloud = access.cloud.as_ref();
    fields.put(REGION, cloud.and_then(Datacenter::region).map(Secret::new));
    let before = Fields::of_account(&access.account, [COMPUTE, REGION, PROJECT]);
    // A key says of which project it is.
    let own_project = fields.has(KEY).then_some([COMPUTE, REGION].as_slice());
    let names = own_project.unwrap_or(&[COMPUTE, REGION, PROJECT]);
    fields.complete(&before, names.iter().copied());
    let mut everybody = Fields::default();
    everybody.put(COMPUTE, Secret::new(COMPUTE_ADDRESS));
    everybody.put(MANAGER, Secret::new(MANAGER_ADDRESS));
    fields.complete(&everybody, [COMPUTE, MANAGER]);
}

/// Documents have the key in base64; files and variables as it is.
fn decoded(key: &Secret) -> Secret {
    let text: String = key.expose().split_whitespace().collect();
    let decoded = STANDARD.decode(&text).ok();
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.map_or_else(|| key.clone(), Secret::new)
}

fn of_file(environment: &Environment) -> Result<Option<Secret>> {
    let Some(path) = environment.variable(FILE) else {
        return Ok(None);
    };
    let path = std::path::Path::new(path.expose());
    let wrong = |why: String| {
        let message = format!("{FILE} names {}, {why}", path.display());
        let error = Error::new(ErrorKind::Invalid, "authenticate", message);
        error.remedy(format!("correct {FILE}, or remove it"))
    };
    let content = environment.file(path);
    let content = content.map_err(|why| wrong(format!("which cannot be read: {why}")))?;
    let text = String::from_utf8(content);
    let text = text.map_err(|_| wrong("which is not text".to_owned()))?;
    Ok(Some(Secret::new(text)))
}

fn address(fields: &Fields, name: &str, variable: &str) -> Result<()> {
    let text = fields.text(name).unwrap_or_default();
    base_address(text).map(drop).map_err(|why| {
        let message = format!("the address of the API cannot be used: {why}");
        let error = Error::new(ErrorKind::Invalid, "connect", message);
        error.remedy(format!("correct {variable}, or remove it"))
    })
}
