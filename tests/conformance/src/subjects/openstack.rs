//! OpenStack as a subject.

use std::time::Duration;

use groundwork_engine::Registry;
use groundwork_openstack::OpenStack;
use mock_cloud::{Author, Call, Cloud, Faults, Mock, Options};
use mock_openstack::{Config, OpenStack as OpenStackCloud};
use serde_json::{Value, json};

use crate::{Drift, Subject, Twins, Variant, dual_stack_network, merged, own};

/// OpenStack over its mock.
#[derive(Clone, Debug)]
pub struct OpenStackSubject {
    /// The cloud.
    pub config: Config,
}

impl Default for OpenStackSubject {
    /// With a default pool, so that there is an IPv6 range that leads somewhere.
    fn default() -> Self {
        Self {
            config: Config::default().with_default_v6_pool(),
        }
    }
}

/// Whose project the cluster is in.
const PROJECT: &str = "demo";

impl Subject for OpenStackSubject {
    fn registry(&self) -> Registry {
        Registry::new().with(OpenStack)
    }

    fn mock(&self) -> Mock {
        let options = Options {
            seed: 1,
            latency: Duration::from_millis(50),
            faults: Faults::none(),
            ..Options::default()
        };
        let mock = Mock::new(Box::new(OpenStackCloud::new(self.config.clone())), options);
        mock.with(|cloud: &mut OpenStackCloud| {
            let network = cloud.make(PROJECT, "networks", json!({ "name": "somebody's" }));
            let subnet = cloud.make(
                PROJECT,
                "subnets",
                json!({ "network_id": network, "cidr": "192.168.1.0/24", "ip_version": 4 }),
            );
            let router = cloud.make(PROJECT, "routers", json!({ "name": "somebody's" }));
            cloud.join(&router, &subnet);
            cloud.make(PROJECT, "security_groups", json!({ "name": "somebody's" }));
        });
        mock
    }

    fn endpoint(&self) -> &str {
        "https://cloud.example"
    }

    fn cluster(&self, variant: Variant) -> Value {
        let section = json!({
            "username": "demo",
            "password": "secret",
            "project": PROJECT,
            "domain": "Default",
        });
        let document = json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Cluster",
            "metadata": { "name": "harbour", "uid": "5eaf00d" },
            "spec": {
                "version": "1.33.1",
                "cloud": { "dc": "north", "openstack": section },
                "clusterNetwork": dual_stack_network(),
            },
        });
        let patch = match variant {
            Variant::DualStack => json!({}),
            Variant::Ipv4 => json!({ "spec": { "clusterNetwork": { "ipFamily": "IPv4" } } }),
            Variant::WithoutUid => json!({ "metadata": { "uid": null } }),
            Variant::Edited => {
                json!({ "spec": { "cloud": { "openstack": { "subnetCidr": "10.7.0.0/24" } } } })
            }
        };
        merged(document, &patch)
    }

    fn seed(&self) -> Value {
        let openstack = json!({
            "authURL": format!("{}/identity/v3", self.endpoint()),
            "region": self.config.region,
            "ipv6Enabled": true,
            "dnsServers": ["9.9.9.9", "2620:fe::fe"],
        });
        json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Seed",
            "metadata": { "name": "coast" },
            "spec": { "datacenters": {
                "north": { "country": "DE", "spec": { "openstack": openstack } },
            } },
        })
    }

    fn drift(&self, mock: &Mock) -> Drift {
        let network = own(mock, "networks");
        mock.with(|cloud: &mut OpenStackCloud| {
            cloud.change("networks", &network.id, json!({ "admin_state_up": false }));
        });
        Drift {
            address: "network",
            field: "admin_state_up",
        }
    }

    fn obstruct(&self, mock: &Mock) -> String {
        let network = own(mock, "networks");
        mock.with(|cloud: &mut OpenStackCloud| {
            cloud.make(PROJECT, "ports", json!({ "network_id": network.id }))
        })
    }

    fn twin(&self, mock: &Mock, used: bool) -> Twins {
        let first = own(mock, "routers");
        let second = mock.with(|cloud: &mut OpenStackCloud| {
            let subnet = used.then(|| {
                let network = cloud.make(PROJECT, "networks", json!({ "name": "another" }));
                let subnet =
                    json!({ "network_id": network, "cidr": "10.44.0.0/24", "ip_version": 4 });
                cloud.make(PROJECT, "subnets", subnet)
            });
            // The driver's own, as a late effect would have left it.
            cloud.store_mut().set_author(Author::Api);
            let router = json!({ "name": first.name, "description": first.text });
            let router = cloud.make(PROJECT, "routers", router);
            if let Some(subnet) = subnet {
                cloud.join(&router, &subnet);
            }
            router
        });
        Twins {
            address: "router",
            ids: [first.id, second],
        }
    }

    fn is_overhead(&self, call: &Call) -> bool {
        let path = call.path.trim_end_matches('/');
        path.ends_with("/auth/tokens")
            || path.ends_with("/extensions")
            || path.ends_with("/v2.0")
            || path.ends_with("/v3")
    }

    fn listing(&self, call: &Call) -> Option<String> {
        let first = call.method == "GET" && !call.query.contains("marker=");
        first.then(|| format!("{}?{}", call.path, call.query))
    }

    fn secrets(&self) -> Vec<String> {
        vec!["\"secret\"".to_owned(), "gAAAA".to_owned()]
    }
}
