//! The API of a cluster: how it is opened, how it pages, and what its refusals mean.

use groundwork_kit::{
    client::{
        Call, Client, Failures, Pages, Paging, Reach, Refusal, Said, StaticToken, Wire,
        base_address,
    },
    document::given,
};
use groundwork_provider::{Access, Account, ErrorKind, Result};
use groundwork_transport::Settings;
use serde_json::Value;

use crate::{
    connect::kubeconfig,
    kubeconfig::{entrance, invalid},
    object::{NodeObject, VersionState},
    spec::{Datacenter, Spec},
};

/// A cluster, where a kubeconfig opens one; or the document alone.
#[derive(Debug)]
pub struct Api {
    client: Option<Client<StaticToken>>,
}

static FAILURES: Failures = Failures {
    said,
    meaning,
    remedy,
    request_ids: &["audit-id"],
    reach: Reach {
        address: "server of the kubeconfig",
        ca_bundle: "certificate-authority-data of the kubeconfig",
    },
};

/// A `Status` of the API: a reason for programs, and a message.
fn said(body: &Value) -> Said {
    let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
    Said {
        code: text("reason"),
        message: text("message"),
    }
}

fn meaning(refusal: &Refusal<'_>) -> Option<ErrorKind> {
    match refusal.status {
        // The listing took longer than the server keeps its beginning: it is begun again.
        410 => Some(ErrorKind::Unavailable),
        _ => None,
    }
}

fn remedy(kind: ErrorKind, refusal: &Refusal<'_>) -> Option<&'static str> {
    match (kind, refusal.status) {
        (ErrorKind::Denied, 401) => {
            Some("the kubeconfig's token or certificate has expired, or is of another cluster")
        }
        (ErrorKind::Denied, 403) => {
            Some("give the user a ClusterRole with the verb list of the resource nodes")
        }
        _ => None,
    }
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
        let base = base_address(&entrance.server)
            .map_err(|why| invalid(format!("server of the kubeconfig cannot be used: {why}")))?;
        let token = match &entrance.token {
            Some(token) => StaticToken::bearer(&base, token)?,
            // Its certificate shows who asks.
            None => StaticToken::none(&base)?,
        };
        let settings = Settings {
            ca_bundle: entrance.authority,
            identity: entrance.identity,
            ..Settings::default()
        };
        let wire = Wire::connect(access, settings, &FAILURES)?;
        let client = Some(Client::new(wire, token));
        Ok((account(base), Self { client }))
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
        let paging = Paging::Token {
            at: "/metadata/continue",
            parameter: "continue",
        };
        let call = Call::get("/api/v1/nodes").query([("limit", PAGE)]);
        let pages = Pages::new(call, "items", paging).at_most(NODES_MAX);
        client.list(&pages).await
    }
}

/// The document alone: what it lists is judged, and nobody is asked.
fn alone(access: &Access<Spec, Datacenter>) -> Result<(Account, Api)> {
    let is_empty = |spec: &Spec| spec.nodes.is_empty();
    if access.spec.as_ref().is_some_and(is_empty) {
        return Err(invalid("no node is listed, and no kubeconfig is given").remedy(
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
