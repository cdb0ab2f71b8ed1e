//! The API: where it is, how it is opened, how it pages.

mod auth;
mod failures;
mod listing;
mod operation;
mod request_id;

use std::{sync::Arc, time::Duration};

use groundwork_kit::client::{Call, Client, Wire};
use groundwork_provider::{Access, Clock, Result};
use groundwork_transport::Settings;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::{
    credentials::{COMPUTE, MANAGER, OWN, REGION, credentials},
    link,
    spec::{Datacenter, Spec},
};

use auth::{Google, Identity, Same};
pub(crate) use operation::{Object, changed, created, created_as_asked, poll, removed, wait_for};

/// The server holds a request to wait for two minutes
/// (<https://cloud.google.com/compute/docs/reference/rest/v1/globalOperations/wait>).
const TIMEOUT: Duration = Duration::from_secs(130);

/// A connected project of Google Cloud.
#[derive(Debug)]
pub struct Api {
    compute: Arc<Client<Google>>,
    manager: Client<Same>,
    project: String,
    region: Option<String>,
    node_account: Option<String>,
    clock: Arc<dyn Clock>,
}

/// Opens the account of the document, of its Secret, or of the environment.
pub(crate) fn connect(access: &Access<Spec, Datacenter>) -> Result<Api> {
    let fields = credentials(access)?;
    let (identity, project) = Identity::of(&fields, &access.environment)?;
    let node_account = identity.account().filter(|_| fields.has(OWN));
    let node_account = node_account.map(str::to_owned);
    let wire = || {
        let settings = Settings {
            timeout: TIMEOUT,
            ..Settings::default()
        };
        Wire::connect(access, settings, &failures::FAILURES)
    };
    let base = fields.text(COMPUTE).unwrap_or_default();
    let compute = Arc::new(Client::new(wire()?, Google::new(base, identity)));
    let manager = Same::new(fields.text(MANAGER).unwrap_or_default(), &compute);
    Ok(Api {
        manager: Client::new(wire()?, manager),
        compute,
        project,
        node_account,
        region: fields.text(REGION).map(str::to_owned),
        clock: access.world.clock.clone(),
    })
}

impl Api {
    /// The address of the Compute API.
    pub(crate) fn address(&self) -> &str {
        self.compute.authenticate().base()
    }

    /// The project's id.
    pub(crate) fn project(&self) -> &str {
        &self.project
    }

    /// The region of the datacenter, where it is known.
    pub(crate) fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The service account of the cluster's own key. KKP makes its machines with that key, and gives them
    /// that account
    /// (<https://github.com/kubermatic/machine-controller/blob/main/pkg/cloudprovider/provider/gce/provider.go>).
    pub(crate) fn node_account(&self) -> Option<&str> {
        self.node_account.as_deref()
    }

    /// A resource by its id; `None` where it does not exist.
    pub(crate) async fn show<T: DeserializeOwned>(&self, id: &str) -> Result<Option<T>> {
        self.compute.get(&link::path(id)).await
    }

    /// The rules and policies that are in force on a network in a region: those of the region are not
    /// among what the network itself says.
    pub(crate) async fn effective_firewalls<T: DeserializeOwned>(
        &self,
        network: &str,
        region: &str,
    ) -> Result<T> {
        let project = link::part(network, "projects").unwrap_or(&self.project);
        let at =
            format!("projects/{project}/regions/{region}/firewallPolicies/getEffectiveFirewalls");
        let call = Call::get(link::path(&at)).query([("network", network)]);
        self.compute.read(&call).await
    }

    /// Which of these permissions the account has in the project.
    pub(crate) async fn permissions(&self, wanted: &[&str]) -> Result<Vec<String>> {
        let path = format!("/projects/{}:testIamPermissions", self.project);
        let call = Call::post(path, json!({ "permissions": wanted })).under("permissions");
        let granted: Option<Vec<String>> = self.manager.read(&call).await?;
        Ok(granted.unwrap_or_default())
    }
}
