//! The API: where it is, how it is opened, how it pages, and how fast it may be asked.

pub(crate) mod actions;
mod failures;

use groundwork_kit::client::{
    Call, Client, Pages, Paging, RateLimit, Reset, StaticToken, Wire, base_address,
};
use groundwork_provider::{Access, Error, ErrorKind, Result};
use groundwork_transport::Settings;
use serde::de::DeserializeOwned;

use crate::{
    credentials::{ENDPOINT, TOKEN, credentials},
    spec::{Datacenter, Spec},
};

/// A connected project of Hetzner Cloud.
pub type Api = Client<StaticToken>;

/// Where the API is (<https://docs.hetzner.cloud/reference/cloud>).
pub(crate) const ADDRESS: &str = "https://api.hetzner.cloud/v1";

/// 3600 requests an hour for a project; the bucket fills by one a second
/// (<https://docs.hetzner.cloud/reference/cloud#rate-limiting>).
const RATE_LIMIT: RateLimit = RateLimit {
    limit: "ratelimit-limit",
    remaining: "ratelimit-remaining",
    reset: "ratelimit-reset",
    at_reset: Reset::Full,
};

/// Objects on a page: the most that the API gives.
const PER_PAGE: &str = "50";

/// A client with the token of the document, of its Secret, or of the environment.
pub(crate) fn connect(access: &Access<Spec, Datacenter>) -> Result<Api> {
    let fields = credentials(access);
    let endpoint = fields.text(ENDPOINT).unwrap_or(ADDRESS);
    base_address(endpoint).map_err(|why| {
        let message = format!("the address of the API cannot be used: {why}");
        let error = Error::new(ErrorKind::Invalid, "connect", message);
        error.remedy("correct HCLOUD_ENDPOINT, or remove it")
    })?;
    let token = fields.secret(TOKEN).ok_or_else(|| {
        let error = Error::new(
            ErrorKind::Denied,
            "connect",
            "there is no token for Hetzner",
        );
        error.remedy(
            "give spec.cloud.hetzner.token, or a credentialsReference with its Secret, or set \
             HCLOUD_TOKEN",
        )
    })?;
    let wire = Wire::connect(access, Settings::default(), &failures::FAILURES)?;
    Ok(Client::new(
        wire.limited(RATE_LIMIT),
        StaticToken::bearer(endpoint, token)?,
    ))
}

/// Everything of a collection.
pub(crate) async fn all<T: DeserializeOwned>(
    api: &Api,
    path: &str,
    items: &'static str,
) -> Result<Vec<T>> {
    let call = Call::get(path).query([("per_page", PER_PAGE)]);
    let paging = Paging::Token {
        at: "/meta/pagination/next_page",
        parameter: "page",
    };
    api.list(&Pages::new(call, items, paging)).await
}

/// One object, under its key in the reply; `None` where it does not exist.
pub(crate) async fn one<T: DeserializeOwned>(
    api: &Api,
    path: &str,
    key: &'static str,
) -> Result<Option<T>> {
    api.read_if_any(&Call::get(path).under(key)).await
}
