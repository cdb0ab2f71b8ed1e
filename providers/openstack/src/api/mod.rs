//! Neutron's API in one project: its listings paged to their end, its extensions asked for once.

mod failures;
mod keystone;

use std::collections::BTreeSet;

use groundwork_kit::client::{Call, Client, Pages, Paging, Wire};
use groundwork_provider::{Account, Error, ErrorKind, Result};
use groundwork_transport::Settings;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::{
    credentials,
    spec::Access,
    survey::rights::{self, Rights},
};
pub(crate) use failures::DELETE_MACHINES;
use failures::FAILURES;
use keystone::Keystone;

/// Entries a page, where who asks names no other limit. Neutron may give fewer, and says so with a link
/// to the next page. Pages shift less when the order does not change with every write.
const PAGING: [(&str, &str); 3] = [("limit", "500"), ("sort_key", "id"), ("sort_dir", "asc")];
/// Ids that one query names, so that its line stays below what proxies take.
const IDS_IN_QUERY_MAX: usize = 100;

/// A connected project.
#[derive(Debug)]
pub struct Api {
    pub(crate) client: Client<Keystone>,
    /// What the token may do, as far as it says that itself.
    pub(crate) token: Rights,
    extensions: OnceCell<BTreeSet<String>>,
}

impl Api {
    /// Authenticates, and finds Neutron in the catalog.
    pub(crate) async fn connect(access: &Access) -> Result<(Account, Self)> {
        let keystone = Keystone::new(credentials::credentials(access)?)?;
        let wire = Wire::connect(access, settings(access, &keystone)?, &FAILURES)?;
        let client = Client::new(wire, keystone);
        let session = client.session().await?;
        let keystone = client.authenticate();
        let account = Account {
            provider: "openstack".to_owned(),
            endpoint: keystone.address.clone(),
            project: Some(session.rights.project.clone()),
            region: keystone.region.clone().unwrap_or_default(),
        };
        let api = Self {
            token: session.rights.clone(),
            client,
            extensions: OnceCell::new(),
        };
        Ok((account, api))
    }

    /// The project's id.
    pub(crate) fn project(&self) -> &str {
        &self.token.project
    }

    /// What the token may do.
    pub(crate) async fn rights(&self) -> Result<Rights> {
        let strict = self.has(rights::STRICT_SINCE).await?;
        let token = self.token.clone();
        Ok(Rights { strict, ..token })
    }

    /// Whether Neutron has an extension, by its alias.
    pub(crate) async fn has(&self, extension: &str) -> Result<bool> {
        Ok(self.extensions().await?.contains(extension))
    }

    /// The aliases of Neutron's extensions: asked for once, by whoever wants to know first.
    pub(crate) async fn extensions(&self) -> Result<&BTreeSet<String>> {
        let ask = || async {
            let call = Call::get("/v2.0/extensions").under("extensions");
            let all: Vec<Value> = self.client.read(&call).await?;
            let aliases = all.iter().filter_map(|one| one["alias"].as_str());
            Ok(aliases.map(str::to_owned).collect())
        };
        self.extensions.get_or_try_init(ask).await
    }

    /// Everything at `path` (`/v2.0/networks`) that the query selects.
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &'static str,
        query: &[(&str, &str)],
    ) -> Result<Vec<T>> {
        let as_it_is = std::convert::identity::<T>;
        self.list_as(path, key, query, as_it_is).await
    }

    /// What `form` makes of each of them.
    pub(crate) async fn list_as<T: DeserializeOwned, U>(
        &self,
        path: &str,
        key: &'static str,
        query: &[(&str, &str)],
        form: impl FnMut(T) -> U + Send,
    ) -> Result<Vec<U>> {
        let given = |name| query.iter().any(|(of, _)| *of == name);
        let paging = PAGING.into_iter().filter(|(name, _)| !given(*name));
        let call = Call::get(path).query(query.iter().copied().chain(paging));
        let pages = Pages::new(call, key, Paging::Marker);
        self.client.list_as(&pages, form).await
    }

    /// The objects with these ids, wherever they live; those that do not exist are left out.
    pub(crate) async fn list_ids<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &'static str,
        ids: &BTreeSet<String>,
    ) -> Result<Vec<T>> {
        let ids: Vec<_> = ids.iter().map(|id| ("id", id.as_str())).collect();
        let mut found = Vec::new();
        for some in ids.chunks(IDS_IN_QUERY_MAX) {
            found.extend(self.list(path, key, some).await?);
        }
        Ok(found)
    }
}

fn settings(access: &Access, keystone: &Keystone) -> Result<Settings> {
    let Some(file) = keystone.ca_file() else {
        return Ok(Settings::default());
    };
    let bundle = access.environment.file(file.as_ref()).map_err(|why| {
        let message = format!("{file}: {why}");
        Error::new(ErrorKind::Invalid, "read the CA bundle", message)
            .remedy("correct OS_CACERT, or cacert in clouds.yaml")
    })?;
    Ok(Settings {
        ca_bundle: Some(bundle),
        ..Settings::default()
    })
}
