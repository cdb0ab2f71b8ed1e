//! Which request is which function.

use std::sync::Arc;

use http::Method;
use mock_cloud::{Body, Object, Request};
use mock_rest::{Attribute, Plain, segments};
use serde_json::{Value, json};

use crate::cloud::{DigitalOcean, Said};
use crate::refused::{Answer, Refused};
use crate::resource::Resource;

impl DigitalOcean {
    pub(crate) fn route(&mut self, request: &Request) -> Answer<Said> {
        let parts = segments(request.uri().path());
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["v2", "account"] if request.method() == Method::GET => Ok(Said::new(
                200,
                json!({ "account": { "uuid": ACCOUNT, "status": "active" } }),
            )),
            ["v2", "vpcs", vpc, "subnets", rest @ ..] => {
                self.find(Resource::Vpc, vpc)?;
                self.subnet_route(vpc, rest, request)
            }
            ["v2", collection, rest @ ..] => {
                let resource = Resource::by_plural(collection).ok_or_else(Refused::absent)?;
                self.resource(resource, rest, request)
            }
            _ => Err(Refused::absent()),
        }
    }

    fn resource(&mut self, resource: Resource, rest: &[&str], request: &Request) -> Answer<Said> {
        match (request.method().as_str(), rest) {
            ("GET", []) => self.list(resource, request),
            ("GET", [id]) => {
                self.find(resource, id)?;
                Ok(self.shown_alone(200, resource, id))
            }
            ("GET", [id, "members"]) if resource == Resource::Vpc => {
                self.find(resource, id)?;
                self.page_of("members", self.members(id), request)
            }
            ("GET", [id, "peerings"]) if resource == Resource::Vpc => {
                self.find(resource, id)?;
                self.page_of("peerings", self.peerings_of(id), request)
            }
            ("POST", []) => self.create(resource, object(request)?),
            ("PUT" | "PATCH", [id]) => self.update(resource, id, object(request)?),
            ("DELETE", [id]) => self.delete_one(resource, id),
            (method @ ("POST" | "DELETE"), [id, list]) if resource == Resource::Firewall => {
                let firewall = self.find(resource, id)?;
                self.change_list(&firewall, list, method == "POST", object(request)?)
            }
            _ => Err(Refused::new(405, "method not allowed")),
        }
    }

    /// The object, or that it is not found.
    pub(crate) fn find(&self, resource: Resource, id: &str) -> Answer<Arc<Object>> {
        let found = self.store.find(resource.plural(), id).cloned();
        found.ok_or_else(Refused::absent)
    }

    pub(crate) fn create(&mut self, resource: Resource, asked: Body) -> Answer<Said> {
        let known = resource.attributes().ok_or_else(Refused::absent)?;
        let body = read(known, asked)?;
        let id = match resource {
            Resource::Droplet => self.make_droplet(body)?,
            Resource::Firewall => self.make_firewall(body)?,
            Resource::LoadBalancer => self.make_load_balancer(body)?,
            Resource::NatGateway => self.make_gateway(body)?,
            Resource::Peering => self.make_peering(body)?,
            Resource::Tag => self.make_tag(&body),
            Resource::Vpc => self.make_vpc(body)?,
            Resource::Region | Resource::Subnet => return Err(Refused::absent()),
        };
        let mut said = self.shown_alone(resource.created(), resource, &id);
        if let (Resource::Droplet, Some(body)) = (resource, &mut said.body) {
            body["links"] = json!({ "actions": [] });
        }
        Ok(said)
    }

    pub(crate) fn update(&mut self, resource: Resource, id: &str, asked: Body) -> Answer<Said> {
        let own = self.find(resource, id)?;
        match resource {
            Resource::Firewall => self.replace_firewall(&own, asked)?,
            Resource::Vpc => self.update_vpc(&own, changed(resource, asked)?)?,
            Resource::Peering => {
                let body = changed(resource, asked)?;
                self.store
                    .update(resource.plural(), id, |own| own.extend(body));
            }
            Resource::Droplet
            | Resource::LoadBalancer
            | Resource::NatGateway
            | Resource::Region
            | Resource::Subnet
            | Resource::Tag => return Err(Refused::new(405, "method not allowed")),
        }
        Ok(self.shown_alone(200, resource, id))
    }

    pub(crate) fn delete_one(&mut self, resource: Resource, id: &str) -> Answer<Said> {
        let object = self.find(resource, id)?;
        match resource {
            Resource::Droplet => self.delete_droplet(&object),
            Resource::NatGateway => {
                self.delete_gateway(&object);
                return Ok(Said {
                    status: 202,
                    body: None,
                });
            }
            Resource::Peering => return Ok(self.delete_peering(&object)),
            Resource::Tag => self.delete_tag(id),
            Resource::Vpc => self.delete_vpc(&object)?,
            Resource::Firewall | Resource::LoadBalancer => {
                self.store.remove(resource.plural(), id);
            }
            Resource::Region | Resource::Subnet => {
                return Err(Refused::new(405, "method not allowed"));
            }
        }
        Ok(Said::nothing())
    }

    /// Stores a new object with an id and what every object has.
    pub(crate) fn insert(&mut self, resource: Resource, mut body: Body) -> String {
        let id = match resource {
            Resource::Droplet => {
                self.droplets_made += 1;
                let number = 400_000_000 + self.droplets_made;
                body.insert("id".to_owned(), json!(number));
                number.to_string()
            }
            Resource::Region | Resource::Tag => text(&body, "name").to_owned(),
            Resource::Firewall
            | Resource::LoadBalancer
            | Resource::NatGateway
            | Resource::Peering
            | Resource::Subnet
            | Resource::Vpc => {
                let id = self.store.fresh_uuid();
                body.insert("id".to_owned(), json!(id));
                id
            }
        };
        if !matches!(resource, Resource::Region | Resource::Tag) {
            body.insert("created_at".to_owned(), json!(self.stamp()));
        }
        self.store.insert(resource.plural(), &id, body);
        id
    }
}

/// Whose account it is.
const ACCOUNT: &str = "b6fr89dbf6d9156cace5f3c78dc9851d957381ef";

/// The text of an attribute; empty where there is none.
pub(crate) fn text<'a>(body: &'a Body, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A list inside a body.
pub(crate) fn items<'a>(body: &'a Body, name: &str) -> &'a [Value] {
    let list = body.get(name).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

/// The body of a request as an object.
pub(crate) fn object(request: &Request) -> Answer<Body> {
    mock_rest::object(request.body()).ok_or_else(Refused::json)
}

pub(crate) fn read(known: &'static [Attribute<Plain>], asked: Body) -> Answer<Body> {
    let known: Vec<&Attribute<Plain>> = known.iter().collect();
    mock_rest::created(&known, asked).map_err(Refused::body)
}

pub(crate) fn changed(resource: Resource, asked: Body) -> Answer<Body> {
    let known = resource.attributes().unwrap_or_default();
    let known: Vec<&Attribute<Plain>> = known.iter().collect();
    mock_rest::updated(&known, asked).map_err(Refused::body)
}
