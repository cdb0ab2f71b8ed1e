//! Where each question is asked: a collection, in pages, and what tells its objects apart.

use std::borrow::Cow;

use groundwork_kit::{
    client::{Client, is_too_large},
    kubernetes::{Bearer, Selection, selected},
};
use groundwork_provider::{Error, ErrorKind, Result};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    facts::{ConfigMap, IpPool, Node, NodeEvent, Pod, Service, ServiceCidr, Workload},
    rbac::{self, Question},
};

/// More than Kubernetes is built for (5,000 nodes, 10,000 services, 150,000 pods), and still bounded.
const NODES_MAX: usize = 20_000;
const SERVICES_MAX: usize = 50_000;
const PODS_MAX: usize = 200_000;
const OTHERS_MAX: usize = 20_000;
/// A page is read into memory whole, and a transport bounds it: nodes and pods have 10 to 30 KiB, config maps up
/// to 1 MiB. Where a page is too large, the next size is tried.
const PAGES: [&str; 3] = ["500", "50", "5"];

/// An object that is known by its name.
pub(crate) trait Object: DeserializeOwned + PartialEq {
    /// Its name; with its namespace, where it has one. Listings are in the order of these.
    fn key(&self) -> Cow<'_, str>;
}

impl Object for Node {
    fn key(&self) -> Cow<'_, str> {
        self.name().into()
    }
}

impl Object for Service {
    fn key(&self) -> Cow<'_, str> {
        self.name().into()
    }
}

impl Object for ServiceCidr {
    fn key(&self) -> Cow<'_, str> {
        self.name().into()
    }
}

impl Object for Pod {
    fn key(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }
}

impl Object for Workload {
    fn key(&self) -> Cow<'_, str> {
        self.name().into()
    }
}

impl Object for NodeEvent {
    fn key(&self) -> Cow<'_, str> {
        self.name().into()
    }
}

impl Object for IpPool {
    fn key(&self) -> Cow<'_, str> {
        self.name().into()
    }
}

impl Object for ConfigMap {
    fn key(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }
}

/// A config map without its content: what it is called, and which version of it there is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub(crate) struct ConfigName {
    metadata: Metadata,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    name: String,
    resource_version: String,
}

impl Object for ConfigName {
    fn key(&self) -> Cow<'_, str> {
        self.metadata.name.as_str().into()
    }
}

/// Where a question is asked.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) question: Question,
    pub(crate) selection: Selection,
    most: usize,
}

/// A whole listing, and as of which version it is.
#[derive(Debug)]
pub(crate) struct Listing<T> {
    pub(crate) objects: Vec<T>,
    pub(crate) version: String,
}

impl Source {
    fn of(question: Question, path: &str, most: usize) -> Self {
        Self {
            question,
            selection: Selection::all(path),
            most,
        }
    }

    pub(crate) fn nodes() -> Self {
        Self::of(rbac::NODES, "/api/v1/nodes", NODES_MAX)
    }

    pub(crate) fn services() -> Self {
        Self::of(rbac::SERVICES, "/api/v1/services", SERVICES_MAX)
    }

    /// The ranges of services: since 1.33 as `v1`, before as `v1beta1`, before 1.31 not at all.
    pub(crate) fn service_cidrs() -> [Self; 2] {
        ["v1", "v1beta1"].map(|version| {
            let path = format!("/apis/networking.k8s.io/{version}/servicecidrs");
            Self::of(rbac::SERVICE_CIDRS, &path, OTHERS_MAX)
        })
    }

    pub(crate) fn pods() -> Self {
        Self::of(rbac::PODS, "/api/v1/pods", PODS_MAX)
    }

    /// The names of the config maps: their contents may be large, and few of them are judged.
    pub(crate) fn config_names() -> Self {
        let path = "/api/v1/namespaces/kube-system/configmaps";
        let mut source = Self::of(rbac::CONFIGS, path, OTHERS_MAX);
        source.selection.is_metadata = true;
        source
    }

    /// One config map with its content. The verb is `list` here too: a role needs no other one.
    pub(crate) fn config(name: &str) -> Self {
        let mut source = Self::config_names();
        source.selection.is_metadata = false;
        source.selection.fields = format!("metadata.name={name}");
        source
    }

    pub(crate) fn daemon_sets() -> Self {
        Self::of(rbac::DAEMON_SETS, &workloads("daemonsets"), OTHERS_MAX)
    }

    pub(crate) fn deployments() -> Self {
        Self::of(rbac::DEPLOYMENTS, &workloads("deployments"), OTHERS_MAX)
    }

    /// Nodes have no namespace: events about them are in `default`.
    pub(crate) fn events() -> Self {
        let path = "/api/v1/namespaces/default/events";
        let mut source = Self::of(rbac::EVENTS, path, OTHERS_MAX);
        "involvedObject.kind=Node".clone_into(&mut source.selection.fields);
        source
    }

    /// Calico's pools, as objects of its manifests, else as those of the API that 3.32 can have itself.
    pub(crate) fn ip_pools() -> [Self; 2] {
        ["crd.projectcalico.org/v1", "projectcalico.org/v3"].map(|api| {
            let path = format!("/apis/{api}/ippools");
            Self::of(rbac::IP_POOLS, &path, OTHERS_MAX)
        })
    }

    /// Everything of it, in the order of the names.
    ///
    /// # Errors
    /// The server cannot be reached, refuses, or has more than is read.
    pub(crate) async fn list<T: Object>(&self, client: &Client<Bearer>) -> Result<Listing<T>> {
        let mut last = None;
        for page in PAGES {
            let pages = selected(&self.selection, page, self.most);
            match client.listed(&pages).await {
                Ok(listed) => {
                    let version = &listed.beside["metadata"]["resourceVersion"];
                    let version = version.as_str().unwrap_or_default().to_owned();
                    let mut objects: Vec<T> = listed.objects;
                    objects.sort_by(|one, other| one.key().cmp(&other.key()));
                    return Ok(Listing { objects, version });
                }
                Err(error) if is_too_large(&error) => last = Some(error),
                Err(error) => return Err(error),
            }
        }
        let none = || Error::new(ErrorKind::Unexpected, "list", "no page was asked for");
        Err(last.unwrap_or_else(none))
    }
}

fn workloads(resource: &str) -> String {
    format!("/apis/apps/v1/namespaces/kube-system/{resource}")
}
