//! The API: where it is, how it is opened, how it pages, and what its refusals mean.

use std::time::Duration;

use groundwork_kit::client::{Call, Client, Failures, Pages, Paging, Refusal, StaticToken, Wire};
use groundwork_model::Label;
use groundwork_provider::{Access, Change, Error, ErrorKind, Result};
use groundwork_transport::Settings;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Datacenter, Spec, credentials::credentials};

/// A connected account of the toy cloud.
pub type Api = Client<StaticToken>;

/// What this cloud's refusals mean, where that is not what their status usually means.
static FAILURES: Failures = Failures {
    meaning,
    ..Failures::REST
};

fn meaning(refusal: &Refusal<'_>) -> Option<ErrorKind> {
    match (refusal.status, refusal.code) {
        (403, "quota") => Some(ErrorKind::Quota),
        (409, "in-use") => Some(ErrorKind::InUse),
        _ => None,
    }
}

/// A client with the token of the document or of the environment.
pub(super) fn connect(access: &Access<Spec, Datacenter>) -> Result<Api> {
    let fields = credentials(access);
    let endpoint = fields.text("endpoint").ok_or_else(|| {
        let message = "no address of the cloud is given";
        Error::new(ErrorKind::Invalid, "connect", message)
            .remedy("set spec.toy.endpoint in the datacenter, or TOY_ENDPOINT")
    })?;
    let token = fields.secret("token").ok_or_else(|| {
        Error::new(ErrorKind::Denied, "connect", "no token is given")
            .remedy("set spec.cloud.toy.token, or TOY_TOKEN")
    })?;
    let wire = Wire::connect(access, Settings::default(), &FAILURES)?;
    Ok(Client::new(wire, StaticToken::bearer(endpoint, token)?))
}

/// Everything of a collection.
pub(super) async fn all<T: DeserializeOwned>(api: &Api, call: Call) -> Result<Vec<T>> {
    let paging = Paging::Token {
        at: "/next",
        parameter: "page",
    };
    api.list(&Pages::new(call, "items", paging)).await
}

/// The fields of a change, as this cloud wants them: the label stands in `note`.
pub(super) fn changed(label: &Label, changes: &[Change]) -> Value {
    let field = |change: &Change| match change.is_label() {
        true => ("note".to_owned(), Value::from(label.to_string())),
        false => (change.field.clone(), change.to.clone()),
    };
    Value::Object(changes.iter().map(field).collect())
}

/// A reply that promises something for later.
#[derive(Deserialize)]
pub(super) struct Accepted {
    /// Where to ask; it carries a signature that opens it.
    pub(super) href: String,
    /// Not earlier than after so many seconds.
    retry_after_s: u64,
}

impl Accepted {
    /// How long to wait before asking.
    pub(super) fn poll_after(&self) -> Duration {
        Duration::from_secs(self.retry_after_s)
    }
}
