//! DigitalOcean as a subject.

use std::time::Duration;

use groundwork_digitalocean::DigitalOcean;
use groundwork_engine::Registry;
use http::Method;
use mock_cloud::{Call, Faults, Hand, Mock, Options};
use mock_digitalocean::{Config, DigitalOcean as DigitalOceanCloud};
use serde_json::{Value, json};

use crate::{
    Drift, Existing, Overtake, Stranger, Subject, Twins, Variant, Violation, dual_stack_network,
    merged, own,
};

/// DigitalOcean over its mock.
#[derive(Clone, Debug, Default)]
pub struct DigitalOceanSubject {
    /// The cloud.
    pub config: Config,
    /// Whether the clusters ask for a subnet: one range can be of one cluster alone.
    pub has_subnet: bool,
    /// Whether a machine outside of our VPC has the tag of the cluster, as KKP's have.
    pub is_tag_shared: bool,
}

/// Addresses of both families.
const EVERYBODY: [&str; 2] = ["0.0.0.0/0", "::/0"];

fn with<R>(mock: &Mock, work: impl FnOnce(&mut DigitalOceanCloud) -> R) -> R {
    mock.with(work)
}

/// A droplet, as somebody makes one.
fn droplet(cloud: &mut DigitalOceanCloud, more: &Value) -> String {
    let body = json!({
        "name": "a-colleagues", "region": "fra1", "size": "s-1vcpu-2gb", "image": "debian-13-x64",
    });
    cloud.make("droplets", merged(body, more))
}

/// What nodes need: each other, ICMP and node ports from everywhere, everything out.
fn fit_rules(tag: &str) -> Value {
    let of = |protocol: &str, ports: &str, side: &str, peers: Value| json!({ "protocol": protocol, "ports": ports, side: peers });
    let everybody = json!({ "addresses": EVERYBODY });
    let among = json!({ "tags": [tag] });
    let out = ["tcp", "udp", "icmp"].map(|one| of(one, "0", "destinations", everybody.clone()));
    json!({
        "inbound_rules": [
            of("tcp", "0", "sources", among.clone()),
            of("udp", "0", "sources", among),
            of("icmp", "0", "sources", json!({ "addresses": EVERYBODY, "tags": [tag] })),
            of("tcp", "30000-32767", "sources", everybody.clone()),
            of("udp", "30000-32767", "sources", everybody.clone()),
        ],
        "outbound_rules": out,
    })
}

const TAG: &str = "kubernetes-cluster-pond";

impl Subject for DigitalOceanSubject {
    fn registry(&self) -> Registry {
        Registry::new().with(DigitalOcean)
    }

    fn mock(&self) -> Mock {
        let options = Options {
            seed: 1,
            latency: Duration::from_millis(50),
            faults: Faults::none(),
            ..Options::default()
        };
        let mock = Mock::new(
            Box::new(DigitalOceanCloud::new(self.config.clone())),
            options,
        );
        with(&mock, |cloud| {
            let vpc =
                json!({ "name": "a-colleagues", "region": "fra1", "ip_range": "10.64.0.0/20" });
            let vpc = cloud.make("vpcs", vpc);
            cloud.make("tags", json!({ "name": "web" }));
            let rules = merged(
                fit_rules("web"),
                &json!({ "name": "a-colleagues", "tags": ["web"] }),
            );
            cloud.make("firewalls", rules);
            droplet(cloud, &json!({ "vpc_uuid": vpc, "tags": ["web"] }));
            if self.is_tag_shared {
                let more = json!({ "name": "a-machine", "ipv6": true, "tags": [TAG] });
                droplet(cloud, &more);
            }
            cloud.settle();
        });
        mock
    }

    fn paged(&self, objects: usize) -> Mock {
        let mut small = self.clone();
        small.config.page_max = objects;
        small.mock()
    }

    fn endpoint(&self) -> &str {
        "https://api.digitalocean.com"
    }

    fn cluster(&self, variant: Variant) -> Value {
        let subnet = json!({ "name": "workers", "range": "10.200.0.0/24" });
        let subnets: Vec<Value> = self.has_subnet.then_some(subnet).into_iter().collect();
        let section = json!({
            "token": self.config.tokens[0].text,
            "sshSources": ["192.0.2.0/24", "2001:db8:22::/48"],
            "subnets": subnets,
        });
        let document = json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Cluster",
            "metadata": { "name": "pond", "uid": "d0c5" },
            "spec": {
                "version": "1.33.1",
                "cloud": { "dc": "frankfurt", "digitalocean": section },
                "clusterNetwork": dual_stack_network(),
            },
        });
        let of_section =
            |section: Value| json!({ "spec": { "cloud": { "digitalocean": section } } });
        let patch = match variant {
            Variant::DualStack => json!({}),
            Variant::Ipv4 => merged(
                of_section(json!({ "sshSources": ["192.0.2.0/24"] })),
                &json!({ "spec": { "clusterNetwork": { "ipFamily": "IPv4" } } }),
            ),
            Variant::WithoutUid => json!({ "metadata": { "uid": null } }),
            Variant::Edited => of_section(json!({ "sshSources": ["198.51.100.0/24"] })),
        };
        merged(document, &patch)
    }

    fn seed(&self) -> Value {
        let spec = json!({ "digitalocean": { "region": "fra1" } });
        json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Seed",
            "metadata": { "name": "europe" },
            "spec": { "datacenters": { "frankfurt": { "country": "DE", "spec": spec } } },
        })
    }

    fn drift(&self, mock: &Mock) -> Drift {
        let firewall = own(mock, "firewalls");
        let outbound = firewall.body["outbound_rules"][0].clone();
        with(mock, |cloud| {
            let gone = json!({ "outbound_rules": [outbound] });
            cloud.change_firewall(&firewall.id, "rules", false, gone);
        });
        Drift {
            address: "firewall",
            field: "rule",
        }
    }

    fn obstruct(&self, mock: &Mock) -> String {
        let vpc = own(mock, "vpcs").id;
        with(mock, |cloud| droplet(cloud, &json!({ "vpc_uuid": vpc })))
    }

    /// Names of firewalls have labels.
    fn overtake(&self) -> Option<Overtake> {
        Some(|mock, request| {
            let is_create = request.method() == Method::POST && request.uri().path() == "/v2/vpcs";
            if !is_create {
                return None;
            }
            let mut body: Value = serde_json::from_slice(request.body()).ok()?;
            body["description"] = json!("somebody else's");
            Some(with(mock, |cloud| cloud.make("vpcs", body)))
        })
    }

    fn strangers(&self) -> Vec<Stranger> {
        vec![
            Stranger {
                what: "a droplet in our VPC",
                put: |mock| {
                    let vpc = own(mock, "vpcs").id;
                    with(mock, |cloud| droplet(cloud, &json!({ "vpc_uuid": vpc })))
                },
                blocks: true,
            },
            Stranger {
                what: "a subnet in our VPC",
                put: |mock| {
                    let vpc = own(mock, "vpcs").id;
                    let body = json!({ "name": "printers", "ip_range": "10.201.0.0/24" });
                    with(mock, |cloud| cloud.make_subnet_of(&vpc, body))
                },
                blocks: true,
            },
            Stranger {
                what: "a peering with our VPC",
                put: |mock| {
                    let vpc = own(mock, "vpcs").id;
                    with(mock, |cloud| {
                        let other = cloud.named("vpcs", "a-colleagues").remove(0);
                        let body = json!({ "name": "p", "vpc_ids": [vpc, other] });
                        let id = cloud.make("vpc_peerings", body);
                        cloud.settle();
                        id
                    })
                },
                blocks: true,
            },
            Stranger {
                what: "a tag of somebody else's on our firewall",
                put: |mock| {
                    let firewall = own(mock, "firewalls").id;
                    with(mock, |cloud| {
                        cloud.make("tags", json!({ "name": "scanners" }));
                        let body = json!({ "tags": ["scanners"] });
                        cloud.change_firewall(&firewall, "tags", true, body);
                        cloud.settle();
                    });
                    "scanners".to_owned()
                },
                blocks: true,
            },
            Stranger {
                what: "a droplet of somebody else's behind our firewall",
                put: |mock| {
                    let firewall = own(mock, "firewalls").id;
                    with(mock, |cloud| {
                        let id = droplet(cloud, &json!({ "name": "printer" }));
                        let number: u64 = id.parse().expect("ids of droplets are numbers");
                        let body = json!({ "droplet_ids": [number] });
                        cloud.change_firewall(&firewall, "droplets", true, body);
                        cloud.settle();
                        id
                    })
                },
                blocks: true,
            },
            Stranger {
                what: "a rule of somebody else's in our firewall",
                put: |mock| {
                    let firewall = own(mock, "firewalls").id;
                    with(mock, |cloud| {
                        let rule = json!({
                            "protocol": "tcp", "ports": "9100",
                            "sources": { "addresses": ["203.0.113.9"] },
                        });
                        let body = json!({ "inbound_rules": [rule] });
                        cloud.change_firewall(&firewall, "rules", true, body);
                    });
                    "203.0.113.9".to_owned()
                },
                blocks: false,
            },
        ]
    }

    fn existing(&self, mock: &Mock) -> Existing {
        let ids = with(mock, |cloud| {
            let vpc =
                json!({ "name": "the-companys", "region": "fra1", "ip_range": "10.99.0.0/16" });
            let vpc = cloud.make("vpcs", vpc);
            let subnet = json!({ "name": "workers", "ip_range": "10.200.0.0/24" });
            let subnet = cloud.make_subnet_of(&vpc, subnet);
            cloud.make("tags", json!({ "name": TAG }));
            let rules = merged(
                fit_rules(TAG),
                &json!({ "name": "the-companys", "tags": [TAG] }),
            );
            let firewall = cloud.make("firewalls", rules);
            vec![vpc, subnet, firewall]
        });
        let subnet = json!({ "name": "workers", "range": "10.200.0.0/24" });
        let section = json!({
            "vpc": ids[0], "firewall": ids[2], "sshSources": null, "subnets": [subnet],
        });
        let patch = json!({ "spec": { "cloud": { "digitalocean": section } } });
        Existing {
            document: merged(self.cluster(Variant::DualStack), &patch),
            ids,
        }
    }

    fn violations(&self) -> Vec<Violation> {
        vec![
            Violation {
                what: "a VPC that does not exist",
                make: |mock, existing| {
                    with(mock, |cloud| cloud.vanish("vpcs", &existing.ids[0]));
                },
                names: "does not exist",
            },
            Violation {
                what: "a VPC in another region",
                make: |mock, existing| {
                    with(mock, |cloud| {
                        cloud.edit("vpcs", &existing.ids[0], |body| {
                            body.insert("region".to_owned(), json!("ams3"));
                        });
                    });
                },
                names: "ams3",
            },
            Violation {
                what: "a subnet that does not exist",
                make: |mock, existing| {
                    with(mock, |cloud| cloud.vanish("subnets", &existing.ids[1]));
                },
                names: "workers",
            },
            Violation {
                what: "a subnet with another range",
                make: |mock, existing| {
                    with(mock, |cloud| {
                        cloud.edit("subnets", &existing.ids[1], |body| {
                            body.insert("ip_range".to_owned(), json!("10.202.0.0/24"));
                        });
                    });
                },
                names: "10.202.0.0/24",
            },
            Violation {
                what: "a firewall that lets nodes reach nobody by IPv6",
                make: |mock, existing| {
                    with(mock, |cloud| {
                        cloud.edit("firewalls", &existing.ids[2], |body| {
                            let out = json!([{
                                "protocol": "tcp", "ports": "0",
                                "destinations": { "addresses": ["0.0.0.0/0"] },
                            }]);
                            body.insert("outbound_rules".to_owned(), out);
                        });
                    });
                },
                names: "::/0",
            },
            Violation {
                what: "a firewall that applies to no node",
                make: |mock, existing| {
                    with(mock, |cloud| {
                        cloud.edit("firewalls", &existing.ids[2], |body| {
                            body.insert("tags".to_owned(), json!([]));
                        });
                    });
                },
                names: TAG,
            },
            Violation {
                what: "a peered VPC that overlaps with the pods",
                make: |mock, existing| {
                    with(mock, |cloud| {
                        let body =
                            json!({ "name": "b", "region": "fra1", "ip_range": "172.25.0.0/16" });
                        let other = cloud.make("vpcs", body);
                        let body = json!({ "name": "p", "vpc_ids": [existing.ids[0], other] });
                        cloud.make("vpc_peerings", body);
                        cloud.settle();
                    });
                },
                names: "172.25.0.0/16",
            },
        ]
    }

    fn namesakes(&self, mock: &Mock) {
        with(mock, |cloud| {
            cloud.make(
                "vpcs",
                json!({ "name": "kubernetes-pond", "region": "fra1" }),
            );
        });
    }

    fn twin(&self, mock: &Mock, used: bool) -> Twins {
        let first = own(mock, "vpcs");
        let second = with(mock, |cloud| {
            // Names are given once.
            let body = json!({
                "name": "kubernetes-pond-again", "region": "fra1", "description": first.text,
            });
            let id = cloud.make_as_client("vpcs", body);
            cloud.edit("vpcs", &id, |body| {
                body.insert("created_at".to_owned(), json!("2026-01-02T00:00:00Z"));
            });
            let both = [(&first.id, "10.203.0.0/24"), (&id, "10.204.0.0/24")];
            for (vpc, range) in both.into_iter().filter(|_| used) {
                cloud.make_subnet_of(vpc, json!({ "name": "users", "ip_range": range }));
            }
            id
        });
        Twins {
            address: "vpc",
            ids: [first.id, second],
        }
    }

    fn listing(&self, call: &Call) -> Option<String> {
        let parts: Vec<&str> = call.path.split('/').collect();
        let is_collection = matches!(parts.len(), 3 | 5);
        let mut parameters = call.query.split('&');
        let is_first = !parameters.any(|one| one.starts_with("page="));
        (call.method == "GET" && is_collection && is_first).then(|| call.path.clone())
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.config.tokens[0].text.clone()]
    }
}
