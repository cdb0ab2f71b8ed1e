//! The API: where it is, how it is opened, how it pages
//! (<https://learn.microsoft.com/rest/api/azure/>).

mod auth;
mod failures;
mod network;
mod operation;

use std::sync::Arc;

use azure_mgmt_network::package_2024_03::Client as NetworkClient;
use groundwork_kit::client::{Call, Client, Pages, Paging, Wire};
use groundwork_provider::{Access, ErrorKind, Result};
use groundwork_transport::Settings;
use http::Method;
use serde::de::DeserializeOwned;

use crate::{
    checks::Granted,
    credentials::{Credentials, credentials},
    spec::{Datacenter, Spec},
};

use auth::{Azure, Identity};
pub(crate) use operation::{
    Object, Then, begun, changed, ended, made, poll, removed, removed_as_seen, wait_for,
};

/// The version of `Microsoft.Network` by which everything is read and written. One for both: a write by an
/// older one than the read would drop what it does not know.
pub(crate) const NETWORK_VERSION: &str = "2026-03-01";
/// The version for resource groups, and for what is in them.
const RESOURCES_VERSION: &str = "2021-04-01";
/// The version for what an account may do.
const AUTHORIZATION_VERSION: &str = "2022-04-01";
/// The version for subscriptions and their regions.
const SUBSCRIPTIONS_VERSION: &str = "2022-12-01";

/// A connected subscription of Azure.
pub struct Api {
    client: Arc<Client<Azure>>,
    network: NetworkClient,
    subscription: String,
    location: Option<String>,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Api").field(&self.subscription).finish()
    }
}

/// Opens the account of the document, of its Secret, or of the environment.
pub(crate) fn connect(access: &Access<Spec, Datacenter>) -> Result<Api> {
    let Credentials {
        fields,
        base,
        subscription,
        location,
    } = credentials(access)?;
    let wire = || Wire::connect(access, Settings::default(), &failures::FAILURES);
    let identity = Identity::of(&fields, access, wire()?)?;
    let client = Client::new(wire()?.ample(), Azure::new(&base, identity));
    let client = Arc::new(client);
    Ok(Api {
        network: network::client(&base, &client)?,
        client,
        subscription,
        location,
    })
}

/// The version by which a resource is asked for.
fn version(path: &str) -> &'static str {
    match path.to_ascii_lowercase() {
        path if path.contains("/providers/microsoft.authorization/") => AUTHORIZATION_VERSION,
        path if path.contains("/providers/microsoft.network/") => NETWORK_VERSION,
        path if path.contains("/resourcegroups") => RESOURCES_VERSION,
        _ => SUBSCRIPTIONS_VERSION,
    }
}

impl Api {
    /// The address of the API.
    pub(crate) fn address(&self) -> &str {
        self.client.authenticate().address()
    }

    /// The id of the subscription.
    pub(crate) fn subscription(&self) -> &str {
        &self.subscription
    }

    /// The region of the datacenter, where it is known.
    pub(crate) fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    /// The typed client of `Microsoft.Network`, over the same connection.
    pub(crate) fn network(&self) -> &NetworkClient {
        &self.network
    }

    /// A call about a resource.
    fn call(method: Method, path: &str) -> Call {
        Call::new(method, path).query([("api-version", version(path))])
    }

    /// A resource by its id; `None` where it does not exist.
    pub(crate) async fn show<T: DeserializeOwned>(&self, id: &str) -> Result<Option<T>> {
        self.client.read_if_any(&Self::call(Method::GET, id)).await
    }

    /// Something of the subscription: `/providers/Microsoft.Network/locations/westeurope/usages`.
    pub(crate) async fn own<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let path = format!("/subscriptions/{}{path}", self.subscription);
        self.client.read(&Self::call(Method::GET, &path)).await
    }

    /// A listing of the subscription: `/locations`.
    pub(crate) async fn all<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>> {
        self.listed(&format!("/subscriptions/{}{path}", self.subscription))
            .await
    }

    /// Everything of a kind in the subscription, whatever group it is in: `virtualNetworks`.
    pub(crate) async fn all_of_network<T: DeserializeOwned>(&self, kind: &str) -> Result<Vec<T>> {
        self.all(&format!("/providers/Microsoft.Network/{kind}"))
            .await
    }

    /// Everything in a resource group, of whatever kind; nothing where the group is gone.
    pub(crate) async fn inside<T: DeserializeOwned>(&self, group: &str) -> Result<Vec<T>> {
        match self.listed(&format!("{group}/resources")).await {
            Err(error) if error.kind == ErrorKind::Conflict => Ok(Vec::new()),
            listed => listed,
        }
    }

    /// What the roles of the account grant at a place: a resource, its group, or the subscription.
    pub(crate) async fn permissions(&self, place: &str) -> Result<Vec<Granted>> {
        self.listed(&format!(
            "{place}/providers/Microsoft.Authorization/permissions"
        ))
        .await
    }

    async fn listed<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>> {
        let call = Self::call(Method::GET, path);
        let pages = Pages::new(call, "value", Paging::Link { at: "/nextLink" });
        self.client.list(&pages).await
    }
}
