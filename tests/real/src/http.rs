//! The smallest HTTP client that the tests get by with.

#![allow(
    clippy::disallowed_methods,
    reason = "the judge of our transport cannot be our transport"
)]

use std::collections::BTreeMap;
use std::sync::Once;
use std::time::Duration;

use anyhow::{Context, Result};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::access::Login;

/// How long an answer may take. A cloud that has got stuck fails the test and does not hold it up.
const PATIENCE: Duration = Duration::from_mins(2);

/// Sends what it is told, valid or not.
#[derive(Clone, Debug)]
pub struct Http {
    client: Client,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// By lower-case name.
    pub headers: BTreeMap<String, String>,
    /// Null where there was none; a string where it was not JSON.
    pub body: Value,
}

impl Http {
    /// What sends, for requests that are no JSON.
    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    /// # Panics
    /// Never in practice: the options are fixed.
    pub fn new() -> Self {
        Self::of(Client::builder())
    }

    /// One that takes whatever certificate a server shows: a server of a test's own.
    pub(crate) fn trusting_anybody() -> Self {
        Self::of(Client::builder().tls_danger_accept_invalid_certs(true))
    }

    fn of(client: reqwest::ClientBuilder) -> Self {
        static TLS: Once = Once::new();
        TLS.call_once(|| {
            // An error means that somebody in this process has done it already.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let client = client
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build();
        Self {
            client: client.expect("the options are fixed"),
        }
    }

    /// One request. Every status is an answer, not an error. A body is JSON unless a header says otherwise.
    ///
    /// # Errors
    /// No answer at all.
    pub async fn send(
        &self,
        method: &str,
        url: &str,
        headers: &BTreeMap<String, String>,
        body: Option<String>,
    ) -> Result<Answer> {
        let mut request = self
            .client
            .request(Method::from_bytes(method.as_bytes())?, url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let Some(body) = body {
            if !headers.contains_key("content-type") {
                request = request.header("content-type", "application/json");
            }
            request = request.body(body);
        }
        let reply = request
            .send()
            .await
            .with_context(|| format!("{method} {url}"))?;
        let status = reply.status().as_u16();
        let text = |value: &reqwest::header::HeaderValue| {
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        };
        let headers = reply
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        let bytes = reply.bytes().await?;
        Ok(Answer {
            status,
            headers,
            body: parse(&bytes),
        })
    }

    /// JSON in, JSON out, with a token; any status outside 2xx is an error.
    ///
    /// # Errors
    /// No answer, or a refusal.
    pub async fn call(
        &self,
        token: &str,
        method: &str,
        url: &str,
        body: Option<Value>,
    ) -> Result<Value> {
        let headers = BTreeMap::from([("X-Auth-Token".to_owned(), token.to_owned())]);
        let answer = self
            .send(method, url, &headers, body.map(|body| body.to_string()))
            .await?;
        anyhow::ensure!(
            answer.status < 300,
            "{method} {url}: {} {}",
            answer.status,
            answer.body
        );
        Ok(answer.body)
    }

    /// A token for that user in that project.
    ///
    /// # Errors
    /// Refused, or no answer.
    pub async fn sign_in(&self, login: &Login) -> Result<String> {
        let domain = json!({"id": "default"});
        let body = json!({"auth": {
            "identity": {"methods": ["password"], "password": {"user":
                {"name": login.username, "domain": domain, "password": login.password}}},
            "scope": {"project": {"name": login.project_name, "domain": domain}},
        }});
        let url = format!("{}/auth/tokens", login.auth_url);
        let answer = self
            .send("POST", &url, &BTreeMap::new(), Some(body.to_string()))
            .await?;
        let token = answer.headers.get("x-subject-token");
        Ok(token
            .with_context(|| format!("{url}: {} {}", answer.status, answer.body))?
            .clone())
    }
}

impl Default for Http {
    fn default() -> Self {
        Self::new()
    }
}

fn parse(bytes: &[u8]) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(bytes)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(bytes).into_owned()))
}
