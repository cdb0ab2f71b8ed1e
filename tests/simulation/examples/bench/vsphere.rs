//! vSphere, a folder made with a tag on it. Tasks end at once, as far as the vCenter is concerned.

use std::time::Duration;

use groundwork_engine::Registry;
use groundwork_provider::Item;
use mock_cloud::{Call, Cloud as _, Mock, Options};
use mock_vsphere::{Config, Kind, Tagging, Vsphere as Mocked};
use serde_json::{Value, json};

use crate::subject::{Subject, name, uid};

/// vSphere over its mock.
pub(crate) struct Vsphere;

/// The custom attribute with the label, which an administrator has defined.
const ATTRIBUTE: &str = "groundwork.label";

fn vcenter() -> Mocked {
    let mut cloud = Mocked::new(Config {
        task_delay: Duration::ZERO,
        ..Config::default()
    });
    cloud.define_field(ATTRIBUTE, Some("Folder"));
    cloud
}

/// The category of tags, with one tag in it.
fn category(cloud: &mut Mocked) -> String {
    let category = json!({
        "name": "clusters", "description": "", "cardinality": "MULTIPLE",
        "associable_types": ["Folder", "VirtualMachine"],
    });
    let category = cloud.make_tagging(Tagging::Category, category);
    let tag = json!({ "name": "prod", "description": "", "category_id": category });
    cloud.make_tagging(Tagging::Tag, tag);
    category
}

impl Subject for Vsphere {
    fn name(&self) -> &'static str {
        "vSphere, a folder with a tag"
    }

    fn registry(&self) -> Registry {
        Registry::new().with(groundwork_vsphere::Vsphere)
    }

    fn mock(&self, latency: Duration) -> Mock {
        let options = Options {
            latency,
            ..Options::default()
        };
        let mut cloud = vcenter();
        category(&mut cloud);
        Mock::new(Box::new(cloud), options)
    }

    fn cluster(&self) -> Value {
        let user = &Config::default().users[0];
        // Its id is the same in each mock.
        let category = category(&mut vcenter());
        let tags = json!({ "categoryID": category, "tags": ["prod"] });
        json!({ "vsphere": {
            "username": user.name, "password": user.password, "networks": ["nodes"],
            "resourcePool": "", "tags": tags,
        } })
    }

    fn datacenter(&self) -> Value {
        json!({ "vsphere": {
            "endpoint": "https://vcenter.example.com", "datacenter": "dc-1",
            "cluster": "cluster-1", "datastore": "datastore-1", "ipv6Enabled": true,
        } })
    }

    fn is_check(&self, call: &Call) -> bool {
        call.path == "HasPrivilegeOnEntities"
    }

    fn is_login(&self, call: &Call) -> bool {
        call.path == "Login" || call.path.ends_with("/session")
    }

    /// A view is made, and read; then the tags of the cluster's own folder, or those of the category where
    /// there is no folder, and each of them.
    fn look_levels(&self, _: bool) -> u32 {
        4
    }

    /// What is in a folder is asked before it is deleted, by a task that is waited for.
    fn calls(&self, item: &Item) -> u32 {
        match item.kind.as_str() {
            "vsphere.folder/1" if item.action.deletes() => 4,
            _ => 1,
        }
    }

    /// A folder gets its label: the key of the attribute, the value. Then its name, by a task that is
    /// waited for, and it is read once more.
    fn touches(&self, item: &Item) -> u32 {
        match item.kind.as_str() {
            "vsphere.folder/1" if item.action.creates() => 5,
            _ => 0,
        }
    }

    fn copy(&self, mock: &Mock, is_new: &dyn Fn(&str) -> bool, clusters: usize) {
        mock.with(|cloud: &mut Mocked| {
            let all: Vec<String> = cloud.store().all().map(|o| o.id.clone()).collect();
            let mut new = all.iter().filter(|id| is_new(id));
            let folder = new.find(|id| id.starts_with("group-v"));
            let Some(folder) = folder else { return };
            let tags = cloud.tags_of(folder);
            let room = cloud.find("/dc-1/vm").unwrap();
            for number in 2..clusters {
                let made = cloud.make(Kind::Folder, &room, json!({ "name": name(number) }));
                let label = format!(
                    "groundwork/1 installation=groundwork cluster={} address=folder incarnation=1",
                    uid(number)
                );
                cloud.set_field(&made, ATTRIBUTE, &label);
                tags.iter().for_each(|tag| cloud.attach(tag, &made));
            }
        });
    }

    fn ids(&self, mock: &Mock) -> Vec<String> {
        mock.with(|cloud: &mut Mocked| cloud.store().all().map(|o| o.id.clone()).collect())
    }
}
