//! DigitalOcean.

use groundwork_provider::Provider;

use super::{Cloud, Policies, policy::PolicyText};

pub(super) const CLOUD: Cloud = Cloud {
    name: "digitalocean",
    title: "DigitalOcean",
    codes: groundwork_digitalocean::codes::ALL,
    policies: Policies::Texts {
        texts: || {
            let driver = groundwork_digitalocean::DigitalOcean;
            PolicyText::lists("digitalocean", driver.operations())
        },
        goes: "the custom scopes of a personal access token",
    },
    register: |registry| registry.with(groundwork_digitalocean::DigitalOcean),
    #[cfg(feature = "mock")]
    mock: mock::MOCK,
};

#[cfg(feature = "mock")]
mod mock {
    use std::{
        collections::{BTreeMap, BTreeSet},
        sync::Arc,
    };

    use groundwork_model::Documents;
    use groundwork_provider::Clock;
    use jiff::Timestamp;
    use mock_cloud::{Mock, Options};
    use mock_digitalocean::{Config, DigitalOcean};
    use serde_json::{Value, json};

    use crate::{
        args::MockOptions,
        clouds::{
            InProcess,
            embedded::{MockOf, Variables, text},
        },
    };

    pub(super) const MOCK: MockOf = MockOf {
        host: Some(HOST),
        embedded,
        options: &[],
        served,
    };

    const HOST: &str = "digitalocean.mock.invalid";

    fn served(options: &MockOptions, _: Timestamp) -> Box<dyn mock_cloud::Cloud> {
        let config = Config {
            seed: options.seed,
            ..Config::default()
        };
        Box::new(DigitalOcean::new(config))
    }

    /// An account with a default VPC in every region and the firewalls that the documents name, and the
    /// environment to enter it.
    fn embedded(documents: &Documents, clock: &Arc<dyn Clock>) -> (InProcess, Variables) {
        let mut config = Config {
            // Whoever the documents say: a token of a real account opens this one too.
            is_open: true,
            ..Config::default()
        };
        config.default_vpcs.clone_from(&config.regions);
        let mut cloud = DigitalOcean::new(config);
        for (name, tags) in firewalls(documents) {
            for tag in &tags {
                cloud.make_if_allowed("tags", json!({ "name": tag }));
            }
            cloud.make_if_allowed("firewalls", firewall(&name, &tags));
        }
        let mock = Mock::new(Box::new(cloud), Options::default());
        let variables = mock.environment(&format!("http://{HOST}"));
        (InProcess::new(mock, clock), variables)
    }
    /// The firewalls that documents name, and the tags of the clusters that name them.
    fn firewalls(documents: &Documents) -> BTreeMap<String, BTreeSet<String>> {
        let mut all = BTreeMap::<_, BTreeSet<_>>::new();
        for cluster in &documents.clusters {
            let section = cluster.spec.cloud.clouds.get("digitalocean");
            if let Some(name) = text(section.map(|section| section.value()), "firewall") {
                let tag = format!("kubernetes-cluster-{}", cluster.metadata.name);
                all.entry(name).or_default().insert(tag);
            }
        }
        all
    }

    /// One that lets in what nodes need, of both families, and everything out.
    fn firewall(name: &str, tags: &BTreeSet<String>) -> Value {
        let everywhere = json!({ "addresses": ["0.0.0.0/0", "::/0"] });
        let inbound = |protocol: &str, ports: &str| json!({ "protocol": protocol, "ports": ports, "sources": everywhere });
        let nodes = |protocol: &str| json!({ "protocol": protocol, "ports": "all", "sources": { "tags": tags } });
        let outbound = |protocol: &str| json!({ "protocol": protocol, "ports": "all", "destinations": everywhere });
        json!({
            "name": name,
            "tags": tags,
            "inbound_rules": [
                nodes("tcp"), nodes("udp"), inbound("icmp", "0"), inbound("tcp", "22"),
                inbound("tcp", "30000-32767"), inbound("udp", "30000-32767"),
            ],
            "outbound_rules": [outbound("icmp"), outbound("tcp"), outbound("udp")],
        })
    }
}
