//! The API: where it is, how it is opened, how it pages, and what its refusals mean.

use groundwork_kit::client::{StaticToken, Call, Client, Failures, Pages, Paging, Refusal, Wire};
use groundwork_provider::{Access, Error, ErrorKind, Result};
use groundwork_transport::Settings;
use serde::de::DeserializeOwned;

use crate::{
    credentials::{ENDPOINT, TOKEN, credentials},
    spec::{Datacenter, Spec},
};

/// A connected account.
pub type Api = Client<StaticToken>;

/// Where the cloud is, unless a datacenter says otherwise.
const PUBLIC: &str = "https://api.acorn.example";

/// What this cloud's refusals mean, where that is not what their status usually means.
static FAILURES: Failures = Failures {
    meaning,
    ..Failures::REST
};

fn meaning(refusal: &Refusal<'_>) -> Option<ErrorKind> {
    match refusal.code {
        "in_use" => Some(ErrorKind::InUse),
        "quota" => Some(ErrorKind::Quota),
        _ => None,
    }
}

/// A client with the token of the document, its Secret, or the environment.
pub(crate) fn connect(access: &Access<Spec, Datacenter>) -> Result<Api> {
    let fields = credentials(access);
    let endpoint = fields.text(ENDPOINT).unwrap_or(PUBLIC);
    let token = fields.secret(TOKEN).ok_or_else(|| {
        Error::new(ErrorKind::Denied, "connect", "no token is given")
            .remedy("set spec.cloud.acorn.token, or ACORN_TOKEN")
    })?;
    let wire = Wire::connect(access, Settings::default(), &FAILURES)?;
    Ok(Client::new(wire, StaticToken::bearer(endpoint, token)?))
}

/// Every object of a collection: `{"networks": [...], "next": 2}`.
pub(crate) async fn all<T: DeserializeOwned>(
    api: &Api,
    collection: &'static str,
) -> Result<Vec<T>> {
    let paging = Paging::Token {
        at: "/next",
        parameter: "page",
    };
    let call = Call::get(format!("/{collection}"));
    api.list(&Pages::new(call, collection, paging)).await
}
