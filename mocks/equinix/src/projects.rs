//! Projects, and the metros that they are in.

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use crate::cloud::{Equinix, Said};
use crate::config::Metro;
use crate::refused::{Answer, Refused};
use crate::resource::Resource;

impl Equinix {
    pub(crate) fn make_project(&mut self, body: Body) -> Answer<Said> {
        let id = self.insert(Resource::Project, body);
        Ok((201, Some(self.shown(Resource::Project, &id, ""))))
    }

    /// A project goes with its addresses and VLANs, but not while it has devices.
    pub(crate) fn remove_project(&mut self, project: &Object) -> Answer<()> {
        let devices = self.store.list(Resource::Device.plural());
        if devices
            .filter(|device| Self::project_of(device) == project.id)
            .count()
            > 0
        {
            return Err(Refused::input("Cannot delete a project with devices"));
        }
        for resource in [Resource::Reservation, Resource::Vlan] {
            let own = self.store.list(resource.plural());
            let own = own.filter(|object| Self::project_of(object) == project.id);
            let own: Vec<String> = own.map(|object| object.id.clone()).collect();
            for id in own {
                self.store.remove(resource.plural(), &id);
            }
        }
        self.store.remove(Resource::Project.plural(), &project.id);
        Ok(())
    }

    /// Where something is to be, by code or id.
    pub(crate) fn metro(&self, asked: &Value) -> Answer<Metro> {
        let mut all = self.config.metros.iter();
        let found = all.find(|metro| *asked == metro.code || *asked == metro.id);
        found
            .cloned()
            .ok_or_else(|| Refused::input(format!("metro {asked} is not valid")))
    }

    /// The metro that a create request has to name; a facility is refused.
    pub(crate) fn place(&self, asked: &Body) -> Answer<Metro> {
        if asked.contains_key("facility") {
            return Err(Refused::facility());
        }
        let metro = asked.get("metro");
        self.metro(metro.ok_or_else(|| Refused::input("metro is missing"))?)
    }
}

/// A metro as other objects have it inside.
pub(crate) fn inside(metro: &Metro) -> Value {
    json!({
        "id": metro.id, "code": metro.code, "name": metro.name, "country": metro.country,
        "href": Resource::Metro.href(&metro.id),
    })
}
