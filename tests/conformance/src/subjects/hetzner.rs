//! Hetzner Cloud as a subject.

use std::time::Duration;

use groundwork_engine::Registry;
use groundwork_hetzner::Hetzner;
use groundwork_provider::Clock;
use http::Method;
use mock_cloud::{Author, Calendar, Call, Cloud, Entry, Faults, Mock, Options};
use mock_hetzner::{Config, Hetzner as HetznerCloud};
use serde_json::{Value, json};

use crate::{
    Drift, Existing, Failing, Overtake, Stranger, Subject, Twins, Variant, Violation, VirtualClock,
    dual_stack_network, merged, own,
};

/// Hetzner Cloud over its mock.
#[derive(Clone, Debug)]
pub struct HetznerSubject {
    /// The cloud.
    pub config: Config,
    /// The datacenter's section.
    pub datacenter: Value,
}

impl Default for HetznerSubject {
    fn default() -> Self {
        Self {
            config: Config::default(),
            datacenter: json!({ "datacenter": "", "location": "fsn1", "network": "" }),
        }
    }
}

/// The label by which the firewall of the cluster is applied.
const NODE_LABEL: (&str, &str) = ("kubernetes-cluster", "lighthouse");

fn number(id: &str) -> u64 {
    id.parse().expect("ids are numbers")
}

/// Makes a server as somebody else would; its id.
fn server(mock: &Mock, name: &str, more: Value) -> String {
    let body = json!({
        "name": name, "server_type": "cx23", "image": "debian-13", "location": "fsn1",
    });
    mock.with(|cloud: &mut HetznerCloud| cloud.make("servers", merged(body, &more)))
}

fn act(mock: &Mock, kind: &str, id: &str, command: &str, body: Value) {
    mock.with(|cloud: &mut HetznerCloud| cloud.act(kind, id, command, body));
}

fn subnet(range: &str) -> Value {
    json!({ "type": "cloud", "ip_range": range, "network_zone": "eu-central" })
}

fn by_label(selector: &str) -> Value {
    json!({ "type": "label_selector", "label_selector": { "selector": selector } })
}

fn rule(protocol: &str, port: Option<&str>) -> Value {
    json!({
        "direction": "in", "protocol": protocol, "port": port,
        "source_ips": ["0.0.0.0/0", "::/0"],
    })
}

/// What nodes need: ICMP, SSH and node ports from everywhere, in both families.
fn fit_rules() -> Value {
    json!([
        rule("icmp", None),
        rule("tcp", Some("22")),
        rule("tcp", Some("30000-32767")),
        rule("udp", Some("30000-32767")),
    ])
}

/// The rules of a firewall, as somebody else would write them back.
fn rules(entry: &Entry) -> Vec<Value> {
    let rules = entry.body["rules"].as_array();
    rules.cloned().unwrap_or_default()
}

impl Subject for HetznerSubject {
    fn registry(&self) -> Registry {
        Registry::new().with(Hetzner)
    }

    fn mock(&self) -> Mock {
        let options = Options {
            seed: 1,
            latency: Duration::from_millis(50),
            faults: Faults::none(),
            ..Options::default()
        };
        // The headers of the rate limit have the time of the processes.
        let epoch = VirtualClock::start().now();
        let config = Config {
            calendar: Calendar { epoch },
            ..self.config.clone()
        };
        let mock = Mock::new(Box::new(HetznerCloud::new(config)), options);
        let network = mock.with(|cloud: &mut HetznerCloud| {
            let network = json!({
                "name": "somebody's", "ip_range": "10.0.0.0/16", "subnets": [subnet("10.0.0.0/24")],
            });
            let network = cloud.make("networks", network);
            let firewall = json!({
                "name": "somebody's", "rules": fit_rules(), "apply_to": [by_label("team=red")],
            });
            cloud.make("firewalls", firewall);
            network
        });
        let more = json!({ "networks": [number(&network)], "labels": { "team": "red" } });
        server(&mock, "somebody's", more);
        mock
    }

    fn paged(&self, objects: usize) -> Mock {
        let mut small = self.clone();
        small.config.page_max = objects;
        small.mock()
    }

    fn failing(&self) -> Option<Failing> {
        let says = "service_error";
        let mut failing = self.clone();
        let failure = ("add_subnet".to_owned(), says.to_owned());
        failing.config.failing_actions.extend([failure]);
        let mock = failing.mock();
        Some(Failing { mock, says })
    }

    fn endpoint(&self) -> &str {
        "https://api.hetzner.cloud"
    }

    fn cluster(&self, variant: Variant) -> Value {
        let token = &self.config.tokens[0].text;
        let document = json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Cluster",
            "metadata": { "name": NODE_LABEL.1, "uid": "5eaf00d" },
            "spec": {
                "version": "1.33.1",
                "cloud": { "dc": "falkenstein", "hetzner": { "token": token } },
                "clusterNetwork": dual_stack_network(),
            },
        });
        let patch = match variant {
            Variant::DualStack => json!({}),
            Variant::Ipv4 => json!({ "spec": { "clusterNetwork": { "ipFamily": "IPv4" } } }),
            Variant::WithoutUid => json!({ "metadata": { "uid": null } }),
            Variant::Edited => {
                json!({ "spec": { "cloud": { "hetzner": { "networkCidr": "10.7.0.0/16" } } } })
            }
        };
        merged(document, &patch)
    }

    fn seed(&self) -> Value {
        let hetzner = &self.datacenter;
        json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Seed",
            "metadata": { "name": "coast" },
            "spec": { "datacenters": {
                "falkenstein": { "country": "DE", "spec": { "hetzner": hetzner } },
            } },
        })
    }

    fn drift(&self, mock: &Mock) -> Drift {
        let firewall = own(mock, "firewalls");
        let mut rules = rules(&firewall);
        rules.remove(0);
        act(
            mock,
            "firewalls",
            &firewall.id,
            "set_rules",
            json!({ "rules": rules }),
        );
        Drift {
            address: "firewall",
            field: "rule",
        }
    }

    fn obstruct(&self, mock: &Mock) -> String {
        let network = own(mock, "networks");
        server(
            mock,
            "printer",
            json!({ "networks": [number(&network.id)] }),
        )
    }

    fn overtake(&self) -> Option<Overtake> {
        Some(|mock, request| {
            let kind = request.uri().path().rsplit('/').next()?;
            let is_known = ["firewalls", "networks"].contains(&kind);
            if request.method() != Method::POST || !is_known {
                return None;
            }
            let mut body: Value = serde_json::from_slice(request.body()).ok()?;
            body["labels"] = json!({ "owner": "somebody-else" });
            Some(mock.with(|cloud: &mut HetznerCloud| cloud.make(kind, body)))
        })
    }

    /// The API has no revision of a firewall.
    fn overwrites(&self, call: &Call) -> bool {
        call.path.ends_with("/actions/set_rules")
    }

    fn strangers(&self) -> Vec<Stranger> {
        vec![
            Stranger {
                what: "a subnet in our network",
                put: |mock| {
                    let network = own(mock, "networks");
                    let range = "10.0.98.0/24";
                    act(mock, "networks", &network.id, "add_subnet", subnet(range));
                    range.to_owned()
                },
                blocks: true,
            },
            Stranger {
                what: "a server in our network",
                put: |mock| {
                    let network = own(mock, "networks");
                    server(mock, "a VPN", json!({ "networks": [number(&network.id)] }))
                },
                blocks: true,
            },
            Stranger {
                what: "a selector of somebody else on our firewall",
                put: |mock| {
                    let firewall = own(mock, "firewalls");
                    let body = json!({ "apply_to": [by_label("team=blue")] });
                    act(mock, "firewalls", &firewall.id, "apply_to_resources", body);
                    "team=blue".to_owned()
                },
                blocks: true,
            },
            Stranger {
                what: "a server of somebody else under our firewall",
                put: |mock| {
                    let firewall = own(mock, "firewalls");
                    let id = number(&firewall.id);
                    server(mock, "theirs", json!({ "firewalls": [{ "firewall": id }] }))
                },
                blocks: true,
            },
            Stranger {
                what: "a server with the label of our nodes",
                put: |mock| {
                    let (key, value) = NODE_LABEL;
                    server(mock, "a node", json!({ "labels": { key: value } }))
                },
                blocks: true,
            },
            Stranger {
                what: "a rule in our firewall",
                put: |mock| {
                    let firewall = own(mock, "firewalls");
                    let mut rules = rules(&firewall);
                    rules.push(json!({
                        "direction": "in", "protocol": "tcp", "port": "4444",
                        "source_ips": ["192.0.2.0/24"],
                    }));
                    let body = json!({ "rules": rules });
                    act(mock, "firewalls", &firewall.id, "set_rules", body);
                    "192.0.2.0/24".to_owned()
                },
                blocks: false,
            },
            Stranger {
                what: "a route in our network",
                put: |mock| {
                    let network = own(mock, "networks");
                    let route = json!({ "destination": "198.18.0.0/15", "gateway": "10.0.0.5" });
                    act(mock, "networks", &network.id, "add_route", route);
                    "198.18.0.0/15".to_owned()
                },
                blocks: false,
            },
            Stranger {
                what: "a label on our network",
                put: |mock| {
                    let network = own(mock, "networks");
                    let labels = json!({ "labels": { "cost": "billing-4711" } });
                    let labels = merged(json!({ "labels": network.body["labels"] }), &labels);
                    mock.with(|cloud: &mut HetznerCloud| {
                        cloud.change("networks", &network.id, labels);
                    });
                    "billing-4711".to_owned()
                },
                blocks: false,
            },
        ]
    }

    fn existing(&self, mock: &Mock) -> Existing {
        let ids = mock.with(|cloud: &mut HetznerCloud| {
            let network = json!({
                "name": "the company's", "ip_range": "10.5.0.0/16", "subnets": [subnet("10.5.7.0/24")],
            });
            let firewall = json!({
                "name": "nodes", "rules": fit_rules(), "apply_to": [by_label("role=node")],
            });
            [cloud.make("networks", network), cloud.make("firewalls", firewall)]
        });
        let section = json!({ "network": "the company's", "firewall": ids[1] });
        let patch = json!({ "spec": { "cloud": { "hetzner": section } } });
        Existing {
            document: merged(self.cluster(Variant::DualStack), &patch),
            ids: ids.to_vec(),
        }
    }

    fn violations(&self) -> Vec<Violation> {
        vec![
            Violation {
                what: "a network without a subnet for servers of the location",
                make: |mock, existing| {
                    let range = json!({ "ip_range": "10.5.7.0/24" });
                    act(mock, "networks", &existing.ids[0], "delete_subnet", range);
                },
                names: "eu-central",
            },
            Violation {
                what: "a subnet that overlaps with pods",
                make: |mock, existing| {
                    let wide = json!({ "ip_range": "172.16.0.0/12" });
                    let range = json!({ "ip_range": "10.5.7.0/24" });
                    let id = &existing.ids[0];
                    act(mock, "networks", id, "delete_subnet", range);
                    act(mock, "networks", id, "change_ip_range", wide);
                    act(mock, "networks", id, "add_subnet", subnet("172.25.3.0/24"));
                },
                names: "pods",
            },
            Violation {
                what: "a route that overlaps with services",
                make: |mock, existing| {
                    let route = json!({ "destination": "10.240.0.0/16", "gateway": "10.5.7.9" });
                    act(mock, "networks", &existing.ids[0], "add_route", route);
                },
                names: "services",
            },
            Violation {
                what: "a firewall that lets nothing out",
                make: |mock, existing| {
                    let mut rules = fit_rules();
                    rules[0] = json!({
                        "direction": "out", "protocol": "icmp", "destination_ips": ["192.0.2.0/24"],
                    });
                    let body = json!({ "rules": rules });
                    act(mock, "firewalls", &existing.ids[1], "set_rules", body);
                },
                names: "does not allow",
            },
            Violation {
                what: "a network that does not exist",
                make: |mock, existing| {
                    mock.with(|cloud: &mut HetznerCloud| {
                        cloud.delete("networks", &existing.ids[0]);
                    });
                },
                names: "the company's",
            },
        ]
    }

    fn namesakes(&self, mock: &Mock) {
        mock.with(|cloud: &mut HetznerCloud| {
            let network = json!({ "name": "kubernetes-lighthouse", "ip_range": "10.9.0.0/16" });
            cloud.make("networks", network);
            cloud.make("firewalls", json!({ "name": "kubernetes-lighthouse" }));
        });
    }

    /// Names are unique: a twin has another one.
    fn twin(&self, mock: &Mock, used: bool) -> Twins {
        let first = own(mock, "networks");
        let second = mock.with(|cloud: &mut HetznerCloud| {
            // The driver's own, as a late effect would have left it.
            cloud.store_mut().set_author(Author::Api);
            let subnets = if used {
                json!([subnet("10.0.0.0/24")])
            } else {
                json!([])
            };
            let network = json!({
                "name": "kubernetes-lighthouse-2", "ip_range": "10.0.0.0/16",
                "labels": first.body["labels"], "subnets": subnets,
            });
            cloud.make("networks", network)
        });
        Twins {
            address: "network",
            ids: [first.id, second],
        }
    }

    fn turns_at(&self, call: &Call) -> Option<String> {
        let (object, _) = call.path.split_once("/actions/")?;
        Some(object.to_owned())
    }

    fn listing(&self, call: &Call) -> Option<String> {
        let collection = call.path.trim_start_matches("/v1").matches('/').count() == 1;
        let is_first = !call.query.split('&').any(|pair| pair.starts_with("page="));
        let first =
            call.method == "GET" && collection && is_first && !call.path.contains("actions");
        first.then(|| call.path.clone())
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.config.tokens[0].text.clone()]
    }
}
