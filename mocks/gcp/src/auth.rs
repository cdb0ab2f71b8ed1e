//! Who may enter: access tokens, and the JWTs that a service account signs.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use mock_cloud::{Request, Response, base_url, header, reply};
use mock_rest::Query;
use ring::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use serde_json::{Value, json};

use crate::cloud::Gcp;
use crate::refused::{Answer, Refused};

/// The key of the service account. It opens nothing but this mock.
const KEY: &str = include_str!("service-account.pem");
const KEY_ID: &str = "5c0ffee5c0ffee5c0ffee5c0ffee5c0ffee5c0ff";

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const SCOPES: [&str; 2] = [
    "https://www.googleapis.com/auth/cloud-platform",
    "https://www.googleapis.com/auth/compute",
];
/// Where a signed assertion is exchanged, and for which APIs it opens the door by itself.
const AUDIENCES: [&str; 3] = [
    "https://oauth2.googleapis.com/token",
    "https://compute.googleapis.com/",
    "https://cloudresourcemanager.googleapis.com/",
];
/// The longest that a signed assertion is for.
const ASSERTION_MAX_S: i64 = 3600;
/// How far a clock may be ahead.
const SKEW_S: i64 = 300;

static PUBLIC_KEY: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let text: String = KEY.lines().filter(|line| !line.starts_with('-')).collect();
    let der = STANDARD.decode(text).unwrap_or_default();
    let pair = RsaKeyPair::from_pkcs8(&der).expect("the key is an RSA key in PKCS #8");
    pair.public_key().as_ref().to_vec()
});

/// The access tokens that were given out, with the time until which they last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens(BTreeMap<String, Duration>);

impl Gcp {
    /// The file that a user has of the service account: what signs, and where a token is had.
    pub(crate) fn key_file(&self, base_url: &str) -> String {
        json!({
            "type": "service_account", "project_id": self.config.project,
            "private_key_id": KEY_ID, "private_key": KEY,
            "client_email": self.config.account, "client_id": "108277777777777777777",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": format!("{base_url}/token"), "universe_domain": "googleapis.com",
        })
        .to_string()
    }

    /// The token endpoint, and the metadata server of a machine.
    pub(crate) fn token(&mut self, parts: &[&str], request: &Request) -> Response {
        let is_metadata = parts
            .first()
            .is_some_and(|first| *first == "computeMetadata");
        let granted = match (is_metadata, request.method().as_str()) {
            (true, "GET") if header(request, "metadata-flavor") == Some("Google") => Ok(()),
            (true, _) => Err("Missing required header \"Metadata-Flavor\": \"Google\""),
            (false, "POST") => self.granted(request),
            (false, _) => Err("Bad Request"),
        };
        match granted {
            Ok(()) => reply::json(200, &self.new_token()),
            Err(why) => {
                let body = json!({ "error": "invalid_grant", "error_description": why });
                reply::json(400, &body)
            }
        }
    }

    fn new_token(&mut self) -> Value {
        let token = format!("ya29.c.mock-{:016x}", self.store.draw());
        let until = self.now + self.config.token_lifetime;
        self.tokens.0.insert(token.clone(), until);
        json!({
            "access_token": token, "token_type": "Bearer",
            "expires_in": self.config.token_lifetime.as_secs(),
        })
    }

    fn granted(&self, request: &Request) -> Result<(), &'static str> {
        if self.config.is_open {
            return Ok(());
        }
        let form = String::from_utf8_lossy(request.body()).into_owned();
        let form = Query::parse(&form);
        if form.one("grant_type") != Some(GRANT) {
            return Err("Invalid grant_type");
        }
        let own = format!("{}/token", base_url(request));
        let claims = self.signed(form.one("assertion").unwrap_or_default())?;
        let audience = claims["aud"].as_str().unwrap_or_default();
        let scopes = claims["scope"].as_str().unwrap_or_default();
        if audience != own && audience != AUDIENCES[0] {
            return Err("Invalid JWT: Failed audience check.");
        }
        match scopes.split(' ').any(|scope| SCOPES.contains(&scope)) {
            true => Ok(()),
            false => Err("Invalid OAuth scope or ID token audience provided."),
        }
    }

    /// What a JWT claims, if the service account has signed it for now.
    fn signed(&self, jwt: &str) -> Result<Value, &'static str> {
        let parts: Vec<&str> = jwt.split('.').collect();
        let [head, claims, signature] = parts.as_slice() else {
            return Err("Invalid JWT: it has no three parts.");
        };
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, PUBLIC_KEY.as_slice());
        let message = format!("{head}.{claims}");
        let is_signed = key.verify(message.as_bytes(), &signature).is_ok();
        if !is_signed || read(head)["alg"] != "RS256" {
            return Err("Invalid JWT Signature.");
        }
        let claims = read(claims);
        if claims["iss"] != json!(self.config.account) {
            return Err("Invalid grant: account not found");
        }
        let (from, until) = (claims["iat"].as_i64(), claims["exp"].as_i64());
        let (from, until) = (from.unwrap_or_default(), until.unwrap_or_default());
        let now = self.config.calendar.at(self.now).as_second();
        match from <= now + SKEW_S && now < until && until - from <= ASSERTION_MAX_S {
            true => Ok(claims),
            false => Err(
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable \
                 timeframe. Check your iat and exp values in the JWT claim.",
            ),
        }
    }

    /// Whether a request may come in: somebody is named, the API is enabled, and somebody pays.
    pub(crate) fn entered(&self, request: &Request) -> Answer<()> {
        let bearer = header(request, "authorization").and_then(|text| text.strip_prefix("Bearer "));
        if !self.config.is_open && !bearer.is_some_and(|token| self.knows(token)) {
            let message = "Request had invalid authentication credentials. Expected OAuth 2 access \
                           token, login cookie or other valid authentication credential.";
            let (reason, name) = ("authError", "UNAUTHENTICATED");
            return Err(Refused::front(
                401,
                reason,
                message,
                name,
                "ACCESS_TOKEN_EXPIRED",
            ));
        }
        let (api, title) = match request.uri().path().starts_with("/compute/") {
            true => ("compute.googleapis.com", "Compute Engine API"),
            false => (
                "cloudresourcemanager.googleapis.com",
                "Cloud Resource Manager API",
            ),
        };
        let number = self.config.project_number;
        if self.config.disabled_apis.contains(api) {
            let message = format!(
                "{title} has not been used in project {number} before or it is disabled. Enable it by \
                 visiting https://console.developers.google.com/apis/api/{api}/overview?project={number} \
                 then retry."
            );
            let (reason, name) = ("accessNotConfigured", "PERMISSION_DENIED");
            return Err(Refused::front(
                403,
                reason,
                message,
                name,
                "SERVICE_DISABLED",
            ));
        }
        if self.config.is_unpaid && api == "compute.googleapis.com" {
            let message = format!(
                "This API method requires billing to be enabled. Please enable billing on project \
                 #{number} by visiting \
                 https://console.developers.google.com/billing/enable?project={number} then retry."
            );
            let (reason, name) = ("forbidden", "PERMISSION_DENIED");
            return Err(Refused::front(
                403,
                reason,
                message,
                name,
                "BILLING_DISABLED",
            ));
        }
        Ok(())
    }

    fn knows(&self, token: &str) -> bool {
        if let Some(until) = self.tokens.0.get(token) {
            return self.now < *until;
        }
        self.signed(token).is_ok_and(|claims| {
            let audience = claims["aud"].as_str().unwrap_or_default();
            let scopes = claims["scope"].as_str().unwrap_or_default();
            let is_scoped = scopes.split(' ').any(|scope| SCOPES.contains(&scope));
            is_scoped || AUDIENCES[1..].contains(&audience)
        })
    }
}

/// A part of a JWT; `null` where it cannot be read.
fn read(part: &str) -> Value {
    let bytes = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}
