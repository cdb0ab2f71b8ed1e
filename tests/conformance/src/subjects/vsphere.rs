//! vSphere as a subject.

use std::{sync::OnceLock, time::Duration};

use groundwork_engine::Registry;
use groundwork_model::Label;
use groundwork_provider::Clock;
use groundwork_vsphere::Vsphere;
use mock_cloud::{Author, Calendar, Call, Cloud as _, Faults, Mock, Options};
use mock_vsphere::{Config, Kind, Tagging, Vsphere as Vcenter};
use serde_json::{Value, json};

use crate::{
    Drift, Existing, Stranger, Subject, Twins, Variant, Violation, VirtualClock,
    dual_stack_network, merged, own,
};

/// The custom attribute with the label: an administrator has defined it.
const ATTRIBUTE: &str = "groundwork.label";
/// A custom attribute of somebody else's.
const COST: &str = "cost centre";

/// vSphere over its mock.
#[derive(Clone, Debug, Default)]
pub struct VsphereSubject {
    /// The cloud.
    pub config: Config,
}

/// Makes an object as somebody else would, in a place; its id.
fn make(mock: &Mock, kind: Kind, path: &str, body: Value) -> String {
    mock.with(|cloud: &mut Vcenter| {
        let place = cloud.find(path).unwrap_or_else(|| path.to_owned());
        cloud.make(kind, &place, body)
    })
}

/// What is at a path; its id.
fn at(mock: &Mock, path: &str) -> String {
    let found = mock.with(|cloud: &mut Vcenter| cloud.find(path));
    found.unwrap_or_else(|| panic!("nothing is at {path}"))
}

fn set(mock: &Mock, id: &str, property: &str, value: Value) {
    mock.with(|cloud: &mut Vcenter| cloud.set(id, property, value));
}

/// What somebody else has there, and what an administrator has prepared; the category of tags.
fn prepare(cloud: &mut Vcenter) -> String {
    cloud.define_field(ATTRIBUTE, Some("Folder"));
    cloud.define_field(COST, None);
    let category = json!({
        "name": "clusters", "description": "", "cardinality": "MULTIPLE",
        "associable_types": ["Folder", "VirtualMachine"],
    });
    let category = cloud.make_tagging(Tagging::Category, category);
    let tag = json!({ "name": "prod", "description": "theirs", "category_id": category });
    let tag = cloud.make_tagging(Tagging::Tag, tag);
    let room = cloud.find("/dc-1/vm").expect("every datacenter has one");
    let folder = cloud.make(Kind::Folder, &room, json!({ "name": "a colleague's" }));
    let machine = cloud.make(Kind::Machine, &folder, json!({ "name": "printer" }));
    cloud.attach(&tag, &machine);
    category
}

impl VsphereSubject {
    /// The category of tags that documents name.
    #[must_use]
    pub fn category() -> &'static str {
        static CATEGORY: OnceLock<String> = OnceLock::new();
        CATEGORY.get_or_init(|| prepare(&mut Vcenter::new(Config::default())))
    }
}

impl Subject for VsphereSubject {
    fn registry(&self) -> Registry {
        Registry::new().with(Vsphere)
    }

    fn mock(&self) -> Mock {
        let options = Options {
            seed: 1,
            latency: Duration::from_millis(50),
            faults: Faults::none(),
            ..Options::default()
        };
        let epoch = VirtualClock::start().now();
        let config = Config {
            calendar: Calendar { epoch },
            ..self.config.clone()
        };
        let mock = Mock::new(Box::new(Vcenter::new(config)), options);
        let category = mock.with(prepare);
        assert_eq!(category, Self::category(), "ids are the same each time");
        mock
    }

    fn paged(&self, objects: usize) -> Mock {
        let mut small = self.clone();
        // One object on a page, and a restart of the vCenter, would not go together.
        small.config.page_max = if objects == 0 { 0 } else { objects.max(2) };
        small.mock()
    }

    fn endpoint(&self) -> &str {
        "https://vcenter.example.com"
    }

    fn cluster(&self, variant: Variant) -> Value {
        let user = &self.config.users[0];
        let section = json!({
            "username": user.name, "password": user.password,
            "networks": ["nodes"], "resourcePool": "pool-1",
            "tags": { "categoryID": Self::category(), "tags": ["prod", "lighthouse keeper"] },
        });
        let document = json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Cluster",
            "metadata": { "name": "lighthouse", "uid": "5eaf00d" },
            "spec": {
                "version": "1.33.1",
                "cloud": { "dc": "basement", "vsphere": section },
                "clusterNetwork": dual_stack_network(),
            },
        });
        let patch = match variant {
            Variant::DualStack => json!({}),
            Variant::Ipv4 => json!({ "spec": { "clusterNetwork": { "ipFamily": "IPv4" } } }),
            Variant::WithoutUid => json!({ "metadata": { "uid": null } }),
            Variant::Edited => {
                let tags = json!({ "tags": ["prod", "blue"] });
                json!({ "spec": { "cloud": { "vsphere": { "tags": tags } } } })
            }
        };
        merged(document, &patch)
    }

    fn seed(&self) -> Value {
        let vsphere = json!({
            "endpoint": self.endpoint(), "datacenter": "dc-1", "cluster": "cluster-1",
            "datastore": "datastore-1", "templates": { "debian": "debian-13" },
            "ipv6Enabled": true,
        });
        json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Seed",
            "metadata": { "name": "coast" },
            "spec": { "datacenters": {
                "basement": { "country": "DE", "spec": { "vsphere": vsphere } },
            } },
        })
    }

    fn drift(&self, mock: &Mock) -> Drift {
        let folder = own(mock, "Folder");
        mock.with(|cloud: &mut Vcenter| cloud.rename_to(&folder.id, "renamed"));
        Drift {
            address: "folder",
            field: "name",
        }
    }

    fn obstruct(&self, mock: &Mock) -> String {
        let folder = own(mock, "Folder");
        make(mock, Kind::Machine, &folder.id, json!({ "name": "node-1" }))
    }

    fn strangers(&self) -> Vec<Stranger> {
        vec![
            Stranger {
                what: "a machine in our folder",
                put: |mock| {
                    let folder = own(mock, "Folder");
                    make(mock, Kind::Machine, &folder.id, json!({ "name": "a VPN" }))
                },
                blocks: true,
            },
            Stranger {
                what: "a folder in our folder",
                put: |mock| {
                    let folder = own(mock, "Folder");
                    make(mock, Kind::Folder, &folder.id, json!({ "name": "theirs" }))
                },
                blocks: true,
            },
            Stranger {
                what: "a tag of somebody else on our folder",
                put: |mock| {
                    let folder = own(mock, "Folder");
                    mock.with(|cloud: &mut Vcenter| {
                        let theirs = cloud.find("/dc-1/vm/a colleague's/printer");
                        let theirs = theirs.expect("it is there from the beginning");
                        let tag = cloud.tags_of(&theirs).remove(0);
                        cloud.detach(&tag, &folder.id);
                        cloud.attach(&tag, &folder.id);
                        folder.id.clone()
                    })
                },
                blocks: false,
            },
            Stranger {
                what: "a custom attribute of somebody else on our folder",
                put: |mock| {
                    let folder = own(mock, "Folder");
                    let value = "billing-4711";
                    mock.with(|cloud: &mut Vcenter| cloud.set_field(&folder.id, COST, value));
                    value.to_owned()
                },
                blocks: false,
            },
        ]
    }

    fn existing(&self, mock: &Mock) -> Existing {
        let folder = make(
            mock,
            Kind::Folder,
            "/dc-1/vm",
            json!({ "name": "machines" }),
        );
        let section = json!({
            "username": self.config.users[0].name, "password": self.config.users[0].password,
            "networks": ["/dc-1/network/segment-web"], "datastoreCluster": "pod-1",
            "resourcePool": "cluster-1/Resources/pool-1", "folder": "/dc-1/vm/machines",
        });
        let patch = json!({ "spec": { "cloud": { "vsphere": null } } });
        let document = merged(self.cluster(Variant::DualStack), &patch);
        let patch = json!({ "spec": { "cloud": { "vsphere": section } } });
        let ids = [
            "/dc-1/network/segment-web",
            "/dc-1/datastore/pod-1",
            "/dc-1/host/cluster-1/Resources/pool-1",
            "/dc-1/host/cluster-1",
        ];
        let others = ids.iter().map(|path| at(mock, path));
        Existing {
            document: merged(document, &patch),
            ids: [folder].into_iter().chain(others).collect(),
        }
    }

    fn violations(&self) -> Vec<Violation> {
        vec![
            Violation {
                what: "the uplinks of a switch",
                make: |mock, existing| {
                    set(mock, &existing.ids[1], "config", json!({ "uplink": true }));
                },
                names: "uplink",
            },
            Violation {
                what: "a network that no host reaches",
                make: |mock, existing| set(mock, &existing.ids[4], "network", json!([])),
                names: "no host of compute cluster",
            },
            Violation {
                what: "a network that does not exist",
                make: |mock, existing| {
                    mock.with(|cloud: &mut Vcenter| cloud.destroy(&existing.ids[1]));
                },
                names: "segment-web",
            },
            Violation {
                what: "a segment whose range overlaps with pods",
                make: |mock, existing| {
                    let ranges = json!({ "subnetAddresses": { "cidr": ["172.25.3.0/24"] } });
                    let config = json!({ "backingType": "nsx", "nsxConfig": ranges });
                    set(mock, &existing.ids[1], "config", config);
                },
                names: "pods",
            },
            Violation {
                what: "a datastore cluster without datastores",
                make: |mock, _| {
                    let inside = at(mock, "/dc-1/datastore/pod-1/datastore-2");
                    mock.with(|cloud: &mut Vcenter| cloud.destroy(&inside));
                },
                names: "childEntity",
            },
            Violation {
                what: "a resource pool of another compute cluster",
                make: |mock, existing| set(mock, &existing.ids[3], "owner", json!("domain-c9")),
                names: "owner",
            },
            Violation {
                what: "a folder that takes no machines",
                make: |mock, existing| {
                    set(mock, &existing.ids[0], "childType", json!(["Folder"]));
                },
                names: "childType",
            },
        ]
    }

    fn namesakes(&self, mock: &Mock) {
        make(
            mock,
            Kind::Folder,
            "/dc-1/vm",
            json!({ "name": "lighthouse" }),
        );
    }

    /// As a request whose effect came late would have left it.
    fn twin(&self, mock: &Mock, used: bool) -> Twins {
        let first = own(mock, "Folder");
        let second = mock.with(|cloud: &mut Vcenter| {
            cloud.store_mut().set_author(Author::Api);
            let text = first.text.lines().find_map(Label::parse);
            let name = text.expect("it has a label").suffix();
            let room = cloud.find("/dc-1/vm").expect("every datacenter has one");
            let second = cloud.make(Kind::Folder, &room, json!({ "name": name }));
            cloud.store_mut().set_author(Author::Hand);
            second
        });
        if used {
            for (folder, name) in [(&first.id, "used-1"), (&second, "used-2")] {
                make(mock, Kind::Machine, folder, json!({ "name": name }));
            }
        }
        Twins {
            address: "folder",
            ids: [first.id, second],
        }
    }

    /// The methods of SOAP by their names, those of REST by method, path and action.
    fn is_of(&self, call: &Call, operation: &str) -> bool {
        let Some((method, path)) = operation.split_once(' ') else {
            return call.path.split('/').next() == Some(operation);
        };
        let parts = |path: &str| -> (Vec<String>, String) {
            let (path, action) = path.split_once('?').unwrap_or((path, ""));
            (
                path.split('/').map(str::to_owned).collect(),
                action.to_owned(),
            )
        };
        let (called, named) = (parts(&call.path), parts(path));
        let same = |(called, named): (&String, &String)| named.starts_with('{') || called == named;
        call.method == method
            && called.1 == named.1
            && called.0.len() == named.0.len()
            && called.0.iter().zip(&named.0).all(same)
    }

    fn is_overhead(&self, call: &Call) -> bool {
        let methods = ["Login", "RetrieveServiceContent", "HasPrivilegeOnEntities"];
        methods.contains(&&*call.path) || call.path.ends_with("/session")
    }

    /// A view of some types begins a listing of them.
    fn listing(&self, call: &Call) -> Option<String> {
        let is_listing = call.path.starts_with("RetrievePropertiesEx/")
            || call.path.contains("list-")
            || call.path.ends_with("/vcenter/tagging/tags");
        (is_listing && call.cursor.is_none()).then(|| call.path.clone())
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.config.users[0].password.clone()]
    }
}
