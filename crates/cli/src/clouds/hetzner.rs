//! Hetzner Cloud.

use super::{Cloud, Policies};

pub(super) const CLOUD: Cloud = Cloud {
    name: "hetzner",
    title: "Hetzner",
    codes: groundwork_hetzner::codes::ALL,
    policies: Policies::None(
        "a token of Hetzner's reads a project, or reads and writes all of it: there is nothing finer to permit",
    ),
    register: |registry| registry.with(groundwork_hetzner::Hetzner),
    #[cfg(feature = "mock")]
    mock: mock::MOCK,
};

#[cfg(feature = "mock")]
mod mock {
    use std::sync::Arc;

    use bytes::Bytes;
    use groundwork_model::Documents;
    use groundwork_provider::Clock;
    use http::{HeaderValue, header::AUTHORIZATION};
    use jiff::Timestamp;
    use mock_cloud::{Calendar, Mock, Options};
    use mock_hetzner::{Config, Hetzner};
    use serde_json::{Value, json};

    use crate::{
        args::MockOptions,
        clouds::{
            InProcess,
            embedded::{MockOf, Variables, of_clusters, of_datacenters},
        },
    };

    pub(super) const MOCK: MockOf = MockOf {
        host: Some(HOST),
        embedded,
        options: &["--action-delay"],
        served,
    };

    const HOST: &str = "hetzner.mock.invalid";

    fn served(options: &MockOptions, now: Timestamp) -> Box<dyn mock_cloud::Cloud> {
        let usual = Config::default();
        let config = Config {
            seed: options.seed,
            // The headers of the rate limit have the real time.
            calendar: Calendar { epoch: now },
            action_delay: options.action_delay.unwrap_or(usual.action_delay),
            ..usual
        };
        Box::new(Hetzner::new(config))
    }

    /// A project that has what the documents name, and the environment to enter it.
    fn embedded(documents: &Documents, clock: &Arc<dyn Clock>) -> (InProcess, Variables) {
        let calendar = Calendar { epoch: clock.now() };
        let mut cloud = Hetzner::new(Config {
            calendar,
            ..Config::default()
        });
        for network in networks(documents) {
            cloud.make_if_allowed("networks", network);
        }
        let mut firewalls = of_clusters(documents, "hetzner", "firewall");
        firewalls.sort();
        for name in firewalls {
            cloud.make_if_allowed("firewalls", firewall(&name));
        }
        let mock = Mock::new(Box::new(cloud), Options::default());
        let variables = mock.environment(&format!("http://{HOST}"));
        (InProcess::new(mock, clock).rewriting(log_in), variables)
    }

    /// The networks that documents name, each with a subnet in the zone of the European locations.
    fn networks(documents: &Documents) -> Vec<Value> {
        let mut names = of_clusters(documents, "hetzner", "network");
        names.extend(of_datacenters(documents, "hetzner", "network"));
        names.sort();
        names.dedup();
        let network = |name: String| {
            let subnet = json!({
                "type": "cloud", "ip_range": "10.0.0.0/24", "network_zone": "eu-central",
            });
            json!({ "name": name, "ip_range": "10.0.0.0/16", "subnets": [subnet] })
        };
        names.into_iter().map(network).collect()
    }

    /// One that lets in what nodes need, of both families.
    fn firewall(name: &str) -> Value {
        let rule = |protocol: &str, port: Option<&str>| {
            json!({
                "direction": "in", "protocol": protocol, "port": port,
                "source_ips": ["0.0.0.0/0", "::/0"],
            })
        };
        let rules = [
            rule("icmp", None),
            rule("tcp", Some("22")),
            rule("tcp", Some("30000-32767")),
            rule("udp", Some("30000-32767")),
        ];
        let selector = json!({ "selector": format!("firewall={name}") });
        let applied = json!([{ "type": "label_selector", "label_selector": selector }]);
        json!({ "name": name, "rules": rules, "apply_to": applied })
    }

    /// Any token opens it.
    fn log_in(request: &mut http::Request<Bytes>) {
        let token = Config::default().tokens.remove(0).text;
        if let Ok(header) = HeaderValue::try_from(format!("Bearer {token}")) {
            request.headers_mut().insert(AUTHORIZATION, header);
        }
    }
}
