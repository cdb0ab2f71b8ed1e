//! Who may enter: the token endpoint of the tenant, and what a request shows.

use std::collections::BTreeMap;
use std::time::Duration;

use http::Method;
use mock_cloud::{Request, Response, header, reply};
use mock_rest::Query;
use serde_json::{Value, json};

use crate::cloud::{Azure, base};
use crate::refused::{Answer, Refused};

/// The access tokens that were given out: the tenant of each, and the time until which it lasts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens(BTreeMap<String, (String, Duration)>);

/// For which API a token is asked.
const AUDIENCES: [&str; 3] = [
    "https://management.azure.com",
    "https://management.core.windows.net",
    "https://management.core.windows.net/",
];

/// Why a token was not given: status, error, number and message.
pub(crate) struct NoToken(
    pub(crate) u16,
    pub(crate) &'static str,
    pub(crate) u32,
    pub(crate) String,
);

impl Azure {
    /// The endpoints that nobody has to show a token at; `None` where it is none of them.
    pub(crate) fn entrance(&mut self, parts: &[&str], request: &Request) -> Option<Response> {
        match (request.method(), parts) {
            (&Method::POST, [tenant, "oauth2", "v2.0", "token"] | [tenant, "oauth2", "token"]) => {
                Some(self.token(tenant, request))
            }
            (&Method::GET, [tenant, "v2.0", ".well-known", "openid-configuration"]) => {
                Some(self.discovered(tenant, request))
            }
            (&Method::GET, ["metadata", "identity", "oauth2", "token"]) => {
                Some(self.identity_of_a_machine(request))
            }
            _ => None,
        }
    }

    /// Where the tenant's endpoints are. Clients take no address without TLS from it.
    fn discovered(&self, tenant: &str, request: &Request) -> Response {
        let host = base(request).replacen("http://", "https://", 1);
        let at = format!("{host}/{tenant}");
        let body = json!({
            "issuer": format!("{at}/v2.0"), "token_endpoint": format!("{at}/oauth2/v2.0/token"),
            "authorization_endpoint": format!("{at}/oauth2/v2.0/authorize"),
        });
        reply::json(200, &body)
    }

    fn token(&mut self, tenant: &str, request: &Request) -> Response {
        let form = String::from_utf8_lossy(request.body()).into_owned();
        let own = base(request);
        let at = format!("{own}{}", request.uri().path());
        match self.granted(tenant, &Query::parse(&form), &own, &at) {
            Ok(()) => {
                let body = self.new_token(tenant);
                reply::json(200, &body)
            }
            Err(NoToken(status, error, number, message)) => {
                let body = json!({
                    "error": error, "error_codes": [number],
                    "error_description": format!("AADSTS{number}: {message}"),
                    "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
                });
                reply::json(status, &body)
            }
        }
    }

    fn new_token(&mut self, tenant: &str) -> Value {
        let token = format!("eyJ0eXAiOiJKV1Qi.mock.{:016x}", self.store.draw());
        let until = self.now + self.config.token_lifetime;
        self.tokens
            .0
            .insert(token.clone(), (tenant.to_owned(), until));
        let seconds = self.config.token_lifetime.as_secs();
        json!({
            "token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds,
            "access_token": token,
        })
    }

    fn granted(&self, tenant: &str, form: &Query, own: &str, at: &str) -> Result<(), NoToken> {
        if self.config.is_open {
            return Ok(());
        }
        let is_known = tenant.eq_ignore_ascii_case(&self.config.tenant)
            || self.config.other_tenants.contains(tenant);
        if !is_known {
            let message = format!(
                "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are \
                 signing into the correct cloud."
            );
            return Err(NoToken(400, "invalid_request", 90002, message));
        }
        if form.one("grant_type") != Some("client_credentials") {
            let message = "The app requested an unsupported grant type.".to_owned();
            return Err(NoToken(400, "unsupported_grant_type", 70003, message));
        }
        let scope = form
            .one("scope")
            .or(form.one("resource"))
            .unwrap_or_default();
        let audience = scope.trim_end_matches("/.default");
        if !AUDIENCES.contains(&audience) && audience.trim_end_matches('/') != own {
            let message =
                format!("The resource principal named {audience} was not found in the tenant.");
            return Err(NoToken(400, "invalid_resource", 500_011, message));
        }
        let client = form.one("client_id").unwrap_or_default();
        if !client.eq_ignore_ascii_case(&self.config.client_id) {
            let message = format!(
                "Application with identifier '{client}' was not found in the directory. This can happen if \
                 the application has not been installed by the administrator of the tenant."
            );
            return Err(NoToken(400, "unauthorized_client", 700_016, message));
        }
        self.proven(form, at)
    }

    fn proven(&self, form: &Query, own: &str) -> Result<(), NoToken> {
        let client = &self.config.client_id;
        match (form.one("client_secret"), form.one("client_assertion")) {
            (Some(secret), _) if secret == self.config.client_secret => {
                if !self.config.is_secret_expired {
                    return Ok(());
                }
                let message = format!(
                    "The provided client secret keys for app '{client}' are expired. Visit the Azure portal \
                     to create new keys for your app."
                );
                Err(NoToken(401, "invalid_client", 7_000_222, message))
            }
            (Some(_), _) => {
                let message = format!(
                    "Invalid client secret provided. Ensure the secret being sent in the request is the \
                     client secret value, not the client secret ID, for a secret added to app '{client}'."
                );
                Err(NoToken(401, "invalid_client", 7_000_215, message))
            }
            (None, Some(assertion)) => {
                const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
                if form.one("client_assertion_type") != Some(TYPE) {
                    let message = "The client_assertion_type is not supported.".to_owned();
                    return Err(NoToken(400, "invalid_request", 90_023, message));
                }
                self.asserted(assertion, own)
            }
            (None, None) => {
                let message = "The request body must contain the following parameter: 'client_assertion' or \
                               'client_secret'.";
                Err(NoToken(
                    401,
                    "invalid_client",
                    7_000_218,
                    message.to_owned(),
                ))
            }
        }
    }

    /// What a machine's own endpoint gives to who runs on it.
    fn identity_of_a_machine(&mut self, request: &Request) -> Response {
        let query = Query::of(request);
        let resource = query.one("resource").unwrap_or_default();
        let is_asked = header(request, "metadata") == Some("true")
            && query.one("api-version").is_some()
            && AUDIENCES
                .iter()
                .any(|own| own.trim_end_matches('/') == resource.trim_end_matches('/'));
        if !is_asked {
            let body = json!({
                "error": "invalid_request", "error_description": "Required metadata header not specified",
            });
            return reply::json(400, &body);
        }
        let tenant = self.config.tenant.clone();
        let mut body = self.new_token(&tenant);
        let seconds = self.config.token_lifetime.as_secs();
        let until = self
            .config
            .calendar
            .at(self.now + self.config.token_lifetime);
        body["expires_in"] = json!(seconds.to_string());
        body["expires_on"] = json!(until.as_second().to_string());
        body["resource"] = json!(resource);
        reply::json(200, &body)
    }

    /// Whether a request may come in: somebody is named, whose tenant is that of the subscription.
    pub(crate) fn entered(&self, request: &Request) -> Answer<()> {
        if self.config.is_open {
            return Ok(());
        }
        let refused = |code: &str, message: String| Err(Refused::front(401, code, message));
        let Some(token) =
            header(request, "authorization").and_then(|text| text.strip_prefix("Bearer "))
        else {
            let message = "Authentication failed. The 'Authorization' header is missing.";
            return refused("AuthenticationFailed", message.to_owned());
        };
        let Some((tenant, until)) = self.tokens.0.get(token) else {
            return refused(
                "InvalidAuthenticationToken",
                "The access token is invalid.".to_owned(),
            );
        };
        if self.now >= *until {
            let message = "The access token expiry UTC time is earlier than current UTC time.";
            return refused("ExpiredAuthenticationToken", message.to_owned());
        }
        if !tenant.eq_ignore_ascii_case(&self.config.tenant) {
            let message = format!(
                "The access token is from the wrong issuer 'https://sts.windows.net/{tenant}/'. It must \
                 match the tenant 'https://sts.windows.net/{}/' associated with this subscription.",
                self.config.tenant
            );
            return refused("InvalidAuthenticationTokenTenant", message);
        }
        Ok(())
    }
}
