use mock_cloud::Object;
use serde_json::{Value, json};

use super::Neutron;
use super::access::is_set;
use super::attribute::Shown;
use super::query::{Query, only_fields};
use super::resource::Resource;
use crate::refused::Answer;

/// What a parent shows of its children.
pub(super) type Children = Vec<Value>;

impl Neutron<'_> {
    /// The children that an object shows.
    pub(super) fn children(&self, resource: Resource, parent: &str) -> Children {
        let (kind, key) = match resource {
            Resource::Network => (Resource::Subnet, "network_id"),
            Resource::SecurityGroup => (Resource::SecurityGroupRule, "security_group_id"),
            Resource::AddressScope
            | Resource::FloatingIp
            | Resource::Port
            | Resource::Router
            | Resource::SecurityGroupRule
            | Resource::Subnet
            | Resource::SubnetPool => return Children::new(),
        };
        let all = self.store.by(kind.plural(), key, parent);
        all.map(|child| match kind == Resource::Subnet {
            true => json!(child.id),
            false => self.rule_inside(child),
        })
        .collect()
    }

    /// A rule as its group shows it: with two things that the rule itself hides.
    fn rule_inside(&self, rule: &Object) -> Value {
        let mut shown = self.rendered(Resource::SecurityGroupRule, rule, &Children::new());
        shown["standard_attr_id"] = json!(1);
        if self.has_extension("standard-attr-tag") {
            shown["tags"] = json!([]);
        }
        shown
    }

    /// An object under the key of its resource, with the fields that were asked for.
    pub(super) fn wrapped(&self, resource: Resource, object: &Object, query: &Query) -> Value {
        let children = self.children(resource, &object.id);
        let shown = self.rendered(resource, object, &children);
        json!({ resource.singular(): only_fields(shown, &query.fields) })
    }

    /// The reply to a create shows a few things that a later look does not.
    pub(super) fn rendered_after_create(&self, resource: Resource, id: &str) -> Value {
        let Some(object) = self.find(resource, id) else {
            return Value::Null;
        };
        let mut shown = self.rendered(resource, &object, &self.children(resource, id));
        if resource == Resource::Network && self.has_extension("external-net") {
            shown["is_default"] = object
                .body
                .get("is_default")
                .cloned()
                .unwrap_or(json!(false));
        }
        shown
    }

    /// The reply to an update of a subnet pool has numbers where every other reply has text, and
    /// leaves out what is not set.
    pub(super) fn rendered_after_update(&self, resource: Resource, id: &str) -> Answer<Value> {
        let object = self.visible(resource, id)?;
        let mut shown = self.wrapped(resource, &object, &Query::default());
        if resource == Resource::SubnetPool
            && let Some(pool) = shown[resource.singular()].as_object_mut()
        {
            pool.retain(|name, value| {
                !matches!(name.as_str(), "default_quota" | "address_scope_id") || !value.is_null()
            });
            for name in ["min_prefixlen", "max_prefixlen", "default_prefixlen"] {
                let number: Option<u64> = pool[name].as_str().and_then(|text| text.parse().ok());
                pool.insert(name.to_owned(), json!(number));
            }
        }
        Ok(shown)
    }

    /// An object as the caller sees it.
    pub(super) fn rendered(
        &self,
        resource: Resource,
        object: &Object,
        children: &[Value],
    ) -> Value {
        let mut shown = json!({});
        for attribute in self.attributes(resource) {
            let hidden = match attribute.shown {
                Shown::Admins => !self.caller.admin,
                Shown::Everybody => false,
                Shown::Nobody => true,
            };
            // Only external networks have a default.
            let external = attribute.name == "is_default"
                && resource == Resource::Network
                && is_set(&object.body, "router:external");
            if !hidden || external {
                shown[attribute.name] = self.shown(object, attribute.name, children);
            }
        }
        shown
    }

    fn shown(&self, object: &Object, name: &str, children: &[Value]) -> Value {
        match name {
            "tenant_id" => json!(object.text("project_id")),
            "subnets" | "security_group_rules" => {
                json!(children)
            }
            "external_gateway_info" => self.gateway_shown(object),
            "ipv4_address_scope" => self.scope_shown(object, 4),
            "ipv6_address_scope" => self.scope_shown(object, 6),
            "dns_assignment" => dns_assignment(object),
            "l2_adjacency" => json!(true),
            "belongs_to_default_sg" => json!(self.is_default_groups(object)),
            "router:external" if object.body.contains_key("network_id") => {
                json!(self.is_external(object))
            }
            _ => object.body.get(name).cloned().unwrap_or(Value::Null),
        }
    }

    fn is_default_groups(&self, rule: &Object) -> bool {
        let group = self.find(Resource::SecurityGroup, rule.text("security_group_id"));
        group.is_some_and(|group| group.text("name") == "default")
    }

    fn is_external(&self, subnet: &Object) -> bool {
        let network = self.find(Resource::Network, subnet.text("network_id"));
        network.is_some_and(|network| is_set(&network.body, "router:external"))
    }

    fn scope_shown(&self, network: &Object, version: u8) -> Value {
        json!(self.scope_of_network(&network.id, version))
    }
}

fn dns_assignment(port: &Object) -> Value {
    let ips = port.body.get("fixed_ips").and_then(Value::as_array);
    let assigned = ips.into_iter().flatten().map(|ip| {
        let address = ip["ip_address"].as_str().unwrap_or_default();
        let host = format!("host-{}", address.replace(['.', ':'], "-"));
        json!({
            "ip_address": address,
            "hostname": host,
            "fqdn": format!("{host}.openstacklocal."),
        })
    });
    assigned.collect()
}
