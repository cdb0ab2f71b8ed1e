//! Plain requests: of moto itself, or of the proxy before it, as somebody else would make them.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::ask::{Answer, Ask};
use super::xml::Element;
use crate::http::Http;

/// The region of all tests.
pub const REGION: &str = "eu-central-1";

/// moto's own header: in whose account a request is carried out. It looks at neither keys nor signatures.
const ACCOUNT: &str = "x-moto-account-id";

/// Somebody who asks in one account.
#[derive(Clone, Debug)]
pub struct Client {
    http: Http,
    url: String,
    account: String,
}

impl Client {
    /// One that asks at this address.
    pub fn new(url: &str, account: &str) -> Self {
        Self {
            http: Http::new(),
            url: url.to_owned(),
            account: account.to_owned(),
        }
    }

    /// The account's number.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Sends a request. Every status is an answer.
    ///
    /// # Errors
    /// No answer at all.
    pub async fn send(&self, ask: &Ask) -> Result<Answer> {
        let (service, content) = match ask.json {
            Some(_) => ("servicequotas", "application/x-amz-json-1.1"),
            None => ("ec2", "application/x-www-form-urlencoded"),
        };
        let own = format!(
            "AWS4-HMAC-SHA256 Credential=AKIATEST/19700101/{REGION}/{service}/aws4_request, \
             SignedHeaders=host, Signature=0"
        );
        let headers = [
            ("authorization", ask.authorization.clone().or(Some(own))),
            ("content-type", Some(content.to_owned())),
            ("x-amz-target", ask.target()),
            (ACCOUNT, Some(self.account.clone())),
        ];
        let headers = headers
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let headers: BTreeMap<String, String> = headers.collect();
        let body = Some(ask.body());
        let answer = self.http.send("POST", &self.url, &headers, body).await?;
        let body = match answer.body {
            Value::String(text) => text,
            Value::Null => String::new(),
            json @ (Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::Object(_)) => {
                json.to_string()
            }
        };
        Ok(Answer::new(answer.status, &body))
    }

    /// What has to be done. A refusal is an error.
    ///
    /// # Errors
    /// No answer, or a refusal.
    pub async fn call(&self, action: &str, parameters: &[(&str, &str)]) -> Result<Element> {
        let answer = self.send(&Ask::new(action, parameters)).await?;
        let Answer { status, body } = answer;
        ensure!(status < 300, "{action} {parameters:?}: {status} {body}");
        Ok(body)
    }

    /// Makes an object, and returns its id, which stands at this path of the answer.
    ///
    /// # Errors
    /// No answer, a refusal, or no id.
    pub async fn make(
        &self,
        action: &str,
        parameters: &[(&str, &str)],
        at: &str,
    ) -> Result<String> {
        let made = self.call(action, parameters).await?;
        let id = made
            .find(at)
            .with_context(|| format!("no {at} in {made}"))?;
        Ok(id.text.clone())
    }

    /// The entries of a listing: those that a filter selects, or all.
    ///
    /// # Errors
    /// No answer, or a refusal.
    pub async fn list(&self, action: &str, filter: Option<(&str, &str)>) -> Result<Vec<Element>> {
        let (name, value) = filter.unzip();
        let filter = ["Filter.1.Name", "Filter.1.Value.1"]
            .into_iter()
            .zip(name.into_iter().chain(value));
        let filter: Vec<(&str, &str)> = filter.collect();
        let listed = self.call(action, &filter).await?;
        let set = listed
            .children
            .into_iter()
            .find(|child| is_list(&child.name));
        Ok(set.map(|set| set.children).unwrap_or_default())
    }
}

/// The element of a listing that holds its entries.
pub(crate) fn is_list(name: &str) -> bool {
    name.ends_with("Set") || name.ends_with("Info")
}
