//! Equinix Metal as a subject: a driver that creates nothing.

use groundwork_engine::Registry;
use mock_cloud::{Call, Hand as _, Mock, Options};
use mock_equinix::{Config, Equinix};
use serde_json::{Value, json};

use crate::{Existing, Subject, Variant, Violation, dual_stack_network, merged};

/// The driver over an installation in which a colleague has a server and a VLAN.
#[derive(Clone, Debug, Default)]
pub struct EquinixSubject {
    /// The installation.
    pub config: Config,
}

impl EquinixSubject {
    /// Where the documents say that the installation is.
    pub const ENDPOINT: &'static str = "https://metal.example.org";
    const METRO: &'static str = "da";

    fn key(&self) -> &str {
        self.config.tokens.first().map_or("", |token| &token.text)
    }

    /// A block of the project in the metro, as somebody else would have it.
    fn spoil(mock: &Mock, existing: &Existing, field: &str, value: Value) {
        mock.with(|cloud: &mut Equinix| {
            let edit = |body: &mut mock_cloud::Body| {
                body.insert(field.to_owned(), value);
            };
            cloud.edit("ips", &existing.ids[1], edit);
        });
    }
}

impl Subject for EquinixSubject {
    fn registry(&self) -> Registry {
        Registry::new().with(groundwork_equinix::Equinix)
    }

    fn mock(&self) -> Mock {
        let cloud = Equinix::new(self.config.clone());
        let mock = Mock::new(Box::new(cloud), Options::default());
        mock.with(|cloud: &mut Equinix| {
            let device = json!({
                "metro": Self::METRO, "plan": "c3.small.x86", "operating_system": "ubuntu_24_04",
            });
            cloud.make(&self.config.project.id, "devices", device);
            let vlan = json!({ "metro": Self::METRO, "vxlan": 1000 });
            cloud.make(&self.config.project.id, "virtual-networks", vlan);
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

    fn cluster(&self, variant: Variant) -> Value {
        let section = json!({
            "apiKey": self.key(),
            "projectID": self.config.project.id,
            "endpoint": format!("{}/metal/v1", Self::ENDPOINT),
        });
        let document = json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Cluster",
            "metadata": { "name": "metal", "uid": "c0ffee" },
            "spec": {
                "version": "1.33.1",
                "cloud": { "dc": "dallas", "packet": section },
                "clusterNetwork": dual_stack_network(),
            },
        });
        let patch = match variant {
            Variant::DualStack => json!({}),
            Variant::Ipv4 => json!({ "spec": { "clusterNetwork": { "ipFamily": "IPv4" } } }),
            Variant::WithoutUid => json!({ "metadata": { "uid": null } }),
            Variant::Edited => json!({ "spec": { "cloud": { "packet": { "vlans": [1000] } } } }),
        };
        merged(document, &patch)
    }

    fn seed(&self) -> Value {
        let dallas = json!({ "country": "US", "spec": { "packet": { "metro": Self::METRO } } });
        json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Seed",
            "metadata": { "name": "metal" },
            "spec": { "datacenters": { "dallas": dallas } },
        })
    }

    fn existing(&self, mock: &Mock) -> Existing {
        let project = &self.config.project.id;
        let (block, vlan) = mock.with(|cloud: &mut Equinix| {
            let block = cloud.ipv6_block(project, Self::METRO);
            let vlan = json!({ "metro": Self::METRO, "vxlan": 2000, "description": "nodes" });
            let vlan = cloud.make(project, "virtual-networks", vlan);
            (block.expect("there is a server"), vlan)
        });
        let section = json!({ "ipv6Reservation": block, "vlans": [2000] });
        let patch = json!({ "spec": { "cloud": { "packet": section } } });
        Existing {
            document: merged(self.cluster(Variant::DualStack), &patch),
            ids: vec![project.clone(), block, vlan],
        }
    }

    fn violations(&self) -> Vec<Violation> {
        vec![
            Violation {
                what: "a project that does not exist",
                make: |mock, existing| {
                    mock.with(|cloud: &mut Equinix| cloud.vanish("projects", &existing.ids[0]));
                },
                names: "does not exist",
            },
            Violation {
                what: "a block that does not exist",
                make: |mock, existing| {
                    mock.with(|cloud: &mut Equinix| cloud.vanish("ips", &existing.ids[1]));
                },
                names: "does not exist",
            },
            Violation {
                what: "a block of IPv4",
                make: |mock, existing| {
                    Self::spoil(mock, existing, "type", json!("public_ipv4"));
                },
                names: "public_ipv6",
            },
            Violation {
                what: "a block in another metro",
                make: |mock, existing| {
                    Self::spoil(mock, existing, "metro", json!({ "code": "am" }));
                },
                names: "metro",
            },
            Violation {
                what: "a block that nobody has approved",
                make: |mock, existing| {
                    Self::spoil(mock, existing, "state", json!("pending"));
                },
                names: "state",
            },
            Violation {
                what: "a block that overlaps with services",
                make: |mock, existing| {
                    Self::spoil(mock, existing, "network", json!("fd02::"));
                },
                names: "overlap",
            },
            Violation {
                what: "a VLAN that does not exist",
                make: |mock, existing| {
                    mock.with(|cloud: &mut Equinix| {
                        cloud.vanish("virtual-networks", &existing.ids[2]);
                    });
                },
                names: "no VLAN 2000",
            },
            Violation {
                what: "a VLAN in another metro",
                make: |mock, existing| {
                    mock.with(|cloud: &mut Equinix| {
                        cloud.edit("virtual-networks", &existing.ids[2], |body| {
                            body.insert("metro_code".to_owned(), json!("am"));
                        });
                    });
                },
                names: "no VLAN 2000",
            },
        ]
    }

    fn listing(&self, call: &Call) -> Option<String> {
        let first = call.method == "GET" && !call.query.contains("page=2");
        let is_later = call
            .query
            .split('&')
            .any(|pair| pair.strip_prefix("page=").is_some_and(|page| page != "1"));
        (first && !is_later).then(|| call.path.clone())
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.key().to_owned()]
    }
}
