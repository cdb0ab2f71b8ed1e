//! What an application with a certificate signs to be given a token. The official crate's credential for
//! that needs OpenSSL, so that its credential for assertions is given one of ours
//! (<https://learn.microsoft.com/entra/identity-platform/certificate-credentials>).

use async_trait::async_trait;
use azure_core::http::ClientMethodOptions;
use azure_identity::ClientAssertion;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use groundwork_model::Secret;
use groundwork_provider::{Error, ErrorKind, Result};
use jiff::Timestamp;
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use serde_json::{Value, json};

/// How long an assertion is good, in seconds.
const LASTS: i64 = 600;

/// A certificate, with its private key.
#[derive(Debug)]
pub(super) struct Certificate {
    pair: RsaKeyPair,
    digest: String,
}

impl Certificate {
    /// Of a certificate and a private key in one text of PEM (PKCS #8).
    ///
    /// # Errors
    /// `Denied` where the text is no such thing; it is not quoted.
    pub(super) fn new(pem: &Secret) -> Result<Self> {
        let text = pem.expose();
        let key = der(text, "PRIVATE KEY")
            .ok_or_else(|| unfit("there is no PRIVATE KEY in it, in PEM and without a password"))?;
        let certificate =
            der(text, "CERTIFICATE").ok_or_else(|| unfit("there is no CERTIFICATE in it"))?;
        let pair = RsaKeyPair::from_pkcs8(&key).map_err(|why| unfit(&why.to_string()))?;
        let digest = URL_SAFE_NO_PAD.encode(digest(&SHA256, &certificate));
        Ok(Self { pair, digest })
    }

    /// That an application asks a token endpoint. `id`: no two assertions have the same one.
    ///
    /// # Errors
    /// `Denied` where the key does not sign.
    pub(super) fn assertion(
        &self,
        client: &str,
        audience: &str,
        id: u128,
        now: Timestamp,
    ) -> Result<Secret> {
        let from = now.as_second();
        let header = json!({ "alg": "RS256", "typ": "JWT", "x5t#S256": self.digest });
        let claims = json!({
            "aud": audience, "iss": client, "sub": client, "jti": format!("{id:032x}"),
            "nbf": from, "iat": from, "exp": from + LASTS,
        });
        let text = format!("{}.{}", encoded(&header), encoded(&claims));
        let mut signature = vec![0; self.pair.public().modulus_len()];
        let random = SystemRandom::new();
        // The numbers blind the computation: the signature is the same whatever they are.
        let signed = self
            .pair
            .sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature);
        signed.map_err(|_| unfit("its key does not sign"))?;
        Ok(Secret::new(format!(
            "{text}.{}",
            URL_SAFE_NO_PAD.encode(signature)
        )))
    }
}

/// An assertion that was made for one login.
#[derive(Debug)]
pub(super) struct Assertion(pub(super) Secret);

#[async_trait]
impl ClientAssertion for Assertion {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        Ok(self.0.expose().to_owned())
    }
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn der(pem: &str, label: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once(&format!("-----BEGIN {label}-----"))?;
    let (text, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let text: String = text.split_whitespace().collect();
    STANDARD.decode(text).ok()
}

fn unfit(why: &str) -> Error {
    let message = format!("the client certificate cannot be used: {why}");
    let error = Error::new(ErrorKind::Denied, "authenticate", message);
    error.remedy(
        "give certificate and key in one PEM file: openssl pkcs12 -in FILE.pfx -nodes -out FILE.pem",
    )
}
