//! The API of a cluster: how it is opened, how it pages, and what its refusals mean.

use groundwork_kit::{
    client::Client,
    document::given,
    kubernetes::{Bearer, connect, entrance, listing},
};
use groundwork_provider::{Access, Account, Error, ErrorKind, Result};

use crate::{
    connect::kubeconfig,
    object::{NodeObject, VersionState},
    spec::{Datacenter, Spec},
};

/// A cluster, where a kubeconfig opens one; or the document alone.
#[derive(Debug)]
pub struct Api {
    client: Option<Client<Bearer>>,
}

/// A Node is 10 to 20 KiB, most of it the list of its images.
const PAGE: &str = "200";
/// More than Kubernetes is built for (5,000), and still bounded.
const NODES_MAX: usize = 20_000;

impl Api {
    /// Opens the cluster of the kubeconfig, or none where the document lists the nodes.
    ///
    /// # Errors
    /// `Invalid` where there is neither, or the kubeconfig cannot be used; `Denied` where it opens
    /// nothing.
    pub(crate) fn connect(access: &Access<Spec, Datacenter>) -> Result<(Account, Self)> {
        let texts = kubeconfig(access)?;
        if texts.is_empty() {
            return alone(access);
        }
        let context = access.spec.as_ref().and_then(|spec| given(&spec.context));
        let entrance = entrance(&texts, context, &access.environment)?;
        let client = connect(entrance, access)?;
        let server = client.authenticate().server().to_owned();
        let api = Self {
            client: Some(client),
        };
        Ok((account(server), api))
    }

    /// The version of the API server; none without a cluster.
    pub(crate) async fn version(&self) -> Result<Option<VersionState>> {
        match &self.client {
            Some(client) => client.get("/version").await,
            None => Ok(None),
        }
    }

    /// Every node of the cluster; none without one.
    pub(crate) async fn nodes(&self) -> Result<Vec<NodeObject>> {
        let Some(client) = &self.client else {
            return Ok(Vec::new());
        };
        let pages = listing("/api/v1/nodes", PAGE, NODES_MAX);
        client.list(&pages).await
    }
}

/// The document alone: what it lists is judged, and nobody is asked.
fn alone(access: &Access<Spec, Datacenter>) -> Result<(Account, Api)> {
    let is_empty = |spec: &Spec| spec.nodes.is_empty();
    if access.spec.as_ref().is_some_and(is_empty) {
        let message = "no node is listed, and no kubeconfig is given";
        return Err(Error::new(ErrorKind::Invalid, "connect", message).remedy(
            "list the nodes under spec.cloud.bringyourown.nodes of a Network beside the Cluster, or \
             name the file in KUBECONFIG, or give a Secret with the key kubeconfig",
        ));
    }
    let known = access.account.as_ref();
    let endpoint = known.map(|account| account.endpoint.clone());
    let api = Api { client: None };
    Ok((account(endpoint.unwrap_or_default()), api))
}

fn account(endpoint: String) -> Account {
    Account {
        provider: "bringyourown".to_owned(),
        endpoint,
        project: None,
        region: String::new(),
    }
}
