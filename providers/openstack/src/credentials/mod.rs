//! Whose credentials are used: those in the document, those it refers to, or the environment's.

mod clouds_yaml;

use std::collections::BTreeMap;

use groundwork_kit::{client::base_address, credentials::Fields, document::given};
use groundwork_model::{Finding, Secret};
use groundwork_provider::{Access, Account, Environment, Error, ErrorKind, Result, Target};
use serde_json::{Value, json};

use crate::{
    codes,
    spec::{Datacenter, Spec, field},
};

/// The fields that say who authenticates, under the names that `clouds.yaml` has for them.
const WHO: &[&str] = &[
    "username",
    "user_id",
    "application_credential_id",
    "application_credential_name",
    "token",
];

/// What a Secret adds to the one whom the document names.
fn completed_by(fields: &Fields) -> impl Iterator<Item = &'static str> + use<> {
    let (user, application) = (
        fields.has("username"),
        fields.has("application_credential_id"),
    );
    let project = !fields.has_any(&["project_id", "project_name"]);
    let names = [
        (user, "password"),
        (user, "user_domain_name"),
        (user, "project_domain_name"),
        (project, "project_name"),
        (project, "project_id"),
        (application, "application_credential_secret"),
    ];
    names
        .into_iter()
        .filter(|(fits, _)| *fits)
        .map(|(_, name)| name)
}

/// Where to ask, as the journal knows it: Keystone, the region, and the project, which an
/// application credential has of its own.
fn journalled(account: &Account, fields: &Fields) -> Fields {
    let own = [
        "project_id",
        "project_name",
        "application_credential_secret",
    ];
    let mut places = Fields::default();
    places.put("auth_url", Secret::new(&account.endpoint));
    places.put("region_name", Secret::new(&account.region));
    if !fields.has_any(&own) {
        places.put("project_id", account.project.as_ref().map(Secret::new));
    }
    places
}

/// The credentials of an account and where Keystone is, from the first source that has any:
/// inline, `credentialsReference`, `clouds.yaml` (where `OS_CLOUD` names a cloud), `OS_*`.
pub(crate) fn credentials(access: &Access<Spec, Datacenter>) -> Result<Fields> {
    let inline = access.spec.as_ref().map(inline).unwrap_or_default();
    let referred = referred(&access.secrets);
    let environment = &access.environment;
    let mut fields = if inline.has_any(WHO) {
        let mut fields = inline;
        let names = completed_by(&fields);
        fields.complete(&referred, names);
        fields
    } else if referred.has_any(WHO) {
        referred
    } else if let Some(cloud) = environment.variable("OS_CLOUD") {
        clouds_yaml::cloud(environment, cloud.expose())?
    } else {
        variables(environment)
    };
    if !fields.has_any(WHO) {
        return Err(nobody());
    }
    check_address(fields.text("auth_url"))?;
    if let Some(cloud) = &access.cloud {
        datacenter(&mut fields, cloud)?;
    }
    const PLACES: [&str; 4] = ["auth_url", "region_name", "interface", "cacert"];
    fields.complete(&variables(environment), PLACES);
    if let Some(account) = &access.account {
        let journalled = journalled(account, &fields);
        fields.complete(&journalled, ["auth_url", "region_name", "project_id"]);
    }
    check_address(fields.text("auth_url"))?;
    Ok(fields)
}

/// An address is printed, planned and journalled: one that holds a password is refused first.
fn check_address(address: Option<&str>) -> Result<()> {
    let Some(Err(why)) = address.map(base_address) else {
        return Ok(());
    };
    let message = format!("the address of Keystone cannot be used: {why}");
    Err(
        Error::new(ErrorKind::Invalid, "authenticate", message).remedy(
            "write it as in https://keystone.example.org:5000/v3, without user and password, into \
             OS_AUTH_URL, auth_url of clouds.yaml, or authURL of the datacenter",
        ),
    )
}

fn nobody() -> Error {
    Error::new(
        ErrorKind::Denied,
        "authenticate",
        "there are no credentials for OpenStack",
    )
    .remedy(
        "give spec.cloud.openstack.username and password, or applicationCredentialID and \
         applicationCredentialSecret, or a credentialsReference with its Secret, or set OS_CLOUD \
         or the OS_* variables",
    )
}

fn inline(spec: &Spec) -> Fields {
    let mut fields = Fields::default();
    fields.put_text("username", &spec.username);
    fields.put("password", spec.password.clone());
    fields.put_text("project_name", &spec.project);
    fields.put_text("project_id", &spec.project_id);
    fields.put_text("user_domain_name", &spec.domain);
    fields.put_text("project_domain_name", &spec.domain);
    fields.put_text("application_credential_id", &spec.application_credential_id);
    fields.put(
        "application_credential_secret",
        spec.application_credential_secret.clone(),
    );
    if spec.use_token || given(&spec.username).is_none() {
        fields.put("token", spec.token.clone());
    }
    fields
}

/// What the section's own credentials lack, or say twice. A Secret or a preset may complete them,
/// and is judged when it is used.
pub(crate) fn contradictions(target: &Target<Spec, Datacenter>) -> Vec<Finding> {
    let spec = &target.spec;
    let reference = spec.credentials_reference.as_ref();
    let referred = reference.is_some_and(|reference| given(&reference.name).is_some());
    let preset = target
        .cluster
        .metadata
        .annotations
        .contains_key("presetName");
    let inline = inline(spec);
    let has = |name: &str| inline.has(name);
    let project = has("project_name") || has("project_id");
    let application = has("application_credential_id");
    let secret = has("application_credential_secret");
    let token = spec.token.as_ref().is_some_and(|token| !token.is_empty());
    let somebody = has("username") && !application;
    let alone = !referred && !preset;
    let table = [
        (
            alone && application && !secret,
            "applicationCredentialID",
            "has no applicationCredentialSecret",
        ),
        (
            alone && secret && !application,
            "applicationCredentialSecret",
            "has no applicationCredentialID",
        ),
        (
            alone && somebody && !has("password") && !token,
            "username",
            "has no password",
        ),
        (
            alone && has("password") && !has("username"),
            "password",
            "has no username",
        ),
        (
            alone && somebody && !project,
            "username",
            "has no project: neither project nor projectID is given",
        ),
        (
            alone && spec.use_token && !token,
            "useToken",
            "is true, and there is no token",
        ),
        (
            application && has("username"),
            "username",
            "is given beside an application credential, which stands for its own user",
        ),
    ];
    let found = table.into_iter().filter(|(wrong, _, _)| *wrong);
    found
        .map(|(_, name, what)| {
            let finding = Finding::error(codes::CREDENTIALS, format!("{name} {what}"));
            finding.at(field(name)).remedy(
                "give a username with password and project, or an application credential with its \
                 secret, or useToken with a token and a project",
            )
        })
        .collect()
}

/// The keys that the reference system writes into its Secrets.
fn referred(secrets: &BTreeMap<String, Secret>) -> Fields {
    const KEYS: &[(&str, &str)] = &[
        ("username", "username"),
        ("password", "password"),
        ("project", "project_name"),
        ("tenant", "project_name"),
        ("projectID", "project_id"),
        ("tenantID", "project_id"),
        ("domain", "user_domain_name"),
        ("domain", "project_domain_name"),
        ("applicationCredentialID", "application_credential_id"),
        (
            "applicationCredentialSecret",
            "application_credential_secret",
        ),
        ("token", "token"),
    ];
    Fields::of_secrets(secrets, KEYS)
}

fn variables(environment: &Environment) -> Fields {
    const VARIABLES: &[(&str, &str)] = &[
        ("OS_AUTH_URL", "auth_url"),
        ("OS_REGION_NAME", "region_name"),
        ("OS_INTERFACE", "interface"),
        ("OS_CACERT", "cacert"),
        ("OS_USERNAME", "username"),
        ("OS_USER_ID", "user_id"),
        ("OS_PASSWORD", "password"),
        ("OS_TENANT_NAME", "project_name"),
        ("OS_PROJECT_NAME", "project_name"),
        ("OS_TENANT_ID", "project_id"),
        ("OS_PROJECT_ID", "project_id"),
        ("OS_USER_DOMAIN_NAME", "user_domain_name"),
        ("OS_USER_DOMAIN_ID", "user_domain_id"),
        ("OS_PROJECT_DOMAIN_NAME", "project_domain_name"),
        ("OS_PROJECT_DOMAIN_ID", "project_domain_id"),
        ("OS_DOMAIN_NAME", "domain_name"),
        ("OS_DEFAULT_DOMAIN", "default_domain"),
        ("OS_APPLICATION_CREDENTIAL_ID", "application_credential_id"),
        (
            "OS_APPLICATION_CREDENTIAL_NAME",
            "application_credential_name",
        ),
        (
            "OS_APPLICATION_CREDENTIAL_SECRET",
            "application_credential_secret",
        ),
        ("OS_TOKEN", "token"),
        ("OS_AUTH_TOKEN", "token"),
    ];
    Fields::of_environment(environment, VARIABLES)
}

/// The datacenter says which cloud it is: credentials for another one are refused.
fn datacenter(fields: &mut Fields, cloud: &Datacenter) -> Result<()> {
    if let Some(region) = given(&cloud.region) {
        fields.put("region_name", Secret::new(region));
    }
    let Some(ours) = given(&cloud.auth_url) else {
        return Ok(());
    };
    // Both are in the message below.
    check_address(Some(ours))?;
    check_address(fields.text("auth_url"))?;
    if let Some(theirs) = fields
        .text("auth_url")
        .filter(|theirs| keystone(theirs) != keystone(ours))
    {
        let message = format!("the credentials are for {theirs}, but the datacenter is {ours}");
        return Err(Error::new(ErrorKind::Denied, "authenticate", message)
            .remedy("use credentials of the datacenter's own cloud, or correct its authURL"));
    }
    fields.put("auth_url", Secret::new(ours));
    Ok(())
}

/// The address of Keystone's version 3, however it is written.
pub(crate) fn keystone(auth_url: &str) -> String {
    let bare = auth_url.trim().trim_end_matches('/');
    let bare = bare.strip_suffix("/auth/tokens").unwrap_or(bare);
    match bare.rsplit_once('/') {
        Some((_, "v3")) => bare.to_owned(),
        Some((root, "v2.0")) => format!("{root}/v3"),
        Some(_) | None => format!("{bare}/v3"),
    }
}

/// The body of `POST /v3/auth/tokens`.
pub(crate) fn login(fields: &Fields) -> Result<Value> {
    let missing = |what: &str| {
        Err(Error::new(
            ErrorKind::Denied,
            "authenticate",
            format!("there is no {what}"),
        )
        .remedy("complete the credentials"))
    };
    let Some(identity) = identity(fields) else {
        return missing("password or secret");
    };
    // An application credential is for one project, which must not be said again.
    if fields.text("application_credential_secret").is_some() {
        return Ok(json!({ "auth": { "identity": identity } }));
    }
    let Some(project) = named(fields, "project") else {
        return missing("project");
    };
    Ok(json!({ "auth": { "identity": identity, "scope": { "project": project } } }))
}

fn identity(fields: &Fields) -> Option<Value> {
    if let Some(secret) = fields.text("application_credential_secret") {
        let mut credential = match fields.text("application_credential_id") {
            Some(id) => json!({ "id": id }),
            None => json!({
                "name": fields.text("application_credential_name")?,
                "user": named(fields, "user")?,
            }),
        };
        credential["secret"] = secret.into();
        let methods = ["application_credential"];
        return Some(json!({ "methods": methods, "application_credential": credential }));
    }
    if let Some(token) = fields.text("token") {
        return Some(json!({ "methods": ["token"], "token": { "id": token } }));
    }
    let mut user = named(fields, "user")?;
    user["password"] = fields.text("password")?.into();
    Some(json!({ "methods": ["password"], "password": { "user": user } }))
}

/// A user or project, by id, or by name within its domain.
fn named(fields: &Fields, what: &str) -> Option<Value> {
    if let Some(id) = fields.text(&format!("{what}_id")) {
        return Some(json!({ "id": id }));
    }
    let name = match what {
        "user" => fields.text("username")?,
        _ => fields.text("project_name")?,
    };
    let domain_id = fields
        .text(&format!("{what}_domain_id"))
        .or(fields.text("default_domain"));
    let domain_name = fields
        .text(&format!("{what}_domain_name"))
        .or(fields.text("domain_name"));
    let domain = match (domain_id, domain_name) {
        (Some(id), _) => json!({ "id": id }),
        (None, Some(name)) => json!({ "name": name }),
        (None, None) => json!({ "id": "default" }),
    };
    Some(json!({ "name": name, "domain": domain }))
}
