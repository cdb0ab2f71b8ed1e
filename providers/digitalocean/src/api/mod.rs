//! The API: where it is, how it is opened, how it pages, and what its refusals mean.

mod credentials;

use groundwork_kit::client::{
    Call, Client, Failures, Pages, Paging, RateLimit, Reach, Refusal, Reset, StaticToken, Wire,
};
use groundwork_provider::{Access, Account, Error, ErrorKind, Result};
use groundwork_transport::Settings;
use serde::de::DeserializeOwned;

use crate::spec::{Datacenter, Spec};

pub(crate) use credentials::credentials;

/// A connected account of DigitalOcean.
pub type Api = Client<StaticToken>;

/// Where everybody's accounts are.
const ENDPOINT: &str = "https://api.digitalocean.com";
/// The largest page that the API gives.
const PER_PAGE: &str = "200";

static FAILURES: Failures = Failures {
    meaning,
    remedy,
    reach: Reach {
        address: "DIGITALOCEAN_API_URL",
        ca_bundle: "the system's certificates",
    },
    ..Failures::REST
};

/// What the API tells of its limit: 5,000 requests an hour, each of which leaves the count an hour
/// after it was made.
const LIMIT: RateLimit = RateLimit {
    limit: "ratelimit-limit",
    remaining: "ratelimit-remaining",
    reset: "ratelimit-reset",
    at_reset: Reset::Next,
};

/// The id of an error says no more than its status, so that some meanings stand in the message alone.
fn meaning(refusal: &Refusal<'_>) -> Option<ErrorKind> {
    let says = |words: &[&str]| {
        let message = refusal.message.to_lowercase();
        words.iter().any(|word| message.contains(word))
    };
    let is_delete = refusal.operation.starts_with("DELETE ");
    match refusal.status {
        403 if says(&["permission", "scope"]) => Some(ErrorKind::Denied),
        403 | 422 if says(&["limit"]) => Some(ErrorKind::Quota),
        // The reference says 403 of a VPC with members; 409 has been seen.
        403 | 409 if is_delete => Some(ErrorKind::InUse),
        422 if says(&["overlap", "unique", "already", "does not exist"]) => {
            Some(ErrorKind::Conflict)
        }
        _ => None,
    }
}

fn remedy(kind: ErrorKind, refusal: &Refusal<'_>) -> Option<&'static str> {
    match (kind, refusal.status) {
        (ErrorKind::Denied, 401) => Some(
            "set spec.cloud.digitalocean.token, or DIGITALOCEAN_ACCESS_TOKEN, to a valid token",
        ),
        (ErrorKind::Denied, _) => {
            Some("give the token the scopes vpc, firewall and tag (create, read, update, delete)")
        }
        (ErrorKind::Quota, _) => Some("have DigitalOcean raise the limit of the account"),
        _ => None,
    }
}

/// A client with the token of the document, of the Secret that it refers to, or of the environment.
pub(crate) fn connect(access: &Access<Spec, Datacenter>) -> Result<(Account, Api)> {
    let fields = credentials(access);
    let token = fields.secret(credentials::TOKEN).ok_or_else(|| {
        Error::new(ErrorKind::Denied, "connect", "no token is given").remedy(
            "set spec.cloud.digitalocean.token, credentialsReference, or DIGITALOCEAN_ACCESS_TOKEN",
        )
    })?;
    let journalled = access.account.as_ref().map(|account| &*account.endpoint);
    let endpoint = fields.text(credentials::ENDPOINT).or(journalled);
    let bearer = StaticToken::bearer(endpoint.unwrap_or(ENDPOINT), token)?;
    let account = Account {
        provider: "digitalocean".to_owned(),
        endpoint: bearer.base().to_owned(),
        // A token does not say whose it is, and reading it takes a scope of its own.
        project: None,
        // VPCs and firewalls of all regions are in one listing.
        region: String::new(),
    };
    let wire = Wire::connect(access, Settings::default(), &FAILURES)?.limited(LIMIT);
    Ok((account, Client::new(wire, bearer)))
}

/// Everything of a collection, whose objects are under `key`.
pub(crate) async fn all<T: DeserializeOwned>(
    api: &Api,
    path: &str,
    key: &'static str,
) -> Result<Vec<T>> {
    let call = Call::get(path).query([("per_page", PER_PAGE)]);
    let paging = Paging::Link {
        at: "/links/pages/next",
    };
    api.list(&Pages::new(call, key, paging)).await
}
