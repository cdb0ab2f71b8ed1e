use http::Method;
use serde_json::{Value, json};

use super::resource::Resource;
use super::{Neutron, Said};
use crate::refused::{Answer, Refused};

impl Neutron<'_> {
    /// `extensions` and `extensions/{alias}`.
    pub(super) fn extensions(&self, method: &Method, rest: &[&str]) -> Answer<Said> {
        match (rest, method.as_str()) {
            ([], "GET") => {
                let all: Vec<Value> = self
                    .config
                    .extensions
                    .iter()
                    .map(|alias| described(alias))
                    .collect();
                Ok((200, Some(json!({ "extensions": all }))))
            }
            ([alias], "GET") if self.has_extension(alias) => {
                Ok((200, Some(json!({ "extension": described(alias) }))))
            }
            _ => Err(Refused::no_route()),
        }
    }

    /// The core collections, as `/v2.0/` lists them.
    pub(super) fn index(&self) -> Value {
        let core = [
            Resource::Network,
            Resource::Subnet,
            Resource::SubnetPool,
            Resource::Port,
        ];
        let shown = core.map(|resource| {
            let href = format!("{}/v2.0/{}", self.base, resource.plural());
            json!({
                "name": resource.singular(),
                "collection": resource.plural(),
                "links": [{ "rel": "self", "href": href }],
            })
        });
        json!({ "resources": shown })
    }
}

fn described(alias: &str) -> Value {
    json!({
        "alias": alias,
        "name": alias,
        "description": "",
        "updated": "2016-01-01T00:00:00-00:00",
        "links": [],
    })
}
