//! What an application shows instead of a secret: a JWT that its certificate has signed, or one of
//! somebody whom it trusts.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use ring::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaKeyPair,
    UnparsedPublicKey,
};
use serde_json::{Value, json};

use crate::auth::NoToken;
use crate::cloud::Azure;

/// The certificate of the application, with its key. It opens nothing but this mock.
const CERTIFICATE: &str = include_str!("application.pem");
/// Whom federated tokens are for.
const EXCHANGE: &str = "api://AzureADTokenExchange";
/// How far a clock may be ahead.
const SKEW_S: i64 = 300;

static PUBLIC_KEY: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let pair = RsaKeyPair::from_pkcs8(&der("PRIVATE KEY")).expect("the key is RSA in PKCS #8");
    pair.public_key().as_ref().to_vec()
});

impl Azure {
    /// The certificate of the application with its private key, in one PEM.
    pub fn certificate() -> &'static str {
        CERTIFICATE
    }

    /// Whether an assertion shows who the application is. `own` is the address of the endpoint, which
    /// clients know under the tenant's.
    pub(crate) fn asserted(&self, assertion: &str, own: &str) -> Result<(), NoToken> {
        let parts: Vec<&str> = assertion.split('.').collect();
        let [head, claims, signature] = parts.as_slice() else {
            return refused(50027, "JWT token is invalid or malformed.".to_owned());
        };
        let (header, said) = (read(head), read(claims));
        let now = self.config.calendar.at(self.now).as_second();
        let second = |name: &str| said[name].as_i64().unwrap_or_default();
        if second("exp") <= now || second("nbf").max(second("iat")) > now + SKEW_S {
            let message = format!(
                "Client assertion is not within its valid time range. Current time: {now}, assertion valid \
                 from {}, expiry time of assertion {}.",
                second("nbf").max(second("iat")),
                second("exp")
            );
            return refused(700_024, message);
        }
        if said["iss"] != json!(self.config.client_id) {
            return self.federated(&said);
        }
        let is_its_own = said["sub"] == said["iss"] && is_endpoint(&said["aud"], own);
        if !is_its_own {
            let message = format!(
                "Client assertion audience claim does not match Realm issuer: {}.",
                said["aud"]
            );
            return refused(700_023, message);
        }
        let message = format!("{head}.{claims}");
        match is_known(&header) && is_signed(&header, &message, signature) {
            true => Ok(()),
            false => {
                let shown = header.get("x5t").or(header.get("x5t#S256"));
                let message = format!(
                    "Client assertion contains an invalid signature. [Reason - The key was not found., \
                     Thumbprint of key used by client: {}].",
                    shown.unwrap_or(&Value::Null)
                );
                refused(700_027, message)
            }
        }
    }

    fn federated(&self, said: &Value) -> Result<(), NoToken> {
        let text = |name: &str| said[name].as_str().unwrap_or_default();
        let shown = (text("iss").to_owned(), text("sub").to_owned());
        match self.config.federated.contains(&shown) && text("aud") == EXCHANGE {
            true => Ok(()),
            false => {
                let message = format!(
                    "No matching federated identity record found for presented assertion. Assertion Issuer: \
                     '{}'. Assertion Subject: '{}'. Assertion Audience: '{}'.",
                    shown.0,
                    shown.1,
                    text("aud")
                );
                refused(700_211, message)
            }
        }
    }
}

/// The tenant's endpoint, at the directory's own host or where it was asked.
fn is_endpoint(audience: &Value, own: &str) -> bool {
    let text = audience.as_str().unwrap_or_default();
    let path = |text: &str| text.splitn(4, '/').nth(3).map(str::to_owned);
    path(text) == path(own) && path(text).is_some()
}

fn is_known(header: &Value) -> bool {
    let certificate = der("CERTIFICATE");
    let print = |algorithm| URL_SAFE_NO_PAD.encode(digest(algorithm, &certificate));
    header["x5t"] == print(&SHA1_FOR_LEGACY_USE_ONLY) || header["x5t#S256"] == print(&SHA256)
}

fn is_signed(header: &Value, message: &str, signature: &str) -> bool {
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    let key = PUBLIC_KEY.as_slice();
    let is_signed = match header["alg"].as_str() {
        Some("RS256") => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
            .verify(message.as_bytes(), &signature),
        Some("PS256") => UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, key)
            .verify(message.as_bytes(), &signature),
        Some(_) | None => return false,
    };
    is_signed.is_ok()
}

fn refused<T>(number: u32, message: String) -> Result<T, NoToken> {
    Err(NoToken(401, "invalid_client", number, message))
}

/// A part of a JWT; `null` where it cannot be read.
fn read(part: &str) -> Value {
    let bytes = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

fn der(label: &str) -> Vec<u8> {
    let begin = format!("-----BEGIN {label}-----");
    let text = CERTIFICATE.split_once(&begin).map_or("", |(_, rest)| rest);
    let text = text.split_once("-----END").map_or("", |(text, _)| text);
    let text: String = text.split_whitespace().collect();
    STANDARD.decode(text).unwrap_or_default()
}
