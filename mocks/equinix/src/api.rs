//! Which request is which function.

use std::sync::Arc;

use mock_cloud::{Body, Object, Request};
use mock_rest::{Attribute, Plain, created, segments, updated};
use serde_json::{Value, json};

use crate::cloud::{Equinix, Said};
use crate::config::Token;
use crate::refused::{Answer, Refused};
use crate::resource::Resource;
use crate::tables::{self, Table};

impl Equinix {
    pub(crate) fn route(&mut self, request: &Request, token: &Token) -> Answer<Said> {
        let parts = segments(request.uri().path());
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["metal", "v1", rest @ ..] => self.at(rest, request, token),
            _ => Err(Refused::absent()),
        }
    }

    fn at(&mut self, path: &[&str], request: &Request, token: &Token) -> Answer<Said> {
        match (request.method().as_str(), path) {
            ("GET", ["facilities", ..]) => Err(Refused::facility()),
            ("GET", ["locations", "metros"]) => self.list(Resource::Metro, None, request),
            ("GET", ["locations", "metros", id]) => {
                let metro = self.metro(&json!(id)).map_err(|_| Refused::absent())?;
                Ok((200, Some(self.shown(Resource::Metro, &metro.id, ""))))
            }
            ("GET", ["projects"]) => {
                self.list(Resource::Project, token.project.as_deref(), request)
            }
            ("POST", ["projects"]) => match token.project {
                Some(_) => Err(Refused::denied()),
                None => self.make_project(read(tables::PROJECT, request)?),
            },
            (_, ["projects", project, collection]) => {
                Self::allow(token, project)?;
                self.find(Resource::Project, project)?;
                self.inside(project, collection, request)
            }
            (_, [collection, id]) => {
                let resource = Resource::by_plural(collection).ok_or_else(Refused::absent)?;
                let object = self.find(resource, id)?;
                Self::allow(token, Self::project_of(&object))?;
                self.one(resource, &object, request)
            }
            _ => Err(Refused::absent()),
        }
    }

    /// A collection of a project.
    fn inside(&mut self, project: &str, collection: &str, request: &Request) -> Answer<Said> {
        let resource = match collection {
            "facilities" => return Err(Refused::facility()),
            collection => Resource::by_plural(collection).ok_or_else(Refused::absent)?,
        };
        match request.method().as_str() {
            "GET" => self.list(resource, Some(project), request),
            "POST" => self.create(project, resource, asked(request)?),
            _ => Err(Refused::absent()),
        }
    }

    pub(crate) fn create(
        &mut self,
        project: &str,
        resource: Resource,
        asked: Body,
    ) -> Answer<Said> {
        match resource {
            Resource::Device => self.make_device(project, new(tables::DEVICE, asked)?),
            Resource::Reservation => self.reserve(project, new(tables::RESERVATION, asked)?),
            Resource::Vlan => self.make_vlan(project, new(tables::VLAN, asked)?),
            Resource::Metro | Resource::Project => Err(Refused::absent()),
        }
    }

    fn one(&mut self, resource: Resource, object: &Object, request: &Request) -> Answer<Said> {
        match request.method().as_str() {
            "GET" => {
                let query = mock_rest::Query::of(request);
                let include = query.one("include").unwrap_or_default();
                Ok((200, Some(self.shown(resource, &object.id, include))))
            }
            "PUT" | "PATCH" => self.change(resource, &object.id, asked(request)?),
            "DELETE" => {
                self.remove(resource, object)?;
                Ok((204, None))
            }
            _ => Err(Refused::absent()),
        }
    }

    pub(crate) fn change(&mut self, resource: Resource, id: &str, asked: Body) -> Answer<Said> {
        let known = match resource {
            Resource::Device => tables::DEVICE,
            Resource::Project => tables::PROJECT,
            Resource::Reservation => tables::RESERVATION,
            Resource::Vlan => tables::VLAN,
            Resource::Metro => return Err(Refused::absent()),
        };
        let known: Vec<&Attribute<Plain>> = known.iter().collect();
        let body = updated(&known, asked).map_err(Refused::body)?;
        self.store
            .update(resource.plural(), id, |own| own.extend(body));
        Ok((200, Some(self.shown(resource, id, ""))))
    }

    pub(crate) fn remove(&mut self, resource: Resource, object: &Object) -> Answer<()> {
        match resource {
            Resource::Device => self.remove_device(object),
            Resource::Project => self.remove_project(object),
            Resource::Reservation => self.release(object),
            Resource::Vlan => {
                self.store.remove(resource.plural(), &object.id);
                Ok(())
            }
            Resource::Metro => Err(Refused::absent()),
        }
    }

    /// The object, or that it is not found.
    pub(crate) fn find(&self, resource: Resource, id: &str) -> Answer<Arc<Object>> {
        let found = self.store.find(resource.plural(), id).cloned();
        found.ok_or_else(Refused::absent)
    }

    /// Adds an object of a project; its id.
    pub(crate) fn insert(&mut self, resource: Resource, mut body: Body) -> String {
        let id = self.store.fresh_uuid();
        body.insert("id".to_owned(), json!(id));
        body.insert("created_at".to_owned(), json!(self.stamp()));
        self.store.insert(resource.plural(), &id, body);
        id
    }
}

fn asked(request: &Request) -> Answer<Body> {
    let body = mock_rest::object(request.body());
    body.ok_or_else(|| Refused::input("the body is not a JSON object"))
}

fn read(known: Table, request: &Request) -> Answer<Body> {
    new(known, asked(request)?)
}

/// A create request, with its defaults.
fn new(known: Table, asked: Body) -> Answer<Body> {
    let known: Vec<&Attribute<Plain>> = known.iter().collect();
    created(&known, asked).map_err(Refused::body)
}

/// A reference to an object, as bodies have it.
pub(crate) fn href(resource: Resource, id: &str) -> Value {
    json!({ "href": resource.href(id) })
}

/// The members of an object.
pub(crate) fn members(value: Value) -> Body {
    value.as_object().cloned().unwrap_or_default()
}
