use serde_json::Value;

use super::{DOMAIN, Keystone, Token};
use crate::config::{ApplicationCredential, Project, Role, User};
use crate::refused::{Answer, Refused};
use crate::release::Release;

/// The type of the one 401 that says why.
pub(super) const WITH_REASON: &str = "WithReason";

/// Who somebody proved to be.
struct Proof<'a> {
    user: &'a User,
    methods: Vec<String>,
    /// Where the proof itself is for one project only.
    bound: Option<&'a ApplicationCredential>,
    /// Where the proof is a token: its end, which nobody can move.
    until: Option<std::time::Duration>,
}

/// Reads a request for a token.
pub(super) fn log_in(keystone: &Keystone<'_>, body: &[u8]) -> Answer<Token> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let auth = body
        .get("auth")
        .ok_or_else(|| missing("auth", "request body"))?;
    let identity = auth
        .get("identity")
        .ok_or_else(|| missing("identity", "auth"))?;
    let methods = identity.get("methods").and_then(Value::as_array);
    let methods = methods.ok_or_else(|| missing("methods", "identity"))?;
    let method = methods
        .first()
        .and_then(Value::as_str)
        .ok_or_else(|| unproven(""))?;
    let part = identity
        .get(method)
        .ok_or_else(|| missing(method, "identity"))?;
    let proof = match method {
        "password" => by_password(keystone, part)?,
        "application_credential" => by_credential(keystone, part)?,
        "token" => by_token(keystone, part)?,
        _ => return Err(unproven("the method is not known")),
    };
    scoped(keystone, proof, auth.get("scope"))
}

fn by_password<'a>(keystone: &Keystone<'a>, part: &Value) -> Answer<Proof<'a>> {
    let wanted = part.get("user").ok_or_else(|| missing("user", "None"))?;
    let user = find_user(keystone, wanted)?;
    if wanted.get("password").and_then(Value::as_str) != Some(user.password.as_str()) {
        return Err(unproven("wrong password"));
    }
    Ok(Proof {
        user,
        methods: vec!["password".to_owned()],
        bound: None,
        until: None,
    })
}

fn by_credential<'a>(keystone: &Keystone<'a>, part: &Value) -> Answer<Proof<'a>> {
    let text = |name: &str| part.get(name).and_then(Value::as_str);
    let all = &keystone.config.application_credentials;
    let matches: Box<dyn Fn(&&ApplicationCredential) -> bool> = match text("id") {
        Some(id) => Box::new(move |credential| credential.id == id),
        None => {
            let user = find_user(keystone, part.get("user").unwrap_or(&Value::Null))?;
            let name = text("name").unwrap_or_default().to_owned();
            Box::new(move |credential| credential.name == name && credential.user == user.name)
        }
    };
    let credential = all.iter().find(matches).ok_or_else(|| match text("id") {
        Some(id) => {
            let message = format!("Could not find Application Credential: {id}.");
            Refused::new(404, "Not Found", message)
        }
        None => unproven("no such credential"),
    })?;
    if text("secret") != Some(credential.secret.as_str()) {
        return Err(unproven("wrong secret"));
    }
    let user = keystone
        .config
        .users
        .iter()
        .find(|user| user.name == credential.user);
    Ok(Proof {
        user: user.ok_or_else(|| unproven("the user is gone"))?,
        methods: vec!["application_credential".to_owned()],
        bound: Some(credential),
        until: None,
    })
}

fn by_token<'a>(keystone: &Keystone<'a>, part: &Value) -> Answer<Proof<'a>> {
    let id = part.get("id").and_then(Value::as_str).unwrap_or_default();
    let token = Token::decode(id).filter(|token| token.expires > keystone.now);
    let unknown = || Refused::new(404, "Not Found", "Could not recognize Fernet token");
    let token = token.ok_or_else(unknown)?;
    let user = keystone
        .config
        .users
        .iter()
        .find(|user| user.name == token.user);
    let mut methods = token.methods;
    methods.push("token".to_owned());
    methods.dedup();
    let user = user.ok_or_else(|| unproven("the user is gone"))?;
    Ok(Proof {
        user,
        methods,
        bound: None,
        until: Some(token.expires),
    })
}

/// By id, or by name and domain.
fn find_user<'a>(keystone: &Keystone<'a>, wanted: &Value) -> Answer<&'a User> {
    let text = |name: &str| wanted.get(name).and_then(Value::as_str);
    let users = &keystone.config.users;
    if let Some(id) = text("id") {
        return users
            .iter()
            .find(|user| user.id == id)
            .ok_or_else(|| unproven("no such user"));
    }
    let name = text("name").ok_or_else(|| missing("name", "user"))?;
    let domain = wanted
        .get("domain")
        .ok_or_else(|| missing("domain", "user"))?;
    if !is_default(domain) {
        return Err(unproven("no such domain"));
    }
    users
        .iter()
        .find(|user| user.name == name)
        .ok_or_else(|| unproven("no such user"))
}

fn is_default(domain: &Value) -> bool {
    let text = |name: &str| domain.get(name).and_then(Value::as_str);
    text("id") == Some(DOMAIN) || text("name") == Some("Default")
}

fn scoped(keystone: &Keystone<'_>, proof: Proof<'_>, scope: Option<&Value>) -> Answer<Token> {
    let unscoped = scope.is_some_and(|scope| scope.as_str() == Some("unscoped"));
    if proof.bound.is_some() && scope.is_some() {
        let message = "Error authenticating with application credential: Application credentials \
                       cannot request a scope.";
        return Err(Refused::new(401, WITH_REASON, message));
    }
    let project = match scope.and_then(|scope| scope.get("project")) {
        Some(wanted) => Some(find_project(keystone, wanted)?),
        None if unscoped => None,
        None => {
            let bound = proof.bound.map(|credential| credential.project.as_str());
            keystone.project(bound.or(proof.user.default_project.as_deref()))
        }
    };
    let roles = match project {
        Some(project) => role_names(keystone.config.release, proof.user, project)?,
        None => Vec::new(),
    };
    Ok(Token {
        user: proof.user.name.clone(),
        project: project.map(|project| project.name.clone()),
        roles,
        methods: proof.methods,
        credential: proof.bound.map(|own| (own.id.clone(), own.name.clone())),
        issued: keystone.now,
        expires: proof
            .until
            .unwrap_or(keystone.now + keystone.config.token_ttl),
        serial: keystone.serial,
    })
}

/// By id, or by name and domain.
fn find_project<'a>(keystone: &Keystone<'a>, wanted: &Value) -> Answer<&'a Project> {
    let text = |name: &str| wanted.get(name).and_then(Value::as_str);
    let (id, name) = (text("id"), text("name"));
    if id.is_none() && !wanted.get("domain").is_some_and(is_default) {
        return Err(unproven("no such project"));
    }
    let fits = |project: &&Project| match id {
        Some(id) => project.id == id,
        None => Some(project.name.as_str()) == name,
    };
    keystone
        .config
        .projects
        .iter()
        .find(fits)
        .ok_or_else(|| unproven("no such project"))
}

fn role_names(release: Release, user: &User, project: &Project) -> Answer<Vec<String>> {
    let names: &[&str] = match user.roles.get(&project.name) {
        // Keystone has that role since 2023.1, between the two.
        Some(Role::Admin) if release == Release::V2026_2 => {
            &["admin", "manager", "member", "reader"]
        }
        Some(Role::Admin) => &["admin", "member", "reader"],
        Some(Role::Member) => &["member", "reader"],
        Some(Role::Reader) => &["reader"],
        None => return Err(unproven("no role in the project")),
    };
    Ok(names.iter().map(|name| (*name).to_owned()).collect())
}

fn missing(what: &str, place: &str) -> Refused {
    let message = format!(
        "Expecting to find {what} in {place}. The server could not comply with the request since \
         it is either malformed or otherwise incorrect. The client is assumed to be in error."
    );
    Refused::new(400, "Bad Request", message)
}

/// Keystone tells nobody why.
fn unproven(why: &str) -> Refused {
    Refused::new(401, "Unauthorized", why)
}
