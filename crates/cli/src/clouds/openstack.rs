//! OpenStack.

use super::{Cloud, Policies};

pub(super) const CLOUD: Cloud = Cloud {
    name: "openstack",
    title: "OpenStack",
    codes: groundwork_openstack::codes::ALL,
    policies: Policies::None(
        "OpenStack has roles that its operator defines: member in the project is enough, and reader to verify",
    ),
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
            embedded::{MockOf, Variables, of_clusters, of_datacenters},
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
        let mock = Mock::new(Box::new(cloud(documents)), Options::default());
        let mut variables = mock.environment(BASE_URL);
        let addresses = of_datacenters(documents, "openstack", "authURL");
        variables.retain(|(key, _)| key != "OS_AUTH_URL" || addresses.is_empty());
        variables.retain(|(key, _)| key != "OS_REGION_NAME");
        (InProcess::new(mock, clock).rewriting(log_in), variables)
    }

    /// One with what the documents take for granted. The mock has one region.
    fn cloud(documents: &Documents) -> OpenStack {
        let mut config = Config::default();
        let regions = of_datacenters(documents, "openstack", "region");
        if let Some(region) = regions.into_iter().next() {
            config.region = region;
        }
        for name in of_clusters(documents, "openstack", "floatingIPPool") {
            let mut known = config.external_networks.iter();
            if known.all(|network| network.name != name) {
                config = config.with_external_network(&name, &[]);
            }
        }
        for name in of_clusters(documents, "openstack", "ipv6SubnetPool") {
            let mut known = config.subnet_pools.iter();
            if known.all(|pool| pool.name != name) {
                config = config.with_subnet_pool(&name, "2001:db8:1000::/40", 64, false);
            }
        }
        OpenStack::new(config)
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
