//! What a service account signs to be given a token (RFC 7523;
//! <https://developers.google.com/identity/protocols/oauth2/service-account>).

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use groundwork_model::Secret;
use groundwork_provider::{Error, ErrorKind, Result};
use jiff::Timestamp;
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use serde_json::{Value, json};

/// How long an assertion is good, in seconds: the most that Google takes.
const LASTS: i64 = 3600;

/// A key that signs.
#[derive(Debug)]
pub(in crate::api) struct Signer {
    pair: RsaKeyPair,
    id: Option<String>,
}

impl Signer {
    /// Of a private key in PEM (PKCS #8), and its id.
    ///
    /// # Errors
    /// `Denied` where the text is no such key.
    pub(super) fn new(pem: &Secret, id: Option<String>) -> Result<Self> {
        let der = der(pem.expose()).ok_or_else(|| unfit("it is not PEM of a PRIVATE KEY"))?;
        let pair = RsaKeyPair::from_pkcs8(&der).map_err(|why| unfit(&why.to_string()))?;
        Ok(Self { pair, id })
    }

    /// That `who` asks `audience` for a token for a scope.
    pub(super) fn assertion(
        &self,
        who: &str,
        audience: &str,
        scope: &str,
        now: Timestamp,
    ) -> Result<String> {
        let from = now.as_second();
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": self.id });
        let claims = json!({
            "iss": who, "scope": scope, "aud": audience, "iat": from, "exp": from + LASTS,
        });
        let text = format!("{}.{}", encoded(&header), encoded(&claims));
        let mut signature = vec![0; self.pair.public().modulus_len()];
        // The numbers blind the computation: the signature is the same whatever they are.
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                text.as_bytes(),
                &mut signature,
            )
            .map_err(|_| unfit("it does not sign"))?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn der(pem: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----")?;
    let (text, _) = rest.split_once("-----END PRIVATE KEY-----")?;
    let text: String = text.split_whitespace().collect();
    STANDARD.decode(text).ok()
}

fn unfit(why: &str) -> Error {
    let message = format!("the private key of the service account cannot be used: {why}");
    let error = Error::new(ErrorKind::Denied, "authenticate", message);
    error.remedy("make a new key: gcloud iam service-accounts keys create FILE --iam-account EMAIL")
}
