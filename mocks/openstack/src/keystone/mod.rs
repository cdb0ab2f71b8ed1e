//! Keystone v3: discovery, login, tokens and the catalogue.

mod login;
mod tokens;

use std::time::Duration;

use http::Method;
use mock_cloud::{Request, Response, header, reply};
use serde_json::{Value, json};

use crate::clock;
use crate::config::{Config, Project};
use crate::others;
use crate::refused::{Refused, unauthorized};
pub(crate) use tokens::Token;

/// The id of the only domain; its name is `Default`.
const DOMAIN: &str = "default";

/// One request to Keystone.
pub(crate) struct Keystone<'a> {
    pub(crate) config: &'a Config,
    /// Scheme and authority under which the client knows the mock.
    pub(crate) base: &'a str,
    pub(crate) now: Duration,
    /// Different for every request, so that no two tokens are the same.
    pub(crate) serial: u64,
}

impl Keystone<'_> {
    /// Answers a request for a path below the service's own (`/v3/auth/tokens`).
    pub(crate) fn answer(&self, path: &str, request: &Request) -> Response {
        let method = request.method();
        match path.trim_end_matches('/') {
            "" => self.versions(),
            "/v3" if method == Method::GET => {
                reply::json(200, &json!({ "version": self.version() }))
            }
            "/v3/auth/tokens" if method == Method::POST => self.log_in(request),
            "/v3/auth/tokens" if method == Method::GET || method == Method::HEAD => {
                self.show_token(request)
            }
            "/v3/auth/catalog" if method == Method::GET => self.own_catalog(request),
            _ => page_not_found(),
        }
    }

    fn version(&self) -> Value {
        let media = json!({
            "base": "application/json",
            "type": "application/vnd.openstack.identity-v3+json",
        });
        json!({
            "id": "v3.14",
            "status": "stable",
            "updated": "2020-04-07T00:00:00Z",
            "links": [{ "rel": "self", "href": format!("{}/identity/v3/", self.base) }],
            "media-types": [media],
        })
    }

    fn versions(&self) -> Response {
        let response = reply::json(300, &json!({ "versions": { "values": [self.version()] } }));
        let place = format!("{}/identity/v3/", self.base);
        reply::with_header(response, "location", &place)
    }

    fn log_in(&self, request: &Request) -> Response {
        match login::log_in(self, request.body()) {
            Ok(token) => {
                let response = reply::json(201, &json!({ "token": self.token_body(&token) }));
                reply::with_header(response, "x-subject-token", &token.encode())
            }
            Err(refused) if refused.status == 401 && refused.kind == login::WITH_REASON => {
                let mut response = unauthorized(self.base);
                let error = json!({
                    "code": 401, "identity": {}, "message": refused.message, "title": "Unauthorized",
                });
                *response.body_mut() = json!({ "error": error }).to_string().into();
                response
            }
            Err(refused) if refused.status == 401 => unauthorized(self.base),
            Err(refused) => refused.keystone(),
        }
    }

    fn show_token(&self, request: &Request) -> Response {
        if self.caller(request).is_none() {
            return unauthorized(self.base);
        }
        let subject = header(request, "x-subject-token").and_then(Token::decode);
        match subject.filter(|token| token.expires > self.now) {
            Some(token) => {
                let mut body = self.token_body(&token);
                if let Some(body) = body.as_object_mut().filter(|_| asks_no_catalog(request)) {
                    body.remove("catalog");
                }
                reply::json(200, &json!({ "token": body }))
            }
            None => Refused::new(404, "Not Found", "Could not recognize Fernet token").keystone(),
        }
    }

    fn own_catalog(&self, request: &Request) -> Response {
        if self.caller(request).is_none() {
            return unauthorized(self.base);
        }
        let links = json!({ "self": format!("{}/identity/v3/auth/catalog", self.base) });
        reply::json(200, &json!({ "catalog": self.catalog(), "links": links }))
    }

    /// The token of the request, if it is one of ours and still valid.
    pub(crate) fn caller(&self, request: &Request) -> Option<Token> {
        let token = header(request, "x-auth-token").and_then(Token::decode)?;
        (token.expires > self.now).then_some(token)
    }

    fn token_body(&self, token: &Token) -> Value {
        let domain = json!({ "id": DOMAIN, "name": "Default" });
        let user = self
            .config
            .users
            .iter()
            .find(|user| user.name == token.user);
        let mut body = json!({
            "methods": token.methods,
            "user": {
                "domain": domain,
                "id": user.map_or("", |user| user.id.as_str()),
                "name": token.user,
                "password_expires_at": null,
            },
            "audit_ids": [format!("audit{:017x}", token.serial)],
            "issued_at": clock::keystone(token.issued),
            "expires_at": clock::keystone(token.expires),
        });
        if let Some(project) = self.project(token.project.as_deref()) {
            let roles: Vec<Value> = token
                .roles
                .iter()
                .map(|role| json!({ "id": long_id(role), "name": role }))
                .collect();
            body["project"] = json!({ "domain": domain, "id": project.id, "name": project.name });
            body["is_domain"] = json!(false);
            body["roles"] = json!(roles);
            body["catalog"] = self.catalog();
        }
        if let Some(credential) = &token.credential {
            let (id, name) = credential;
            body["application_credential"] = json!({ "id": id, "name": name, "restricted": true });
        }
        body
    }

    /// The project of this name.
    pub(crate) fn project(&self, name: Option<&str>) -> Option<&Project> {
        self.config
            .projects
            .iter()
            .find(|project| Some(project.name.as_str()) == name)
    }

    fn catalog(&self) -> Value {
        let mut services = vec![
            self.service("identity", "keystone", "/identity/v3"),
            self.service("network", "neutron", "/networking"),
        ];
        let others = others::ALL.iter().filter(|_| !self.config.alone);
        services.extend(others.map(|other| self.service(other.kind, other.name, other.path)));
        Value::from(services)
    }

    fn service(&self, kind: &str, name: &str, path: &str) -> Value {
        let endpoint = |interface: &str| {
            json!({
                "id": long_id(&format!("{kind}-{interface}")),
                "interface": interface,
                "region": self.config.region,
                "region_id": self.config.region,
                "url": format!("{}{path}", self.base),
            })
        };
        let endpoints = [endpoint("public"), endpoint("internal"), endpoint("admin")];
        json!({ "id": long_id(kind), "type": kind, "name": name, "endpoints": endpoints })
    }
}

fn asks_no_catalog(request: &Request) -> bool {
    request
        .uri()
        .query()
        .is_some_and(|query| query.contains("nocatalog"))
}

/// What the web server under Keystone says of a path it does not have.
fn page_not_found() -> Response {
    let page = "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n";
    reply::of_type(404, "text/html; charset=utf-8", page)
}

/// An id in Keystone's form, always the same for the same name.
fn long_id(name: &str) -> String {
    let digits: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("{digits:0<32.32}")
}
