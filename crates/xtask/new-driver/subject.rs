//! Acorn as a subject.

use std::time::Duration;

use groundwork_acorn::Acorn;
use groundwork_engine::Registry;
use mock_acorn::{Acorn as AcornCloud, Config};
use mock_cloud::{Author, Call, Cloud, Faults, Hand, Mock, Options};
use serde_json::{Value, json};

use crate::{
    Drift, Existing, Stranger, Subject, Twins, Variant, Violation, dual_stack_network, merged, own,
};

/// Acorn over its mock.
#[derive(Clone, Debug, Default)]
pub struct AcornSubject {
    /// The cloud.
    pub config: Config,
}

/// A subnet of somebody else in the cluster's own network; its id.
fn intrude(mock: &Mock, range: &str) -> String {
    let network = own(mock, "networks").id;
    mock.with(|cloud: &mut AcornCloud| {
        let subnet = json!({ "name": "a colleague's", "network": network, "range": range });
        cloud.make("subnets", subnet)
    })
}

impl Subject for AcornSubject {
    fn registry(&self) -> Registry {
        Registry::new().with(Acorn)
    }

    fn mock(&self) -> Mock {
        let options = Options {
            seed: 1,
            latency: Duration::from_millis(50),
            faults: Faults::none(),
            ..Options::default()
        };
        let mock = Mock::new(Box::new(AcornCloud::new(self.config.clone())), options);
        mock.with(|cloud: &mut AcornCloud| {
            // Two, so that the first listing has two pages where a page holds one.
            cloud.make("networks", json!({ "name": "a colleague's", "range": "10.8.0.0/16" }));
            let network = json!({ "name": "somebody's", "range": "10.9.0.0/16" });
            let network = cloud.make("networks", network);
            let subnet = json!({ "name": "somebody's", "network": network, "range": "10.9.0.0/24" });
            cloud.make("subnets", subnet);
        });
        mock
    }

    fn paged(&self, objects: usize) -> Mock {
        let mut small = self.clone();
        small.config.page = objects;
        small.mock()
    }

    fn endpoint(&self) -> &str {
        "https://api.acorn.example"
    }

    fn cluster(&self, variant: Variant) -> Value {
        let document = json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Cluster",
            "metadata": { "name": "harbour", "uid": "c0ffee" },
            "spec": {
                "version": "1.33.1",
                "cloud": { "dc": "quay", "acorn": { "token": self.config.token } },
                "clusterNetwork": dual_stack_network(),
            },
        });
        let patch = match variant {
            Variant::DualStack => json!({}),
            Variant::Ipv4 => json!({ "spec": { "clusterNetwork": { "ipFamily": "IPv4" } } }),
            Variant::WithoutUid => json!({ "metadata": { "uid": null } }),
            Variant::Edited => {
                json!({ "spec": { "cloud": { "acorn": { "range": "10.7.0.0/16" } } } })
            }
        };
        merged(document, &patch)
    }

    fn seed(&self) -> Value {
        let acorn = json!({ "endpoint": self.endpoint() });
        json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Seed",
            "metadata": { "name": "coast" },
            "spec": { "datacenters": { "quay": { "country": "DE", "spec": { "acorn": acorn } } } },
        })
    }

    fn drift(&self, mock: &Mock) -> Drift {
        let subnet = own(mock, "subnets").id;
        mock.with(|cloud: &mut AcornCloud| {
            cloud.edit("subnets", &subnet, |body| {
                body.insert("prefix".to_owned(), Value::Null);
            })
        });
        Drift {
            address: "subnet",
            field: "prefix",
        }
    }

    fn obstruct(&self, mock: &Mock) -> String {
        intrude(mock, "10.0.8.0/24")
    }

    fn strangers(&self) -> Vec<Stranger> {
        vec![Stranger {
            what: "a subnet in our network",
            put: |mock| intrude(mock, "10.0.9.0/24"),
            blocks: true,
        }]
    }

    fn existing(&self, mock: &Mock) -> Existing {
        let ids = mock.with(|cloud: &mut AcornCloud| {
            let network = json!({ "name": "the company's", "range": "10.50.0.0/16" });
            let network = cloud.make("networks", network);
            let body = cloud.body("networks", &network).expect("it was just made");
            let prefix = body["prefix"].as_str().expect("each network has one");
            let subnet = json!({
                "name": "the company's", "network": network, "range": "10.50.7.0/24",
                "prefix": prefix.replace("/56", "/64"),
            });
            vec![network, cloud.make("subnets", subnet)]
        });
        let section = json!({ "network": ids[0], "subnet": ids[1] });
        let patch = json!({ "spec": { "cloud": { "acorn": section } } });
        Existing {
            document: merged(self.cluster(Variant::DualStack), &patch),
            ids,
        }
    }

    fn violations(&self) -> Vec<Violation> {
        vec![
            Violation {
                what: "a subnet without an IPv6 prefix",
                make: |mock, existing| {
                    mock.with(|cloud: &mut AcornCloud| {
                        cloud.edit("subnets", &existing.ids[1], |body| {
                            body.insert("prefix".to_owned(), Value::Null);
                        })
                    });
                },
                names: "prefix",
            },
            Violation {
                what: "a network that does not exist",
                make: |mock, existing| {
                    mock.with(|cloud: &mut AcornCloud| {
                        cloud.vanish("subnets", &existing.ids[1]);
                        cloud.vanish("networks", &existing.ids[0]);
                    });
                },
                names: "does not exist",
            },
        ]
    }

    fn namesakes(&self, mock: &Mock) {
        mock.with(|cloud: &mut AcornCloud| {
            let network = json!({ "name": "kubernetes-harbour", "range": "10.60.0.0/16" });
            cloud.make("networks", network);
        });
    }

    fn twin(&self, mock: &Mock, used: bool) -> Twins {
        let first = own(mock, "networks");
        let second = mock.with(|cloud: &mut AcornCloud| {
            let twin = json!({ "name": first.name, "note": first.text, "range": "10.0.0.0/16" });
            let twin = cloud.make("networks", twin);
            if used {
                let subnet = json!({ "name": "node", "network": twin, "range": "10.0.0.0/24" });
                cloud.make("subnets", subnet);
            }
            // The driver's own, as a late effect would have left it.
            let body = cloud.body("networks", &twin).expect("it was just made");
            cloud.store_mut().insert_as(Author::Api, "networks", &twin, body);
            twin
        });
        Twins {
            address: "network",
            ids: [first.id, second],
        }
    }

    fn listing(&self, call: &Call) -> Option<String> {
        let begins = call.cursor.is_none() && !call.mutating;
        begins.then(|| call.path.clone())
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.config.token.clone()]
    }
}
