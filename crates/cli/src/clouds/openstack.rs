//! OpenStack.

use super::Cloud;

pub(super) const CLOUD: Cloud = Cloud {
    name: "openstack",
    title: "OpenStack",
    codes: groundwork_openstack::codes::ALL,
    register: |registry| registry.with(groundwork_openstack::OpenStack),
    #[cfg(feature = "mock")]
    mock: mock::MOCK,
};

#[cfg(feature = "mock")]
mod mock {
    use std::sync::Arc;

    use bytes::Bytes;
    use groundwork_model::Documents;
    use groundwork_provider::Clock;
    use jiff::Timestamp;
    use mock_cloud::{Mock, Options};
    use mock_openstack::{Config, OpenStack};
    use serde_json::json;

    use crate::{
        args::MockOptions,
        clouds::{
            InProcess,
            embedded::{MockOf, Variables, text},
        },
    };

    pub(super) const MOCK: MockOf = MockOf {
        // Its address stands in the documents.
        host: None,
        embedded,
        options: &["--default-pool", "--release"],
        served,
    };

    fn served(options: &MockOptions, _: Timestamp) -> Box<dyn mock_cloud::Cloud> {
        let config = Config {
            seed: options.seed,
            ..Config::of(options.release.unwrap_or_default())
        };
        let config = match options.default_pool {
            true => config.with_default_v6_pool(),
            false => config,
        };
        Box::new(OpenStack::new(config))
    }

    /// Where the embedded mock says it is. Nothing listens there.
    const BASE_URL: &str = "http://mock.invalid";

    /// An OpenStack that has what the documents name, and the environment to enter it.
    fn embedded(documents: &Documents, clock: &Arc<dyn Clock>) -> (InProcess, Variables) {
        let wishes = Wishes::of(documents);
        let mock = Mock::new(Box::new(wishes.cloud()), Options::default());
        let mut variables = mock.environment(BASE_URL);
        variables.retain(|(key, _)| key != "OS_AUTH_URL" || !wishes.has_auth_url);
        variables.retain(|(key, _)| key != "OS_REGION_NAME");
        (InProcess::new(mock, clock).rewriting(log_in), variables)
    }

    /// What the documents take for granted of their cloud.
    #[derive(Default)]
    struct Wishes {
        has_auth_url: bool,
        region: Option<String>,
        external_networks: Vec<String>,
        pools: Vec<String>,
    }

    impl Wishes {
        fn of(documents: &Documents) -> Self {
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

        fn cloud(&self) -> OpenStack {
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

    /// Makes every login one of the mock's own user, whoever the documents say.
    fn log_in(request: &mut http::Request<Bytes>) {
        let is_login = request.method() == http::Method::POST
            && request.uri().path().ends_with("/auth/tokens");
        if is_login {
            *request.body_mut() = login();
        }
    }

    fn login() -> Bytes {
        let domain = json!({ "id": "default" });
        let user = json!({ "name": "demo", "password": "secret", "domain": domain });
        let body = json!({ "auth": {
            "identity": { "methods": ["password"], "password": { "user": user } },
            "scope": { "project": { "name": "demo", "domain": domain } },
        } });
        Bytes::from(body.to_string())
    }
}
