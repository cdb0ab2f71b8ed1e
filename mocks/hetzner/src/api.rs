//! Which request is which function.

use std::sync::Arc;

use http::Method;
use mock_cloud::{Body, Object, Request};
use mock_rest::{Attribute, Plain, Query, segments};
use serde_json::{Value, json};

use crate::cloud::{Hetzner, Said};
use crate::refused::{Answer, Refused};
use crate::resource::Resource;
use crate::tables;

/// Why there are no datacenters any more.
const DATACENTERS: &str = "https://docs.hetzner.cloud/changelog#2026-06-02-datacenters-deprecated";
/// Why not all actions are listed.
const ACTIONS: &str =
    "https://docs.hetzner.cloud/changelog#2023-07-20-actions-list-endpoint-is-deprecated";

impl Hetzner {
    pub(crate) fn route(&mut self, request: &Request) -> Answer<Said> {
        let parts = segments(request.uri().path());
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let method = request.method();
        match parts.as_slice() {
            ["v1", "datacenters", ..] => Err(Refused::removed(DATACENTERS)),
            ["v1", "actions"] if method == Method::GET => self.named_actions(request),
            ["v1", "actions", id] if method == Method::GET => self.one_action(id),
            ["v1", collection, rest @ ..] => {
                let resource = Resource::by_plural(collection).ok_or_else(Refused::no_route)?;
                self.resource(resource, rest, request)
            }
            _ => Err(Refused::no_route()),
        }
    }

    fn resource(&mut self, resource: Resource, rest: &[&str], request: &Request) -> Answer<Said> {
        match (request.method().as_str(), rest) {
            ("GET", []) => self.list(resource, request),
            ("GET", ["actions", id]) => self.one_action(id),
            ("GET", [id]) => {
                self.find(resource, id)?;
                Ok(Said::new(
                    200,
                    json!({ resource.singular(): self.shown(resource, id) }),
                ))
            }
            ("GET", [id, "actions"]) => {
                self.find(resource, id)?;
                let all = self.actions_of(Some((resource, id)));
                self.page_of("actions", all, request)
            }
            ("GET", [_, "actions", action]) => self.one_action(action),
            ("GET", [id, "members"]) if resource == Resource::Network => {
                self.find(resource, id)?;
                self.page_of("members", self.members(id), request)
            }
            ("POST", []) => self.create(resource, &object(request)?),
            ("PUT", [id]) => self.update(resource, id, object(request)?),
            ("DELETE", [id]) => self.delete_one(resource, id),
            ("POST", [id, "actions", command]) => {
                self.find(resource, id)?;
                self.command(resource, id, command, object(request)?)
            }
            _ => Err(Refused::new(
                405,
                "method_not_allowed",
                "method not allowed",
            )),
        }
    }

    /// The object, or that it is not found.
    pub(crate) fn find(&self, resource: Resource, id: &str) -> Answer<Arc<Object>> {
        let found = self.store.find(resource.plural(), id).cloned();
        found.ok_or_else(|| Refused::absent(resource.singular(), id))
    }

    pub(crate) fn create(&mut self, resource: Resource, asked: &Body) -> Answer<Said> {
        let known = resource.attributes().ok_or_else(Refused::no_route)?;
        let body = read(known, asked.clone())?;
        self.free_name(resource, &body, "")?;
        let there = self.store.list(resource.plural()).count();
        let most = self.config.limits.get(resource.plural());
        if most.is_some_and(|most| there >= *most) {
            return Err(Refused::over_limit(resource.singular()));
        }
        match resource {
            Resource::Firewall => self.make_firewall(body),
            Resource::Network => self.make_network(body),
            Resource::PrimaryIp => self.make_primary_ip(body),
            Resource::Server => self.make_server(body),
            Resource::LoadBalancer | Resource::Location | Resource::ServerType => {
                Err(Refused::no_route())
            }
        }
    }

    pub(crate) fn update(&mut self, resource: Resource, id: &str, asked: Body) -> Answer<Said> {
        self.find(resource, id)?;
        let known = resource.attributes().ok_or_else(Refused::no_route)?;
        let known: Vec<&Attribute<Plain>> = known.iter().collect();
        let body = mock_rest::updated(&known, asked).map_err(Refused::body)?;
        self.free_name(resource, &body, id)?;
        self.store
            .update(resource.plural(), id, |own| own.extend(body));
        Ok(Said::new(
            200,
            json!({ resource.singular(): self.shown(resource, id) }),
        ))
    }

    pub(crate) fn delete_one(&mut self, resource: Resource, id: &str) -> Answer<Said> {
        let object = self.find(resource, id)?;
        let protection = object.body.get("protection");
        if protection.is_some_and(|protection| protection["delete"] == true) {
            return Err(Refused::protected(resource.singular()));
        }
        match resource {
            Resource::Firewall => self.delete_firewall(&object),
            Resource::Network => self.delete_network(&object),
            Resource::PrimaryIp => self.delete_primary_ip(&object),
            Resource::Server => self.delete_server(&object),
            Resource::LoadBalancer | Resource::Location | Resource::ServerType => {
                Err(Refused::no_route())
            }
        }
    }

    pub(crate) fn command(
        &mut self,
        resource: Resource,
        id: &str,
        command: &str,
        asked: Body,
    ) -> Answer<Said> {
        let known = tables::action(resource.plural(), command).ok_or_else(Refused::no_route)?;
        let body = read(known, asked)?;
        match resource {
            Resource::Firewall => self.firewall_command(id, command, &body),
            Resource::Network => self.network_command(id, command, &body),
            Resource::PrimaryIp => self.primary_ip_command(id, command, &body),
            Resource::Server => self.server_command(id, command, &body),
            Resource::LoadBalancer | Resource::Location | Resource::ServerType => {
                Err(Refused::no_route())
            }
        }
    }

    /// A name is given once in a project and kind.
    fn free_name(&self, resource: Resource, body: &Body, own: &str) -> Answer<()> {
        let Some(name) = body.get("name").and_then(Value::as_str) else {
            return Ok(());
        };
        let mut same = self.store.by(resource.plural(), "name", name);
        match same.any(|object| object.id != own) {
            true => Err(Refused::taken(resource.singular())),
            false => Ok(()),
        }
    }

    fn one_action(&self, id: &str) -> Answer<Said> {
        let shown = id.parse().ok().and_then(|number| self.shown_action(number));
        let shown = shown.ok_or_else(|| Refused::absent("action", id))?;
        Ok(Said::new(200, json!({ "action": shown })))
    }

    /// Several actions by their ids. All of a project cannot be listed.
    fn named_actions(&self, request: &Request) -> Answer<Said> {
        let query = Query::of(request);
        let ids: Vec<&str> = query.all("id").collect();
        if ids.is_empty() {
            return Err(Refused::removed(ACTIONS));
        }
        let numbers = ids.iter().filter_map(|id| id.parse().ok());
        let shown = numbers
            .filter_map(|number| self.shown_action(number))
            .collect();
        self.page_of("actions", shown, request)
    }

    /// Stores a new object with what every object has; its id.
    pub(crate) fn insert(&mut self, resource: Resource, mut body: Body) -> String {
        let first = if self.config.ids_repeat {
            0
        } else {
            resource.first_id()
        };
        let made = self.made.entry(resource).or_default();
        *made += 1;
        let number = first + *made;
        let id = number.to_string();
        body.insert("id".to_owned(), json!(number));
        body.insert("created".to_owned(), json!(self.stamp(self.now)));
        self.store.insert(resource.plural(), &id, body);
        id
    }
}

/// The body of a request as an object.
fn object(request: &Request) -> Answer<Body> {
    mock_rest::object(request.body()).ok_or_else(Refused::json)
}

fn read(known: &'static [Attribute<Plain>], asked: Body) -> Answer<Body> {
    let known: Vec<&Attribute<Plain>> = known.iter().collect();
    mock_rest::created(&known, asked).map_err(Refused::body)
}
