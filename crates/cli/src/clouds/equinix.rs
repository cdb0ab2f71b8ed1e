//! Equinix Metal, which documents call Packet.

use super::{Cloud, Policies};

pub(super) const CLOUD: Cloud = Cloud {
    name: "packet",
    title: "Equinix Metal",
    codes: groundwork_equinix::codes::ALL,
    policies: Policies::None(
        "a key of the API that only reads is enough, and there is nothing finer to permit",
    ),
    register: |registry| registry.with(groundwork_equinix::Equinix),
    #[cfg(feature = "mock")]
    mock: mock::MOCK,
};

#[cfg(feature = "mock")]
mod mock {
    use std::sync::Arc;

    use bytes::Bytes;
    use groundwork_model::{Cluster, Documents};
    use groundwork_provider::Clock;
    use http::HeaderValue;
    use jiff::Timestamp;
    use mock_cloud::{Cloud as _, Hand as _, Mock, Options};
    use mock_equinix::{Config, Equinix, Metro};
    use serde_json::{Value, json};

    use crate::{
        args::MockOptions,
        clouds::{
            InProcess,
            embedded::{MockOf, Variables, of_datacenters, text},
        },
    };

    const HOST: &str = "metal.mock.invalid";
    const KEY: &str = "mock-key-of-a-user";

    pub(super) const MOCK: MockOf = MockOf {
        host: Some(HOST),
        embedded,
        options: &[],
        served,
    };

    fn served(options: &MockOptions, _: Timestamp) -> Box<dyn mock_cloud::Cloud> {
        let config = Config {
            seed: options.seed,
            ..Config::default()
        };
        Box::new(Equinix::new(config))
    }

    /// An installation that has what the documents name, wherever they say that it is, and the
    /// environment to enter it.
    fn embedded(documents: &Documents, clock: &Arc<dyn Clock>) -> (InProcess, Variables) {
        let mut config = Config::default();
        for metro in of_datacenters(documents, "packet", "metro") {
            if config.metros.iter().all(|known| known.code != metro) {
                config.metros.push(Metro {
                    id: format!("00000000-0000-4000-8000-{:012}", config.metros.len()),
                    name: metro.clone(),
                    country: "US".to_owned(),
                    code: metro,
                });
            }
        }
        let mut cloud = Equinix::new(config);
        for cluster in &documents.clusters {
            furnish(&mut cloud, documents, cluster);
        }
        let mock = Mock::new(Box::new(cloud), Options::default());
        let variables = mock.environment(&format!("http://{HOST}"));
        let hosts = documents.clusters.iter().filter_map(|one| host(one));
        let wire = InProcess::new(mock, clock)
            .rewriting(log_in)
            .at(hosts.collect());
        (wire, variables)
    }

    fn section(cluster: &Cluster) -> Option<&Value> {
        let section = cluster.spec.cloud.clouds.get("packet");
        section.map(|section| section.value())
    }

    fn metro(datacenter: &Arc<groundwork_model::Datacenter>) -> Option<String> {
        let section = datacenter.spec.clouds.get("packet");
        text(section.map(|section| section.value()), "metro")
    }

    fn host(cluster: &Cluster) -> Option<String> {
        let endpoint: http::Uri = text(section(cluster), "endpoint")?.parse().ok()?;
        endpoint.host().map(str::to_owned)
    }

    /// The project of a cluster with a server, so that it has a block of IPv6 addresses, and its
    /// VLANs.
    fn furnish(cloud: &mut Equinix, documents: &Documents, cluster: &Cluster) {
        let Some(metro) = documents.datacenter_of(cluster).ok().and_then(metro) else {
            return;
        };
        let usual = cloud.config.project.id.clone();
        let project = text(section(cluster), "projectID").unwrap_or(usual);
        if cloud.body("projects", &project).is_none() {
            cloud.add_project(&project, "mock");
        }
        let device = json!({ "metro": metro, "plan": "mock", "operating_system": "mock" });
        cloud.make(&project, "devices", device);
        if let (Some(named), Some(block)) = (
            text(section(cluster), "ipv6Reservation"),
            cloud.ipv6_block(&project, &metro),
        ) && let Some(mut body) = cloud.body("ips", &block)
        {
            body.insert("id".to_owned(), json!(named));
            cloud.vanish("ips", &block);
            cloud.store_mut().insert("ips", &named, body);
        }
        let vlans = section(cluster).and_then(|section| section["vlans"].as_array());
        for number in vlans.into_iter().flatten() {
            let vlan = json!({ "metro": metro, "vxlan": number });
            cloud.make(&project, "virtual-networks", vlan);
        }
    }

    /// Makes every key the mock's own, whoever the documents say.
    fn log_in(request: &mut http::Request<Bytes>) {
        let key = HeaderValue::from_static(KEY);
        request.headers_mut().insert("x-auth-token", key);
    }
}
