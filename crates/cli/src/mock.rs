//! The embedded mock: a cloud in this process, where a driver expects connections.

use std::{sync::Arc, time::Duration};

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

/// A mock cloud that has what the documents name, and the environment to enter it.
#[cfg(feature = "openstack")]
pub(crate) fn embedded(
    documents: &Documents,
    clock: &Arc<dyn Clock>,
) -> (Arc<dyn Connector>, Environment) {
    let wishes = openstack::Wishes::of(documents);
    let mock = Mock::new(Box::new(wishes.cloud()), mock_cloud::Options::default());
    let environment = mock.environment(openstack::BASE_URL).into_iter();
    let environment = environment.filter(|(key, _)| key != "OS_AUTH_URL" || !wishes.has_auth_url);
    let environment = Environment::new(environment.filter(|(key, _)| key != "OS_REGION_NAME"));
    let mut connector = InProcess::new(mock, clock);
    connector.login = Some(openstack::login());
    (Arc::new(connector), environment)
}

#[cfg(not(feature = "openstack"))]
pub(crate) fn embedded(_: &Documents, _: &Arc<dyn Clock>) -> (Arc<dyn Connector>, Environment) {
    (
        Arc::new(groundwork_transport::Https),
        Environment::default(),
    )
}

#[cfg(feature = "openstack")]
mod openstack {
    use bytes::Bytes;
    use groundwork_model::Documents;
    use mock_openstack::{Config, OpenStack};
    use serde_json::{Value, json};

    /// Where the embedded mock says it is. Nothing listens there.
    pub(super) const BASE_URL: &str = "http://mock.invalid";

    /// What the documents take for granted of their cloud.
    #[derive(Default)]
    pub(super) struct Wishes {
        pub(super) has_auth_url: bool,
        region: Option<String>,
        external_networks: Vec<String>,
        pools: Vec<String>,
    }

    impl Wishes {
        pub(super) fn of(documents: &Documents) -> Self {
            let mut wishes = Self::default();
            for datacenter in documents.datacenters.values() {
                let section = datacenter
                    .spec
                    .clouds
                    .get("openstack")
                    .map(|section| section.value());
                wishes.has_auth_url |= text(section, "authURL").is_some();
                wishes.region = wishes.region.or_else(|| text(section, "region"));
            }
            for cluster in &documents.clusters {
                let section = cluster
                    .spec
                    .cloud
                    .clouds
                    .get("openstack")
                    .map(|section| section.value());
                wishes
                    .external_networks
                    .extend(text(section, "floatingIPPool"));
                wishes.pools.extend(text(section, "ipv6SubnetPool"));
            }
            wishes
        }

        pub(super) fn cloud(&self) -> OpenStack {
            let mut config = Config::default();
            config.region = self.region.clone().unwrap_or(config.region);
            for name in &self.external_networks {
                if config
                    .external_networks
                    .iter()
                    .all(|network| network.name != *name)
                {
                    config = config.with_external_network(name, &[]);
                }
            }
            for name in &self.pools {
                if config.subnet_pools.iter().all(|pool| pool.name != *name) {
                    config = config.with_subnet_pool(name, "2001:db8:1000::/40", 64, false);
                }
            }
            OpenStack::new(config)
        }
    }

    fn text(section: Option<&Value>, field: &str) -> Option<String> {
        let text = section?
            .get(field)?
            .as_str()
            .filter(|text| !text.is_empty());
        text.map(str::to_owned)
    }

    /// A login as the mock's own user, whoever the documents say.
    pub(super) fn login() -> Bytes {
        let domain = json!({ "id": "default" });
        let user = json!({ "name": "demo", "password": "secret", "domain": domain });
        let body = json!({ "auth": {
            "identity": { "methods": ["password"], "password": { "user": user } },
            "scope": { "project": { "name": "demo", "domain": domain } },
        } });
        Bytes::from(body.to_string())
    }
}
