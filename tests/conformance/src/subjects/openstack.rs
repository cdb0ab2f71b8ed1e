//! OpenStack as a subject.

use std::time::Duration;

use groundwork_engine::Registry;
use groundwork_openstack::OpenStack;
use mock_cloud::{Author, Call, Cloud, Faults, Hand, Mock, Options};
use mock_openstack::{Config, OpenStack as OpenStackCloud};
use serde_json::{Value, json};

use crate::{
    Drift, Existing, Stranger, Subject, Twins, Variant, Violation, dual_stack_network, merged, own,
};

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

/// The cluster's IPv4 subnet, and its network.
fn ipv4_subnet(mock: &Mock) -> (String, String) {
    let network = own(mock, "networks").id;
    let inventory = mock.inventory();
    let mut subnets = inventory.kind("subnets");
    let subnet = subnets.find(|subnet| {
        subnet.body["network_id"] == json!(network) && subnet.body["ip_version"] == json!(4)
    });
    (subnet.expect("the cluster has one").id.clone(), network)
}

fn change(mock: &Mock, kind: &str, id: &str, attributes: Value) {
    mock.with(|cloud: &mut OpenStackCloud| cloud.change(kind, id, attributes));
}

/// The rules that let something into a group.
fn rules_in(cloud: &OpenStackCloud, group: &str) -> Vec<String> {
    let rules = cloud.store().list("security_group_rules");
    let of_group = rules.filter(|rule| {
        rule.text("security_group_id") == group && rule.text("direction") == "ingress"
    });
    of_group.map(|rule| rule.id.clone()).collect()
}

/// What nodes need: each other, ICMP, node ports from everywhere, in both families.
fn fit_group(cloud: &mut OpenStackCloud, group: &str) {
    for (family, icmp) in [("IPv4", "icmp"), ("IPv6", "ipv6-icmp")] {
        let rules = [
            json!({ "remote_group_id": group }),
            json!({ "protocol": icmp }),
            json!({ "protocol": "tcp", "port_range_min": 22, "port_range_max": 22 }),
            json!({ "protocol": "tcp", "port_range_min": 30000, "port_range_max": 32767 }),
            json!({ "protocol": "udp", "port_range_min": 30000, "port_range_max": 32767 }),
        ];
        for rule in rules {
            let common = json!({
                "security_group_id": group, "direction": "ingress", "ethertype": family,
            });
            cloud.make(PROJECT, "security_group_rules", merged(common, &rule));
        }
    }
}

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

    fn paged(&self, objects: usize) -> Mock {
        let mut small = self.clone();
        small.config.page_limit_max = Some(objects);
        small.mock()
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

    fn strangers(&self) -> Vec<Stranger> {
        vec![
            Stranger {
                what: "a subnet in our network",
                put: |mock| {
                    let network = own(mock, "networks");
                    let subnet = json!({ "network_id": network.id, "cidr": "10.98.0.0/24", "ip_version": 4 });
                    mock.with(|cloud: &mut OpenStackCloud| cloud.make(PROJECT, "subnets", subnet))
                },
                blocks: true,
            },
            Stranger {
                what: "a router of somebody else on our subnet",
                put: |mock| {
                    let subnet = ipv4_subnet(mock);
                    mock.with(|cloud: &mut OpenStackCloud| {
                        let router = cloud.make(PROJECT, "routers", json!({ "name": "a VPN" }));
                        let port = json!({ "network_id": subnet.1, "fixed_ips": [{ "subnet_id": subnet.0 }] });
                        let port = cloud.make(PROJECT, "ports", port);
                        cloud.join_port(&router, &port);
                        router
                    })
                },
                blocks: true,
            },
            Stranger {
                what: "a subnet of somebody else on our router",
                put: |mock| {
                    let router = own(mock, "routers");
                    mock.with(|cloud: &mut OpenStackCloud| {
                        let network = cloud.make(PROJECT, "networks", json!({ "name": "theirs" }));
                        let subnet = json!({ "network_id": network, "cidr": "10.97.0.0/24", "ip_version": 4 });
                        let subnet = cloud.make(PROJECT, "subnets", subnet);
                        cloud.join(&router.id, &subnet);
                        subnet
                    })
                },
                blocks: true,
            },
            Stranger {
                what: "a machine's port in our network",
                put: |mock| {
                    let network = own(mock, "networks");
                    let port = json!({ "network_id": network.id, "device_owner": "compute:nova" });
                    mock.with(|cloud: &mut OpenStackCloud| cloud.make(PROJECT, "ports", port))
                },
                blocks: true,
            },
            Stranger {
                what: "a port elsewhere in our security group",
                put: |mock| {
                    let group = own(mock, "security_groups");
                    mock.with(|cloud: &mut OpenStackCloud| {
                        let network = cloud.named("networks", "somebody's").remove(0);
                        let port = json!({ "network_id": network, "security_groups": [group.id] });
                        cloud.make(PROJECT, "ports", port)
                    })
                },
                blocks: true,
            },
            Stranger {
                what: "a rule of theirs about our security group",
                put: |mock| {
                    let group = own(mock, "security_groups").id;
                    mock.with(|cloud: &mut OpenStackCloud| {
                        let theirs = json!({ "name": "a database" });
                        let theirs = cloud.make(PROJECT, "security_groups", theirs);
                        let rule = json!({
                            "security_group_id": theirs, "direction": "ingress",
                            "ethertype": "IPv4", "remote_group_id": group,
                        });
                        cloud.make(PROJECT, "security_group_rules", rule);
                    });
                    group
                },
                blocks: true,
            },
            Stranger {
                what: "a rule in our security group",
                put: |mock| {
                    let group = own(mock, "security_groups");
                    let rule = json!({
                        "security_group_id": group.id, "direction": "ingress",
                        "ethertype": "IPv4", "protocol": "tcp", "port_range_min": 4444,
                        "port_range_max": 4444, "remote_ip_prefix": "192.0.2.0/24",
                    });
                    mock.with(|cloud: &mut OpenStackCloud| {
                        cloud.make(PROJECT, "security_group_rules", rule)
                    })
                },
                blocks: false,
            },
            Stranger {
                what: "a tag on our network",
                put: |mock| {
                    let network = own(mock, "networks");
                    mock.with(|cloud: &mut OpenStackCloud| {
                        let body = cloud.body("networks", &network.id).unwrap_or_default();
                        let tags = body["tags"].as_array().cloned().unwrap_or_default();
                        let tags: Vec<&str> = tags.iter().filter_map(Value::as_str).collect();
                        let tags: Vec<&str> = tags.into_iter().chain(["billing-4711"]).collect();
                        cloud.tag("networks", &network.id, &tags);
                    });
                    "billing-4711".to_owned()
                },
                blocks: false,
            },
        ]
    }

    fn existing(&self, mock: &Mock) -> Existing {
        let ids = mock.with(|cloud: &mut OpenStackCloud| {
            let network = cloud.make(PROJECT, "networks", json!({ "name": "the company's" }));
            let ipv4 = json!({
                "network_id": network, "cidr": "10.5.0.0/24", "ip_version": 4,
                "dns_nameservers": ["192.0.2.53"],
            });
            let ipv4 = cloud.make(PROJECT, "subnets", ipv4);
            let ipv6 = json!({
                "network_id": network, "cidr": "2001:db8:5::/64", "ip_version": 6,
                "ipv6_address_mode": "slaac", "ipv6_ra_mode": "slaac",
            });
            let ipv6 = cloud.make(PROJECT, "subnets", ipv6);
            let public = cloud.named("networks", "public").remove(0);
            let gateway = json!({ "external_gateway_info": { "network_id": public } });
            let router = cloud.make(PROJECT, "routers", gateway);
            cloud.join(&router, &ipv4);
            cloud.join(&router, &ipv6);
            let group = cloud.make(PROJECT, "security_groups", json!({ "name": "nodes" }));
            fit_group(cloud, &group);
            [network, ipv4, ipv6, router, group]
        });
        let section = json!({
            "network": ids[0], "subnetID": ids[1], "ipv6SubnetID": ids[2], "routerID": ids[3],
            "securityGroups": ids[4],
        });
        let patch = json!({ "spec": { "cloud": { "openstack": section } } });
        Existing {
            document: merged(self.cluster(Variant::DualStack), &patch),
            ids: ids.to_vec(),
        }
    }

    fn violations(&self) -> Vec<Violation> {
        vec![
            Violation {
                what: "a router without a way out",
                make: |mock, existing| {
                    change(
                        mock,
                        "routers",
                        &existing.ids[3],
                        json!({ "external_gateway_info": {} }),
                    );
                },
                names: "gateway",
            },
            Violation {
                what: "a router that is switched off",
                make: |mock, existing| {
                    change(
                        mock,
                        "routers",
                        &existing.ids[3],
                        json!({ "admin_state_up": false }),
                    );
                },
                names: "admin_state_up",
            },
            Violation {
                what: "a network that is switched off",
                make: |mock, existing| {
                    change(
                        mock,
                        "networks",
                        &existing.ids[0],
                        json!({ "admin_state_up": false }),
                    );
                },
                names: "admin_state_up",
            },
            Violation {
                what: "an IPv6 subnet that is not on the router",
                make: |mock, existing| {
                    mock.with(|cloud: &mut OpenStackCloud| {
                        cloud.part(&existing.ids[3], &existing.ids[2]);
                    });
                },
                names: "router",
            },
            Violation {
                what: "a group without rules",
                make: |mock, existing| {
                    mock.with(|cloud: &mut OpenStackCloud| {
                        for rule in rules_in(cloud, &existing.ids[4]) {
                            cloud.delete("security_group_rules", &rule);
                        }
                    });
                },
                names: "group",
            },
        ]
    }

    /// Neutron draws the hardware addresses of ports.
    fn comparable(&self, mut body: Value) -> Value {
        let ports = body["ports"].as_object_mut();
        for port in ports.into_iter().flat_map(serde_json::Map::values_mut) {
            port["body"]["mac_address"] = Value::Null;
        }
        body
    }

    fn namesakes(&self, mock: &Mock) {
        mock.with(|cloud: &mut OpenStackCloud| {
            for kind in ["networks", "routers", "security_groups"] {
                cloud.make(PROJECT, kind, json!({ "name": "kubernetes-harbour" }));
            }
        });
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
