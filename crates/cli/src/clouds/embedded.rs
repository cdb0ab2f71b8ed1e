//! The mock clouds of `--mock`: one for each driver, in this process.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_model::{CloudSection, Documents};
use groundwork_provider::{Clock, Environment};
use groundwork_transport::{Cause, Connector, Failure, Sent, Settings, Stream, Transport};
use jiff::Timestamp;

use super::{CLOUDS, InProcess};
use crate::args::MockOptions;

/// Environment variables.
pub(super) type Variables = Vec<(String, String)>;

/// The mock of one cloud.
#[derive(Debug)]
pub(crate) struct MockOf {
    /// The host that the embedded mock claims to be, on which nothing listens. A cloud whose address
    /// stands in the documents has none, and gets what goes to unknown hosts; or it adds the hosts that
    /// they name ([`InProcess::at`]).
    pub(super) host: Option<&'static str>,
    /// A mock that has what the documents name, and the environment to enter it.
    pub(super) embedded: fn(&Documents, &Arc<dyn Clock>) -> (InProcess, Variables),
    /// The options of `groundwork mock` that only this cloud has.
    pub(crate) options: &'static [&'static str],
    /// The cloud that `groundwork mock` serves, at this time.
    pub(crate) served: fn(&MockOptions, Timestamp) -> Box<dyn mock_cloud::Cloud>,
}

/// One mock cloud for each driver, by the host that its requests go to. Requests to other hosts go
/// to the one that has no host of its own: its address stands in the documents.
#[derive(Clone)]
struct Clouds {
    by_host: BTreeMap<String, InProcess>,
    other: Option<InProcess>,
}

impl Connector for Clouds {
    fn connect(&self, _settings: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Transport for Clouds {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Failure> {
        self.of(&request)?.send(request).await
    }

    async fn open(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Box<dyn Stream>>, Failure> {
        self.of(&request)?.open(request).await
    }
}

impl Clouds {
    fn of(&self, request: &http::Request<Bytes>) -> Result<&InProcess, Failure> {
        let host = request.uri().host().unwrap_or_default();
        let cloud = self.by_host.get(host).or(self.other.as_ref());
        cloud.ok_or_else(|| {
            let message = format!("no mock cloud is at {host}");
            Failure::new(Cause::Connect, Sent::No, message)
        })
    }
}

/// Mock clouds that have what the documents name, and the environment to enter them.
pub(crate) fn embedded(
    documents: &Documents,
    clock: &Arc<dyn Clock>,
) -> (Arc<dyn Connector>, Environment) {
    let mut clouds = Clouds {
        by_host: BTreeMap::new(),
        other: None,
    };
    let mut variables = Variables::new();
    for mock in CLOUDS.iter().map(|cloud| &cloud.mock) {
        let (cloud, more) = (mock.embedded)(documents, clock);
        for host in cloud.hosts() {
            clouds.by_host.insert(host.clone(), cloud.clone());
        }
        match mock.host {
            Some(host) => drop(clouds.by_host.insert(host.to_owned(), cloud)),
            None => clouds.other = Some(cloud),
        }
        variables.extend(more);
    }
    (Arc::new(clouds), Environment::new(variables))
}

/// A field of a cloud's section that is a text, and not an empty one.
pub(super) fn text(section: Option<&serde_json::Value>, field: &str) -> Option<String> {
    let text = section?
        .get(field)?
        .as_str()
        .filter(|text| !text.is_empty());
    text.map(str::to_owned)
}

/// What the clusters of a cloud have in a field that is a text, each once.
pub(super) fn of_clusters(documents: &Documents, cloud: &str, field: &str) -> Vec<String> {
    let clusters = documents.clusters.iter();
    let sections = clusters.map(|cluster| cluster.spec.cloud.clouds.get(cloud));
    texts(sections, field)
}

/// The same of datacenters.
pub(super) fn of_datacenters(documents: &Documents, cloud: &str, field: &str) -> Vec<String> {
    let datacenters = documents.datacenters.values();
    let sections = datacenters.map(|datacenter| datacenter.spec.clouds.get(cloud));
    texts(sections, field)
}

fn texts<'s>(sections: impl Iterator<Item = Option<&'s CloudSection>>, field: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for section in sections {
        let text = text(section.map(CloudSection::value), field);
        texts.extend(text.filter(|text| !texts.contains(text)));
    }
    texts
}
