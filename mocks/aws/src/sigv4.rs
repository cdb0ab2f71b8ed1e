//! Signatures of version 4, verified.

use std::collections::BTreeMap;
use std::fmt::Write;

use mock_cloud::Request;
use ring::{digest, hmac};

use crate::refused::{Answer, Refused};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What a request says about its signature.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub(crate) key: String,
    pub(crate) region: String,
    pub(crate) service: String,
    /// `20260101T000000Z`
    pub(crate) time: String,
    pub(crate) session_token: Option<String>,
    day: String,
    headers: Vec<String>,
    signature: String,
}

impl Signature {
    /// Reads the header; `None` where the request carries no signature.
    ///
    /// # Errors
    /// A signature that lacks a part.
    pub(crate) fn of(request: &Request) -> Answer<Option<Self>> {
        let Some(text) = header(request, "authorization") else {
            return Ok(None);
        };
        let incomplete = |part: &str| {
            let message = format!("Authorization header requires '{part}' parameter.");
            Refused::with_status(403, "IncompleteSignature", message)
        };
        let rest = text
            .strip_prefix(ALGORITHM)
            .ok_or_else(|| incomplete("Algorithm"))?;
        let parts: BTreeMap<&str, &str> = rest
            .split(',')
            .filter_map(|part| part.trim().split_once('='))
            .collect();
        let part = |name: &str| parts.get(name).copied().ok_or_else(|| incomplete(name));
        let credential: Vec<&str> = part("Credential")?.split('/').collect();
        let [key, day, region, service, "aws4_request"] = credential.as_slice() else {
            return Err(incomplete("Credential"));
        };
        let headers = part("SignedHeaders")?.split(';').map(str::to_owned);
        Ok(Some(Self {
            key: (*key).to_owned(),
            region: (*region).to_owned(),
            service: (*service).to_owned(),
            time: header(request, "x-amz-date").ok_or_else(|| incomplete("X-Amz-Date"))?,
            session_token: header(request, "x-amz-security-token"),
            day: (*day).to_owned(),
            headers: headers.collect(),
            signature: part("Signature")?.to_owned(),
        }))
    }

    /// Whether the request was signed with this secret.
    pub(crate) fn is_by(&self, secret: &str, request: &Request) -> bool {
        let scope = format!("{}/{}/{}/aws4_request", self.day, self.region, self.service);
        let canonical = sha256(self.canonical(request).as_bytes());
        let to_sign = format!("{ALGORITHM}\n{}\n{scope}\n{canonical}", self.time);
        let mut key = format!("AWS4{secret}").into_bytes();
        for part in [&self.day, &self.region, &self.service, "aws4_request"] {
            key = mac(&key, part.as_bytes());
        }
        let signed =
            self.time.starts_with(&self.day) && self.headers.iter().any(|name| name == "host");
        signed && hex(&mac(&key, to_sign.as_bytes())) == self.signature
    }

    fn canonical(&self, request: &Request) -> String {
        let uri = request.uri();
        let mut query: Vec<&str> = uri.query().unwrap_or_default().split('&').collect();
        query.sort_unstable();
        let mut headers = String::new();
        for name in &self.headers {
            let value = match name.as_str() {
                "host" => host(request),
                _ => header(request, name).unwrap_or_default(),
            };
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            writeln!(headers, "{name}:{value}").expect("a text takes every text");
        }
        format!(
            "{}\n{}\n{}\n{headers}\n{}\n{}",
            request.method(),
            if uri.path().is_empty() {
                "/"
            } else {
                uri.path()
            },
            query.join("&"),
            self.headers.join(";"),
            sha256(request.body()),
        )
    }
}

/// The values of a header as one text.
pub(crate) fn header(request: &Request, name: &str) -> Option<String> {
    let values = request.headers().get_all(name);
    let texts: Vec<&str> = values
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    (!texts.is_empty()).then(|| texts.join(","))
}

fn host(request: &Request) -> String {
    let authority = || {
        request
            .uri()
            .authority()
            .map(|authority| authority.as_str().to_owned())
    };
    header(request, "host")
        .or_else(authority)
        .unwrap_or_default()
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text).as_ref().to_vec()
}

fn sha256(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text takes every text");
        text
    })
}
