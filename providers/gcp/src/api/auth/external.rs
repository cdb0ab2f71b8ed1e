//! Workload identity federation: somebody else's token for one of Google's (RFC 8693;
//! <https://google.aip.dev/auth/4117>).

use std::path::PathBuf;

use bytes::Bytes;
use groundwork_kit::client::Wire;
use groundwork_model::Secret;
use groundwork_provider::{Environment, Error, ErrorKind, Result};
use http::Request;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{SCOPE, Session, ask, secret_header, unusable};

/// A file of federated credentials whose token is in another file.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::api) struct External {
    audience: String,
    subject_token_type: String,
    token_url: String,
    credential_source: Source,
    service_account_impersonation_url: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Source {
    file: PathBuf,
    format: Option<Format>,
}

/// How the file holds the token: as it is, or in a field of JSON.
#[derive(Clone, Debug, Deserialize)]
struct Format {
    subject_token_field_name: Option<String>,
}

/// What the account that is acted as is given.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Impersonated {
    access_token: Secret,
    expire_time: Timestamp,
}

impl External {
    /// The token is read each time: whoever vouches for us writes a new one before the old one ends.
    pub(super) async fn log_in(&self, wire: &Wire, environment: &Environment) -> Result<Session> {
        let token = self.subject_token(environment)?;
        let pairs = [
            (
                "grant_type",
                "urn:ietf:params:oauth:grant-type:token-exchange",
            ),
            ("audience", &self.audience),
            ("scope", SCOPE),
            (
                "requested_token_type",
                "urn:ietf:params:oauth:token-type:access_token",
            ),
            ("subject_token_type", &self.subject_token_type),
            ("subject_token", token.expose()),
        ];
        let federated = ask(wire, &self.token_url, &pairs).await?;
        match &self.service_account_impersonation_url {
            Some(at) => impersonate(wire, at, &federated).await,
            None => Ok(federated),
        }
    }

    fn subject_token(&self, environment: &Environment) -> Result<Secret> {
        let Source { file, format } = &self.credential_source;
        let wrong = |why: String| {
            let message = format!("the token of {} cannot be read: {why}", file.display());
            Error::new(ErrorKind::Denied, "authenticate", message)
        };
        let content = environment.file(file);
        let content = content.map_err(|why| wrong(why.to_string()))?;
        let text = String::from_utf8(content).map_err(|_| wrong("it is not text".to_owned()))?;
        let field = format.as_ref();
        let Some(field) = field.and_then(|format| format.subject_token_field_name.as_ref()) else {
            return Ok(Secret::new(text.trim()));
        };
        let value: Value = serde_json::from_str(&text).unwrap_or_default();
        let token = value[field].as_str();
        let token = token.ok_or_else(|| wrong(format!("it has no text {field}")))?;
        Ok(Secret::new(token))
    }
}

/// The token of the service account that the federated identity may act as.
async fn impersonate(wire: &Wire, at: &str, federated: &Session) -> Result<Session> {
    let body = json!({ "scope": [SCOPE] }).to_string();
    let request = Request::post(at)
        .header("content-type", "application/json")
        .header("authorization", federated.header.clone())
        .body(Bytes::from(body))
        .map_err(|why| unusable(at, &why.to_string()))?;
    let operation = "POST generateAccessToken";
    let reply = wire.exchange(operation, request).await?;
    if !reply.status().is_success() {
        return Err(wire.refused(operation, &reply));
    }
    let body = wire.json(operation, &reply)?;
    let given: Impersonated = wire.typed(operation, &reply, body)?;
    // Clocks differ: a token that seems to have ended is used until it is refused.
    let left = given.expire_time.duration_since(wire.clock().now());
    Ok(Session {
        header: secret_header(&format!("Bearer {}", given.access_token.expose()))?,
        expires: (left > SignedDuration::ZERO).then_some(given.expire_time),
    })
}
