//! Neutron v2.0: one request at a time, against the store.

mod access;
mod address_scopes;
mod addresses;
mod attribute;
mod extensions;
mod floating_ips;
mod form;
mod intake;
mod interfaces;
mod network_check;
mod networks;
mod port_addresses;
mod ports;
mod query;
mod quotas;
mod render;
mod resource;
mod routers;
mod security_group_rules;
mod security_groups;
mod subnet_check;
mod subnet_cidr;
mod subnetpools;
mod subnets;
mod tables;
mod tags;
mod values;

use std::sync::Arc;

use http::Method;
use mock_cloud::{Body, Object, Request, Response, Store, header, reply};
use serde_json::{Value, json};

use crate::config::Config;
use crate::refused::{Answer, Refused};
use query::Query;
pub(crate) use resource::Resource;

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The id of the project of the token.
    pub(crate) project: String,
    pub(crate) admin: bool,
    /// May look and not touch.
    pub(crate) reader: bool,
}

/// One request to Neutron.
pub(crate) struct Neutron<'a> {
    pub(crate) config: &'a Config,
    pub(crate) store: &'a mut Store,
    /// Scheme, authority and prefix under which the client knows the service.
    pub(crate) base: String,
    /// The time, as objects carry it.
    pub(crate) stamp: String,
    pub(crate) caller: Caller,
}

/// An answer before it becomes a response: status and body.
type Said = (u16, Option<Value>);

impl Neutron<'_> {
    /// Answers a request for a path below the service's own (`/v2.0/networks`).
    pub(crate) fn answer(&mut self, path: &str, request: &Request) -> Response {
        self.store.begin();
        match self.route(path, request) {
            Ok((status, Some(body))) => reply::json(status, &body),
            Ok((status, None)) => reply::empty(status),
            Err(refused) => {
                // A request that is refused half-way through leaves nothing behind.
                self.store.roll_back();
                refused.neutron()
            }
        }
    }

    fn route(&mut self, path: &str, request: &Request) -> Answer<Said> {
        let method = request.method();
        // Clients of old append `.json`.
        let parts = mock_rest::segments(path.strip_suffix(".json").unwrap_or(path));
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["v2.0", ""] if method == Method::GET => Ok((200, Some(self.index()))),
            ["v2.0", "extensions", rest @ ..] => self.extensions(method, rest),
            ["v2.0", "quotas", rest @ ..] => self.quotas(method, rest, request.body()),
            ["v2.0", "default-security-group-rules"]
                if self.has_extension("security-groups-default-rules") =>
            {
                match *method == Method::GET {
                    true => Ok((200, Some(self.rule_templates()))),
                    false => Err(Refused::policy("rule:create_default_security_group_rule")),
                }
            }
            ["v2.0", "availability_zones"] => Ok((200, Some(json!({ "availability_zones": [] })))),
            ["v2.0", collection, rest @ ..] => {
                let resource = Resource::by_plural(collection).ok_or_else(Refused::no_path)?;
                if !self.has_extension(resource.extension()) {
                    return Err(Refused::no_path());
                }
                self.resource(resource, rest, request)
            }
            ["v2.0"] => Err(Refused::no_path()),
            _ => Err(Refused::no_route()),
        }
    }

    fn resource(&mut self, resource: Resource, rest: &[&str], request: &Request) -> Answer<Said> {
        let method = request.method().as_str();
        let query = request.uri().query().unwrap_or_default();
        match (rest, method) {
            ([], "GET") => {
                let query = Query::parse(query)?;
                Ok((200, Some(self.list(resource, &query)?)))
            }
            ([], "POST") => self.create(resource, request.body()),
            ([id], "GET") => {
                let query = Query::parse(query)?;
                let object = self.visible(resource, id)?;
                Ok((200, Some(self.wrapped(resource, &object, &query))))
            }
            ([id], "PUT") => self.update(resource, id, request),
            ([id], "DELETE") => {
                let object = self.writable(resource, id, "delete")?;
                if resource == Resource::Network {
                    self.network_unused(&object.id)?;
                }
                if_match(request, &object)?;
                self.delete(resource, &object)?;
                Ok((204, None))
            }
            ([id, "tags", tag @ ..], _) if resource.is_taggable() => {
                self.tags(resource, id, tag, request)
            }
            (
                [
                    id,
                    action @ ("add_router_interface" | "remove_router_interface"),
                ],
                "PUT",
            ) if resource == Resource::Router => self.interface(id, action, request.body()),
            ([], "PUT" | "DELETE") => Err(absent(resource, "None")),
            ([_, "add_router_interface" | "remove_router_interface"], _)
                if resource == Resource::Router =>
            {
                Err(Refused::no_method())
            }
            ([] | [_], _) => Err(Refused::no_method()),
            _ => Err(Refused::no_path()),
        }
    }

    fn create(&mut self, resource: Resource, bytes: &[u8]) -> Answer<Said> {
        let intake = self.created(resource, bytes)?;
        self.owned_network(resource, &intake.bodies)?;
        self.within_quota(resource, &intake.bodies)?;
        for body in &intake.bodies {
            self.allowed(resource, body, &Method::POST)?;
        }
        if resource == Resource::SecurityGroupRule && intake.bulk {
            self.check_bulk_rules(&intake.bodies)?;
        }
        let mut made = Vec::new();
        for body in intake.bodies {
            made.push(self.make(resource, body)?);
        }
        let shown = |id: &String| self.rendered_after_create(resource, id);
        let body = match intake.bulk {
            true => json!({ resource.plural(): made.iter().map(shown).collect::<Vec<_>>() }),
            false => json!({ resource.singular(): made.first().map(shown) }),
        };
        Ok((201, Some(body)))
    }

    /// Makes one object of a body that was read and allowed; its id.
    pub(crate) fn make(&mut self, resource: Resource, body: Body) -> Answer<String> {
        match resource {
            Resource::AddressScope => self.make_address_scope(body),
            Resource::FloatingIp => self.make_floating_ip(body),
            Resource::Network => self.make_network(body),
            Resource::Port => self.make_port(body),
            Resource::Router => self.make_router(body),
            Resource::SecurityGroup => self.make_security_group(body),
            Resource::SecurityGroupRule => self.make_security_group_rule(body),
            Resource::Subnet => self.make_subnet(body),
            Resource::SubnetPool => self.make_subnetpool(body),
        }
    }

    fn update(&mut self, resource: Resource, id: &str, request: &Request) -> Answer<Said> {
        let asked = self.updated(resource, request.body())?;
        let object = self.writable(resource, id, "update")?;
        self.allowed(resource, &asked, &Method::PUT)?;
        if_match(request, &object)?;
        self.change(resource, &object, asked)?;
        Ok((200, Some(self.rendered_after_update(resource, id)?)))
    }

    /// Changes one object as a body that was read and allowed says.
    pub(crate) fn change(
        &mut self,
        resource: Resource,
        object: &Object,
        asked: Body,
    ) -> Answer<()> {
        match resource {
            Resource::AddressScope => self.change_plainly(resource, &object.id, asked),
            Resource::FloatingIp => self.change_floating_ip(object, asked),
            Resource::Network => self.change_network(object, asked),
            Resource::Port => self.change_port(object, asked),
            Resource::Router => self.change_router(object, asked),
            Resource::SecurityGroup => self.change_security_group(object, asked),
            // Neutron 21 lists the method and does not have it.
            Resource::SecurityGroupRule => Err(Refused::fallen()),
            Resource::Subnet => self.change_subnet(object, asked),
            Resource::SubnetPool => self.change_subnetpool(object, asked),
        }
    }

    /// Deletes one object that the caller may delete.
    pub(crate) fn delete(&mut self, resource: Resource, object: &Arc<Object>) -> Answer<()> {
        match resource {
            Resource::AddressScope => self.delete_address_scope(object),
            Resource::FloatingIp => self.delete_floating_ip(object),
            Resource::Network => self.delete_network(object),
            Resource::Port => self.delete_port(object),
            Resource::Router => self.delete_router(object),
            Resource::SecurityGroup => self.delete_security_group(object),
            Resource::SecurityGroupRule => self.delete_security_group_rule(object),
            Resource::Subnet => self.delete_subnet(object),
            Resource::SubnetPool => self.delete_subnetpool(object),
        }
    }

    /// Stores a new object with what every object has; its id.
    fn insert(&mut self, resource: Resource, mut body: Body) -> String {
        let id = self.store.fresh_uuid();
        body.insert("id".to_owned(), json!(id));
        if resource.is_standard() {
            body.entry("description").or_insert(json!(""));
            body.insert("created_at".to_owned(), json!(self.stamp));
            body.insert("updated_at".to_owned(), json!(self.stamp));
            body.insert(
                "revision_number".to_owned(),
                json!(first_revision(resource)),
            );
        }
        if resource.is_taggable() {
            body.insert("tags".to_owned(), json!([]));
        }
        self.store.insert(resource.plural(), &id, body);
        id
    }

    /// Sets attributes; the revision goes up where anything differs afterwards.
    fn change_plainly(&mut self, resource: Resource, id: &str, asked: Body) -> Answer<()> {
        let changed = self
            .store
            .update(resource.plural(), id, |body| body.extend(asked));
        if changed {
            self.bump(resource, id);
        }
        Ok(())
    }

    /// Raises the revision, as Neutron does also where a child was added.
    fn bump(&mut self, resource: Resource, id: &str) {
        let stamp = json!(self.stamp);
        self.store.update(resource.plural(), id, |body| {
            let revision = body
                .get("revision_number")
                .and_then(Value::as_i64)
                .unwrap_or_default();
            body.insert("revision_number".to_owned(), json!(revision + 1));
            body.insert("updated_at".to_owned(), stamp);
        });
    }

    /// Whether an object is there, whoever may see it.
    fn find(&self, resource: Resource, id: &str) -> Option<Arc<Object>> {
        self.store.find(resource.plural(), id).cloned()
    }

    /// The same for an object that another one names and that cannot be gone.
    fn parent(&self, resource: Resource, id: &str) -> Answer<Arc<Object>> {
        self.find(resource, id).ok_or_else(|| absent(resource, id))
    }
}

/// What Neutron counts from: it depends on how many rows a create writes one after the other.
fn first_revision(resource: Resource) -> i64 {
    match resource {
        Resource::Network | Resource::Port | Resource::Router | Resource::SecurityGroup => 1,
        Resource::AddressScope
        | Resource::FloatingIp
        | Resource::SecurityGroupRule
        | Resource::Subnet
        | Resource::SubnetPool => 0,
    }
}

/// The error for an object that is not there, or that the caller may not know of.
fn absent(resource: Resource, id: &str) -> Refused {
    let (kind, message) = resource.absence(id);
    Refused::new(404, kind, message)
}

/// Holds an update against the revision that the client knows.
fn if_match(request: &Request, object: &Object) -> Answer<()> {
    let wanted = header(request, "if-match").and_then(|text| text.strip_prefix("revision_number="));
    let Some(wanted) = wanted.and_then(|text| text.parse::<i64>().ok()) else {
        return Ok(());
    };
    let current = object
        .body
        .get("revision_number")
        .and_then(Value::as_i64)
        .unwrap_or_default();
    if wanted == current {
        return Ok(());
    }
    let message = format!("Constrained to {wanted}, but current revision is {current}");
    Err(Refused::new(412, "RevisionNumberConstraintFailed", message))
}

/// What another hand does: the same checks, no request around them.
impl Neutron<'_> {
    pub(crate) fn create_bodies(&self, resource: Resource, bytes: &[u8]) -> Answer<Vec<Body>> {
        self.created(resource, bytes).map(|intake| intake.bodies)
    }

    pub(crate) fn change_by_id(&mut self, resource: Resource, id: &str, body: &str) -> Answer<()> {
        let asked = self.updated(resource, body.as_bytes())?;
        let object = self.parent(resource, id)?;
        self.change(resource, &object, asked)
    }

    pub(crate) fn delete_by_id(&mut self, resource: Resource, id: &str) -> Answer<()> {
        let object = self.parent(resource, id)?;
        self.delete(resource, &object)
    }

    pub(crate) fn act(&mut self, router: &str, action: &str, body: &[u8]) -> Answer<()> {
        self.interface(router, action, body).map(drop)
    }
}
