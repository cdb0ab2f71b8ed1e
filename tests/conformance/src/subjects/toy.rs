//! The toy as a subject.

use std::{collections::BTreeSet, time::Duration};

use groundwork_engine::Registry;
use groundwork_model::Family;
use ipnet::Ipv4Net;
use mock_cloud::{Author, Call, Cloud, Entry, Faults, Mock, Options};
use serde_json::{Value, json};

use crate::{
    Drift, Existing, Stranger, Subject, Twins, Variant, Violation, dual_stack_network, merged,
    toy::{
        Toy,
        cloud::{Config, ToyCloud},
    },
};

/// The toy over its cloud.
#[derive(Clone, Debug, Default)]
pub struct ToySubject {
    /// The cloud.
    pub config: Config,
}

impl ToySubject {
    /// The range that the clusters have.
    pub const RANGE: &'static str = "10.0.0.0/16";

    /// The cluster's own object of a kind, from the cloud.
    ///
    /// # Panics
    /// If it has none.
    #[must_use]
    pub fn own(mock: &Mock, kind: &str) -> Entry {
        let inventory = mock.inventory();
        let mut own = inventory
            .kind(kind)
            .filter(|entry| entry.author == Author::Api);
        own.next().expect("the cluster has one").clone()
    }
}

impl Subject for ToySubject {
    fn registry(&self) -> Registry {
        Registry::new().with(Toy)
    }

    fn mock(&self) -> Mock {
        let latency = Duration::from_millis(50);
        let options = Options {
            seed: 1,
            latency,
            faults: Faults::none(),
            ..Options::default()
        };
        let mock = Mock::new(Box::new(ToyCloud::new(self.config.clone())), options);
        mock.with(|cloud: &mut ToyCloud| {
            let range = Ipv4Net::new_assert([10, 9, 0, 0].into(), 16);
            let network = cloud.add_network("somebody's", "", range);
            cloud.add_subnet(
                &network,
                "node-a",
                "a",
                Ipv4Net::new_assert([10, 9, 0, 0].into(), 24),
            );
            let gateway = cloud.add_gateway("somebody's", "", &BTreeSet::from([Family::V4]));
            cloud.add_attachment(&gateway, &network);
        });
        mock
    }

    fn paged(&self, objects: usize) -> Mock {
        let mut small = self.clone();
        small.config.page = objects;
        small.mock()
    }

    fn endpoint(&self) -> &str {
        "https://toy.example"
    }

    fn cluster(&self, variant: Variant) -> Value {
        let document = json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Cluster",
            "metadata": { "name": "blocks", "uid": "c0ffee" },
            "spec": {
                "version": "1.33.1",
                "cloud": { "dc": "playroom", "toy": { "token": self.config.token } },
                "clusterNetwork": dual_stack_network(),
            },
        });
        let patch = match variant {
            Variant::DualStack => json!({}),
            Variant::Ipv4 => json!({ "spec": { "clusterNetwork": { "ipFamily": "IPv4" } } }),
            Variant::WithoutUid => json!({ "metadata": { "uid": null } }),
            Variant::Edited => {
                json!({ "spec": { "cloud": { "toy": { "range": "10.7.0.0/16" } } } })
            }
        };
        merged(document, &patch)
    }

    fn seed(&self) -> Value {
        let toy = json!({ "endpoint": self.endpoint(), "ipv6Enabled": true });
        json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Seed",
            "metadata": { "name": "nursery" },
            "spec": { "datacenters": { "playroom": { "country": "DE", "spec": { "toy": toy } } } },
        })
    }

    fn drift(&self, mock: &Mock) -> Drift {
        let gateway = Self::own(mock, "gateways");
        mock.with(|cloud: &mut ToyCloud| {
            cloud.set("gateways", &gateway.id, "families", json!(["IPv4"]));
        });
        Drift {
            address: "gateway",
            field: "families",
        }
    }

    fn obstruct(&self, mock: &Mock) -> String {
        let network = Self::own(mock, "networks");
        mock.with(|cloud: &mut ToyCloud| {
            let range = Ipv4Net::new_assert([10, 0, 99, 0].into(), 24);
            cloud.add_subnet(&network.id, "printers", "a", range)
        })
    }

    fn strangers(&self) -> Vec<Stranger> {
        vec![
            Stranger {
                what: "a subnet in our network",
                put: |mock| {
                    let network = Self::own(mock, "networks");
                    mock.with(|cloud: &mut ToyCloud| {
                        let range = Ipv4Net::new_assert([10, 0, 98, 0].into(), 24);
                        cloud.add_subnet(&network.id, "node-of-a-colleague", "a", range)
                    })
                },
                blocks: true,
            },
            Stranger {
                what: "a gateway of somebody else on our network",
                put: |mock| {
                    let network = Self::own(mock, "networks");
                    mock.with(|cloud: &mut ToyCloud| {
                        let gateway = cloud.add_gateway("a colleague's", "", &Family::BOTH.into());
                        cloud.add_attachment(&gateway, &network.id)
                    })
                },
                blocks: true,
            },
            Stranger {
                what: "a network of somebody else on our gateway",
                put: |mock| {
                    let gateway = Self::own(mock, "gateways");
                    mock.with(|cloud: &mut ToyCloud| {
                        let range = Ipv4Net::new_assert([10, 99, 0, 0].into(), 16);
                        let network = cloud.add_network("a colleague's", "", range);
                        cloud.add_attachment(&gateway.id, &network)
                    })
                },
                blocks: true,
            },
        ]
    }

    fn existing(&self, mock: &Mock) -> Existing {
        let (network, gateway, subnets) = mock.with(|cloud: &mut ToyCloud| {
            let range = Ipv4Net::new_assert([10, 50, 0, 0].into(), 16);
            let network = cloud.add_network("the company's", "", range);
            let gateway = cloud.add_gateway("the company's", "", &Family::BOTH.into());
            cloud.add_attachment(&gateway, &network);
            let subnets = self.config.zones.iter().zip(0_u8..).map(|(zone, number)| {
                let range = Ipv4Net::new_assert([10, 50, number, 0].into(), 24);
                let subnet = cloud.add_subnet(&network, &format!("node-{zone}"), zone, range);
                let parent = cloud.store().find("networks", &network);
                let parent = parent.expect("it is there").text("prefix").to_owned();
                let parent: ipnet::Ipv6Net = parent.parse().expect("it is a prefix");
                let first = parent.network().to_bits() + (u128::from(number) << 64);
                let prefix = format!("{}/64", std::net::Ipv6Addr::from_bits(first));
                cloud.set("subnets", &subnet, "prefix", json!(prefix));
                subnet
            });
            (
                network.clone(),
                gateway.clone(),
                subnets.collect::<Vec<_>>(),
            )
        });
        let section = json!({ "network": network, "gateway": gateway });
        let patch = json!({ "spec": { "cloud": { "toy": section } } });
        Existing {
            document: merged(self.cluster(Variant::DualStack), &patch),
            ids: [network, gateway].into_iter().chain(subnets).collect(),
        }
    }

    fn violations(&self) -> Vec<Violation> {
        vec![
            Violation {
                what: "a gateway of IPv4 alone",
                make: |mock, existing| {
                    mock.with(|cloud: &mut ToyCloud| {
                        cloud.set("gateways", &existing.ids[1], "families", json!(["IPv4"]));
                    });
                },
                names: "families",
            },
            Violation {
                what: "a subnet without an IPv6 prefix",
                make: |mock, existing| {
                    mock.with(|cloud: &mut ToyCloud| {
                        cloud.set("subnets", &existing.ids[2], "prefix", Value::Null);
                    });
                },
                names: "prefix",
            },
            Violation {
                what: "a network that does not exist",
                make: |mock, existing| {
                    mock.with(|cloud: &mut ToyCloud| cloud.take("networks", &existing.ids[0]));
                },
                names: "does not exist",
            },
        ]
    }

    fn namesakes(&self, mock: &Mock) {
        mock.with(|cloud: &mut ToyCloud| {
            let range = Ipv4Net::new_assert([10, 60, 0, 0].into(), 16);
            cloud.add_network("kubernetes-blocks", "", range);
            cloud.add_gateway("kubernetes-blocks", "", &Family::BOTH.into());
        });
    }

    fn twin(&self, mock: &Mock, used: bool) -> Twins {
        let first = Self::own(mock, "networks");
        let second = mock.with(|cloud: &mut ToyCloud| {
            // The driver's own, as a late effect would have left it.
            cloud.store_mut().set_author(Author::Api);
            let range = Self::RANGE.parse().expect("it is a range");
            let id = cloud.add_network(&first.name, &first.text, range);
            if used {
                let range = Ipv4Net::new_assert([10, 0, 0, 0].into(), 24);
                cloud.add_subnet(&id, "node-a", "a", range);
            }
            id
        });
        Twins {
            address: "network",
            ids: [first.id, second],
        }
    }

    fn turns_at(&self, call: &Call) -> Option<String> {
        let (network, _) = call.path.split_once("/subnets")?;
        Some(network.to_owned())
    }

    fn listing(&self, call: &Call) -> Option<String> {
        let collection = call.path.matches('/').count() == 1 && call.path != "/limits";
        let first = call.method == "GET" && collection && !call.query.contains("page=");
        first.then(|| call.path.clone())
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.config.token.clone(), "signature=".to_owned()]
    }
}
