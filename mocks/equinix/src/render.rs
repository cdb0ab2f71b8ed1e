//! Objects as the API shows them.

use mock_cloud::Hand as _;
use serde_json::{Value, json};

use crate::api::href;
use crate::cloud::Equinix;
use crate::resource::Resource;

impl Equinix {
    /// The object; `null` where it does not exist. What `include` names, separated by commas, is
    /// there as a whole instead of as a reference; a dot leads further.
    pub(crate) fn shown(&self, resource: Resource, id: &str, include: &str) -> Value {
        let Some(mut body) = self.body(resource.plural(), id) else {
            return Value::Null;
        };
        body.insert("href".to_owned(), json!(resource.href(id)));
        match resource {
            Resource::Project => {
                let devices = self.store.list(Resource::Device.plural());
                let devices = devices.filter(|device| Self::project_of(device) == id);
                let devices: Vec<Value> = devices
                    .map(|device| href(Resource::Device, &device.id))
                    .collect();
                body.insert("devices".to_owned(), json!(devices));
            }
            Resource::Reservation => {
                body.insert("assignments".to_owned(), json!(self.assignments(id)));
            }
            Resource::Device | Resource::Metro | Resource::Vlan => {}
        }
        let mut shown = Value::Object(body);
        for path in include.split(',').filter(|path| !path.is_empty()) {
            let path: Vec<&str> = path.split('.').collect();
            self.expand(&mut shown, &path);
        }
        shown
    }

    fn expand(&self, value: &mut Value, path: &[&str]) {
        let Some((name, rest)) = path.split_first() else {
            return;
        };
        match value.get_mut(*name) {
            Some(Value::Array(items)) => items.iter_mut().for_each(|item| self.whole(item, rest)),
            Some(one) => self.whole(one, rest),
            None => {}
        }
    }

    fn whole(&self, reference: &mut Value, rest: &[&str]) {
        let found = reference["href"].as_str().and_then(|path| {
            let mut parts = path.rsplit('/');
            let (id, plural) = (parts.next()?, parts.next()?);
            let resource = Resource::by_plural(plural)?;
            Some(self.shown(resource, id, ""))
        });
        if let Some(found) = found.filter(Value::is_object) {
            *reference = found;
        }
        self.expand(reference, rest);
    }
}
