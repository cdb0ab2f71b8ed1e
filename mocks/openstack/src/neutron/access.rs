use std::sync::Arc;

use mock_cloud::{Body, Object};
use serde_json::Value;

use super::resource::Resource;
use super::{Neutron, absent};
use crate::refused::{Answer, Refused};
use crate::release::Release;

/// Whether an attribute is true.
pub(super) fn is_set(body: &Body, name: &str) -> bool {
    body.get(name).and_then(Value::as_bool).unwrap_or_default()
}

/// Whether it is a port that the compute service alone may delete.
fn of_a_machine(resource: Resource, object: &Object, verb: &str) -> bool {
    let machine = object.text("device_owner").starts_with("compute:");
    resource == Resource::Port && verb == "delete" && machine
}

impl Neutron<'_> {
    /// Whether the caller may know of the object.
    pub(super) fn sees(&self, resource: Resource, object: &Object) -> bool {
        if self.caller.admin || self.owns(object) {
            return true;
        }
        match resource {
            Resource::Network => {
                is_set(&object.body, "shared") || is_set(&object.body, "router:external")
            }
            // Not those of external networks: their subnets stay the operator's secret.
            Resource::Subnet => self
                .network_of(object)
                .is_some_and(|network| is_set(&network.body, "shared")),
            Resource::Port => self
                .network_of(object)
                .is_some_and(|network| self.owns(&network)),
            Resource::AddressScope | Resource::SubnetPool => is_set(&object.body, "shared"),
            Resource::SecurityGroupRule => {
                let group = self.find(Resource::SecurityGroup, object.text("security_group_id"));
                group.is_some_and(|group| self.owns(&group))
            }
            Resource::FloatingIp | Resource::Router | Resource::SecurityGroup => false,
        }
    }

    /// Whether the newer default policies are enforced, which every release does since 2023.2.
    pub(super) fn policed(&self) -> bool {
        match self.config.release {
            Release::Zed => false,
            Release::V2026_2 => true,
        }
    }

    /// Whether it belongs to the caller's project.
    pub(super) fn owns(&self, object: &Object) -> bool {
        object.text("project_id") == self.caller.project
    }

    fn network_of(&self, object: &Object) -> Option<Arc<Object>> {
        self.find(Resource::Network, object.text("network_id"))
    }

    /// The object, for reading; absent where the caller may not know of it.
    pub(super) fn visible(&self, resource: Resource, id: &str) -> Answer<Arc<Object>> {
        let found = self
            .find(resource, id)
            .filter(|object| self.sees(resource, object));
        found.ok_or_else(|| absent(resource, id))
    }

    /// The object, for changing or deleting.
    pub(super) fn writable(&self, resource: Resource, id: &str, verb: &str) -> Answer<Arc<Object>> {
        let object = self.visible(resource, id)?;
        let rule = format!("rule:{verb}_{}", resource.singular());
        if self.policed() && !self.caller.admin && of_a_machine(resource, &object, verb) {
            return Err(Refused::policy(&rule));
        }
        let owner = self.owns(&object) || self.owns_network(resource, &object);
        if self.caller.admin || (owner && !self.caller.reader) {
            return Ok(object);
        }
        Err(Refused::policy(&rule))
    }

    /// The owner of a network may change and delete what others have in it.
    fn owns_network(&self, resource: Resource, object: &Object) -> bool {
        let inside = matches!(resource, Resource::Port | Resource::Subnet);
        inside
            && self
                .network_of(object)
                .is_some_and(|network| self.owns(&network))
    }

    /// Subnets and ports go only into networks that are the caller's own or shared.
    pub(super) fn owned_network(&self, resource: Resource, bodies: &[Body]) -> Answer<()> {
        if self.caller.admin || !matches!(resource, Resource::Port | Resource::Subnet) {
            return Ok(());
        }
        for body in bodies {
            let id = body
                .get("network_id")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let Some(network) = self.find(Resource::Network, id) else {
                continue;
            };
            if resource == Resource::Subnet && self.policed() && !self.owns(&network) {
                return Err(Refused::policy("rule:create_subnet"));
            }
            if !self.sees(Resource::Network, &network) {
                return Err(absent(Resource::Network, id));
            }
            if !self.owns(&network) && !is_set(&network.body, "shared") {
                let (project, name) = (&self.caller.project, resource.singular());
                return Err(Refused::new(
                    403,
                    "HTTPForbidden",
                    format!("Tenant {project} not allowed to create {name} on this network"),
                ));
            }
            // Whoever is a guest in a network takes the addresses that it is given.
            if resource == Resource::Port && !self.owns(&network) && body.contains_key("fixed_ips")
            {
                return Err(Refused::policy(
                    "(rule:create_port and (rule:create_port:fixed_ips))",
                ));
            }
        }
        Ok(())
    }
}
