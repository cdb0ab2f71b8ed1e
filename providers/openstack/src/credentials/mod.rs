//! Whose credentials are used: those in the document, those it refers to, or the environment's.

mod clouds_yaml;

use std::collections::BTreeMap;

use groundwork_kit::{client::base_address, credentials::Fields, document::given};
use groundwork_model::{Finding, Secret};
use groundwork_provider::{Environment, Error, ErrorKind, Result};
use serde_json::{Value, json};

use crate::{
    codes,
    spec::{Access, Datacenter, Spec, Target, field},
};

/// An application credential, under the names that `clouds.yaml` has for its parts.
const APPLICATION_ID: &str = "application_credential_id";
const APPLICATION_NAME: &str = "application_credential_name";
const APPLICATION_SECRET: &str = "application_credential_secret";

/// The fields that say who authenticates, under the names that `clouds.yaml` has for them.
const WHO: &[&str] = &[
    "username",
    "user_id",
    APPLICATION_ID,
    APPLICATION_NAME,
    "token",
];

/// What a Secret adds to the one whom the document names.
fn completed_by(fields: &Fields) -> Vec<&'static str> {
    let mut names = Vec::new();
    if fields.has("username") {
        names.extend(["password", "user_domain_name", "project_domain_name"]);
    }
    if !fields.has_any(&["project_id", "project_name"]) {
        names.extend(["project_name", "project_id"]);
    }
    if fields.has(APPLICATION_ID) {
        names.push(APPLICATION_SECRET);
    }
    names
}

/// What says for which project somebody authenticates. An application credential has one of its own.
const PROJECT: &[&str] = &["project_id", "project_name", APPLICATION_SECRET];

/// The credentials of an account and where Keystone is, from the first source that has any:
/// inline, `credentialsReference`, `clouds.yaml` (where `OS_CLOUD` names a cloud), `OS_*`.
pub(crate) fn credentials(access: &Access) -> Result<Fields> {
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
    let known = ["auth_url", "region_name", "project_id"];
    let known = Fields::of_account(&access.account, known);
    if !fields.has_any(PROJECT) {
        fields.complete(&known, ["project_id"]);
    }
    fields.complete(&known, ["auth_url", "region_name"]);
    check_address(fields.text("auth_url"))?;
    Ok(fields)
}

fn denied(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::Denied, "authenticate", why)
}

/// An address is printed, planned and journalled: one that holds a password is refused first.
fn check_address(address: Option<&str>) -> Result<()> {
    let Some(Err(why)) = address.map(base_address) else {
        return Ok(());
    };
    let message = format!("the address of Keystone cannot be used: {why}");
    let error = Error::new(ErrorKind::Invalid, "authenticate", message);
    Err(error.remedy(
        "write it as in https://keystone.example.org:5000/v3, without user and password, into \
         OS_AUTH_URL, auth_url of clouds.yaml, or authURL of the datacenter",
    ))
}

fn nobody() -> Error {
    denied("there are no credentials for OpenStack").remedy(
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
    fields.put_text(APPLICATION_ID, &spec.application_credential_id);
    fields.put(
        APPLICATION_SECRET,
        spec.application_credential_secret.clone(),
    );
    if spec.use_token || given(&spec.username).is_none() {
        fields.put("token", spec.token.clone());
    }
    fields
}

/// What the section's own credentials lack, or say twice. A Secret or a preset may complete them,
/// and is judged when it is used.
pub(crate) fn contradictions(target: &Target) -> Vec<Finding> {
    let spec = &target.spec;
    let reference = spec.credentials_reference.as_ref();
    let referred = reference.is_some_and(|reference| given(&reference.name).is_some());
    let annotations = &target.cluster.metadata.annotations;
    let alone = !referred && !annotations.contains_key("presetName");
    let inline = inline(spec);
    let has = |name: &str| inline.has(name);
    let (application, secret) = (has(APPLICATION_ID), has(APPLICATION_SECRET));
    let (user, password) = (has("username"), has("password"));
    let project = has("project_name") || has("project_id");
    let token = spec.token.as_ref().is_some_and(|token| !token.is_empty());
    // Each begins with the field that is wrong.
    let mut wrong = Vec::new();
    if alone && application && !secret {
        wrong.push("applicationCredentialID has no applicationCredentialSecret");
    }
    if alone && secret && !application {
        wrong.push("applicationCredentialSecret has no applicationCredentialID");
    }
    if alone && user && !application && !password && !token {
        wrong.push("username has no password");
    }
    if alone && password && !user {
        wrong.push("password has no username");
    }
    if alone && user && !application && !project {
        wrong.push("username has no project: neither project nor projectID is given");
    }
    if alone && spec.use_token && !token {
        wrong.push("useToken is true, and there is no token");
    }
    if application && user {
        wrong.push(
            "username is given beside an application credential, which stands for its own user",
        );
    }
    let finding = |message: &str| {
        let name = message.split(' ').next().unwrap_or_default();
        let finding = Finding::error(codes::CREDENTIALS, message).at(field(name));
        finding.remedy(
            "give a username with password and project, or an application credential with its \
             secret, or useToken with a token and a project",
        )
    };
    wrong.into_iter().map(finding).collect()
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
        ("applicationCredentialID", APPLICATION_ID),
        ("applicationCredentialSecret", APPLICATION_SECRET),
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
        ("OS_APPLICATION_CREDENTIAL_ID", APPLICATION_ID),
        ("OS_APPLICATION_CREDENTIAL_NAME", APPLICATION_NAME),
        ("OS_APPLICATION_CREDENTIAL_SECRET", APPLICATION_SECRET),
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
    // It is in the message below.
    check_address(Some(ours))?;
    let theirs = fields.text("auth_url");
    if let Some(theirs) = theirs.filter(|theirs| keystone(theirs) != keystone(ours)) {
        let message = format!("the credentials are for {theirs}, but the datacenter is {ours}");
        let remedy = "use credentials of the datacenter's own cloud, or correct its authURL";
        return Err(denied(message).remedy(remedy));
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
    let missing = |what| denied(format!("there is no {what}")).remedy("complete the credentials");
    let identity = identity(fields).ok_or_else(|| missing("password or secret"))?;
    // An application credential is for one project, which must not be said again.
    if fields.has(APPLICATION_SECRET) {
        return Ok(json!({ "auth": { "identity": identity } }));
    }
    let project = named(fields, "project").ok_or_else(|| missing("project"))?;
    Ok(json!({ "auth": { "identity": identity, "scope": { "project": project } } }))
}

fn identity(fields: &Fields) -> Option<Value> {
    let (method, credential) = if let Some(secret) = fields.text(APPLICATION_SECRET) {
        let mut credential = match fields.text(APPLICATION_ID) {
            Some(id) => json!({ "id": id }),
            None => json!({
                "name": fields.text(APPLICATION_NAME)?,
                "user": named(fields, "user")?,
            }),
        };
        credential["secret"] = secret.into();
        ("application_credential", credential)
    } else if let Some(token) = fields.text("token") {
        ("token", json!({ "id": token }))
    } else {
        let mut user = named(fields, "user")?;
        user["password"] = fields.text("password")?.into();
        ("password", json!({ "user": user }))
    };
    Some(json!({ "methods": [method], method: credential }))
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
    let domain = |how: &str| fields.text(&format!("{what}_domain_{how}"));
    let domain_id = domain("id").or(fields.text("default_domain"));
    let domain_name = domain("name").or(fields.text("domain_name"));
    let domain = match (domain_id, domain_name) {
        (Some(id), _) => json!({ "id": id }),
        (None, Some(name)) => json!({ "name": name }),
        (None, None) => json!({ "id": "default" }),
    };
    Some(json!({ "name": name, "domain": domain }))
}
