//! The embedded OpenStack.

use std::sync::Arc;

use bytes::Bytes;
use groundwork_model::Documents;
use groundwork_provider::Clock;
use mock_cloud::{Mock, Options};
use mock_openstack::{Config, OpenStack};
use serde_json::json;

use super::{InProcess, text};

/// Where the embedded mock says it is. Nothing listens there.
const BASE_URL: &str = "http://mock.invalid";

/// An OpenStack that has what the documents name, and the environment to enter it.
pub(super) fn embedded(
    documents: &Documents,
    clock: &Arc<dyn Clock>,
) -> (InProcess, Vec<(String, String)>) {
    let wishes = Wishes::of(documents);
    let mock = Mock::new(Box::new(wishes.cloud()), Options::default());
    let mut variables = mock.environment(BASE_URL);
    variables.retain(|(key, _)| key != "OS_AUTH_URL" || !wishes.has_auth_url);
    variables.retain(|(key, _)| key != "OS_REGION_NAME");
    let mut cloud = InProcess::new(mock, clock);
    cloud.login = Some(login());
    (cloud, variables)
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

/// A login as the mock's own user, whoever the documents say.
fn login() -> Bytes {
    let domain = json!({ "id": "default" });
    let user = json!({ "name": "demo", "password": "secret", "domain": domain });
    let body = json!({ "auth": {
        "identity": { "methods": ["password"], "password": { "user": user } },
        "scope": { "project": { "name": "demo", "domain": domain } },
    } });
    Bytes::from(body.to_string())
}
