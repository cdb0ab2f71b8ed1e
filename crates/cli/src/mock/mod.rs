//! The embedded mocks: clouds in this process, where drivers expect connections.

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "openstack")]
mod openstack;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_model::Documents;
use groundwork_provider::{Clock, Environment};
use groundwork_transport::{Cause, Connector, Failure, Sent, Settings, Transport};
use jiff::Timestamp;
use mock_cloud::{Mock, Outcome};

/// Connects everybody to one mock cloud in this process.
#[derive(Clone)]
pub(crate) struct InProcess {
    pub(crate) mock: Mock,
    clock: Arc<dyn Clock>,
    began: Timestamp,
    /// What a login sends instead of its own body: the mock lets everybody in as its own user.
    login: Option<Bytes>,
}

impl InProcess {
    /// The mock's time is zero now.
    pub(crate) fn new(mock: Mock, clock: &Arc<dyn Clock>) -> Self {
        let (clock, began) = (clock.clone(), clock.now());
        Self {
            mock,
            clock,
            began,
            login: None,
        }
    }
}

impl Connector for InProcess {
    fn connect(&self, _settings: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Transport for InProcess {
    async fn send(
        &self,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, Failure> {
        if let (Some(login), true) = (&self.login, is_login(&request)) {
            *request.body_mut() = login.clone();
        }
        let now = self.clock.now().duration_since(self.began);
        let reply = self
            .mock
            .serve_once(Duration::try_from(now).unwrap_or_default(), request);
        if !reply.delay.is_zero() {
            self.clock.sleep(reply.delay).await;
        }
        match reply.outcome {
            Outcome::Respond(response) => Ok(response),
            Outcome::Refuse => Err(Failure::new(Cause::Connect, Sent::No, "connection refused")),
            Outcome::Drop | Outcome::Truncate(_) => Err(Failure::new(
                Cause::Broken,
                Sent::Maybe,
                "the connection broke before the reply",
            )),
        }
    }
}

fn is_login(request: &http::Request<Bytes>) -> bool {
    request.method() == http::Method::POST && request.uri().path().ends_with("/auth/tokens")
}

/// One mock cloud for each driver, by the host that its requests go to. Requests to other hosts go
/// to the one that has no host of its own: its address stands in the documents.
#[derive(Clone)]
struct Clouds {
    by_host: BTreeMap<&'static str, InProcess>,
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
        let host = request.uri().host().unwrap_or_default();
        match self.by_host.get(host).or(self.other.as_ref()) {
            Some(cloud) => cloud.send(request).await,
            None => Err(Failure::new(
                Cause::Connect,
                Sent::No,
                format!("no mock cloud is at {host}"),
            )),
        }
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
    let mut variables: Vec<(String, String)> = Vec::new();
    #[cfg(feature = "aws")]
    {
        let (cloud, more) = aws::embedded(documents, clock);
        clouds.by_host.insert(aws::HOST, cloud);
        variables.extend(more);
    }
    #[cfg(feature = "openstack")]
    {
        let (cloud, more) = openstack::embedded(documents, clock);
        clouds.other = Some(cloud);
        variables.extend(more);
    }
    (Arc::new(clouds), Environment::new(variables))
}

/// A field of a cloud's section that is a text, and not an empty one.
fn text(section: Option<&serde_json::Value>, field: &str) -> Option<String> {
    let text = section?
        .get(field)?
        .as_str()
        .filter(|text| !text.is_empty());
    text.map(str::to_owned)
}
