//! Nodes that the user brings, as a subject: a driver that creates nothing.

use groundwork_engine::Registry;
use groundwork_provider::Environment;
use mock_byo::{Apiserver, Config, Joined};
use mock_cloud::{Call, Mock, Options};
use serde_json::{Value, json};

use crate::{Existing, Subject, Variant, Violation, dual_stack_network, merged};

/// The driver over a cluster that two nodes have joined.
#[derive(Clone, Debug, Default)]
pub struct ByoSubject {
    /// The API server.
    pub config: Config,
}

impl ByoSubject {
    /// Where the kubeconfig says that the API server is.
    pub const ENDPOINT: &'static str = "https://kubernetes.example.org:6443";

    fn token(&self) -> &str {
        self.config.tokens.first().map_or("", |token| &token.text)
    }

    /// The nodes that have joined, as a document lists them.
    fn nodes() -> Value {
        json!([
            {
                "name": "node-a", "addresses": ["10.0.0.5/24", "fd0a::5/64"],
                "podCIDRs": ["172.25.0.0/24", "fd01::/64"],
            },
            {
                "name": "node-b", "addresses": ["10.0.0.6/24", "fd0a::6/64"],
                "podCIDRs": ["172.25.1.0/24", "fd01:0:0:1::/64"],
            },
        ])
    }
}

/// Writes one of the addresses of a node's status, and its node-ip.
fn readdress(mock: &Mock, number: usize, address: &str) {
    mock.with(|cloud: &mut Apiserver| {
        cloud.change("node-b", |node| {
            node["status"]["addresses"][number]["address"] = json!(address);
            node["metadata"]["annotations"] = json!({});
        })
    });
}

impl Subject for ByoSubject {
    fn registry(&self) -> Registry {
        Registry::new().with(groundwork_byo::Byo)
    }

    fn mock(&self) -> Mock {
        let cloud = Apiserver::new(self.config.clone());
        let mock = Mock::new(Box::new(cloud), Options::default());
        mock.with(|cloud: &mut Apiserver| {
            let a = Joined::new(["10.0.0.5", "fd0a::5"], ["172.25.0.0/24", "fd01::/64"]);
            let b = Joined::new(
                ["10.0.0.6", "fd0a::6"],
                ["172.25.1.0/24", "fd01:0:0:1::/64"],
            );
            cloud.join("node-a", &a);
            cloud.join("node-b", &b);
        });
        mock
    }

    fn paged(&self, objects: usize) -> Mock {
        let mut small = self.clone();
        small.config.page = Some(objects);
        small.mock()
    }

    fn endpoint(&self) -> &str {
        Self::ENDPOINT
    }

    fn environment(&self) -> Environment {
        Environment::new(self.mock().environment(Self::ENDPOINT))
    }

    fn cluster(&self, variant: Variant) -> Value {
        let document = json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Cluster",
            "metadata": { "name": "own", "uid": "c0ffee" },
            "spec": {
                "version": "1.36.3",
                "cloud": { "dc": "hall", "bringyourown": {} },
                "clusterNetwork": dual_stack_network(),
            },
        });
        let patch = match variant {
            Variant::DualStack => json!({}),
            Variant::Ipv4 => json!({ "spec": { "clusterNetwork": { "ipFamily": "IPv4" } } }),
            Variant::WithoutUid => json!({ "metadata": { "uid": null } }),
            Variant::Edited => {
                json!({ "spec": { "cloud": { "bringyourown": { "nodes": Self::nodes() } } } })
            }
        };
        merged(document, &patch)
    }

    fn seed(&self) -> Value {
        let hall = json!({ "country": "DE", "spec": { "bringyourown": {} } });
        json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Seed",
            "metadata": { "name": "own" },
            "spec": { "datacenters": { "hall": hall } },
        })
    }

    fn existing(&self, _: &Mock) -> Existing {
        Existing {
            document: self.cluster(Variant::Edited),
            ids: vec!["node-a".to_owned(), "node-b".to_owned()],
        }
    }

    fn violations(&self) -> Vec<Violation> {
        vec![
            Violation {
                what: "another address than the document lists",
                make: |mock, _| readdress(mock, 0, "10.0.0.7"),
                names: "addresses",
            },
            Violation {
                what: "an address inside of the services",
                make: |mock, _| readdress(mock, 1, "fd02::7"),
                names: "overlap",
            },
            Violation {
                what: "a link-local address",
                make: |mock, _| readdress(mock, 1, "fe80::7"),
                names: "link-local",
            },
            Violation {
                what: "the address of another node",
                make: |mock, _| readdress(mock, 0, "10.0.0.5"),
                names: "both have 10.0.0.5",
            },
            Violation {
                what: "the address at which the routers of another node's subnet answer",
                make: |mock, _| readdress(mock, 1, "fd0a::"),
                names: "routers",
            },
            Violation {
                what: "pods' ranges of another node",
                make: |mock, _| {
                    mock.with(|cloud: &mut Apiserver| {
                        cloud.change("node-b", |node| {
                            node["spec"]["podCIDRs"] = json!(["172.25.0.0/24", "fd01::/64"]);
                        })
                    });
                },
                names: "overlap",
            },
            Violation {
                what: "pods' ranges of one family",
                make: |mock, _| {
                    mock.with(|cloud: &mut Apiserver| {
                        cloud.change("node-b", |node| {
                            node["spec"]["podCIDRs"] = json!(["172.25.1.0/24"]);
                        })
                    });
                },
                names: "podCIDRs of IPv4",
            },
            Violation {
                what: "a node that waits for a cloud controller",
                make: |mock, _| {
                    mock.with(|cloud: &mut Apiserver| {
                        let taint = "node.cloudprovider.kubernetes.io/uninitialized";
                        cloud.change("node-b", |node| {
                            node["spec"]["taints"] =
                                json!([{ "key": taint, "effect": "NoSchedule" }]);
                        })
                    });
                },
                names: "cloud controller",
            },
        ]
    }

    fn listing(&self, call: &Call) -> Option<String> {
        let is_first = call.method == "GET" && !call.query.contains("continue=");
        is_first.then(|| call.path.clone())
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.token().to_owned()]
    }
}
