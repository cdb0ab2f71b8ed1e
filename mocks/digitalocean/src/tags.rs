//! Tags: words on droplets and firewalls.

use mock_cloud::{Author, Body};
use serde_json::{Value, json};

use crate::api::{items, text};
use crate::cloud::DigitalOcean;
use crate::resource::Resource;

/// Letters, digits, colons, dashes and underscores.
pub(crate) fn name(value: &Value) -> Result<Value, String> {
    let text = value.as_str().ok_or("is not a text")?;
    let is_fit = |c: char| c.is_ascii_alphanumeric() || "-_:".contains(c);
    match !text.is_empty() && text.len() <= 255 && text.chars().all(is_fit) {
        true => Ok(value.clone()),
        false => Err("is not a tag: letters, numbers, colons, dashes and underscores".to_owned()),
    }
}

impl DigitalOcean {
    /// A tag that exists is made again without a word. A word is nobody's: whoever says it next has the
    /// same one.
    pub(crate) fn make_tag(&mut self, body: &Body) -> String {
        let name = text(body, "name").to_owned();
        self.known_tag(&name);
        name
    }

    /// Makes a tag that does not exist yet: a droplet is made with it.
    pub(crate) fn known_tag(&mut self, name: &str) {
        let kind = Resource::Tag.plural();
        if self.store.find(kind, name).is_none() {
            let body = Body::from_iter([("name".to_owned(), json!(name))]);
            let author = match self.store.author() {
                Author::Api => Author::Cloud,
                author @ (Author::Cloud | Author::Hand) => author,
            };
            self.store.insert_as(author, kind, name, body);
        }
    }

    /// Takes a tag off everything that has it.
    pub(crate) fn delete_tag(&mut self, name: &str) {
        for kind in [Resource::Droplet, Resource::Firewall] {
            let all = self.store.list(kind.plural());
            let tagged = all.filter(|object| items(&object.body, "tags").contains(&json!(name)));
            let tagged: Vec<String> = tagged.map(|object| object.id.clone()).collect();
            for id in tagged {
                self.store.update(kind.plural(), &id, |body| {
                    if let Some(Value::Array(tags)) = body.get_mut("tags") {
                        tags.retain(|tag| tag != name);
                    }
                });
            }
        }
        self.store.remove(Resource::Tag.plural(), name);
    }

    /// How many droplets carry a tag.
    pub(crate) fn tagged(&self, name: &str) -> Vec<String> {
        let droplets = self.store.list(Resource::Droplet.plural());
        let tagged = droplets.filter(|droplet| items(&droplet.body, "tags").contains(&json!(name)));
        tagged.map(|droplet| droplet.id.clone()).collect()
    }
}
