use std::sync::Arc;

use mock_cloud::{Author, Body, Object};
use serde_json::{Value, json};

use super::resource::Resource;
use super::{Neutron, Resource::SecurityGroup};
use crate::refused::{Answer, Refused};

impl Neutron<'_> {
    /// A new group lets everything out, in both families.
    pub(super) fn make_security_group(&mut self, mut body: Body) -> Answer<String> {
        let project = body
            .get("project_id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        self.default_security_group(&project);
        body.insert("shared".to_owned(), json!(false));
        let id = self.insert(SecurityGroup, body);
        for ethertype in ["IPv4", "IPv6"] {
            self.own_rule(&id, &project, "egress", ethertype, None);
        }
        Ok(id)
    }

    /// The group `default` of a project, which Neutron makes when it is first needed; its id.
    pub(super) fn default_security_group(&mut self, project: &str) -> String {
        let own = |group: &&Arc<Object>| group.text("project_id") == project;
        let found = self
            .store
            .by(SecurityGroup.plural(), "name", "default")
            .find(own)
            .map(|group| group.id.clone());
        if let Some(found) = found {
            return found;
        }
        let body = Body::from_iter([
            ("name".to_owned(), json!("default")),
            ("description".to_owned(), json!("Default security group")),
            ("project_id".to_owned(), json!(project)),
            ("stateful".to_owned(), json!(true)),
            ("shared".to_owned(), json!(false)),
        ]);
        let author = self.store.author();
        self.store.set_author(Author::Cloud);
        let id = self.insert(SecurityGroup, body);
        for ethertype in ["IPv4", "IPv6"] {
            self.own_rule(&id, project, "egress", ethertype, None);
            self.own_rule(&id, project, "ingress", ethertype, Some(&id));
        }
        self.store.set_author(author);
        id
    }

    /// A rule that comes with its group. It belongs to whoever makes the group.
    fn own_rule(
        &mut self,
        group: &str,
        project: &str,
        direction: &str,
        ethertype: &str,
        remote: Option<&str>,
    ) {
        let body = Body::from_iter([
            ("project_id".to_owned(), json!(project)),
            ("security_group_id".to_owned(), json!(group)),
            ("direction".to_owned(), json!(direction)),
            ("ethertype".to_owned(), json!(ethertype)),
            ("protocol".to_owned(), Value::Null),
            ("port_range_min".to_owned(), Value::Null),
            ("port_range_max".to_owned(), Value::Null),
            ("remote_ip_prefix".to_owned(), Value::Null),
            ("remote_group_id".to_owned(), json!(remote)),
            ("remote_address_group_id".to_owned(), Value::Null),
            ("normalized_cidr".to_owned(), Value::Null),
            ("description".to_owned(), Value::Null),
        ]);
        self.insert(Resource::SecurityGroupRule, body);
    }

    pub(super) fn change_security_group(&mut self, object: &Object, asked: Body) -> Answer<()> {
        let renamed = asked.contains_key("name");
        if object.text("name") == "default" && renamed {
            let message = "Updating default security group not allowed.";
            return Err(Refused::conflict(
                "SecurityGroupCannotUpdateDefault",
                message,
            ));
        }
        self.change_plainly(SecurityGroup, &object.id, asked)
    }

    pub(super) fn delete_security_group(&mut self, object: &Object) -> Answer<()> {
        let used = |port: &Arc<Object>| {
            let groups = port.body.get("security_groups").and_then(Value::as_array);
            groups.is_some_and(|groups| groups.iter().any(|group| group == object.id.as_str()))
        };
        if self.store.list(Resource::Port.plural()).any(used) {
            let message = format!("Security Group {} in use.", object.id);
            return Err(Refused::conflict("SecurityGroupInUse", message));
        }
        if object.text("name") == "default" && !self.caller.admin {
            let message = "Insufficient rights for removing default security group.";
            return Err(Refused::conflict(
                "SecurityGroupCannotRemoveDefault",
                message,
            ));
        }
        // Its rules go, and so do rules of other groups that let its members in.
        let rules: Vec<String> = self
            .store
            .list(Resource::SecurityGroupRule.plural())
            .filter(|rule| {
                rule.text("security_group_id") == object.id
                    || rule.text("remote_group_id") == object.id
            })
            .map(|rule| rule.id.clone())
            .collect();
        for rule in rules {
            self.store
                .remove(Resource::SecurityGroupRule.plural(), &rule);
        }
        self.store.remove(SecurityGroup.plural(), &object.id);
        Ok(())
    }
}
